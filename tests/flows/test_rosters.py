"""Rosters of LMSs that name somebody twice, or say less than they should."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import responses
from sqlalchemy import event

from clock import Clock
from lti_tool.flows import syncing_roster
from lti_tool.flows.border import Border
from lti_tool.flows.syncing_roster import SLICE
from lti_tool.settings import Settings
from lti_tool.store import courses, people
from lti_tool.store.database import Database
from lti_tool.store.tables import CourseRow, RegistrationRow
from school import School, new_school

LMS = "https://lms.example"
MEMBERS = f"{LMS}/members"
CHANGES = f"{MEMBERS}?since=1"
M = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """A teacher and two students, and an LMS that shares its roster."""
    made = new_school(database, clock(), students=2)
    with database.writing() as session:
        courses.course(session, made.course_id).memberships_url = MEMBERS
        session.get_one(RegistrationRow, made.registration_id).auth_token_url = f"{LMS}/token"
    return made


@pytest.fixture
def border(database: Database, settings: Settings) -> Border:
    """The tool's way to its LMS."""
    return Border(database, settings)


def entry(subject: str, role: str | None = "Learner", **more: Any) -> dict[str, Any]:
    said = {"user_id": subject, "status": "Active"} | more
    return said if role is None else {**said, "roles": [M + role]}


def shared(*members: dict[str, Any], url: str = MEMBERS, **answer: Any) -> None:
    responses.post(f"{LMS}/token", json={"access_token": "t"})
    responses.get(url, json={"id": MEMBERS, "members": list(members)}, **answer)


def in_course(school: School) -> dict[str, tuple[str, bool]]:
    """Role, and whether they are there, by the LMS's id."""
    with school.db.reading() as session:
        return {one.subject: (place.role, place.active) for place, one in people.roster(session, school.course_id)}


@responses.activate
def test_who_is_named_once_for_each_section_has_the_fullest_role_and_is_there(
    school: School, border: Border, clock: Clock
) -> None:
    teacher, (ada, ben) = school.teacher.subject, (one.subject for one in school.students)
    shared(
        entry(teacher, "Instructor"),
        entry(teacher, "Learner"),
        entry(ada, status="Active"),
        entry(ada, status="Inactive"),
        entry(ben, status="Inactive"),
        entry(ben, status="Active"),
    )
    result = syncing_roster.sync(border, school.course_id, clock())
    assert (result.problem, result.total) == ("", 3)
    assert in_course(school) == {teacher: ("teacher", True), ada: ("student", True), ben: ("student", True)}


@responses.activate
def test_ten_times_as_many_newcomers_take_no_more_statements(school: School, border: Border, clock: Clock) -> None:
    """While a university course is read for the first time, others want to write, too."""
    shared()
    taken = []
    for number in (SLICE // 10, SLICE):
        responses.replace("GET", MEMBERS, json={"members": [entry(f"of {number}: {one}") for one in range(number)]})
        counted: list[str] = []

        def count(connection: Any, cursor: Any, statement: str, *_: Any, counted: list[str] = counted) -> None:
            counted.append(statement)

        event.listen(border.db.engine, "before_cursor_execute", count)
        assert syncing_roster.sync(border, school.course_id, clock()).joined == number
        event.remove(border.db.engine, "before_cursor_execute", count)
        taken.append(len(counted))
    assert taken[1] <= taken[0]


@responses.activate
def test_a_roster_without_roles_makes_no_teacher_a_student(school: School, border: Border, clock: Clock) -> None:
    teacher, ada = school.teacher.subject, school.student.subject
    shared(entry(teacher, None), entry(ada, None), entry("new", None))
    assert syncing_roster.sync(border, school.course_id, clock()).problem == ""
    found = in_course(school)
    assert (found[teacher], found[ada], found["new"]) == (("teacher", True), ("student", True), ("student", True))


@responses.activate
def test_a_broken_list_of_changes_is_no_reason_to_go_without_the_roster(
    school: School, border: Border, clock: Clock
) -> None:
    shared(*(entry(one.subject) for one in school.students), entry("new"))
    responses.get(CHANGES, body="<html>Sorry</html>", content_type="text/html")
    with school.db.writing() as session:
        row = session.get_one(CourseRow, school.course_id)
        row.roster_changes_url, row.roster_whole_at = CHANGES, clock() - timedelta(hours=1)
    result = syncing_roster.sync(border, school.course_id, clock())
    assert (result.problem, result.joined) == ("", 1)


@responses.activate
def test_what_came_before_a_roster_broke_off_is_kept_and_nobody_leaves(
    school: School, border: Border, clock: Clock
) -> None:
    elsewhere = {"Link": '<https://elsewhere.example/members>; rel="next"'}
    shared(entry("new", name="Nia New"), headers=elsewhere)
    result = syncing_roster.sync(border, school.course_id, clock())
    assert "another address" in result.problem
    found = in_course(school)
    assert found["new"] == ("student", True)
    assert all(active for _, active in found.values())


@responses.activate
def test_a_visiting_administrator_has_not_left_the_roster(school: School, border: Border, clock: Clock) -> None:
    """They come in from outside, as often as they like; a roster never named them."""
    everybody = [entry(school.teacher.subject, "Instructor"), *(entry(one.subject) for one in school.students)]
    shared(*everybody)
    counted = []
    for role in ("admin", "teacher"):
        with school.db.writing() as session:
            visitor = people.keep_person(session, school.deployment_id, "from-outside", {}, clock())
            people.enrol(session, school.course_id, visitor.id, role, clock())
        counted.append(syncing_roster.sync(border, school.course_id, clock()))
    assert [(one.left, one.total) for one in counted] == [(0, 3), (0, 3)]
    responses.replace("GET", MEMBERS, json={"members": everybody[:2]})
    assert syncing_roster.sync(border, school.course_id, clock()).left == 1


def _short(*members: dict[str, Any]) -> None:
    """A first page that promises a second, which is empty."""
    shared(*members, headers={"Link": f'<{MEMBERS}?page=2>; rel="next"'})
    shared(url=f"{MEMBERS}?page=2")


@responses.activate
def test_a_list_that_ends_in_an_empty_page_is_believed_when_it_says_so_twice(
    school: School, border: Border, clock: Clock
) -> None:
    shared(entry("t", "Instructor"), entry("s0"), entry("s1"))
    assert syncing_roster.sync(border, school.course_id, clock()).problem == ""
    responses.reset()
    _short(entry("t", "Instructor"), entry("s0"))
    first = syncing_roster.sync(border, school.course_id, clock())
    assert "nobody was marked as gone" in first.problem
    assert in_course(school)["s1"] == ("student", True)
    responses.reset()
    _short(entry("t", "Instructor"), entry("s0"))
    second = syncing_roster.sync(border, school.course_id, clock())
    assert (second.problem, second.left) == ("", 1)
    assert in_course(school)["s1"] == ("student", False)


@responses.activate
def test_an_empty_page_after_everybody_is_no_trouble(school: School, border: Border, clock: Clock) -> None:
    _short(entry("t", "Instructor"), entry("s0"), entry("s1"))
    assert syncing_roster.sync(border, school.course_id, clock()).problem == ""
