"""Rules and contents as the store remembers them."""

from __future__ import annotations

import pytest

from clock import Clock
from lti_tool.learning.rules import MasteryRule, Rule, Streak
from lti_tool.store import courses
from lti_tool.store.database import Database
from school import new_school


def test_a_rule_that_was_rolled_back_is_forgotten(database: Database, clock: Clock) -> None:
    school = new_school(database, clock())

    def change(n: int, *, fail: bool) -> None:
        with database.writing() as session:
            row = courses.placement(session, school.placement_id)
            courses.add_rule(session, row, MasteryRule(rule=Streak(n=n)), None, clock())
            assert courses.current_rule(session, row).rule == Streak(n=n)
            if fail:
                raise LookupError

    with pytest.raises(LookupError):
        change(7, fail=True)
    change(4, fail=False)
    with database.reading() as session:
        assert courses.current_rule(session, courses.placement(session, school.placement_id)).rule == Streak(n=4)


def test_an_activity_that_is_no_more_leaves_its_rule_to_nobody(database: Database, clock: Clock) -> None:
    """Some databases give its number to the next one, and a version of that has the same number, too."""

    def made(n: int) -> int:
        with database.writing() as session:
            row = courses.add_placement(session, school.course_id, clock())
            row.content_id = courses.placement(session, school.placement_id).content_id
            courses.add_rule(session, row, MasteryRule(rule=Streak(n=n)), None, clock())
            return row.id

    def rule(number: int) -> Rule:
        with database.reading() as session:
            return courses.current_rule(session, courses.placement(session, number)).rule

    school = new_school(database, clock())
    first = made(7)
    assert rule(first) == Streak(n=7)
    with database.writing() as session:
        session.delete(courses.placement(session, first))
    assert rule(made(4)) == Streak(n=4)


def test_the_same_rule_again_makes_no_new_version(database: Database, clock: Clock) -> None:
    school = new_school(database, clock())
    with database.writing() as session:
        row = courses.placement(session, school.placement_id)
        before = row.rule_version
        assert courses.add_rule(session, row, MasteryRule(rule=Streak(n=3)), None, clock()) == before
