"""An LMS that makes a gradebook column and does not say where: a class must not end up with one column a student."""

from __future__ import annotations

from datetime import timedelta

import pytest
import responses

from clock import Clock
from lti_tool.flows import passing_back, resending
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store import courses, grades, outbox
from lti_tool.store.database import Database
from lti_tool.store.grades import Wish
from lti_tool.store.tables import CourseRow, GradePromiseRow, RegistrationRow
from school import School, new_school

LMS = "https://lms.example"
ITEMS = f"{LMS}/items"
SCOPES = [f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("lineitem", "score")]


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """Three students whose grades wait for a column that is not there yet."""
    made = new_school(database, clock(), students=3)
    with database.writing() as session:
        course = session.get_one(CourseRow, made.course_id)
        course.line_items_url, course.ags_scopes = ITEMS, SCOPES
        session.get_one(RegistrationRow, made.registration_id).auth_token_url = f"{LMS}/token"
        column = courses.keep_column(session, courses.placement(session, made.placement_id), clock())
        for student in made.students:
            wish = Wish(value=0.5, complete=False, comment="", evidence_at=clock())
            grades.promise(session, column.id, student.person_id, wish, clock())
    return made


@pytest.fixture
def border(database: Database, settings: Settings) -> Border:
    """The tool's way to its LMS."""
    return Border(database, settings)


def carry(border: Border, clock: Clock) -> list[str]:
    """One try for every grade that waits."""
    clock.pass_by(hours=7)
    with border.db.writing() as session:
        due = outbox.claim_due(session, clock())
    return [passing_back.deliver(border, one, clock()) for one in due]


def made() -> int:
    return sum(call.request.method == "POST" and call.request.url == ITEMS for call in responses.calls)


@responses.activate
def test_a_class_makes_one_column_although_nobody_knows_where(school: School, border: Border, clock: Clock) -> None:
    responses.post(f"{LMS}/token", json={"access_token": "t"})
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=201)
    assert carry(border, clock) == carry(border, clock) == ["waiting"] * 3
    assert made() == 1
    with school.db.reading() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        assert "does not say where" in column.problem, "the teacher is told above all grades"
        key = courses.placement(session, school.placement_id).key

    responses.replace("GET", ITEMS, json=[{"id": f"{ITEMS}/1", "tag": "cairn", "resourceId": key}])
    responses.post(f"{ITEMS}/1/scores")
    assert carry(border, clock) == ["sent"] * 3
    assert made() == 1
    with school.db.reading() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        assert column.problem == ""


@responses.activate
def test_a_teacher_who_sends_again_has_another_one_made(school: School, border: Border, clock: Clock) -> None:
    responses.post(f"{LMS}/token", json={"access_token": "t"})
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=201)
    carry(border, clock)
    with school.db.writing() as session:
        everybody = [row.id for row in session.query(GradePromiseRow)]
        resending.resend(session, school.teacher, everybody, clock() + timedelta(seconds=1))
    responses.replace("POST", ITEMS, status=201, json={"id": f"{ITEMS}/2"})
    responses.post(f"{ITEMS}/2/scores")
    assert carry(border, clock) == ["sent"] * 3
    assert made() == 2
