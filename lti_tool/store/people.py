"""People and who belongs to which course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from .database import Session
from .tables import EnrolmentRow, PersonRow
from .upserts import find_or_add

_FOLLOWED = ("name", "given_name", "family_name", "email", "locale", "is_test_user")


def keep_person(
    session: Session, deployment_id: int, subject: str, facts: Mapping[str, Any], now: datetime
) -> PersonRow:
    """The person, made when new. Names are followed; what an LMS withholds today does not wipe what we know."""
    key = {"deployment_id": deployment_id, "subject": subject}
    row = find_or_add(session, PersonRow, key, {"created_at": now})
    update_person(row, facts)
    session.flush()
    return row


def update_person(row: PersonRow, facts: Mapping[str, Any]) -> bool:
    """Follow what the LMS says. True when something changed."""
    changed = False
    for name in _FOLLOWED:
        value = facts.get(name)
        if value and getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def enrol(session: Session, course_id: int, person_id: int, role: str, now: datetime) -> EnrolmentRow:
    """The person's place in the course, made when missing; a launch shows they are there."""
    key = {"course_id": course_id, "person_id": person_id}
    row = find_or_add(session, EnrolmentRow, key, {"role": role, "first_seen_at": now})
    row.role, row.active, row.left_at, row.last_visit_at = role, True, None, now
    session.flush()
    return row


def person(session: Session, person_id: int) -> PersonRow | None:
    """One person by id."""
    return session.get(PersonRow, person_id)


def roster(session: Session, course_id: int) -> Sequence[tuple[EnrolmentRow, PersonRow]]:
    """Everybody who is or was in the course."""
    rows = session.execute(
        select(EnrolmentRow, PersonRow)
        .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
        .where(EnrolmentRow.course_id == course_id)
    )
    return [(enrolment, someone) for enrolment, someone in rows]


def student(session: Session, course_id: int, person_id: int) -> PersonRow | None:
    """A student of this course; None for anybody else, so that numbers cannot be guessed."""
    return session.scalar(
        select(PersonRow)
        .join(EnrolmentRow, EnrolmentRow.person_id == PersonRow.id)
        .where(EnrolmentRow.course_id == course_id, PersonRow.id == person_id, EnrolmentRow.role == "student")
    )
