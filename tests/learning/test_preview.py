"""A preview says of a class what verdicts would say, and what to expect of a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, SKILL, history
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.mastery import judge
from lti_tool.learning.preview import Case, Trial
from lti_tool.learning.rules import MasteryRule, Statistical, Streak
from strategies import histories, mastery_rules

NOW = MONDAY + timedelta(days=400)


def cases(*rows: list[Evidence]) -> list[Case]:
    return [Case(learner=place, skill=SKILL, history=tuple(one)) for place, one in enumerate(rows)]


@settings(max_examples=60, deadline=None)
@given(mastery_rules(), st.lists(histories(most=15), max_size=5))
def test_a_preview_says_what_the_verdicts_say(rule: MasteryRule, rows: list[list[Evidence]]) -> None:
    for one, outcome in zip(rows, Trial(rule=rule, cases=cases(*rows)).outcomes, strict=True):
        verdict = judge(rule, one, skill=SKILL, version=1, now=NOW)
        assert outcome.mastered == verdict.mastered
        assert outcome.progress == pytest.approx(verdict.progress)
        assert 0 <= outcome.likely <= 1


def test_the_dial_goes_from_quick_to_strict() -> None:
    rows = [
        history(answers) for answers in ("RRR", "RRRR", "RRWRR", "RRRRR", "RWRRR", "RRRRRRR", "WRRRRRRR", "WWW")
    ]
    dial = Trial(rule=MasteryRule(rule=Statistical()), cases=cases(*rows)).dial
    quick, normal, strict = dial["quick"], dial["normal"], dial["strict"]
    assert quick.called >= normal.called >= strict.called
    assert quick.early >= normal.early >= strict.early
    assert quick.missed <= normal.missed <= strict.missed


def test_only_the_statistical_rule_has_a_dial() -> None:
    assert Trial(rule=MasteryRule(rule=Streak()), cases=cases(history("RRR"))).dial == {}


def test_luck_is_expected_where_a_rule_asks_for_little() -> None:
    rows = [history("RRR") for _ in range(10)]
    lax = Trial(rule=MasteryRule(rule=Streak(n=1)), cases=cases(*rows)).expectation
    strict = Trial(rule=MasteryRule(rule=Streak(n=3)), cases=cases(*rows)).expectation
    assert lax.called == strict.called == 10
    assert lax.early > strict.early > 0


def test_a_goal_of_ones_own_and_a_teachers_word_hold_against_the_rule_of_the_class() -> None:
    answers = tuple(history("RRR"))
    goal = MasteryRule(rule=Streak(n=3))
    tried = Trial(
        rule=MasteryRule(rule=Streak(n=10)),
        cases=[
            Case(learner=1, skill=SKILL, history=answers),
            Case(learner=2, skill=SKILL, history=answers, goal=goal),
            Case(learner=3, skill=SKILL, history=(), word=True),
            Case(learner=4, skill=SKILL, history=answers, goal=goal, word=False),
        ],
    )
    assert [one.mastered for one in tried.outcomes] == [False, True, True, False]
    assert tried.outcomes[3].progress < 1
    assert tried.expectation.called == 2


def test_a_goal_with_a_level_of_its_own_is_held_to_that_level() -> None:
    """One learner's 70 of 100 among a class's 95: each as alone."""
    row = history("RRWRRRWRRR")
    rules = [MasteryRule(rule=Statistical(level=level)) for level in (70, 95)]
    alone = [Trial(rule=rule, cases=cases(row)).outcomes[0] for rule in rules]
    assert alone[0].likely > alone[1].likely
    (own,) = cases(row)
    both = Trial(rule=rules[1], cases=[replace(own, goal=rules[0]), own]).outcomes
    assert list(both) == alone


def test_nobody_is_no_trouble() -> None:
    trial = Trial(rule=MasteryRule(rule=Statistical()), cases=[])
    assert trial.outcomes == ()
    assert trial.expectation.called == 0
    assert trial.dial["quick"].called == 0


def test_the_dial_keeps_what_the_teacher_said_of_the_skills() -> None:
    rows = cases(*(history("RRRRWRRR") for _ in range(5)))
    known, gradual = (
        Trial(rule=MasteryRule(rule=Statistical(nature=nature)), cases=rows)
        for nature in ("known_or_not", "gradual")
    )
    for trial in (known, gradual):
        assert trial.dial["normal"] == trial.expectation
    assert known.dial["strict"].called > gradual.dial["strict"].called
