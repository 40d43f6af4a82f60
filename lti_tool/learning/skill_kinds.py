"""Kinds of skills: what the learners of one skill have in common, as first weights of the Bayes filter.

A skill that is known or not has *one* chance to guess and *one* to slip, whoever answers; a skill that grows has one
mean and one spread of where learners start. So a skill is told from few learners: some hundred plausible kinds, each
a bell over the states of `worlds`, are weighed by how well they explain all learners of the skill together
(`world_weights`), and the skill's first weights are the mean of the likely kinds (a mixture of hyperparameters, as in
empirical Bayes: Morris 1983). The kinds are our own judgement, wide on purpose; nothing is fitted on anybody's
answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .worlds import ELSEWHERE, SHARES, Vector, bank, traits

OFTEN = 0.85
"""Share of a kind's learners whose minds are elsewhere now and then, or never, as the kind says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """All kinds: first weights [kind, state] and prior weight [kind]; each family weighs what it does in `worlds`."""

    first: Vector
    prior: Vector


@lru_cache(maxsize=1)
def kinds() -> Kinds:
    """The kinds, built once."""
    states = len(bank().prior)
    first: list[Vector] = []
    prior: list[float] = []
    for family, bells in (
        ("two_state", _two_state),
        ("ladder", _ladders),
        ("growing", _growing),
        ("fading", _fading),
    ):
        places, made_of = traits(family)
        found = [_spread(bell, places, states) for bell in bells(made_of)]
        first += found
        prior += [SHARES[family] / len(found)] * len(found)
    return Kinds(first=np.array(first), prior=np.array(prior))


def _spread(bell: Vector, places: NDArray[np.int64], states: int) -> Vector:
    whole = np.zeros(states)
    whole[places] = bell / bell.sum()
    return whole


def _near(values: Vector, middle: float, width: float) -> Vector:
    return np.asarray(np.exp(-0.5 * ((values - middle) / width) ** 2))


def _two_state(made_of: Vector) -> Iterator[Vector]:
    """Guess, slip and forgetting belong to the skill; how quickly somebody learns differs."""
    learn, guess, slip, forget, known = made_of
    for pace, lucky, slips, nights, start in product(
        (0.03, 0.09, 0.2), (0.1, 0.2, 0.3, 0.42), (0.03, 0.08, 0.15), (0.0, 0.12), (0.1, 0.35, 0.65, 0.85)
    ):
        items = _near(guess, lucky, 0.04) * _near(slip, slips, 0.02) * (forget == nights)
        yield items * _near(np.log(learn), np.log(pace), 0.6) * np.where(known == 1, start, 1 - start)


def _ladders(made_of: Vector) -> Iterator[Vector]:
    climb, success = made_of
    for pace, start, width in product((0.05, 0.12, 0.3), (0.2, 0.45, 0.7, 0.88), (0.12, 0.3)):
        yield _near(np.log(climb), np.log(pace), 0.4) * _near(success, start, width)


def _growing(made_of: Vector) -> Iterator[Vector]:
    """Learners start around a mean; most grow about as quickly as the others, some not at all."""
    place, pace, floor = made_of
    for mean, width, speed, lucky, still in product(
        np.arange(-2.5, 3.1, 0.75), (0.6, 1.2, 2.0), (0.1, 0.25, 0.5, 0.9), (0.05, 0.2), (0.05, 0.25)
    ):
        grows = _share_out(pace, speed) * (1 - still) + still * (pace == 0)
        yield _near(place, mean, width) * (floor == lucky) * grows


def _share_out(pace: Vector, speed: float) -> Vector:
    """How likely each pace above none is, summing to one over the different paces."""
    moving = np.where(pace > 0, _near(np.log(np.maximum(pace, 0.01)), np.log(speed), 0.45), 0.0)
    return np.asarray(moving / np.unique(moving).sum())


def _fading(made_of: Vector) -> Iterator[Vector]:
    """Some know it already, whatever the others do."""
    pace, first, elsewhere = made_of
    ahead = 0.1 * (first >= first.max())
    speeds: Sequence[float] = (0.1, 0.2, 0.35, 0.6, 1.0)
    for speed, start, width, away in product(speeds, (0.2, 0.45, 0.75), (0.2, 0.35), (0.0, ELSEWHERE[0])):
        minds = np.where(elsewhere == away, OFTEN, 1 - OFTEN)
        yield _near(np.log(pace), np.log(speed), 0.6) * (_near(first, start, width) + ahead) * minds
