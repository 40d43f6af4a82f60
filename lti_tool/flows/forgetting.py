"""One person's data: found, handed out whole, erased (what a school needs under FERPA 34 CFR 99.10 and GDPR 15-17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..store import audit, people, whole_person
from ..store.database import Session
from ..store.tables import PersonRow
from .errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody that was looked for. `number` is what `export` and `erase` take."""

    number: int
    name: str
    email: str
    subject: str
    lms: str
    organisation: str


def search(session: Session, words: str) -> Sequence[Found]:
    """People by a part of their name or e-mail, or by the id their LMS gives them. At most 50."""
    return [
        Found(
            number=row.id, name=row.name, email=row.email, subject=row.subject, lms=lms, organisation=organisation
        )
        for row, lms, organisation in whole_person.search(session, words)
    ]


def export(session: Session, number: int, now: datetime) -> dict[str, Any]:
    """Everything kept about one person, as values for JSON: a list of rows per table. Raises `NotFound`."""
    _person(session, number)
    rows = whole_person.collect(session, number)
    courses = {row["course_id"] for row in rows["enrolments"]}
    audit.record(session, "person.exported", now, person=number)
    return {"exported_at": now.isoformat(), "courses": whole_person.course_titles(session, courses), **rows}


def erase(session: Session, number: int, now: datetime) -> dict[str, int]:
    """Delete everything about one person, for good. Returns how many rows of each kind went. Raises `NotFound`.

    What reached a gradebook stays on record as an audit line without name or LMS id, because a school may have to
    account for its grades. Lines the person wrote in the audit stay without their author. Somebody who is still in a
    course of the LMS comes back with its next roster or launch, as a stranger.
    """
    _person(session, number)
    counts = {table: len(rows) for table, rows in whole_person.collect(session, number).items() if rows}
    for grade, course_id in whole_person.grades_of(session, number):
        audit.record(
            session,
            "grade.of_erased_person",
            now,
            course_id=course_id,
            column=grade.column_id,
            value=grade.value,
            sent_value=grade.sent_value,
            sent_at=grade.sent_at.isoformat() if grade.sent_at else None,
            state=grade.state,
        )
    whole_person.remove(session, number)
    audit.record(session, "person.erased", now, person=number, rows=sum(counts.values()))
    return counts


def _person(session: Session, number: int) -> PersonRow:
    row = people.person(session, number)
    if row is None:
        raise NotFound(
            f"There is nobody with the number {number}.", tell="Look for them: lti-tool people find NAME"
        )
    return row
