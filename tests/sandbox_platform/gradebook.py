"""The gradebook: columns, what tools sent, what a teacher wrote over it, and what is shown."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from . import activities
from .activities import Activity
from .state import State, stamp

NOT_A_GRADE = ("Failed", "NotReady")
"""With these, AGS 2.0 says that no grade is meant even when a number is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One gradebook column (a line item). `extras` keeps what we do not interpret: dates, review, extensions."""

    id: str
    client_id: str | None
    """The tool it belongs to; None for a teacher's own column."""
    activity_id: str | None
    label: str
    score_maximum: float
    resource_id: str | None
    tag: str | None
    extras: dict[str, Any]
    position: int

    @property
    def review(self) -> dict[str, Any] | None:
        """The tool's submission review settings, if the column has them."""
        review = self.extras.get("submissionReview")
        return review if isinstance(review, dict) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One cell. `points` came from the tool, `override_points` from the teacher, both in the column's points."""

    line_item_id: str
    person_key: str
    points: float | None
    comment: str | None
    scored_at: str | None
    activity_progress: str | None
    grading_progress: str | None
    override_points: float | None
    override_comment: str | None
    overridden_at: str | None

    @property
    def overridden(self) -> bool:
        return self.overridden_at is not None

    @property
    def shown(self) -> float | None:
        """What people see and /results reports: the teacher's word first."""
        return self.override_points if self.overridden else self.points

    @property
    def shown_comment(self) -> str | None:
        return self.override_comment if self.overridden else self.comment

    @property
    def final(self) -> bool:
        return self.overridden or self.grading_progress in (None, "FullyGraded")


def all_columns(state: State) -> list[Column]:
    return [_column(row) for row in state.rows("SELECT * FROM line_items ORDER BY position")]


def columns_of_tool(
    state: State, client_id: str, *, with_teachers: bool = False, **filters: str | None
) -> list[Column]:
    """A tool's own columns, and those of teachers if wanted; filters activity_id, resource_id and tag apply when
    given."""
    wanted = {name: value for name, value in filters.items() if value is not None}
    where = "".join(f" AND {name} = ?" for name in wanted)
    sql = f"SELECT * FROM line_items WHERE (client_id = ? OR (? AND client_id IS NULL)){where} ORDER BY position"
    return [_column(row) for row in state.rows(sql, client_id, with_teachers, *wanted.values())]


def columns_of_activity(state: State, activity_id: str) -> list[Column]:
    sql = "SELECT * FROM line_items WHERE activity_id = ? ORDER BY position"
    return [_column(row) for row in state.rows(sql, activity_id)]


def find_column(state: State, column_id: str | None) -> Column | None:
    row = state.row("SELECT * FROM line_items WHERE id = ?", column_id)
    return _column(row) if row else None


def add_column(state: State, *, client_id: str | None, label: str, score_maximum: float, **values: Any) -> Column:
    """A new column at the right. Further values: activity_id, resource_id, tag, extras."""
    column_id = state.new_id("column")
    with state.transaction():
        row = state.row("SELECT COALESCE(MAX(position), 0) + 1 AS next FROM line_items")
        assert row is not None
        state.insert(
            "line_items", id=column_id, client_id=client_id, label=label, score_maximum=score_maximum,
            activity_id=values.get("activity_id"), resource_id=values.get("resource_id"),
            tag=values.get("tag"), extras=json.dumps(values.get("extras") or {}), position=row["next"],
        )  # fmt: skip
    column = find_column(state, column_id)
    assert column is not None
    return column


def change_column(state: State, column: Column, values: dict[str, Any]) -> Column:
    """Replace label, maximum, resource id, tag and extras; grades keep their share of the maximum."""
    with state.transaction():
        state.run(
            "UPDATE line_items SET label = ?, score_maximum = ?, resource_id = ?, tag = ?, extras = ? WHERE id = ?",
            values["label"], values["score_maximum"], values["resource_id"], values["tag"],
            json.dumps(values["extras"]), column.id,
        )  # fmt: skip
        factor = values["score_maximum"] / column.score_maximum
        if factor != 1:
            scaled = "points = points * ?, override_points = override_points * ?"
            state.run(f"UPDATE grades SET {scaled} WHERE line_item_id = ?", factor, factor, column.id)
    changed = find_column(state, column.id)
    assert changed is not None
    return changed


def copy_with_columns(state: State, activity: Activity) -> Activity:
    """Duplicate an activity with its columns (new ids, no grades), as LMSs do."""
    with state.transaction():
        copy = activities.copy_activity(state, activity)
        for column in columns_of_activity(state, activity.id):
            made = add_column(
                state, client_id=column.client_id, label=copy.title, score_maximum=column.score_maximum,
                activity_id=copy.id, resource_id=column.resource_id, tag=column.tag, extras=column.extras,
            )  # fmt: skip
            if is_made_by_tool(state, column.id):
                note_made_by_tool(state, made.id)
    return copy


def bring_back(state: State, activity: Activity) -> Activity:
    """Delete an activity and take it out of the bin again: as good as before with all its grades, under new ids."""
    with state.transaction():
        kept = copy_with_columns(state, activity)
        old, new = columns_of_activity(state, activity.id), columns_of_activity(state, kept.id)
        for gone, made in zip(old, new, strict=True):
            state.run("UPDATE grades SET line_item_id = ? WHERE line_item_id = ?", made.id, gone.id)
            state.run("UPDATE line_items SET label = ? WHERE id = ?", gone.label, made.id)
        activities.change_activity(state, kept.id, title=activity.title, document_target=activity.document_target)
        activities.remove_activity(state, activity.id)
    found = activities.find_activity(state, kept.id)
    assert found is not None
    return found


