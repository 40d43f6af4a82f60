"""A teacher switches to a student's role in the LMS: they look, and take no student's place in the class.

Some LMSs then send the teacher's own launch with a student's role, and say nothing of the other one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from clock import Clock
from conformance.cases import Town, entered
from conformance.pupils import begun_by, visit_of
from learner import Learner
from lti_tool.flows import syncing_roster
from lti_tool.store.tables import AnswerRow, CourseRow, EnrolmentRow, GradePromiseRow, PersonRow
from road import utc_now
from sandbox_platform.browsing import send
from sandbox_platform.people import MEMBERSHIP

AS_STUDENT: dict[str, Any] = {"roles": [f"{MEMBERSHIP}#Learner"]}
NOTICE = "You see what a student sees. Nothing you do here is graded."


def switched(town: Town, link: str, key: str = "teacher", **more: Any) -> str:
    """Somebody opens the activity with the role of a student. Returns the page."""
    return entered(town.launch(key, link, claims=AS_STUDENT, **more))


def place_of(town: Town, key: str) -> EnrolmentRow:
    """Their place in the course."""
    subject = next(one["user_id"] for one in town.lms.people() if one["key"] == key)
    with town.road.db.reading() as session:
        found = session.query(EnrolmentRow).join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
        return found.filter(PersonRow.subject == subject).one()


def read_roster(town: Town, course_id: int) -> None:
    assert syncing_roster.sync(town.road.border, course_id, utc_now()).problem == ""


def test_a_teacher_with_a_students_role_sees_the_students_page_and_stays_a_teacher(town: Town, link: str) -> None:
    visit_of(town, "teacher", link)
    page = switched(town, link)
    assert NOTICE in page
    assert "Back to the class" not in page, "with this role the LMS lets them see no class"
    assert place_of(town, "teacher").role == "teacher"
    assert visit_of(town, "teacher", link).role == "teacher"


def test_what_they_try_is_never_graded(town: Town, graded: str) -> None:
    visit_of(town, "teacher", graded)
    browser = town.road.browser()
    page = send(town.lms.signed_launch("teacher", graded, browser, claims=AS_STUDENT), browser)
    visit = begun_by(town, page, browser)
    assert (visit.role, visit.is_graded) == ("student", False)
    looking = Learner(town.road, visit, Clock(utc_now() - timedelta(hours=3)))  # type: ignore[arg-type]
    looking.start()
    looking.work_through(2)
    with town.road.db.reading() as session:
        assert session.query(AnswerRow).filter_by(person_id=visit.person_id).count() > 0
        assert session.query(GradePromiseRow).filter_by(person_id=visit.person_id).count() == 0


def test_a_roster_that_calls_them_teacher_ends_the_student(town: Town, link: str) -> None:
    """Nobody knew them before: the launch is believed until the roster has been read, and not a moment longer."""
    key = town.newcomer()
    page = entered(town.launch(key, link))
    assert NOTICE not in page
    assert place_of(town, key).role == "student"
    town.lms.change_person(key, kind="teacher")
    read_roster(town, place_of(town, key).course_id)
    assert place_of(town, key).role == "teacher"
    assert NOTICE in switched(town, link, key)


def test_who_teaches_no_more_is_a_student_as_soon_as_the_roster_says_so_too(town: Town, link: str) -> None:
    key = town.newcomer()
    town.lms.change_person(key, kind="teacher")
    course_id = visit_of(town, key, link).course_id or 0
    read_roster(town, course_id)
    town.lms.change_person(key, kind="student")
    assert NOTICE in switched(town, link, key)
    read_roster(town, course_id)
    assert place_of(town, key).role == "student"
    assert NOTICE not in switched(town, link, key)


@pytest.mark.parametrize("why", ["none", "refused"])
def test_without_a_roster_the_launch_is_all_there_is_to_believe(town: Town, link: str, why: str) -> None:
    key = town.newcomer()
    town.lms.change_person(key, kind="teacher")
    course_id = visit_of(town, key, link).course_id or 0
    with town.road.db.writing() as session:
        course = session.get_one(CourseRow, course_id)
        before = course.memberships_url, course.roster_problem
        course.memberships_url, course.roster_problem = ("", "") if why == "none" else (before[0], "Not allowed.")
    try:
        assert NOTICE not in switched(town, link, key, omit=["namesroleservice"])
        assert place_of(town, key).role == "student"
    finally:
        with town.road.db.writing() as session:
            course = session.get_one(CourseRow, course_id)
            course.memberships_url, course.roster_problem = before
