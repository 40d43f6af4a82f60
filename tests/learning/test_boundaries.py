"""Boundaries and directions: what tips a day, a review, a share or a teacher's word to one side."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from builders import MONDAY, SKILL, evidence, history
from lti_tool.learning.filtering import share, step
from lti_tool.learning.history import NIGHT, days_of
from lti_tool.learning.mastery import judge
from lti_tool.learning.outside import stretched
from lti_tool.learning.overruling import overrule
from lti_tool.learning.posterior import FAR_AHEAD, believe, success_between
from lti_tool.learning.preview import Case, Trial
from lti_tool.learning.review import due_at
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.learning.verdicts import TeacherWord
from lti_tool.learning.worlds import bank


def test_a_pause_of_a_night_begins_a_new_day_and_a_minute_less_does_not() -> None:
    for pause, day in ((NIGHT, 2), (NIGHT - timedelta(minutes=1), 1)):
        assert days_of([evidence(id=1, at=MONDAY), evidence(id=2, at=MONDAY + pause)]) == [1, day]


def review_after(answers: str) -> datetime:
    """When the next review is due after such a review three weeks after mastery."""
    review = history(answers, start=MONDAY + timedelta(days=21))
    later = [evidence(one.score, id=100 + one.id, at=one.at, hints_used=one.hints_used) for one in review]
    return due_at([*history("WRRR"), *later], MONDAY + timedelta(hours=1))


def test_the_better_a_review_went_the_longer_the_next_one_waits() -> None:
    assert review_after("WWWR") < review_after("WRRR") < review_after("RRRR")
    assert review_after("RRRH") < review_after("RRRR"), "a hint at the end says that it was hard"


def test_a_teachers_word_does_not_make_mastery_later_and_leaves_no_number_to_wait_for() -> None:
    rows = history("RRR")
    own = judge(MasteryRule(rule=Streak(n=3)), rows, skill=SKILL, version=1, now=MONDAY)
    later = MONDAY + timedelta(days=3)
    assert overrule(own, TeacherWord(mastered=True, at=later), rows).mastered_at == own.mastered_at
    assert overrule(own, TeacherWord(mastered=False, at=later), rows).answers_expected is None


@pytest.mark.parametrize(("points", "score"), [(0.0, 0.0), (0.3, 0.4), (0.6, 0.8), (0.8, 0.9), (1.0, 1.0)])
def test_a_grade_is_stretched_around_what_is_enough(points: float, score: float) -> None:
    assert stretched(points, 0.6) == pytest.approx(score)


@pytest.mark.parametrize(("answers", "low", "high"), [("R" * 15, 0.8, 1.0), ("W" * 15, 0.0, 0.1)])
def test_who_knows_it_and_is_not_called_is_expected_to_be_missed(answers: str, low: float, high: float) -> None:
    case = Case(learner=1, skill=SKILL, history=tuple(history(answers)))
    expected = Trial(rule=MasteryRule(rule=Streak(n=20)), cases=[case]).expectation
    assert expected.called == 0
    assert low <= expected.missed <= high


@pytest.mark.parametrize("answers", ["", "R", "WRWRRW", "RRRRRRRR", "W" * 12])
def test_an_interval_leaves_as_much_below_as_above(answers: str) -> None:
    belief = believe(history(answers))
    success = bank().lasting[belief.answers]
    low, high = success_between(belief, within=0.8)
    total = belief.weights.sum()
    assert belief.weights[success < low].sum() / total < 0.1 <= belief.weights[success <= low].sum() / total
    assert belief.weights[success < high].sum() / total < 0.9 <= belief.weights[success <= high].sum() / total


def test_ten_more_answers_teach_beyond_what_the_same_weights_would_say_then() -> None:
    belief = believe(history("WR"))
    as_it_stands = share(belief.weights, bank().mastered[step(belief.answers + FAR_AHEAD)])
    assert belief.soon > as_it_stands + 0.05
