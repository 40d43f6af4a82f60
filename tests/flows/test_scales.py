"""Columns of Moodle that show other numbers than were sent: a scale of a few words, points added to every grade."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import responses

from clock import Clock
from lti_tool.flows import passing_back, reading_gradebook
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store import courses, grades, outbox
from lti_tool.store.database import Database
from lti_tool.store.grades import Wish
from lti_tool.store.tables import CourseRow, GradePromiseRow, PersonRow, RegistrationRow
from school import School, new_school

LMS = "https://moodle.example"
ITEM = f"{LMS}/items/1/lineitem"
SCOPES = [f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("score", "result.readonly")]


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    made = new_school(database, clock(), students=1)
    with database.writing() as session:
        registration = session.get_one(RegistrationRow, made.registration_id)
        registration.auth_token_url, registration.product = f"{LMS}/token", "moodle"
        session.get_one(CourseRow, made.course_id).ags_scopes = SCOPES
        courses.keep_column(session, courses.placement(session, made.placement_id), clock(), line_item_url=ITEM)
    return made


@pytest.fixture
def border(database: Database, settings: Settings) -> Border:
    return Border(database, settings)


def promise(school: School, value: float, clock: Clock) -> GradePromiseRow:
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        wish = Wish(value=value, complete=False, comment="", evidence_at=clock())
        grades.promise(session, column.id, school.students[0].person_id, wish, clock())
        session.flush()
        return session.query(GradePromiseRow).one()


def carry(border: Border, clock: Clock) -> list[str]:
    clock.pass_by(hours=1)
    with border.db.writing() as session:
        due = outbox.claim_due(session, clock())
    return [passing_back.deliver(border, one, clock()) for one in due]


def shows(school: School, score: float, at: Any) -> None:
    """The gradebook holds this grade of two, entered then."""
    with school.db.reading() as session:
        subject = session.get_one(PersonRow, school.students[0].person_id).subject
    held = {"userId": subject, "resultScore": score, "resultMaximum": 2, "timestamp": at.isoformat()}
    responses.upsert("GET", f"{ITEM}/results", json=[held])


@responses.activate
def test_moodles_step_of_a_scale_is_ours_and_the_next_grade_goes_out(
    school: School, border: Border, clock: Clock
) -> None:
    responses.post(f"{LMS}/token", json={"access_token": "t"})
    responses.get(f"{ITEM}/results", json=[])
    responses.post(f"{ITEM}/scores")
    promise(school, 0.07, clock)
    assert carry(border, clock) == ["sent"]
    with school.db.reading() as session:
        entered = session.query(GradePromiseRow).one().score_at
    assert entered is not None

    shows(school, 1, entered.replace(microsecond=0))
    assert reading_gradebook.read_results(border, school.placement_id, clock()).overridden == 0
    promise(school, 0.9, clock)
    assert carry(border, clock) == ["sent"]

    shows(school, 1, clock() + timedelta(seconds=5))  # the teacher's
    promise(school, 0.95, clock)
    assert carry(border, clock) == ["kept"]
