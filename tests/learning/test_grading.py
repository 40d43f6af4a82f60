"""Grades from verdicts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, history
from lti_tool.learning.grading import GradingPolicy, grade_for
from lti_tool.learning.ids import SkillId
from lti_tool.learning.mastery import judge
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.learning.verdicts import Verdict
from strategies import histories, mastery_rules

A, B = SkillId("a"), SkillId("b")
SHARE, PROGRESS = GradingPolicy(kind="mastered_share"), GradingPolicy(kind="average_progress")


def verdicts(**answers: str) -> dict[SkillId, Verdict]:
    rule = MasteryRule(rule=Streak(n=4))
    return {
        SkillId(key): judge(rule, history(row, skill=key), skill=SkillId(key), version=1, now=MONDAY)
        for key, row in answers.items()
    }


@pytest.mark.parametrize(
    ("policy", "value", "words"),
    [
        (SHARE, 0.5, "1 of 2 skills mastered."),
        (PROGRESS, 0.75, "On average 75 % of the way to mastery, over 2 skills."),
    ],
)
def test_one_mastered_and_one_half_way(policy: GradingPolicy, value: float, words: str) -> None:
    grade = grade_for(policy, verdicts(a="RRRR", b="RR"), (A, B))
    assert (grade.value, grade.complete, str(grade.because)) == (value, False, words)


@pytest.mark.parametrize("policy", [SHARE, PROGRESS])
def test_all_mastered_is_full_and_complete(policy: GradingPolicy) -> None:
    grade = grade_for(policy, verdicts(a="RRRR", b="RRRR"), (A, B))
    assert (grade.value, grade.complete) == (1.0, True)


@pytest.mark.parametrize("policy", [SHARE, PROGRESS])
def test_nothing_to_grade_is_no_grade_and_not_zero(policy: GradingPolicy) -> None:
    assert grade_for(policy, {}, ()).value is None
    assert grade_for(policy, {}, (A, B)).value is None
    assert grade_for(policy, verdicts(a=""), (A, B)).value is None
    assert grade_for(policy, verdicts(a="W"), (A, B)).value == 0


def test_skills_outside_the_scope_and_doubles_in_it_count_for_nothing() -> None:
    assert grade_for(SHARE, verdicts(a="RRRR", b="W"), (B,)).value == 0
    assert grade_for(SHARE, verdicts(a="RRRR", b="W"), (A, A, B)).value == 0.5


@settings(max_examples=60, deadline=None)
@given(
    mastery_rules(),
    histories(most=10, skill="a"),
    histories(most=10, skill="b"),
    st.sampled_from([SHARE, PROGRESS]),
)
def test_grades_stay_in_bounds(rule, first, second, policy) -> None:
    now = MONDAY + timedelta(days=3)
    found = {
        A: judge(rule, first, skill=A, version=1, now=now),
        B: judge(rule, second, skill=B, version=1, now=now),
    }
    grade = grade_for(policy, found, (A, B))
    assert grade.value is None or 0 <= grade.value <= 1
    assert grade.complete == all(verdict.mastered for verdict in found.values())
    assert not grade.complete or grade.value == 1
