"""What an LMS may offer beside the roster: who changed since (NRPS 2.0), and groups (Course Groups Service 1.0)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.cases import Town, entered
from conformance.pupils import visit_of
from conformance.test_roster import students, sync
from lti_tool.store.tables import CourseRow, EnrolmentRow, PersonRow
from sandbox_platform.course_groups import GROUPS

OFF = {"roster_differences": False, "course_groups": False}


@pytest.fixture(autouse=True)
def _plain_again(town: Town) -> Iterator[None]:
    yield
    town.lms.set_options(**OFF)


def roster_calls(town: Town) -> list[str]:
    """Paths asked for since the last clearing."""
    return [call["path"] for call in town.lms.calls(service="memberships")["calls"]]


def forget_whole_reading(town: Town) -> None:
    """As on the day after."""
    with town.road.db.writing() as session:
        for row in session.query(CourseRow):
            row.roster_whole_at = None


def test_only_what_changed_is_read(town: Town, link: str, newcomer: str) -> None:
    town.lms.set_options(roster_differences=True, page_size=2)
    forget_whole_reading(town)
    sync(town, link)
    before = students(town)
    town.lms.change_person(newcomer, status="Removed")
    town.lms.change_person("student-1", given_name="Zuleika", family_name="Renamed")
    town.lms.add_student("Brand", "New")
    town.lms.clear_calls()
    result = sync(town, link)
    assert (result.problem, result.joined, result.left) == ("", 1, 1)
    assert students(town) == before, "one left, one came"
    assert all("since=" in path for path in roster_calls(town))
    with town.road.db.reading() as session:
        assert session.query(PersonRow).filter_by(name="Zuleika Renamed").count() == 1
    town.lms.clear_calls()
    assert sync(town, link).changed == 0, "and from then on, what changed after that"
    assert len(roster_calls(town)) == 1


def test_when_the_moment_is_forgotten_the_whole_is_read(town: Town, link: str) -> None:
    town.lms.set_options(roster_differences=True)
    forget_whole_reading(town)
    sync(town, link)
    with town.road.db.writing() as session:
        for row in session.query(CourseRow):
            row.roster_changes_url = row.roster_changes_url.partition("since=")[0] + "since=long-ago"
    town.lms.clear_calls()
    assert sync(town, link).problem == ""
    assert [("since=" in path) for path in roster_calls(town)] == [True, False]


def test_groups_of_the_course_come_with_the_roster(town: Town, link: str) -> None:
    town.lms.set_options(course_groups=True)
    forget_whole_reading(town)
    visit = visit_of(town, "teacher", link)
    assert sync(town, link).problem == ""
    with town.road.db.reading() as session:
        assert session.get_one(CourseRow, visit.course_id).groups == dict(GROUPS)
        rows = session.query(EnrolmentRow).filter_by(course_id=visit.course_id, role="student", active=True).all()
        assert {tuple(row.groups) for row in rows} == {(key,) for key, _ in GROUPS}
        teacher = session.query(EnrolmentRow).filter_by(course_id=visit.course_id, role="teacher").first()
        assert teacher is not None
        assert teacher.groups == []


@pytest.mark.parametrize("mode", ["500", "html"])
def test_without_its_groups_the_roster_is_read_all_the_same(town: Town, link: str, mode: str) -> None:
    town.lms.set_options(course_groups=True)
    forget_whole_reading(town)
    town.lms.misbehave("groups", mode)
    assert sync(town, link).problem == ""


def test_groups_of_a_custom_variable_are_followed_and_left(town: Town, link: str, newcomer: str) -> None:
    """Where the LMS has no service for groups, the launch names them; one that says nothing changes nothing."""
    subject = visit_of(town, newcomer, link).subject
    seen = []
    for custom in ({"groups": "3, 4"}, {"groups": "$Moodle.Person.userGroupIds"}, {}, {"groups": ""}):
        entered(town.launch(newcomer, link, nested={"custom": custom}))
        with town.road.db.reading() as session:
            rows = session.query(EnrolmentRow).join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
            seen.append(rows.filter(PersonRow.subject == subject).one().groups)
    assert seen == [["3", "4"], ["3", "4"], ["3", "4"], []]
