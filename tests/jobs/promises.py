"""Rows that make a promise due: an LMS, a course, a column, learners."""

from __future__ import annotations

from datetime import datetime

from lti_tool.store.database import Database
from lti_tool.store.tables import (
    ColumnRow,
    CourseRow,
    DeploymentRow,
    GradePromiseRow,
    OrganisationRow,
    PersonRow,
    PlacementRow,
    RegistrationRow,
)


def add_lms(db: Database, now: datetime, *, promises: int, name: str = "north") -> list[int]:
    """One LMS with that many due promises. Returns their ids."""
    with db.writing() as session:
        school = OrganisationRow(name=name, created_at=now)
        session.add(school)
        session.flush()
        lms = RegistrationRow(
            organisation_id=school.id,
            issuer=f"https://{name}.example",
            client_id=name,
            auth_login_url="",
            auth_token_url="",
            key_set_url="",
            created_at=now,
        )
        session.add(lms)
        session.flush()
        place = DeploymentRow(registration_id=lms.id, deployment_id="1", created_at=now)
        session.add(place)
        session.flush()
        course = CourseRow(deployment_id=place.id, context_id="c", created_at=now)
        session.add(course)
        session.flush()
        placement = PlacementRow(course_id=course.id, key=f"key-{name}", created_at=now)
        session.add(placement)
        session.flush()
        column = ColumnRow(placement_id=placement.id, created_at=now)
        session.add(column)
        session.flush()
        rows = []
        for number in range(promises):
            person = PersonRow(deployment_id=place.id, subject=str(number), created_at=now)
            session.add(person)
            session.flush()
            row = GradePromiseRow(
                column_id=column.id, person_id=person.id, value=0.5, evidence_at=now, promised_at=now, due_at=now
            )
            session.add(row)
            rows.append(row)
        session.flush()
        return [row.id for row in rows]


def settle(db: Database, promise_id: int) -> None:
    """What a delivery does in the end."""
    with db.writing() as session:
        row = session.get_one(GradePromiseRow, promise_id)
        row.state, row.claim, row.claimed_until = "sent", "", None


def states(db: Database) -> dict[int, str]:
    """Every promise's state."""
    with db.reading() as session:
        return {row.id: row.state for row in session.query(GradePromiseRow)}
