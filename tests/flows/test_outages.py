"""An LMS was away while a class worked: once it is back, nobody's grade waits for the end of a long pause."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
import responses

from clock import Clock
from lti_tool.flows import passing_back
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store import courses, grades, outbox
from lti_tool.store.database import Database
from lti_tool.store.grades import Wish
from lti_tool.store.tables import CourseRow, GradePromiseRow, RegistrationRow
from school import School, new_school

LMS = "https://lms.example"
ITEM = f"{LMS}/items/1"
CLASS = 5


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """A class whose grades are all due."""
    made = new_school(database, clock(), students=CLASS)
    with database.writing() as session:
        session.get_one(RegistrationRow, made.registration_id).auth_token_url = f"{LMS}/token"
        session.get_one(CourseRow, made.course_id).ags_scopes = [
            "https://purl.imsglobal.org/spec/lti-ags/scope/score"
        ]
        row = courses.placement(session, made.placement_id)
        column = courses.keep_column(session, row, clock(), line_item_url=ITEM)
        for visit in made.students:
            wish = Wish(value=0.5, complete=False, comment="", evidence_at=clock())
            grades.promise(session, column.id, visit.person_id, wish, clock())
    return made


@pytest.fixture
def border(database: Database, settings: Settings) -> Border:
    return Border(database, settings)


def carry(border: Border, clock: Clock, limit: int = 50) -> list[str]:
    with border.db.writing() as session:
        due = outbox.claim_due(session, clock(), limit)
    return [passing_back.deliver(border, one, clock()) for one in due]


def tried_in_vain(border: Border, clock: Clock) -> None:
    """The LMS is away for two hours."""
    until = clock() + timedelta(hours=2)
    while clock() < until:
        carry(border, clock)
        clock.pass_by(minutes=5)


@responses.activate
def test_the_first_grade_that_arrives_takes_the_others_along(school: School, border: Border, clock: Clock) -> None:
    responses.post(f"{LMS}/token", body=requests.ConnectionError())
    tried_in_vain(border, clock)
    with school.db.writing() as session:
        first, *others = session.query(GradePromiseRow).order_by(GradePromiseRow.due_at)
        first.due_at = clock()
        for one in others:
            one.due_at = clock() + timedelta(hours=1)

    responses.replace("POST", f"{LMS}/token", json={"access_token": "t"})
    responses.post(f"{ITEM}/scores", status=200)
    assert carry(border, clock) == ["sent"]
    assert carry(border, clock) == ["sent"] * (CLASS - 1)


@responses.activate
def test_what_waits_for_another_reason_goes_on_waiting(school: School, border: Border, clock: Clock) -> None:
    responses.post(f"{LMS}/token", body=requests.ConnectionError())
    tried_in_vain(border, clock)
    with school.db.writing() as session:
        first, other, *rest = session.query(GradePromiseRow).order_by(GradePromiseRow.due_at)
        for one in (other, *rest):
            one.due_at = clock() + timedelta(hours=1)
        first.due_at, other.problem = clock(), "The gradebook is being changed."

    responses.replace("POST", f"{LMS}/token", json={"access_token": "t"})
    responses.post(f"{ITEM}/scores", status=200)
    carry(border, clock)
    assert carry(border, clock) == ["sent"] * (CLASS - 2)
