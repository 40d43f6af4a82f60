"""The Bayes filter: honest probabilities for learners it was not built from, in no time."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, evidence, history
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.posterior import believe, believe_many, rights_until, success_between
from lti_tool.learning.rules import Statistical
from lti_tool.learning.rules.statistical import LEVELS
from lti_tool.learning.worlds import bank
from strategies import histories


def test_the_bank_is_a_proper_prior() -> None:
    worlds = bank()
    assert worlds.prior.sum() == pytest.approx(1)
    assert (worlds.prior > 0).all()
    assert 0.2 < believe(()).mastered < 0.4


def test_right_answers_lift_and_wrong_ones_lower_the_probability() -> None:
    lifted = believe(history("RRRRRR")).after_each
    lowered = believe(history("WWWWWW")).after_each
    assert list(lifted) == sorted(lifted)
    assert lowered[-1] < believe(()).mastered < lifted[-1]


def test_a_night_may_have_taken_something_away() -> None:
    same_day, next_day = believe(history("RRRR")), believe(history("RR|RR"))
    assert next_day.mastered < same_day.mastered


def test_half_right_lies_between() -> None:
    chances = [believe(history(answers)).mastered for answers in ("RRW", "RRP", "RRR")]
    assert chances == sorted(chances)


def test_the_forecast_of_right_answers_is_exact_for_middling_questions() -> None:
    belief = believe(history("RWR"))
    needed = rights_until(belief, 0.9)
    assert needed is not None
    assert believe(history("RWR" + "R" * needed)).sure >= 0.9
    assert believe(history("RWR" + "R" * (needed - 1))).sure < 0.9
    assert rights_until(belief, 0.9, most=1) is None


def test_a_higher_level_is_reached_later() -> None:
    beliefs = [believe(history("RRWRRRRR"), level=level / 100) for level in LEVELS]
    sure = [belief.sure for belief in beliefs]
    needed = [rights_until(belief, 0.9, most=60) or 0 for belief in beliefs]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > sure[-1] + 0.1
    assert needed == sorted(needed)
    assert len({belief.success for belief in beliefs}) == 1, "what is expected of the learner stays"


def test_who_knows_has_mastered_it_at_every_level() -> None:
    """A slip is no lack of knowledge: a skill that is known or not has no degrees."""
    known = bank().prior * np.isin(bank().families, "two_state")
    assert len({believe(history("RRRWRRR"), known, level / 100).mastered for level in LEVELS}) == 1


@given(histories(most=12))
def test_success_lies_between_its_bounds(rows: list[Evidence]) -> None:
    belief = believe(rows)
    low, high = success_between(belief)
    assert 0 < low <= high < 1
    half_low, half_high = success_between(belief, 0.5)
    assert low <= half_low <= half_high <= high


def test_answers_narrow_the_bounds() -> None:
    widths = [high - low for low, high in (success_between(believe(history("RRRW" * n))) for n in (0, 2, 5, 12))]
    assert widths == sorted(widths, reverse=True)


def test_the_bounds_hold_for_learners_the_filter_does_not_know() -> None:
    """Eighty of a hundred are meant; of learners built otherwise it may be somewhat more or fewer."""
    draw, held = np.random.default_rng(7), []
    for place in draw.normal(0.5, 1.2, 150):
        success = 0.1 + 0.87 / (1 + np.exp(-(place + 0.25 * np.sqrt(np.arange(13)))))
        answers = draw.random(12) < success[:12]
        low, high = success_between(believe(history("".join("R" if one else "W" for one in answers))))
        held.append(low <= success[12] <= high)
    assert 0.7 < float(np.mean(held)) < 0.95


def test_numbers_stay_sound_over_thousands_of_answers() -> None:
    for pattern in ("R", "W", "RW"):
        chances = believe(history(pattern * 2000)).after_each
        assert all(0 < chance < 1 for chance in chances)


def test_the_cost_grows_with_the_answers_and_no_faster() -> None:
    def cost(tens: int) -> float:
        rows = history("RRWRRWRRWR" * tens)
        believe(rows)
        start = process_time()
        for _ in range(10):
            believe(rows)
        return process_time() - start

    assert cost(40) < 20 * cost(4)


def _learner(draw: np.random.Generator, first_id: int) -> tuple[list[Evidence], list[bool]]:
    """A logistic learner of a family the bank does not hold: ability grows with the square root of practice.

    Mastered is an expected success of .85 on a middling item, as in the rule.
    """
    ability = draw.normal(0.2, 1.3)
    growth = 0.0 if draw.random() < 0.2 else abs(draw.normal(0.5, 0.3))
    rows, truth = [], []
    for number in range(25):
        difficulty = float(draw.normal(0, 0.6))
        place = ability + growth * np.sqrt(number)
        chance = 0.05 + 0.93 / (1 + np.exp(-1.3 * (place - difficulty)))
        rows.append(evidence(float(draw.random() < chance), id=first_id + number, difficulty=difficulty, at=MONDAY))
        place = ability + growth * np.sqrt(number + 1)
        truth.append(bool(0.05 + 0.93 / (1 + np.exp(-1.3 * place)) >= 0.85))
    return rows, truth


@pytest.mark.parametrize(("sureness", "most"), [("quick", 0.45), ("normal", 0.3), ("strict", 0.2)])
def test_false_masteries_are_bounded_even_for_slow_growers_only(sureness: str, most: float) -> None:
    """Borderline learners (success .8) count as false here, so this is the hardest family there is for any rule."""
    draw = np.random.default_rng(3)
    rule = Statistical(sureness=sureness)
    wrong, declared = 0, 0
    for number in range(250):
        rows, truth = _learner(draw, 1 + 100 * number)
        met = rule.read(rows).met
        if True in met:
            declared += 1
            wrong += not truth[met.index(True)]
    assert declared > 80
    assert wrong / declared <= most


def test_surer_means_fewer_false_masteries_and_more_questions() -> None:
    draw = np.random.default_rng(4)
    learners = [_learner(draw, 1 + 100 * number) for number in range(150)]
    asked, shares = [], []
    for sureness in ("quick", "normal", "strict"):
        ends = [
            (met.index(True), truth)
            for rows, truth in learners
            if True in (met := Statistical(sureness=sureness).read(rows).met)
        ]
        asked.append(np.mean([end for end, _ in ends]))
        shares.append(np.mean([not truth[end] for end, truth in ends]))
    assert asked == sorted(asked)
    assert shares == sorted(shares, reverse=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(histories(most=12), max_size=8))
def test_a_whole_class_at_once_gives_what_one_after_the_other_gives(rows: list[list[Evidence]]) -> None:
    for history_of_one, course in zip(rows, believe_many(rows), strict=True):
        belief = believe(history_of_one)
        assert course.mastered[1:] == pytest.approx(belief.after_each)
        assert course.sure[1:] == pytest.approx(belief.sure_each)
        assert course.mastered[-1] == pytest.approx(belief.mastered)
