"""Rules and contents as the store remembers them."""

from __future__ import annotations

import pytest

from clock import Clock
from lti_tool.learning.rules import MasteryRule, Streak
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


def test_the_same_rule_again_makes_no_new_version(database: Database, clock: Clock) -> None:
    school = new_school(database, clock())
    with database.writing() as session:
        row = courses.placement(session, school.placement_id)
        before = row.rule_version
        assert courses.add_rule(session, row, MasteryRule(rule=Streak(n=3)), None, clock()) == before
