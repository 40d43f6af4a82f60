"""Who may open a link of a very large course: read through a small window."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select

from clock import Clock
from lti_tool.flows import reading_openers
from lti_tool.flows.border import Border
from lti_tool.lti import roster as lms_roster
from lti_tool.lti.values import LinkMember
from lti_tool.settings import Settings
from lti_tool.store import courses
from lti_tool.store.database import Database
from lti_tool.store.tables import EnrolmentRow, PersonRow, RegistrationRow, ShutOutRow
from school import School, new_school

MANY = 50_000


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """All of them are students of the roster who never came, and were told to be in two groups of the first LMS."""
    made = new_school(database, clock(), students=0)
    with database.writing() as session:
        courses.course(session, made.course_id).memberships_url = "https://lms.example/members"
        session.get_one(RegistrationRow, made.registration_id).product = "canvas"
        session.execute(insert(PersonRow), [_person(made, number, clock()) for number in range(MANY)])
        ids = session.scalars(select(PersonRow.id).where(PersonRow.subject.startswith("many-"))).all()
        session.execute(insert(EnrolmentRow), [_place(made, one, clock()) for one in ids])
    return made


def _person(school: School, number: int, now: datetime) -> dict[str, object]:
    return {"deployment_id": school.deployment_id, "subject": f"many-{number}", "created_at": now}


def _place(school: School, person_id: int, now: datetime) -> dict[str, object]:
    where = {"course_id": school.course_id, "person_id": person_id, "role": "student"}
    before = ["section-of-before", "table-of-before"]
    return {**where, "active": True, "on_roster": True, "first_seen_at": now, "groups": before}


def test_fifty_thousand_of_whom_half_may_open_it_and_all_changed_groups(
    school: School, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(*_: object, **__: object) -> Iterator[LinkMember]:
        for number in range(0, MANY, 2):
            custom = {"groups": f"section-{number % 40},table-{number % 1000}"}
            yield LinkMember(subject=f"many-{number}", custom=custom)

    monkeypatch.setattr(lms_roster, "link_members", half)
    border = Border(school.db, settings)
    tracemalloc.start()
    assert reading_openers.read_one(border, school.placement_id, clock())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with school.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ShutOutRow)) == MANY / 2
        regrouped = session.scalars(select(EnrolmentRow.groups).where(EnrolmentRow.role == "student")).all()
    assert sum("section-of-before" not in groups for groups in regrouped) == MANY / 2
    assert peak < 12_000_000
