"""Sentences read aloud: one of a thing is not "1 answers", and what is missing names all that is missing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings

from builders import MONDAY, SKILL, evidence, history
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.mastery import judge
from lti_tool.learning.rules import (
    Average,
    DecayingAverage,
    HiddenMarkov,
    Highest,
    Latest,
    Levels,
    MasteryRule,
    MOfN,
    NTimes,
    Rule,
    SkillChances,
    SkillKinds,
    Statistical,
    Streak,
    Tracing,
    describe,
)
from lti_tool.learning.verdicts import Verdict
from strategies import histories, mastery_rules

ONE_OF_MANY = re.compile(
    r"\b1 (?!of\b|more of\b)(more )?(right )?(\w+ )?(answers|rounds|days|points|skills|count)\b"
)


def verdict(rule: MasteryRule, rows: list[Evidence]) -> Verdict:
    return judge(rule, rows, skill=SKILL, version=1, now=MONDAY + timedelta(days=40))


def spoken(rule: MasteryRule, rows: list[Evidence]) -> list[str]:
    """All that is said of a rule and of what it sees."""
    one = verdict(rule, rows)
    return [str(phrase) for phrase in (describe(rule), *one.because, *([one.missing] if one.missing else []))]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Streak(n=1), "Mastered after one right answer"),
        (MOfN(m=1, n=1), "Mastered when the last answer is right"),
        (MOfN(m=1, n=3), "Mastered when 1 of the last 3 answers is right"),
        (NTimes(times=1), "Mastered after one right answer"),
        (NTimes(times=1, over=5, threshold=0.8), "Mastered after one round of 5 answers with at least 80 %"),
        (Highest(over=1), "Mastered when the best answer reaches 90 %"),
        (Highest(over=1, rounds=True), "Mastered when the best answer reaches 90 %"),
        (Latest(over=1), "Mastered when the latest answer reaches 90 %"),
        (Average(least=1), "Mastered when all answers average 80 %"),
        (
            DecayingAverage(recent=1),
            "Mastered when the decaying average reaches 80 %: the latest answer counts 65 %, all earlier ones the rest",
        ),
        (
            DecayingAverage(recent=1, window=4),
            "Mastered when the decaying average of the last 4 answers reaches 80 %: the latest counts 65 %, those "
            "before the rest",
        ),
        (DecayingAverage(recent=5, window=5), "Mastered when the last 5 answers average 80 %"),
        (
            DecayingAverage(recent=5, window=3),
            "Mastered when the last 3 answers average 80 %, after at least 5 answers",
        ),
        (DecayingAverage(recent=1, window=1), "Mastered when the last answer reaches 80 %"),
        (Levels(in_check=1), "Mastered when a set of 4 is all right and then a check of 1 too"),
        (Statistical(least=1), "Mastered when we are 90 % sure, even after one answer"),
        (
            Statistical(skills=(SkillKinds("a", "c10203 20"),)),
            "Mastered when we are 90 % sure, going by what this class’s answers say of 1 skill",
        ),
        (
            Tracing(skills=(SkillChances("a", 0.1, 0.1, 0.1, 0.1),), steady=0.01),
            "Mastered when knowledge tracing, with this class’s own numbers for 1 skill, reaches 95 %, and one more "
            "answer would move the forecast by 1 point at most",
        ),
        (
            HiddenMarkov(least=1),
            "Mastered when that is 95 % likely, if every skill is known or not and nothing else exists, even after "
            "one answer",
        ),
    ],
)
def test_a_rule_that_asks_for_one_of_something_says_so(rule: Rule, sentence: str) -> None:
    assert str(describe(MasteryRule(rule=rule))) == sentence


@pytest.mark.parametrize(
    ("rule", "answers", "reason"),
    [
        (Average(least=1), "W", "The only answer ({at}) scores 0 %, 80 % wanted."),
        (Highest(over=1), "W", "The best answer ({at}) scores 0 %, 90 % wanted."),
        (Latest(over=1), "W", "The latest answer ({at}) scores 0 %, 90 % wanted."),
    ],
)
def test_one_answer_is_spoken_of_as_one(rule: Rule, answers: str, reason: str) -> None:
    rows = history(answers)
    assert reason.format(at=rows[0].at.isoformat(timespec="seconds")) in spoken(MasteryRule(rule=rule), rows)


def test_a_window_of_one_answer_is_spoken_of_as_one() -> None:
    said_of_two = " ".join(spoken(MasteryRule(rule=DecayingAverage(recent=1, window=1)), history("WW")))
    assert "Only the last answer is looked at: 1 older one" in said_of_two
    said_of_three = " ".join(spoken(MasteryRule(rule=DecayingAverage(recent=1, window=1)), history("WWW")))
    assert "Only the last answer is looked at: 2 older ones" in said_of_three


@settings(max_examples=150, deadline=None)
@given(mastery_rules(), histories())
def test_one_is_never_many(rule: MasteryRule, rows: list[Evidence]) -> None:
    for sentence in spoken(rule, rows):
        assert not ONE_OF_MANY.search(sentence), sentence


def test_more_days_than_wanted_are_no_contradiction() -> None:
    rule = MasteryRule(rule=Streak(n=3), different_days=2)
    assert "Right on 2 of 2 different days." in spoken(rule, history("RW|RW|RW|RW"))


@pytest.mark.parametrize(
    ("rule", "answers", "sentence"),
    [
        (
            MasteryRule(rule=Streak(n=3), different_days=2, minimum_answers=10),
            "RRR",
            "1 more right answer on another day. In all at least 7 more answers.",
        ),
        (
            MasteryRule(rule=Streak(n=3), different_days=2, without_hints=True),
            "RRR",
            "1 more right answer without hints, on another day.",
        ),
        (
            MasteryRule(rule=Streak(n=3), different_days=3, without_hints=True),
            "RRR",
            "A right answer without hints on each of 2 more days.",
        ),
        (
            MasteryRule(rule=Streak(n=3), minimum_answers=5, without_hints=True),
            "RRR",
            "2 more answers without hints.",
        ),
        (
            MasteryRule(rule=Streak(n=3), minimum_answers=10),
            "W",
            "3 right answers in a row. In all at least 9 more answers.",
        ),
        (
            MasteryRule(rule=Streak(n=3), different_days=2),
            "RR",
            "1 more right answer. At least one on another day.",
        ),
        (
            MasteryRule(rule=Streak(n=3), different_days=2),
            "W",
            "3 right answers in a row. On at least 2 different days.",
        ),
        (
            MasteryRule(rule=Streak(n=5), different_days=4),
            "RR",
            "3 more right answers in a row. Spread over at least 3 more days.",
        ),
        (
            MasteryRule(rule=MOfN(m=4, n=5), mixed_check=2),
            "RRR",
            "1 more right answer. Then a mixed check among questions of other skills. In all at least 2 more "
            "answers.",
        ),
        (
            MasteryRule(rule=Streak(n=3), rounds_of=5, minimum_answers=4, mixed_check=1),
            "RRR",
            "1 more answer. Then a mixed check among questions of other skills. In all at least 2 more answers.",
        ),
        (
            MasteryRule(rule=Streak(n=3), rounds_of=5),
            "RR",
            "1 more right answer. In all at least 3 more answers.",
        ),
    ],
)
def test_what_is_missing_names_the_rule_and_every_gate(rule: MasteryRule, answers: str, sentence: str) -> None:
    assert str(verdict(rule, history(answers)).missing) == sentence


def test_the_first_right_answer_need_not_wait_for_another_day() -> None:
    """Partial points can meet an average before anything was right."""
    rows = [evidence(0.6, id=number) for number in (1, 2, 3)]
    assert str(verdict(MasteryRule(rule=Average(threshold=0.5, least=3)), rows).missing) == "1 right answer."
    two_days = MasteryRule(rule=Average(threshold=0.5, least=3), different_days=2)
    assert str(verdict(two_days, rows).missing) == "A right answer on each of 2 days."


@settings(max_examples=150, deadline=None)
@given(mastery_rules(), histories())
def test_who_does_no_more_than_what_is_said_to_be_missing_was_told_enough(
    rule: MasteryRule, rows: list[Evidence]
) -> None:
    one = verdict(rule, rows)
    in_rounds = isinstance(rule.rule, NTimes) and rule.rule.over > 1
    if one.mastered or one.missing is None or one.answers_expected is None or in_rounds:
        return
    named = [int(number) for number in re.findall(r"\d+", str(one.missing))]
    assert max(named, default=0) >= one.answers_expected
