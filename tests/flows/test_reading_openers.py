"""Who cannot open an activity is known where the LMS tells; what it says badly changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import responses
from responses import matchers

from clock import Clock
from lti_tool.flows import reading_openers
from lti_tool.flows.border import Border
from lti_tool.lti.claims import CUSTOM
from lti_tool.settings import Settings
from lti_tool.store import courses, openers, people
from lti_tool.store.database import Database
from lti_tool.store.tables import EnrolmentRow, LaunchRow, PlacementRow, RegistrationRow, ShutOutRow
from school import School, new_school

LMS = "https://lms.example"
MEMBERS = f"{LMS}/members"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


@pytest.fixture
def school(any_database: Database, clock: Clock) -> School:
    """A teacher who is here, and three students on the roster who never came."""
    made = new_school(any_database, clock(), students=3)
    with any_database.writing() as session:
        courses.course(session, made.course_id).memberships_url = MEMBERS
        registration = session.get_one(RegistrationRow, made.registration_id)
        registration.auth_token_url, registration.product = f"{LMS}/token", "canvas"
        for row in session.query(EnrolmentRow):
            row.on_roster = True
            if row.role == "student":
                row.last_visit_at = None
    come(made, made.teacher.person_id, clock)
    return made


@pytest.fixture
def border(any_database: Database, settings: Settings) -> Border:
    return Border(any_database, settings)


def come(school: School, person_id: int, clock: Clock, placement_id: int | None = None) -> None:
    """A launch of the placement, as far as pages and jobs see it."""
    with school.db.writing() as session:
        session.add(
            LaunchRow(
                id=f"{person_id}-{placement_id}-{clock().timestamp()}"[:32],
                secret_hash="",
                person_id=person_id,
                deployment_id=school.deployment_id,
                course_id=school.course_id,
                placement_id=placement_id or school.placement_id,
                role="student",
                message_type="LtiResourceLinkRequest",
                created_at=clock(),
                expires_at=clock() + timedelta(days=1),
            )
        )


def entry(subject: str, **custom: str) -> dict[str, Any]:
    said = {"message": [{CUSTOM: custom}]} if custom else {}
    return {"user_id": subject, "status": "Active", **said}


def told(*members: Any, link: str = "link-1", role: str = LEARNER, **answer: Any) -> None:
    responses.post(f"{LMS}/token", json={"access_token": "t"})
    asked = matchers.query_param_matcher({"rlid": link, "limit": "100"} | ({"role": role} if role else {}))
    said = answer if {"json", "body"} & set(answer) else {"json": {"members": list(members)}}
    responses.get(MEMBERS, match=[asked], **said)


def asked() -> int:
    return sum(call.request.method == "GET" for call in responses.calls)


def shut_out(school: School, clock: Clock) -> set[str]:
    """Subjects of those who cannot open it."""
    with school.db.reading() as session:
        found = openers.shut_out(session, courses.placement(session, school.placement_id), clock())
        for one in school.students:
            row = courses.placement(session, school.placement_id)
            assert openers.is_shut_out(session, row, one.person_id, clock()) == (one.person_id in found)
        return {one.subject for one in school.students if one.person_id in found}


def places(school: School) -> dict[str, tuple[bool, list[str]]]:
    """Whether they are there, and groups, by the LMS's id."""
    with school.db.reading() as session:
        return {
            person.subject: (place.active, place.groups)
            for place, person in people.roster(session, school.course_id)
        }


@responses.activate
def test_who_is_not_named_cannot_open_it_and_nobody_leaves(school: School, border: Border, clock: Clock) -> None:
    told(entry("t"), entry("s0"), entry("unknown"))
    assert reading_openers.read_lately_opened(border, school.course_id, clock()) == 1
    assert shut_out(school, clock) == {"s1", "s2"}
    assert places(school) == dict.fromkeys(("t", "s0", "s1", "s2"), (True, []))


@responses.activate
def test_whoever_is_let_in_later_is_let_in(school: School, border: Border, clock: Clock) -> None:
    told(entry("t"), entry("s0"))
    reading_openers.read_lately_opened(border, school.course_id, clock())
    responses.replace("GET", MEMBERS, json={"members": [entry("t"), entry("s0"), entry("s1")]})
    clock.pass_by(minutes=5)
    reading_openers.read_lately_opened(border, school.course_id, clock())
    assert shut_out(school, clock) == {"s1", "s2"}, "it was asked only just now"
    assert reading_openers.read_one(border, school.placement_id, clock())
    assert shut_out(school, clock) == {"s2"}


