"""Mixture and ladder: views from research, exact in what they say, and learned from a class."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import SKILL, history
from lti_tool.learning import research_fit
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.history import night_between
from lti_tool.learning.ids import SkillId
from lti_tool.learning.research_worlds import VIEWS, said, weights_said, worlds_of
from lti_tool.learning.rules import HiddenMarkov
from lti_tool.learning.rules.hidden_markov import EVERY_OTHER
from strategies import histories

STARTS = {"mixture": (0.1, 0.35, 0.7), "ladder": (0.05, 0.35, 0.8)}
GUESSES = {"mixture": (0.1, 0.2, 0.35, 0.5), "ladder": (0.1, 0.2, 0.3, 0.42)}
SLIPS = {"mixture": (0.03, 0.08, 0.16), "ladder": (0.03, 0.08, 0.15)}
SLOPE = {"mixture": 0.6, "ladder": 0.9}
RUNGS = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.68, 0.75, 0.82, 0.88, 0.93, 0.97])
Class = dict[tuple[int, SkillId], tuple[Evidence, ...]]


def harder(success: np.ndarray, answer: Evidence, view: str) -> np.ndarray:
    """Chances of what was answered."""
    odds = success / (1 - success) / np.exp(SLOPE[view] * answer.difficulty)
    right = 1 - (1 - odds / (1 + odds)) * 0.6**answer.hints_used
    return np.asarray(right**answer.score * (1 - right) ** (1 - answer.score))


def world_by_world(answers: list[Evidence], view: str) -> float:
    """The probability of mastery, each world followed on its own, in plain Bayes."""
    chance, mastered = [], []
    for start, learn, guess, slip, forget in product(
        STARTS[view], (0.02, 0.08, 0.2, 0.45), GUESSES[view], SLIPS[view], (0.0, 0.12)
    ):
        here, known = 1.0, start
        for place, answer in enumerate(answers):
            if place and night_between(answers[place - 1].at, answer.at):
                known *= 1 - forget
            unlike, like = harder(np.array([guess, 1 - slip]), answer, view)
            total = (1 - known) * unlike + known * like
            here, known = here * total, known * like / total
            known += (1 - known) * learn
        chance.append(here)
        mastered.append(known)
    for first, climb in product(range(12), (0.0, 0.05, 0.12, 0.25, 0.5)) if view == "ladder" else ():
        here, where = 1.0, np.eye(12)[first]
        for answer in answers:
            where = where * harder(RUNGS, answer, view)
            here, where = here * where.sum(), where / where.sum()
            moved = climb * where[:-1]
            where[:-1] -= moved
            where[1:] += moved
        chance.append(here)
        mastered.append(where[RUNGS >= 0.85].sum())
    return float(np.average(mastered, weights=chance))


@settings(max_examples=15, deadline=None)
@given(histories(most=10), st.sampled_from(list(VIEWS)))
def test_the_probability_is_that_of_all_worlds_followed_one_by_one(rows: list[Evidence], view: str) -> None:
    said_by_rule = HiddenMarkov(worlds=view).read(rows, skill=SKILL).confidence
    assert said_by_rule == pytest.approx(world_by_world(rows, view), abs=1e-6)


@pytest.mark.parametrize(("view", "worlds", "states"), [("mixture", 288, 192), ("ladder", 348, 252)])
def test_a_view_is_a_proper_prior_of_so_many_worlds(view: str, worlds: int, states: int) -> None:
    here = worlds_of(view)
    assert here.starts.shape == (worlds, states)
    assert here.starts.sum(axis=1) == pytest.approx(1)
    assert here.bank.prior.sum() == pytest.approx(1)


@given(st.lists(st.floats(0, 1), min_size=192, max_size=192).filter(any))
def test_weights_written_in_letters_come_back_nearly_the_same(parts: list[float]) -> None:
    weights = np.array(parts) / sum(parts)
    back = weights_said(said(weights), "mixture")
    assert back.sum() == pytest.approx(1)
    assert np.abs(np.maximum(weights, 1e-5) / back - 1).max() < 0.25


def answered(skill: str, chances: np.ndarray, seed: int = 1) -> Class:
    """Histories with these chances, [learner, answer]."""
    right = np.random.default_rng(seed).random(chances.shape) < chances
    rows = ("".join("WR"[int(one)] for one in row) for row in right)
    return {(learner, SkillId(skill)): history(row, skill=skill) for learner, row in enumerate(rows)}


def known_by(share: float, guess: float, learners: int = 30) -> np.ndarray:
    known = np.arange(learners) < share * learners
    return np.tile(np.where(known, 0.95, guess)[:, None], (1, 20))


@pytest.mark.parametrize("view", VIEWS)
def test_a_class_tells_skills_apart(view: str) -> None:
    seen = answered("easy", known_by(0.8, 0.3)) | answered("hard", known_by(0.1, 0.1))
    rule = research_fit.fit(HiddenMarkov(worlds=view), seen)
    (easy, easy_right), (hard, hard_right) = rule.at_first("easy"), rule.at_first("hard")
    assert easy > hard + 0.1
    assert easy_right > hard_right + 0.1
    assert hard < rule.at_first("never seen")[0] < easy, "the course stands for what nobody has tried"
    assert [one.skill for one in rule.skills] == [EVERY_OTHER, "easy", "hard"]


def test_where_guessing_is_easy_more_right_answers_are_wanted() -> None:
    rules = [
        research_fit.fit(HiddenMarkov(), answered("s", known_by(0.3, guess, learners=60))) for guess in (0.1, 0.5)
    ]
    calls = [rule.read(history("R" * 20), skill="s").met.index(True) for rule in rules]
    assert calls[0] < calls[1]


def test_few_learners_teach_the_course_and_no_skill_of_their_own() -> None:
    many = answered("often", known_by(0.5, 0.2))
    few = {key: rows for key, rows in answered("seldom", known_by(1, 0.2)).items() if key[0] < 4}
    rule = research_fit.fit(HiddenMarkov(), many | few)
    assert [one.skill for one in rule.skills] == [EVERY_OTHER, "often"]
    assert (rule.prior("seldom") == rule.prior("never seen")).all()
    assert research_fit.fit(HiddenMarkov(), few) == HiddenMarkov(), "nothing to tell from"


def test_the_order_of_learners_does_not_matter() -> None:
    seen = answered("s", known_by(0.5, 0.2)) | answered("t", known_by(0.2, 0.4))
    turned = dict(reversed(seen.items()))
    assert research_fit.fit(HiddenMarkov(), seen) == research_fit.fit(HiddenMarkov(), turned)


def test_who_hovers_below_the_level_passes_in_the_mixture_and_is_held_on_the_ladder() -> None:
    """Success of three in four: for the mixture that is somebody who knows and slips."""
    hovering = answered("s", np.full((60, 30), 0.76))
    called = {}
    for view in VIEWS:
        rule = research_fit.fit(HiddenMarkov(worlds=view), hovering)
        called[view] = sum(any(rule.read(rows, skill="s").met) for rows in hovering.values())
    assert called["ladder"] < called["mixture"] / 2
