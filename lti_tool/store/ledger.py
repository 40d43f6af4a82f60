"""What the tool itself says every gradebook should hold: for comparing with what arrived."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from .database import Session
from .tables import AnswerRow, ColumnRow, GradePromiseRow, PersonRow, VerdictRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One learner's promised grade in one column. `points` of `maximum`; `state` as in `tables.grades`."""

    subject: str
    name: str
    line_item_url: str
    points: float
    maximum: float
    state: str
    problem: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much one learner did, and how many skills have a verdict."""

    answers: int
    verdicts: int


def lines(session: Session) -> list[LedgerLine]:
    """Every promised grade, by subject."""
    query = (
        select(GradePromiseRow, ColumnRow, PersonRow)
        .join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
        .join(PersonRow, PersonRow.id == GradePromiseRow.person_id)
        .order_by(PersonRow.subject, ColumnRow.id)
    )
    return [
        LedgerLine(
            subject=person.subject,
            name=person.name,
            line_item_url=column.line_item_url,
            points=promise.value * column.maximum,
            maximum=column.maximum,
            state=promise.state,
            problem=promise.problem,
            revision=promise.revision,
        )
        for promise, column, person in session.execute(query).tuples()
    ]


def efforts(session: Session) -> dict[str, Effort]:
    """Answers and verdicts by subject."""
    answers = select(AnswerRow.person_id, func.count()).group_by(AnswerRow.person_id)
    verdicts = select(VerdictRow.person_id, func.count()).group_by(VerdictRow.person_id)
    answered, judged = (dict(session.execute(query).tuples().all()) for query in (answers, verdicts))
    people = session.execute(select(PersonRow.id, PersonRow.subject)).tuples()
    return {
        subject: Effort(answers=answered.get(person_id, 0), verdicts=judged.get(person_id, 0))
        for person_id, subject in people
    }
