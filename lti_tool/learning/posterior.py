"""Is the skill mastered? An exact Bayes filter over a bank of simple worlds (first version, shipped priors only).

A world is one story of how a learner answers. *Two-state* worlds (Corbett & Anderson 1995): the skill is known or
not, with its own chance of guessing, slipping, learning at each answer and forgetting overnight. *Ladder* worlds:
expected success climbs step by step, quickly, slowly or not at all (learning curves: Cen, Koedinger & Junker 2006;
learners who do not get on: Beck & Gong 2013). All worlds run side by side on the same answers; those that predict
badly fade. The probability of mastery is the weight of all states that count as mastered: known, or expected
success >= .85 on a middling item.

All states of all worlds lie in one vector, so that one answer costs a handful of numpy operations: chances of
climbing and of falling move weight to the neighbour above or below, and are 0 at the ends of each world. The prior
weights are our own judgement, checked with simulated learners; nothing is fitted on anybody's answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .evidence import Evidence
from .history import night_between

Vector = NDArray[np.float64]

MASTERED_SUCCESS = 0.85
"""Expected success on a middling item from which a ladder state counts as mastered."""

DIFFICULTY_SLOPE = 0.8
"""Logits of success that one logit of item difficulty costs: below 1, as authors' difficulties are rough."""

HINT_SHARE = 0.6
"""What a hint leaves of the chance to fail."""

RUNGS = (0.1, 0.22, 0.36, 0.5, 0.62, 0.72, 0.79, 0.84, 0.88, 0.92, 0.96)
RETURN = 1e-9
"""No world is ever given up for good: people change, and products of thousands of small numbers reach zero."""

LADDER_SHARE = 0.25
"""Prior weight of all ladders. With it the probability was about honest where two-state learners, slow growers and
learners who never get there came in equal numbers: of those called mastered at 90 %, 13 in 100 were not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """All states of all worlds in a row: prior weight, logit of success, chance to climb, to fall, mastered."""

    prior: Vector
    logit: Vector
    climb: Vector
    fall: Vector
    mastered: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What the filter thinks after some answers.

    `after_each` is the probability of mastery after each answer, `mastered` the last of them (the prior without
    any), `success` the chance to get a middling item right now, `soon` the probability to be there ten answers from
    now.
    """

    after_each: tuple[float, ...]
    mastered: float
    success: float
    soon: float
    weights: Vector


def _two_state(rows: list[tuple[float, float, float, float, float]]) -> None:
    starts = ((0.08, 0.35), (0.35, 0.4), (0.75, 0.25))
    learns = ((0.03, 0.3), (0.1, 0.4), (0.25, 0.3))
    guesses = ((0.12, 0.35), (0.22, 0.35), (0.38, 0.3))
    slips = ((0.04, 0.35), (0.09, 0.4), (0.16, 0.25))
    forgets = ((0.0, 0.6), (0.12, 0.4))
    for start, learn, guess, slip, forget in product(starts, learns, guesses, slips, forgets):
        weight = (1 - LADDER_SHARE) * start[1] * learn[1] * guess[1] * slip[1] * forget[1]
        rows.append((weight * (1 - start[0]), guess[0], learn[0], 0.0, 0.0))
        rows.append((weight * start[0], 1 - slip[0], 0.0, forget[0], 1.0))


def _ladders(rows: list[tuple[float, float, float, float, float]]) -> None:
    """One ladder for each pace, entered at any rung, lower rungs likelier than the top."""
    entry = np.array([1.0, 1.3, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5])
    entry = entry / entry.sum()
    last = len(RUNGS) - 1
    for climb, pace_share in ((0.0, 0.3), (0.05, 0.25), (0.12, 0.25), (0.3, 0.2)):
        for rung, success in enumerate(RUNGS):
            weight = LADDER_SHARE * pace_share * float(entry[rung])
            up = climb if rung < last else 0.0
            rows.append((weight, success, up, 0.0, float(success >= MASTERED_SUCCESS)))


@lru_cache(maxsize=1)
def bank() -> Bank:
    """The bank, built once."""
    rows: list[tuple[float, float, float, float, float]] = []
    _two_state(rows)
    _ladders(rows)
    prior, success, climb, fall, mastered = np.array(rows).T
    logit = np.log(success / (1 - success))
    return Bank(prior=prior / prior.sum(), logit=logit, climb=climb, fall=fall, mastered=mastered)


@lru_cache(maxsize=256)
def _chances(tenths: int) -> Vector:
    """Chance of success in every state on an item of the given difficulty, in tenths of a logit."""
    return np.asarray(1 / (1 + np.exp(DIFFICULTY_SLOPE * tenths / 10 - bank().logit)))


def _likelihood(answer: Evidence) -> Vector:
    tenths = round(10 * min(max(answer.difficulty, -4.0), 4.0))
    fail = 1 - _chances(tenths)
    if answer.hints_used:
        fail = fail * HINT_SHARE ** min(answer.hints_used, 4)
    if answer.score >= 1:
        return 1 - fail
    if answer.score <= 0:
        return fail
    return np.asarray((1 - fail) ** answer.score * fail ** (1 - answer.score))


def _learn_from(weights: Vector, likelihood: Vector, worlds: Bank) -> None:
    """One answer: Bayes' rule, then the chance that answering taught something."""
    weights *= likelihood
    weights /= weights.sum()
    weights += RETURN * worlds.prior
    _climb(weights, worlds)


def _climb(weights: Vector, worlds: Bank) -> None:
    moved = weights * worlds.climb
    weights -= moved
    weights[1:] += moved[:-1]


def _night(weights: Vector, worlds: Bank) -> None:
    moved = weights * worlds.fall
    weights -= moved
    weights[:-1] += moved[1:]


def believe(answers: Sequence[Evidence]) -> Belief:
    """What first answers, in order, say about one skill. About 10 microseconds an answer."""
    worlds = bank()
    weights = worlds.prior.copy()
    after_each: list[float] = []
    for place, answer in enumerate(answers):
        if place and night_between(answers[place - 1].at, answer.at):
            _night(weights, worlds)
        _learn_from(weights, _likelihood(answer), worlds)
        after_each.append(_share(weights, worlds.mastered))
    return _belief(weights, tuple(after_each), worlds)


def _share(weights: Vector, of: Vector) -> float:
    return float(weights @ of / weights.sum())


def _belief(weights: Vector, after_each: tuple[float, ...], worlds: Bank) -> Belief:
    ahead = weights.copy()
    for _ in range(10):
        _climb(ahead, worlds)
    return Belief(
        after_each=after_each,
        mastered=_share(weights, worlds.mastered),
        success=_share(weights, _chances(0)),
        soon=_share(ahead, worlds.mastered),
        weights=weights,
    )


def rights_until(belief: Belief, threshold: float, most: int = 30) -> int | None:
    """How many right answers in a row to middling items would lift the probability of mastery to `threshold`.

    `None` when more than `most` would be needed.
    """
    worlds = bank()
    weights = belief.weights.copy()
    for number in range(most + 1):
        if _share(weights, worlds.mastered) >= threshold:
            return number
        _learn_from(weights, _chances(0), worlds)
    return None