@responses.activate
def test_a_launch_since_then_says_more_than_the_list(school: School, border: Border, clock: Clock) -> None:
    come(school, school.students[2].person_id, clock)
    clock.pass_by(minutes=1)
    told(entry("t"))
    reading_openers.read_lately_opened(border, school.course_id, clock())
    clock.pass_by(minutes=1)
    come(school, school.students[1].person_id, clock)
    assert shut_out(school, clock) == {"s0", "s2"}


@responses.activate
def test_what_was_said_long_ago_counts_no_more(school: School, border: Border, clock: Clock) -> None:
    told(entry("t"))
    reading_openers.read_lately_opened(border, school.course_id, clock())
    assert len(shut_out(school, clock)) == 3
    clock.pass_by(days=8)
    assert shut_out(school, clock) == set()


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [
        {"json": {"error": '"query.rlid" is not allowed'}, "status": 400},
        {"json": {"error": "no such link"}, "status": 404},
        {"body": "<html>Sorry</html>", "content_type": "text/html"},
        {"json": {"members": []}},
        {"json": {"members": None}},
        {"json": {"members": [{"user_id": "somebody else"}]}},
        {
            "json": {"members": [entry("s1", groups="4")]},
            "headers": {"Link": '<https://elsewhere.example/members>; rel="next"'},
        },
    ],
    ids=["refused", "gone", "page", "nobody", "odd", "strangers", "broken off"],
)
def test_what_is_said_badly_changes_nothing(
    school: School, border: Border, clock: Clock, answer: dict[str, Any]
) -> None:
    told(entry("t"), entry("s0", groups="3"))
    reading_openers.read_lately_opened(border, school.course_id, clock())
    before = shut_out(school, clock), places(school)
    responses.reset()
    told(**answer)
    told(**answer, role="")
    clock.pass_by(hours=1)
    assert reading_openers.read_lately_opened(border, school.course_id, clock()) == 0
    times = asked()
    assert times == (2 if answer.get("json") == {"members": []} else 1), "of nobody it says once more who nobody is"
    assert (shut_out(school, clock), places(school)) == before
    clock.pass_by(minutes=1)
    assert reading_openers.read_lately_opened(border, school.course_id, clock()) == 0
    assert asked() == times, "and is not asked for over and over"


@responses.activate
def test_a_link_that_no_student_may_open_yet_is_told_from_a_list_that_was_not_understood(
    school: School, border: Border, clock: Clock
) -> None:
    told()
    told(entry("t"), role="")
    assert reading_openers.read_one(border, school.placement_id, clock())
    assert shut_out(school, clock) == {"s0", "s1", "s2"}


@responses.activate
def test_an_lms_that_ignores_the_role_says_nothing_of_teachers(
    school: School, border: Border, clock: Clock
) -> None:
    with school.db.writing() as session:
        people.enrolments(session, school.course_id, [school.teacher.person_id])[
            school.teacher.person_id
        ].last_visit_at = None
    told(entry("t", groups="7"), entry("s0", groups="7"))
    assert reading_openers.read_one(border, school.placement_id, clock())
    assert shut_out(school, clock) == {"s1", "s2"}
    found = {subject: groups for subject, (_, groups) in places(school).items()}
    assert (found["t"], found["s0"]) == ([], ["7"])


@responses.activate
def test_groups_are_known_of_those_who_never_came_and_a_launch_says_its_own(
    school: School, border: Border, clock: Clock
) -> None:
    with school.db.writing() as session:
        row = people.enrolments(session, school.course_id, [school.students[1].person_id])
        row[school.students[1].person_id].last_visit_at = clock()
        row[school.students[1].person_id].groups = ["9"]
    names = '["Evenings", "Mornings"]'
    told(
        entry("s0", groups="9,10", group_names=names, more_groups="c1"),
        entry("s1", groups="10"),
        entry("s2", groups="$Canvas.course.sectionIds"),
    )
    reading_openers.read_lately_opened(border, school.course_id, clock())
    found = {subject: groups for subject, (_, groups) in places(school).items()}
    assert (found["s0"], found["s1"], found["s2"]) == (["9", "10", "c1"], ["9"], [])
    with school.db.reading() as session:
        assert courses.course(session, school.course_id).groups == {"9": "Evenings", "10": "Mornings"}


