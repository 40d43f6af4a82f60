"""Calibration on simulated courses: better where there is something to learn, never worse, same input same output."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.learners import draw_course, draw_world, simulated_answers
from builders import MONDAY, evidence
from lti_tool.learning import calibration
from lti_tool.learning.answers import of_learners, part
from lti_tool.learning.calibration import calibrate, log_loss, predictions
from lti_tool.learning.course_answers import CourseAnswers, gather
from lti_tool.learning.difficulty import estimate
from lti_tool.learning.ids import ItemId, SkillId
from lti_tool.learning.response_features import FEATURES
from lti_tool.learning.response_parameters import SHIPPED, as_document, from_document
from lti_tool.learning.response_prior import PRIOR


@lru_cache
def course(learners: int = 60, seed: int = 4) -> CourseAnswers:
    """A simulated course with 8 skills of 5 items."""
    rng = np.random.default_rng(seed)
    world = replace(
        draw_world(rng),
        skills=8,
        items_each=5,
        item_spread=1.0,
        answers_each=50,
        several_share=0.2,
        hint_share=0.15,
    )
    answers = simulated_answers(draw_course(world, rng), learners, rng)
    return CourseAnswers(
        answers=answers,
        skills=tuple(SkillId(f"s{n}") for n in range(8)),
        items=tuple(ItemId(f"i{n}") for n in range(40)),
        stated=np.zeros(40),
    )


def halves(whole: CourseAnswers) -> tuple[CourseAnswers, CourseAnswers]:
    """Learners with even and with odd numbers."""
    even = np.arange(int(whole.answers.learner.max()) + 1) % 2 == 0
    one, other = (replace(whole, answers=of_learners(whole.answers, flags)) for flags in (even, ~even))
    return one, other


def loss(held_out: CourseAnswers, of: CourseAnswers) -> float:
    parameters = calibrate(of, SHIPPED).parameters
    return log_loss(predictions(held_out, parameters), held_out.answers.worth) / len(held_out.answers)


def test_a_course_is_predicted_better_after_calibration_and_better_with_more_answers() -> None:
    known, held_out = halves(course(120))
    few = replace(known, answers=of_learners(known.answers, np.arange(known.answers.learner.max() + 1) < 30))
    shipped = log_loss(predictions(held_out, SHIPPED), held_out.answers.worth) / len(held_out.answers)
    assert loss(held_out, known) < loss(held_out, few) <= shipped


def test_hard_items_are_found() -> None:
    rng = np.random.default_rng(8)
    world = replace(draw_world(rng), skills=6, items_each=5, item_spread=1.0, answers_each=60, guess=0.0, slip=0.0)
    truth = draw_course(world, rng)
    found, _ = estimate(simulated_answers(truth, 150, rng), np.zeros(30))
    whole = truth.item_ease + truth.skill_ease[truth.first_skill]
    seen = found.item + found.skill[truth.first_skill]
    assert np.corrcoef(whole, seen)[0, 1] > 0.8


def test_new_parameters_are_kept_with_a_version_and_the_answers_they_rest_on() -> None:
    result = calibrate(course(), SHIPPED)
    assert result.kept_new
    assert result.loss_after < result.loss_before
    assert (result.parameters.version, result.parameters.answers) == (1, len(course().answers))
    assert from_document(as_document(result.parameters)) == result.parameters


def test_what_does_not_predict_better_is_not_kept() -> None:
    """Answers by the toss of a coin, against parameters that know it is one."""
    rng = np.random.default_rng(3)
    tossed = replace(
        course(),
        answers=replace(course().answers, worth=rng.integers(0, 2, len(course().answers)).astype(np.float64)),
    )
    knows = replace(SHIPPED, course=0.0, weights=(0.0,) * len(FEATURES), version=7)
    result = calibrate(tossed, knows)
    assert not result.kept_new
    assert result.parameters is knows
    assert result.loss_after > result.loss_before - calibration.MARGIN


@pytest.mark.parametrize("learners", [0, 1, 2, 7])
def test_a_handful_of_learners_is_no_obstacle(learners: int) -> None:
    small = replace(
        course(), answers=part(course().answers, 0, int(np.searchsorted(course().answers.learner, learners)))
    )
    result = calibrate(small, SHIPPED)
    assert result.parameters.version == int(result.kept_new)
    assert np.all(np.isfinite(predictions(course(), result.parameters)))
    assert learners > 1 or not result.kept_new


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_the_two_weakest_of_a_course_say_little_of_the_others(seed: int) -> None:
    """They come first, and both find it hard; whoever comes next is expected about as well as without them."""
    whole = course(30, seed)
    each, right = (np.bincount(whole.answers.learner, one) for one in (None, whole.answers.worth))
    weakest = np.zeros(len(each), bool)
    weakest[np.argsort(np.where(each < 20, 1.0, right / np.maximum(each, 1)))[:2]] = True
    they, others = (replace(whole, answers=of_learners(whole.answers, flags)) for flags in (weakest, ~weakest))
    shipped = log_loss(predictions(others, SHIPPED), others.answers.worth) / len(others.answers)
    assert loss(others, they) < shipped + 0.04


def test_same_answers_same_parameters() -> None:
    assert calibrate(course(), SHIPPED) == calibrate(course(), SHIPPED)


def test_progress_goes_from_nothing_to_all() -> None:
    heard: list[float] = []
    calibrate(course(), SHIPPED, heard.append)
    assert heard == sorted(heard)
    assert heard[0] > 0
    assert heard[-1] == 1.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 19), st.integers(1, 60))
def test_no_prediction_knows_what_comes_later(learner: int, cut: int) -> None:
    whole = course().answers
    mine = np.flatnonzero(whole.learner == learner)
    first = mine[min(cut, len(mine) - 1)]
    worth = whole.worth.copy()
    later = mine[mine >= first]
    worth[later] = 1 - worth[later]
    changed = predictions(replace(course(), answers=replace(whole, worth=worth)), SHIPPED)
    same = np.ones(len(whole), bool)
    same[later[1:]] = False
    assert np.allclose(changed[same], predictions(course(), SHIPPED)[same], atol=1e-9)


def test_too_many_answers_are_sampled_so_that_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "MOST_ANSWERS", len(course().answers) // 2)
    result = calibrate(course(), SHIPPED)
    assert 0 < result.answers < 0.7 * len(course().answers)
    assert result.kept_new


def test_evidence_becomes_answers_once_each_with_all_their_skills() -> None:
    at = MONDAY + timedelta(minutes=1)
    life = [
        evidence(1.0, id=1, item="a", difficulty=1.0),
        evidence(1.0, id=2, item="b", skill="x", at=at),
        evidence(1.0, id=3, item="b", skill="y", at=at),
        evidence(1.0, id=4, item="b", skill="y", at=at, attempt=2),
        evidence(1.0, id=5, item="a", at=at + timedelta(minutes=1), hints_used=1),
    ]
    found = gather([[*reversed(life), *life], []])
    assert found.answers.worth.tolist() == [1.0, 1.0, 0.5]
    assert found.answers.skills_each().tolist() == [1, 2, 1]
    assert found.items == ("a", "b")
    assert found.stated.tolist() == pytest.approx([-0.8, 0.0])
    assert len(gather([]).answers) == 0


def test_shipped_weights_are_those_of_this_model() -> None:
    assert tuple(PRIOR) == FEATURES
