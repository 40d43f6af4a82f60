"""Gradebook columns that are nowhere to be found: made without saying where, or deleted later.

A class must not end up with one column a student, nor without any.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import responses

from clock import Clock
from lti_tool.flows import checking, columns, passing_back, reading_gradebook, resending
from lti_tool.flows.border import Border
from lti_tool.flows.findings import Check
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


def carry(border: Border, clock: Clock, *, after_hours: float = 7) -> list[str]:
    """One try for every grade that is due then; after a usual time all that wait are."""
    clock.pass_by(hours=after_hours)
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


def deleted(school: School) -> None:
    """The column was there and took grades; now the LMS knows it no more."""
    with school.db.writing() as session:
        placement = courses.placement(session, school.placement_id)
        courses.keep_column(session, placement, school.teacher.expires_at, line_item_url=f"{ITEMS}/1")
    responses.post(f"{LMS}/token", json={"access_token": "t"})
    responses.post(f"{ITEMS}/1/scores", status=404)
    responses.get(ITEMS, json=[])
    responses.post(ITEMS, status=201, json={"id": f"{ITEMS}/2"})
    responses.post(f"{ITEMS}/2/scores")


def told(school: School) -> tuple[str, str]:
    """The column's address, and what its teacher reads about it."""
    with school.db.reading() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        return column.line_item_url, column.problem


@responses.activate
def test_a_deleted_column_is_told_and_made_anew_only_when_the_teacher_sends_again(
    school: School, border: Border, clock: Clock
) -> None:
    deleted(school)
    assert carry(border, clock) == ["failed"] * 3
    assert made() == 0, "somebody may have meant to delete it"
    _address, problem = told(school)
    assert "gone" in problem
    assert "Send again" in problem, "the cure"
    with school.db.writing() as session:
        resending.resend(session, school.teacher, None, clock() + timedelta(seconds=1))
    assert carry(border, clock) == ["sent"] * 3
    assert made() == 1
    assert told(school) == (f"{ITEMS}/2", "")


@responses.activate
def test_a_column_that_comes_back_is_gone_no_more(school: School, border: Border, clock: Clock) -> None:
    deleted(school)
    assert carry(border, clock) == ["failed"] * 3
    responses.replace("POST", f"{ITEMS}/1/scores", status=200)
    resending.take_up_failed(school.db, clock())
    assert carry(border, clock) == ["sent"] * 3
    assert made() == 0
    assert told(school) == (f"{ITEMS}/1", "")


def answer_again(school: School, clock: Clock, value: float) -> None:
    """Everybody answers once more, and each grade changes."""
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        for student in school.students:
            wish = Wish(value=value, complete=False, comment="", evidence_at=clock())
            grades.promise(session, column.id, student.person_id, wish, clock())


def at_once(border: Border, clock: Clock) -> list[str]:
    """One try for every grade that is due now."""
    return carry(border, clock, after_hours=0.01)


@responses.activate
def test_a_class_at_work_does_not_ask_for_a_column_that_is_gone_with_every_answer(
    school: School, border: Border, clock: Clock
) -> None:
    deleted(school)
    responses.get(f"{ITEMS}/1", status=404)
    carry(border, clock)
    asked = len(responses.calls)
    for value in (0.6, 0.7, 0.8):
        answer_again(school, clock, value)
        assert at_once(border, clock) == ["failed"] * 3, "as the teacher has read above all of them"
    assert len(responses.calls) == asked, "the LMS has said it a minute ago"
    clock.pass_by(hours=columns.LOOK_AGAIN / timedelta(hours=1))
    answer_again(school, clock, 0.9)
    assert at_once(border, clock) == ["failed"] * 3
    assert [call.request.method for call in list(responses.calls)[asked:]] == ["GET"], "one look for all of them"


@responses.activate
def test_who_was_not_asked_for_is_sent_when_the_column_is_found_again(
    school: School, border: Border, clock: Clock
) -> None:
    deleted(school)
    responses.get(f"{ITEMS}/1", status=404)
    carry(border, clock)
    answer_again(school, clock, 0.6)
    at_once(border, clock)
    responses.replace("GET", f"{ITEMS}/1", json={"id": f"{ITEMS}/1", "label": "Fractions", "scoreMaximum": 10})
    responses.replace("POST", f"{ITEMS}/1/scores", status=200)
    clock.pass_by(hours=columns.LOOK_AGAIN / timedelta(hours=1))
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        wish = Wish(value=0.7, complete=False, comment="", evidence_at=clock())
        grades.promise(session, column.id, school.students[0].person_id, wish, clock())
    assert at_once(border, clock) == ["sent"]
    assert at_once(border, clock) == ["sent"] * 2, "without a night between"
    assert told(school) == (f"{ITEMS}/1", "")


@responses.activate
def test_a_gradebook_that_can_be_read_again_is_not_said_to_be_gone(
    school: School, border: Border, clock: Clock
) -> None:
    deleted(school)
    responses.get(f"{ITEMS}/1", status=404)
    carry(border, clock)
    responses.replace("GET", f"{ITEMS}/1", json={"id": f"{ITEMS}/1", "label": "Fractions", "scoreMaximum": 10})
    responses.replace("POST", f"{ITEMS}/1/scores", status=200)
    responses.get(f"{ITEMS}/1/results", json=[])
    assert not reading_gradebook.read_results(border, school.placement_id, clock()).gone
    assert told(school) == (f"{ITEMS}/1", "")
    assert at_once(border, clock) == ["sent"] * 3


@responses.activate
def test_a_teacher_who_sends_again_does_not_wait_for_the_next_look(
    school: School, border: Border, clock: Clock
) -> None:
    deleted(school)
    responses.get(f"{ITEMS}/1", status=404)
    carry(border, clock)
    with school.db.writing() as session:
        resending.resend(session, school.teacher, None, clock())
    assert at_once(border, clock) == ["sent"] * 3
    assert told(school) == (f"{ITEMS}/2", "")


@responses.activate
def test_no_token_is_no_sign_that_the_column_is_gone(school: School, border: Border, clock: Clock) -> None:
    """Moodle answers 404 where it cannot reach our keys: nobody's grade is lost for that."""
    deleted(school)
    responses.replace("POST", f"{ITEMS}/1/scores", status=200)
    assert carry(border, clock) == ["sent"] * 3
    responses.replace("POST", f"{LMS}/token", status=404, body="<html>cannot reach the keys</html>")
    clock.pass_by(hours=2)
    read = reading_gradebook.read_results(border, school.placement_id, clock())
    assert "gives us no access" in read.problem
    assert not read.gone
    assert told(school) == (f"{ITEMS}/1", "")


@responses.activate
def test_an_activity_deleted_in_the_lms_keeps_no_doctor_red(school: School, border: Border, clock: Clock) -> None:
    """Nobody can open its grades page any more: there is nobody to send again, and nothing to send to."""
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        for row in grades.of_column(session, column.id):
            row.state = "sent"
        grades.lose_column(session, column)
        column.problem = "The gradebook column is gone."
    said = grades_check(border, school, clock)
    assert (said.state, said.what.split(":")[0]) == ("grey", "3 grades cannot be delivered")
    assert "Was the activity deleted? Then nothing is wrong." in said.cure
    with school.db.writing() as session:
        column = courses.column(session, school.placement_id)
        assert column is not None
        column.problem = ""
    assert grades_check(border, school, clock).state == "red", "a column that is there, and does not take them"


def grades_check(border: Border, school: School, clock: Clock) -> Check:
    found = checking.install_checks(border, school.registration_id, clock())
    return next(one for one in found if one.key.endswith(".grades"))