@responses.activate
def test_where_the_lms_has_a_service_for_groups_that_one_counts(
    school: School, border: Border, clock: Clock
) -> None:
    with school.db.writing() as session:
        courses.course(session, school.course_id).groups_url = f"{LMS}/groups"
    told(entry("s0", groups="9"))
    reading_openers.read_lately_opened(border, school.course_id, clock())
    assert places(school)["s0"] == (True, [])


@responses.activate
@pytest.mark.parametrize("why", ["other lms", "no roster", "not opened", "not set up", "no link", "all at work"])
def test_nothing_is_asked_where_nothing_can_be_learned(
    school: School, border: Border, clock: Clock, why: str
) -> None:
    with school.db.writing() as session:
        placement = courses.placement(session, school.placement_id)
        if why == "other lms":
            session.get_one(RegistrationRow, school.registration_id).product = "schoology"
        elif why == "no roster":
            courses.course(session, school.course_id).memberships_url = ""
        elif why == "not set up":
            placement.rule_version = 0
        elif why == "no link":
            placement.resource_link_id = None
        elif why == "all at work":
            for row in session.query(EnrolmentRow).filter_by(role="student"):
                row.active = False
    if why == "not opened":
        clock.pass_by(days=20)
    told(entry("s0"))
    assert reading_openers.read_lately_opened(border, school.course_id, clock()) == 0
    assert asked() == 0


@responses.activate
def test_a_large_course_has_its_activities_asked_about_by_turns(
    school: School, border: Border, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_openers, "MOST_MEMBERS", 2)
    with school.db.writing() as session:
        first = courses.placement(session, school.placement_id)
        other = courses.copy_placement(session, first, school.course_id, "link-2", clock())
        other_id = other.id
    come(school, school.teacher.person_id, clock, other_id)
    told(entry("s0"), entry("s1"))
    told(entry("s0"), entry("s1"), link="link-2")
    turns = []
    for _ in range(2):
        reading_openers.read_lately_opened(border, school.course_id, clock())
        with school.db.reading() as session:
            turns.append([row.openers_read_at is not None for row in session.query(PlacementRow).order_by("id")])
        clock.pass_by(minutes=1)
    assert turns == [[True, False], [True, True]]


@responses.activate
@pytest.mark.parametrize(("status", "calls"), [(404, 2), (429, 1), (503, 1)])
def test_an_lms_that_asks_for_patience_is_not_asked_for_more(
    school: School, border: Border, clock: Clock, status: int, calls: int
) -> None:
    with school.db.writing() as session:
        first = courses.placement(session, school.placement_id)
        other_id = courses.copy_placement(session, first, school.course_id, "link-2", clock()).id
    come(school, school.teacher.person_id, clock, other_id)
    told(json={}, status=status)
    told(link="link-2", json={}, status=status)
    reading_openers.read_lately_opened(border, school.course_id, clock())
    assert asked() == calls


@responses.activate
def test_a_class_larger_than_a_statement_may_name_is_written_whole(
    school: School, border: Border, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_openers, "SLICE", 7)
    with school.db.writing() as session:
        people.add_people(session, school.deployment_id, {f"n{one}": {} for one in range(40)}, clock())
        found = people.by_subjects(session, school.deployment_id, [f"n{one}" for one in range(40)])
        everybody = dict.fromkeys((row.id for row in found.values()), ("student", True, ()))
        people.add_enrolments(session, school.course_id, everybody, clock())
    for number, some in enumerate((range(0, 40, 2), range(40))):
        responses.reset()
        told(*(entry(f"n{one}", groups=str(number)) for one in some), entry("s0"))
        reading_openers.read_one(border, school.placement_id, clock())
        with school.db.reading() as session:
            assert session.query(ShutOutRow).count() == (22, 2)[number]
    assert all(places(school)[f"n{one}"] == (True, ["1"]) for one in range(40))
