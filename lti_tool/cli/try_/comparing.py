"""Both sides of every grade: what the tool says the gradebook should hold, and what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from ...store import ledger
from ...store.database import Database

TOLERANCE_POINTS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One student: what was promised, what arrived, how much they did. None where there is nothing."""

    name: str
    answers: int
    verdicts: int
    promised: float | None
    arrived: float | None
    maximum: float
    scores: int
    in_order: bool
    trouble: str

    @property
    def right(self) -> bool:
        """The gradebook holds what the tool promised, after real work, and scores came in order."""
        return (
            self.verdicts > 0
            and self.promised is not None
            and self.arrived is not None
            and abs(self.promised - self.arrived) <= TOLERANCE_POINTS
            and self.in_order
        )


def unsettled(db: Database) -> int:
    """Grades that are still on their way."""
    from ...store import outbox

    with db.reading() as session:
        return outbox.unsettled(session)


def compare(db: Database, students: Sequence[dict[str, Any]], column: dict[str, Any]) -> list[Line]:
    """One line for each student of the class, in class order. `column` as the practice LMS's admin API gives it."""
    with db.reading() as session:
        promised = {line.subject: line for line in ledger.lines(session) if line.line_item_url == column["url"]}
        efforts = ledger.efforts(session)
    return [
        _line(student, promised.get(student["user_id"]), efforts.get(student["user_id"]), column)
        for student in students
    ]


def _line(
    student: dict[str, Any], promise: ledger.LedgerLine | None, effort: ledger.Effort | None, column: dict[str, Any]
) -> Line:
    cell = column["grades"].get(student["key"]) or {}
    sent = [score for score in column["scores"] if score["user_id"] == student["user_id"]]
    stamps = [str(score["body"].get("timestamp", "")) for score in sent if score["status"] < 300]
    trouble = "no grade was promised" if promise is None else promise.problem or promise.state
    return Line(
        name=student["name"],
        answers=effort.answers if effort else 0,
        verdicts=effort.verdicts if effort else 0,
        promised=promise.points if promise else None,
        arrived=cell.get("shown"),
        maximum=column["score_maximum"],
        scores=len(stamps),
        in_order=stamps == sorted(stamps),
        trouble=trouble,
    )


def show(console: Console, lines: Sequence[Line]) -> None:
    """The table: everybody in a small class, those in trouble and a summary in a large one."""
    table = Table(title="Promised by the tool, held by the gradebook", title_justify="left")
    for title in ("student", "answers", "verdicts", "promised", "gradebook", "scores sent", ""):
        table.add_column(title, justify="left" if title in {"student", ""} else "right")
    shown = lines if len(lines) <= 40 else [line for line in lines if not line.right][:40]
    for line in shown:
        table.add_row(
            line.name,
            str(line.answers),
            str(line.verdicts),
            _points(line.promised, line.maximum),
            _points(line.arrived, line.maximum),
            str(line.scores),
            "arrived" if line.right else f"NOT RIGHT: {line.trouble}",
        )
    if len(shown) < len(lines):
        table.caption = f"{len(lines) - len(shown)} more, all arrived"
    console.print(table)


def _points(points: float | None, maximum: float) -> str:
    return "none" if points is None else f"{points:.2f} / {maximum:g}"