def note_made_by_tool(state: State, column_id: str) -> None:
    """The tool added this column through the service; nobody chose it with the activity."""
    state.remember(f"made by the tool: {column_id}", "yes")


def is_made_by_tool(state: State, column_id: str) -> bool:
    return state.row("SELECT 1 FROM meta WHERE name = ?", f"made by the tool: {column_id}") is not None


def remove_column(state: State, column_id: str) -> bool:
    return state.run("DELETE FROM line_items WHERE id = ?", column_id) == 1


def find_grade(state: State, column_id: str, person_key: str) -> Grade | None:
    sql = "SELECT * FROM grades WHERE line_item_id = ? AND person_key = ?"
    row = state.row(sql, column_id, person_key)
    return _grade(row) if row else None


def grades_of(state: State, column_id: str) -> dict[str, Grade]:
    """Every cell of a column, by person key."""
    rows = state.rows("SELECT * FROM grades WHERE line_item_id = ?", column_id)
    return {row["person_key"]: _grade(row) for row in rows}


def take_score(state: State, column: Column, person_key: str, score: dict[str, Any]) -> str:
    """Store a checked score; answers "stored", "kept override" or "older".

    `score` has timestamp (aware datetime), activityProgress, gradingProgress and may have scoreGiven,
    scoreMaximum and comment. A score without scoreGiven clears what the tool sent before (AGS 2.0, 3.4.2);
    Failed and NotReady leave the stored number alone.
    """
    moment = stamp(score["timestamp"])
    with state.transaction():
        grade = find_grade(state, column.id, person_key)
        if grade and grade.scored_at and moment <= grade.scored_at:
            return "older"
        points = grade.points if grade else None
        if score["gradingProgress"] not in NOT_A_GRADE:
            given = score.get("scoreGiven")
            points = None if given is None else given / score["scoreMaximum"] * column.score_maximum
        state.run(
            """INSERT INTO grades (line_item_id, person_key, points, comment, scored_at, activity_progress,
                   grading_progress) VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (line_item_id, person_key) DO UPDATE SET points = excluded.points,
                   comment = excluded.comment, scored_at = excluded.scored_at,
                   activity_progress = excluded.activity_progress, grading_progress = excluded.grading_progress""",
            column.id, person_key, points, score.get("comment"), moment,
            score["activityProgress"], score["gradingProgress"],
        )  # fmt: skip
    return "kept override" if grade and grade.overridden else "stored"


def wipe(state: State, column_id: str, person_key: str) -> None:
    """Empty what the tool sent, and forget when."""
    state.run(
        "UPDATE grades SET points = NULL, comment = NULL, scored_at = NULL WHERE line_item_id = ? AND person_key = ?",
        column_id, person_key,
    )  # fmt: skip


def reset(state: State) -> None:
    """The course begins anew: nobody has a grade, and nobody ever had one."""
    state.run("DELETE FROM grades")


def override(
    state: State, column_id: str, person_key: str, *, points: float | None, comment: str, at: datetime
) -> None:
    """The teacher's word: shown from now on, whatever the tool sends. Points None means "no grade"."""
    state.run(
        """INSERT INTO grades (line_item_id, person_key, override_points, override_comment, overridden_at)
           VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (line_item_id, person_key) DO UPDATE SET override_points = excluded.override_points,
               override_comment = excluded.override_comment, overridden_at = excluded.overridden_at""",
        column_id, person_key, points, comment, stamp(at),
    )  # fmt: skip


def clear_override(state: State, column_id: str, person_key: str) -> bool:
    """Let the tool's grade show again."""
    return (
        state.run(
            "UPDATE grades SET override_points = NULL, override_comment = NULL, overridden_at = NULL "
            "WHERE line_item_id = ? AND person_key = ? AND overridden_at IS NOT NULL",
            column_id,
            person_key,
        )
        == 1
    )


def lock(state: State, column_id: str, locked: bool) -> None:
    """A teacher locks a column: what it holds stays, and nothing comes in."""
    state.run("DELETE FROM locked_line_items WHERE line_item_id = ?", column_id)
    if locked:
        state.insert("locked_line_items", line_item_id=column_id)


def is_locked(state: State, column_id: str) -> bool:
    return state.row("SELECT 1 FROM locked_line_items WHERE line_item_id = ?", column_id) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A score as it arrived: `body` is its JSON text, `status` our HTTP answer, `outcome` why in words."""

    line_item_id: str
    user_id: str
    received_at: str
    status: int
    outcome: str
    body: str


def log_score(state: State, arrival: Arrival) -> None:
    """Remember every score that arrived, accepted or not, in order."""
    state.insert("score_log", **asdict(arrival))


def score_log(state: State, column_id: str, user_id: str | None = None) -> list[dict[str, Any]]:
    """All scores a column received, oldest first: received_at, user_id, status, outcome, body (as sent)."""
    sql = "SELECT * FROM score_log WHERE line_item_id = ? AND (? IS NULL OR user_id = ?) ORDER BY id"
    return [
        {**{key: row[key] for key in ("id", "received_at", "user_id", "status", "outcome")},
         "body": json.loads(row["body"])}
        for row in state.rows(sql, column_id, user_id, user_id)
    ]  # fmt: skip


def _column(row: sqlite3.Row) -> Column:
    values = {key: row[key] for key in row.keys()}  # noqa: SIM118 (a Row iterates over values)
    values["extras"] = json.loads(values["extras"])
    return Column(**values)


def _grade(row: sqlite3.Row) -> Grade:
    return Grade(**{key: row[key] for key in row.keys()})  # noqa: SIM118 (a Row iterates over values)
