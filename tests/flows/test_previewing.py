"""A rule tried beforehand on a large class: on both databases, and gone with whom it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classroom import judged_class, six_in_a_row, skills_of
from clock import Clock
from lti_tool.flows import configuring, forgetting, previewing, tidying
from lti_tool.flows.errors import NotAllowed, NotFound, NotSeenYet
from lti_tool.store import contents, courses, evidence
from lti_tool.store.database import Database
from lti_tool.store.pages import rule_tally
from school import School


@pytest.fixture
def school(any_database: Database, clock: Clock) -> School:
    """Three students by a rule of three in a row."""
    return judged_class(any_database, clock, 3, ("RRRRRR", "RRR", "WRR"))


def asked(school: School, clock: Clock) -> int:
    with school.db.writing() as session:
        number, _new = previewing.ask(session, school.teacher, six_in_a_row(school), clock())
    return number


def test_what_is_kept_says_what_a_preview_at_once_says(school: School, clock: Clock) -> None:
    number = asked(school, clock)
    assert asked(school, clock) == number
    with school.db.reading() as session, pytest.raises(NotSeenYet):
        previewing.foreseen(session, school.teacher, number, clock())
    previewing.run(school.db, number, clock)
    with school.db.reading() as session:
        at_once = configuring.preview(session, school.teacher, six_in_a_row(school), clock())
        found = previewing.look(session, school.teacher, number, clock())
        foreseen, falls = previewing.foreseen(session, school.teacher, number, clock())
    assert found.shown == at_once
    assert foreseen.falls == falls == {one.person_id for one in at_once.falls}
    assert foreseen.wanted == six_in_a_row(school)


def test_it_counts_itself_through(school: School, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    number, seen = asked(school, clock), []
    monkeypatch.setattr("lti_tool.store.pages.rule_trial.STRETCH", 1)
    take = rule_tally.Tally.take

    def slowly(*args: object) -> None:
        clock.pass_by(seconds=2)
        with school.db.reading() as session:
            seen.append(previewing.look(session, school.teacher, number, clock()).done)
        take(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rule_tally.Tally, "take", slowly)
    previewing.run(school.db, number, clock)
    assert seen == [0, 1, 2]


def test_with_a_person_goes_what_was_found_of_them(school: School, clock: Clock) -> None:
    number = asked(school, clock)
    previewing.run(school.db, number, clock)
    with school.db.writing() as session:
        forgetting.erase(session, school.students[0].person_id, clock())
    with school.db.reading() as session, pytest.raises(NotFound):
        previewing.look(session, school.teacher, number, clock())


def test_it_is_kept_some_days(school: School, clock: Clock) -> None:
    previewing.run(school.db, asked(school, clock), clock)
    assert tidying.tidy(school.db, clock.pass_by(days=2))["previews"] == 0
    assert tidying.tidy(school.db, clock.pass_by(days=2))["previews"] == 1


def test_of_too_many_observations_every_second_student_is_learned_from(school: School) -> None:
    skills = skills_of(school)
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        key = contents.get(session, row.content_id or 0).key
        whole = evidence.of_a_class(session, row.course_id, skills, key, 12)
        some = evidence.of_a_class(session, row.course_id, skills, key, 6)
    assert sum(map(len, whole.values())) == 12
    assert 0 < len(some) < len(whole)
    assert all(whole[one] == rows for one, rows in some.items())


def test_only_a_teacher_may_ask(school: School, clock: Clock) -> None:
    with school.db.writing() as session, pytest.raises(NotAllowed, match="Only a teacher"):
        previewing.ask(session, replace(school.teacher, role="assistant"), six_in_a_row(school), clock())
