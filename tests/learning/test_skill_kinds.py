"""Kinds of skills: what few learners tell about a skill, and what a teacher's word on its nature changes."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.kinds_sim import measured, starts
from benchmarks.mastery_adapter import CairnRule
from builders import history
from lti_tool.learning.posterior import Responses, bank, start_chances
from lti_tool.learning.rules import MasteryRule, Statistical, describe
from lti_tool.learning.rules.statistical import THRESHOLDS
from lti_tool.learning.skill_kinds import kinds
from lti_tool.learning.world_weights import skill_weights
from lti_tool.learning.worlds import NATURES, SHARES, prior_of, traits


def class_of(chances: np.ndarray, seed: int = 1) -> Responses:
    """Answers with these chances, [learner, answer]."""
    scores = (np.random.default_rng(seed).random(chances.shape) < chances).astype(float)
    return Responses(
        scores=scores, difficulties=np.zeros(chances.shape), nights=np.zeros(chances.shape, dtype=bool)
    )


def known_or_not(learners: int, guess: float) -> np.ndarray:
    known = np.arange(learners) % 2 == 0
    return np.tile(np.where(known, 0.94, guess)[:, None], (1, 25))


def by_and_by(learners: int) -> np.ndarray:
    start = np.linspace(-1.5, 1.5, learners)[:, None]
    return 1 / (1 + np.exp(-(start + 0.3 * np.log2(1 + np.arange(25)))))


def share_of(family: str, weights: np.ndarray) -> float:
    return float(weights[traits(family)[0]].sum())


def test_every_kind_is_a_distribution_over_the_states_of_one_family() -> None:
    every = kinds()
    assert every.first.sum(axis=1) == pytest.approx(1.0)
    assert every.prior.sum() == pytest.approx(1.0)
    assert (every.first >= 0).all()
    inside = np.array([[share_of(family, one) for family in SHARES] for one in every.first])
    assert inside.max(axis=1) == pytest.approx(1.0)


def test_a_dozen_learners_tell_a_skill_that_clicks_from_one_that_grows() -> None:
    classes = [known_or_not(12, 0.2), known_or_not(12, 0.2), by_and_by(12), by_and_by(12)]
    chances = start_chances(class_of(np.concatenate(classes)))
    weights = skill_weights(chances, np.repeat(np.arange(4), 12), 4)
    clicks, grows = share_of("two_state", weights[0]), share_of("two_state", weights[2])
    assert clicks > 0.7
    assert grows < 0.45


def test_a_skill_nobody_worked_on_has_weights_all_the_same() -> None:
    weights = skill_weights(start_chances(class_of(known_or_not(12, 0.3))), np.zeros(12, dtype=np.int64), 2)
    assert weights.sum(axis=1) == pytest.approx(1.0)
    assert (weights[1] > 0).any()
    assert np.isfinite(weights).all()


def test_natures_keep_every_world_alive() -> None:
    assert prior_of("any") == pytest.approx(bank().prior)
    for nature in NATURES:
        assert prior_of(nature).sum() == pytest.approx(1.0)
        assert (prior_of(nature) > 0).all()


def test_a_skill_known_or_not_is_called_sooner_than_one_that_comes_by_and_by() -> None:
    answers = history("RRRRWRRRRRRRRRRRRRRR")
    first = {nature: Statistical(nature=nature).read(answers).met.index(True) for nature in NATURES}
    assert first["known_or_not"] < first["any"] <= first["gradual"]


def test_the_sentence_says_what_was_chosen() -> None:
    said = {describe(MasteryRule(rule=Statistical(nature=nature))).text for nature in NATURES}
    assert len(said) == len(NATURES)


def test_knowing_the_nature_of_a_skill_spares_false_masteries_and_questions() -> None:
    classes, known = starts(30)
    reached = {}
    for what, weights in known.items():
        rule = CairnRule(THRESHOLDS["normal"])
        rule.W = weights
        reached[what] = measured(rule.decide(classes.observed), classes.truth)
    for what in ("nature told", "learned"):
        assert reached[what][0] < reached["shipped"][0]
        assert reached[what][2] < reached["shipped"][2]
