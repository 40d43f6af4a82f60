"""Minds that wander: followed exactly, forwards and backwards, and set apart from what somebody can do."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import SKILL, history
from lti_tool.learning.filtering import start_chances, weights_after_each
from lti_tool.learning.ids import SkillId
from lti_tool.learning.posterior import believe, success_between
from lti_tool.learning.worlds import RETURNS, WANDERS, bank, traits

HERE, AWAY = 0, 1
MOVES = np.array([[1 - WANDERS, WANDERS], [RETURNS, 1 - RETURNS]])


def wandering() -> list[int]:
    """The places of states with the mind on it, of worlds where it wanders; the same elsewhere stands right after."""
    places, (_, _, away, elsewhere) = traits("fading")
    return [int(place) for place in places[(away > 0) & (elsewhere == 0)]]


def path_by_path(answers: str, place: int) -> np.ndarray:
    """Chance of the answers along each way a mind may take, summed by where it starts and where it ends up."""
    found = np.zeros((2, 2))
    for path in product((HERE, AWAY), repeat=len(answers) + 1):
        chance = 1.0
        for number, answer in enumerate(answers):
            right = bank().success[number, place + path[number]]
            chance *= (right if answer == "R" else 1 - right) * MOVES[path[number], path[number + 1]]
        found[path[0], path[-1]] += chance
    return found


@given(st.text("RW", min_size=1, max_size=6), st.sampled_from(wandering()))
def test_a_wandering_mind_is_followed_through_all_its_ways(answers: str, place: int) -> None:
    prior = np.zeros(len(bank().prior))
    prior[place] = 1.0
    *_, weights = (each.copy() for each in weights_after_each(history(answers), prior, bank()))
    ends = path_by_path(answers, place)[HERE]
    assert weights[place : place + 2] == pytest.approx(ends / ends.sum(), abs=1e-6)


@given(st.text("RW", min_size=1, max_size=6), st.sampled_from(wandering()))
def test_how_well_a_start_explains_answers_counts_all_ways_from_there(answers: str, place: int) -> None:
    ((_, chances),) = start_chances({(1, SkillId(SKILL)): history(answers)}, bank())
    starts = path_by_path(answers, place).sum(axis=1)
    assert chances[0, place] / chances[0, place + 1] == pytest.approx(starts[HERE] / starts[AWAY], rel=1e-6)


def test_what_somebody_can_do_does_not_hang_on_where_the_mind_is_just_now() -> None:
    """Bounds are of a hundred questions: one wrong answer, with the mind elsewhere, must not open them wide."""
    able = [place for place in wandering() if bank().ability[0, place] > 0.9]
    prior = np.zeros(len(bank().prior))
    prior[able] = 1 / len(able)
    low, high = success_between(believe(history("RRRRRRWW"), prior))
    assert 0.7 < low <= high < 0.9
