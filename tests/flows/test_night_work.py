"""The night: rosters of courses in use, old rows thrown away, keys replaced before they grow old."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from clock import Clock
from lti_tool.flows import checking, rotating_keys, syncing_roster, tidying
from lti_tool.flows.border import Border
from lti_tool.flows.errors import NotAllowed
from lti_tool.flows.findings import Check
from lti_tool.lti import roster as lms_roster
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.keys import SealBroken
from lti_tool.lti.values import Member, RoleKind
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.store.tables import CourseRow, EnrolmentRow, LaunchRow, LoginRow, PersonRow
from school import School, new_school


def open_course(school: School, at: datetime, *, number: int = 1) -> None:
    """Somebody opens the course; its LMS offers a roster."""
    with school.db.writing() as session:
        session.get_one(CourseRow, school.course_id).memberships_url = "https://lms.example/roster"
        session.add(
            LaunchRow(
                id=f"launch-{number}",
                secret_hash="x",
                person_id=school.teacher.person_id,
                deployment_id=school.deployment_id,
                course_id=school.course_id,
                role="teacher",
                message_type="LtiResourceLinkRequest",
                created_at=at,
                expires_at=at + timedelta(hours=12),
            )
        )


def test_only_courses_in_use_are_read_and_only_once_a_night(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    assert tidying.courses_to_refresh(any_database, clock()) == []
    open_course(school, clock())
    night = clock.pass_by(hours=17)
    assert tidying.courses_to_refresh(any_database, night) == [school.course_id]
    with any_database.writing() as session:
        session.get_one(CourseRow, school.course_id).roster_read_at = night
    assert tidying.courses_to_refresh(any_database, clock.pass_by(minutes=5)) == []
    assert tidying.courses_to_refresh(any_database, clock.pass_by(days=1)) == [school.course_id]
    assert tidying.courses_to_refresh(any_database, clock.pass_by(days=40)) == []


def test_a_course_that_refuses_for_good_is_left_in_peace_until_somebody_opens_it(
    database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a course is no alarm every night."""

    def over(*_: object, **__: object) -> Iterator[Member]:
        raise PlatformError("This course has ended.", permanent=True, status=403)
        yield

    monkeypatch.setattr(lms_roster, "members", over)
    school, border = new_school(database, clock()), Border(database, settings)
    open_course(school, clock())
    for _ in range(3):
        assert tidying.courses_to_refresh(database, clock()) == [school.course_id]
        assert syncing_roster.sync(border, school.course_id, clock()).problem == "This course has ended."
    assert tidying.courses_to_refresh(database, clock()) == []


