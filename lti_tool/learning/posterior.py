"""Is the skill mastered? An exact Bayes filter over a bank of simple worlds (`worlds`).

The probability of mastery is the weight of all states that count as mastered, after the steps of `filtering`. Where a
course has evidence of its own, `kind_fit` learns which worlds a skill is like, and the filter starts from those
weights; otherwise from the shipped ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from . import filtering
from .evidence import Evidence
from .filtering import ROWS_AT_ONCE, move, responses_of, run, share, step, weights_after_each
from .worlds import MASTERED_SUCCESS, Vector, bank

WAITING = 1.5
"""How much of what a few more answers would add (log odds) counts against calling mastery now."""

EVEN = 2.7
"""Odds by which `sureness` is lifted again, so that of those called at .9 about one in ten was called too early in
simulated classes of all kinds of learners."""

FAR_AHEAD = 10
"""Answers until `Belief.soon`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What the filter thinks after some answers.

    `after_each` is the probability of mastery after each answer, `mastered` the last of them (the prior without
    any); `sure_each` and `sure` the same for `sureness`; `success` the chance to get a middling item right now,
    `soon` the probability to be there ten answers from now. `weights` and `answers` are where the filter stands, and
    `level` is the expected success that counts as mastery.
    """

    after_each: tuple[float, ...]
    sure_each: tuple[float, ...]
    mastered: float
    sure: float
    success: float
    soon: float
    weights: Vector
    answers: int = 0
    level: float = MASTERED_SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a belief went: the probability of mastery and `sureness` before any answer and after each."""

    mastered: tuple[float, ...]
    sure: tuple[float, ...]


def believe(answers: Sequence[Evidence], prior: Vector | None = None, level: float = MASTERED_SUCCESS) -> Belief:
    """What first answers, in order, say about one skill. `prior` are first weights learned for the skill, `level` is
    the expected success that counts as mastery."""
    worlds = bank(level)
    first = worlds.prior if prior is None else prior
    weights = first
    after_each: list[float] = []
    sure_each: list[float] = []
    for place, weights in enumerate(weights_after_each(answers, first, worlds), start=1):
        after_each.append(share(weights, worlds.mastered[step(place)]))
        sure_each.append(float(sureness(weights, place, level)))
    return _belief(weights, tuple(after_each), tuple(sure_each), level)


def sureness(weights: Vector, answers: int, level: float = MASTERED_SUCCESS) -> Vector:
    """How sure we are that mastery may be called, for [..., state] weights after so many answers.

    The odds of mastery, lowered by what a few more answers would add by learning alone: who is on the way up is
    worth waiting for, who stands still is not kept waiting (the value of waiting, as in optimal stopping).
    """
    worlds = bank(level)
    total = weights.sum(axis=-1)
    now = _odds(weights @ worlds.mastered[step(answers)] / total)
    later = _odds(weights @ worlds.soon[step(answers)] / total)
    return np.asarray(1 / (1 + now ** -(1 + WAITING) * later**WAITING / EVEN))


def _odds(chance: Vector) -> Vector:
    safe = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(safe / (1 - safe))


def believe_many(
    histories: Sequence[Sequence[Evidence]],
    priors: Sequence[Vector] | None = None,
    level: float = MASTERED_SUCCESS,
) -> list[Course]:
    """What `believe` thinks after each answer, for many learners and skills at once; `histories` are first answers
    in order, `priors` the first weights of each.
    """
    first = [bank().prior] * len(histories) if priors is None else priors
    longest_first = sorted(range(len(histories)), key=lambda row: -len(histories[row]))
    found: dict[int, Course] = {}
    for start in range(0, len(histories), ROWS_AT_ONCE):
        rows = longest_first[start : start + ROWS_AT_ONCE]
        courses = _courses([histories[row] for row in rows], np.array([first[row] for row in rows]), level)
        found |= zip(rows, courses, strict=True)
    return [found[row] for row in range(len(histories))]


def _courses(histories: Sequence[Sequence[Evidence]], prior: Vector, level: float) -> Iterator[Course]:
    """`believe_many` for rows of about the same length; shorter ones are filled up and cut off again."""
    worlds = bank(level)
    mastered = [prior @ worlds.mastered[0] / prior.sum(axis=-1)]
    sure = [sureness(prior, 0, level)]
    for place, weights in enumerate(run(responses_of(histories), prior, worlds)):
        mastered.append(weights @ worlds.mastered[step(place + 1)] / weights.sum(axis=-1))
        sure.append(sureness(weights, place + 1, level))
    every_mastered, every_sure = np.stack(mastered, axis=1), np.stack(sure, axis=1)
    for row, history in enumerate(histories):
        end = len(history) + 1
        yield Course(mastered=tuple(every_mastered[row, :end].tolist()), sure=tuple(every_sure[row, :end].tolist()))


def rights_until(belief: Belief, threshold: float, most: int = 30) -> int | None:
    """How many right answers in a row to middling items would lift `sureness` to `threshold`.

    `None` when more than `most` would be needed.
    """
    return filtering.rights_until(
        lambda weights, answers: float(sureness(weights, answers, belief.level)) >= threshold,
        belief.weights,
        belief.answers,
        bank(),
        most,
    )


def success_between(belief: Belief, within: float = 0.8) -> tuple[float, float]:
    """Bounds between which the share of right answers to many middling items lies with this probability, as much of the
    rest below as above (an equal-tailed credible interval)."""
    success = bank().lasting[step(belief.answers)]
    order = success.argsort()
    heaped = belief.weights[order].cumsum()
    tails = np.array([(1 - within) / 2, (1 + within) / 2]) * heaped[-1]
    low, high = success[order[heaped.searchsorted(tails)]]
    return float(low), float(high)


def _belief(weights: Vector, after_each: tuple[float, ...], sure_each: tuple[float, ...], level: float) -> Belief:
    worlds, place = bank(level), len(after_each)
    ahead = weights.copy()
    for _ in range(FAR_AHEAD):
        move(ahead, worlds)
    return Belief(
        after_each=after_each,
        sure_each=sure_each,
        sure=float(sureness(weights, place, level)),
        mastered=share(weights, worlds.mastered[step(place)]),
        success=share(weights, worlds.success[step(place)]),
        soon=share(ahead, worlds.mastered[step(place + FAR_AHEAD)]),
        weights=weights,
        answers=place,
        level=level,
    )