def test_what_changed_is_followed_and_once_a_day_the_whole_is_read(
    database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    school, border = new_school(database, clock(), students=2), Border(database, settings)
    open_course(school, clock())
    ada, ben = (Member(subject=one.subject, role=RoleKind.STUDENT, active=True) for one in school.students)
    read: list[str] = []

    def whole(_: object, url: str, *, changes: Callable[[str], None], **__: object) -> Iterator[Member]:
        read.append("whole")
        changes(url + "?since=1")
        yield from (ada, ben)

    def changed(_: object, url: str, changes: Callable[[str], None]) -> Iterator[Member]:
        read.append(url)
        changes("https://lms.example/roster?since=2")
        yield replace(ada, active=False)

    monkeypatch.setattr(lms_roster, "members", whole)
    monkeypatch.setattr(lms_roster, "changed_members", changed)
    assert syncing_roster.sync(border, school.course_id, clock()).total == 2
    clock.pass_by(hours=1)
    second = syncing_roster.sync(border, school.course_id, clock())
    assert (second.changed, second.left, second.total, second.problem) == (0, 1, 1, "")
    clock.pass_by(hours=20)
    syncing_roster.sync(border, school.course_id, clock())
    assert read == ["whole", "https://lms.example/roster?since=1", "whole"]


def test_a_course_of_fifty_thousand_passes_through_a_small_window(
    database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written once, so that the second reading, in which half of them left, meets every row."""
    school, border = new_school(database, clock(), students=0), Border(database, settings)
    open_course(school, clock())
    with database.writing() as session:
        session.execute(insert(PersonRow), [_person(school, number, clock()) for number in range(50_000)])
        ids = session.scalars(select(PersonRow.id).where(PersonRow.subject.startswith("many-"))).all()
        session.execute(insert(EnrolmentRow), [_place(school, one, clock()) for one in ids])

    def half(*_: object, **__: object) -> Iterator[Member]:
        for number in range(25_000):
            yield Member(subject=f"many-{number}", role=RoleKind.STUDENT, active=True)

    monkeypatch.setattr(lms_roster, "members", half)
    tracemalloc.start()
    result = syncing_roster.sync(border, school.course_id, clock())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (result.problem, result.total, result.left) == ("", 25_000, 25_000)
    assert peak < 30_000_000


def _person(school: School, number: int, now: datetime) -> dict[str, object]:
    return {"deployment_id": school.deployment_id, "subject": f"many-{number}", "created_at": now}


def _place(school: School, person_id: int, now: datetime) -> dict[str, object]:
    where = {"course_id": school.course_id, "person_id": person_id, "role": "student"}
    return {**where, "active": True, "on_roster": True, "first_seen_at": now, "groups": []}


def test_what_nobody_can_use_any_more_goes_and_nothing_else(any_database: Database, clock: Clock) -> None:
    school = new_school(any_database, clock())
    open_course(school, clock() - timedelta(days=60), number=1)
    open_course(school, clock(), number=2)
    with any_database.writing() as session:
        for state, minutes in (("over", -1), ("open", 10)):
            session.add(
                LoginRow(
                    state=state,
                    nonce="n",
                    registration_id=school.registration_id,
                    target_link_uri="",
                    browser_hash="",
                    expires_at=clock() + timedelta(minutes=minutes),
                )
            )
    gone = tidying.tidy(any_database, clock())
    assert (gone["logins"], gone["launches"]) == (1, 1)
    with any_database.reading() as session:
        assert session.get(LaunchRow, "launch-2") is not None
        assert session.get(LoginRow, "open") is not None
    assert set(tidying.tidy(any_database, clock()).values()) == {0}


def test_a_key_is_replaced_before_it_grows_old_and_stays_published(
    database: Database, settings: Settings, clock: Clock
) -> None:
    border = Border(database, settings)
    first = border.signing_key(clock()).kid
    assert rotating_keys.rotate_when_old(border, clock.pass_by(days=179)) is None
    second = rotating_keys.rotate_when_old(border, clock.pass_by(days=2))
    assert second not in {None, first}
    assert border.signing_key(clock()).kid == first, "LMSs that keep our key set do not know the new one yet"
    assert {key["kid"] for key in border.public_keys(clock())["keys"]} == {first, second}
    assert rotating_keys.rotate_when_old(border, clock.pass_by(days=1)) is None, "the change is under way"
    assert border.signing_key(clock.pass_by(days=1)).kid == second
    assert {key["kid"] for key in border.public_keys(clock.pass_by(days=13))["keys"]} == {first, second}
    assert {key["kid"] for key in border.public_keys(clock.pass_by(days=1))["keys"]} == {second}
    assert rotating_keys.rotate_when_old(border, clock()) is None


def test_two_who_need_the_first_key_at_once_sign_with_the_same_published_one(
    database: Database, settings: Settings, clock: Clock
) -> None:
    """The one who began a moment earlier may come second."""
    border = Border(database, settings)
    a_moment_later = clock() + timedelta(milliseconds=1)
    made = border.signing_key(a_moment_later).kid
    assert border.signing_key(clock()).kid == made
    assert [key["kid"] for key in border.public_keys(clock())["keys"]] == [made]


def test_a_leaked_key_is_replaced_and_withdrawn_at_once(
    database: Database, settings: Settings, clock: Clock
) -> None:
    border = Border(database, settings)
    leaked = border.signing_key(clock()).kid
    with pytest.raises(NotAllowed):
        rotating_keys.withdraw(border, leaked, clock())
    fresh = rotating_keys.rotate(border, clock.pass_by(hours=1), at_once=True)
    assert border.signing_key(clock()).kid == fresh.kid
    rotating_keys.withdraw(border, leaked, clock())
    assert [key["kid"] for key in border.public_keys(clock())["keys"]] == [fresh.kid]


def test_after_a_lost_secret_new_keys_work(database: Database, settings: Settings, clock: Clock) -> None:
    Border(database, replace(settings, secret="the first secret")).signing_key(clock())
    border = Border(database, replace(settings, secret="another secret"))
    with pytest.raises(SealBroken):
        border.signing_key(clock())
    fresh = rotating_keys.rotate(border, clock.pass_by(hours=1), at_once=True)
    assert border.signing_key(clock()).kid == fresh.kid
    assert [key["kid"] for key in border.public_keys(clock())["keys"]] == [fresh.kid]


def test_the_doctor_tells_the_state_of_our_keys(database: Database, settings: Settings, clock: Clock) -> None:
    border = Border(database, settings)

    def said() -> Check:
        return checking.our_keys(border, clock())

    border.signing_key(clock())
    assert said().state == "green"
    clock.pass_by(days=190)
    assert (said().state, "rotate" in said().cure) == ("red", True)
    rotating_keys.rotate(border, clock())
    assert "the next one is published and signs from" in said().what
    clock.pass_by(days=3)
    assert (said().state, "1 older one still published" in said().what) == ("green", True)


def test_retired_keys_are_thrown_away_long_after(database: Database, settings: Settings, clock: Clock) -> None:
    border = Border(database, settings)
    border.signing_key(clock())
    kept = rotating_keys.rotate(border, clock(), at_once=True).kid
    assert tidying.tidy(database, clock.pass_by(days=59))["keys"] == 0
    assert tidying.tidy(database, clock.pass_by(days=2))["keys"] == 1
    assert [entry.kid for entry in rotating_keys.listing(border, clock())] == [kept]
