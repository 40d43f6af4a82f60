"""Is the skill mastered? An exact Bayes filter over a bank of simple worlds (`worlds`).

All worlds run side by side on the same answers; those that predict badly fade. The probability of mastery is the
weight of all states that count as mastered. Where a course has evidence of its own, `kind_fit` learns which
worlds a skill is like, and the filter starts from those weights; otherwise from the shipped ones.

Every step works on the last axis, so that one learner's row of weights and a whole class, one row a learner, take
the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .evidence import Evidence
from .history import night_between
from .worlds import MASTERED_SUCCESS, MOST_STEPS, Bank, Vector, bank

__all__ = [
    "MASTERED_SUCCESS",
    "Bank",
    "Belief",
    "Course",
    "Responses",
    "Vector",
    "bank",
    "believe",
    "believe_many",
    "responses_of",
    "rights_until",
    "run",
    "start_chances",
    "success_between",
    "sureness",
]

DIFFICULTY_SLOPE = 0.85
"""Logits of success that one logit of item difficulty costs: below 1, as authors' difficulties are rough."""

HINT_SHARE = 0.6
"""What a hint leaves of the chance to fail."""

RETURN = 1e-9
"""No world is ever given up for good: people change, and products of thousands of small numbers reach zero."""

WAITING = 1.5
"""How much of what a few more answers would add (log odds) counts against calling mastery now."""

EVEN = 2.7
"""Odds by which `sureness` is lifted again, so that of those called at .9 about one in ten was called too early in
simulated classes of all kinds of learners."""

ROWS_AT_ONCE = 100
"""So many rows fit into the processor's cache together."""

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
class Responses:
    """Many learners' answers on one skill each, one row a learner: scores in [0, 1], difficulties in logits, whether
    a night lies before the answer, and hints taken (`None`: no hints anywhere)."""

    scores: Vector
    difficulties: Vector
    nights: NDArray[np.bool_]
    hints: NDArray[np.int64] | None = None


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
    weights = first.copy()
    after_each: list[float] = []
    sure_each: list[float] = []
    for place, answer in enumerate(answers):
        if place and night_between(answers[place - 1].at, answer.at):
            _night(weights, worlds)
        _learn_from(weights, _likelihood(answer, place, worlds), worlds, first)
        after_each.append(_share(weights, worlds.mastered[_step(place + 1)]))
        sure_each.append(float(sureness(weights, place + 1, level)))
    return _belief(weights, tuple(after_each), tuple(sure_each), level)


def sureness(weights: Vector, answers: int, level: float = MASTERED_SUCCESS) -> Vector:
    """How sure we are that mastery may be called, for [..., state] weights after so many answers.

    The odds of mastery, lowered by what a few more answers would add by learning alone: who is on the way up is
    worth waiting for, who stands still is not kept waiting (the value of waiting, as in optimal stopping).
    """
    worlds = bank(level)
    total = weights.sum(axis=-1)
    now = _odds(weights @ worlds.mastered[_step(answers)] / total)
    later = _odds(weights @ worlds.soon[_step(answers)] / total)
    return np.asarray(1 / (1 + now ** -(1 + WAITING) * later**WAITING / EVEN))


def _odds(chance: Vector) -> Vector:
    safe = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.asarray(safe / (1 - safe))


def run(responses: Responses, prior: Vector) -> Iterator[Vector]:
    """The filter over many learners at once: after each answer the weights, [learner, state] (the same array anew).

    `prior` is [state], or [learner, state].
    """
    worlds = bank()
    weights = np.broadcast_to(prior, (len(responses.scores), len(worlds.prior))).copy()
    for place in range(responses.scores.shape[1]):
        _night(weights, worlds, responses.nights[:, place, None])
        _learn_from(weights, _likelihoods(responses, place, worlds), worlds, prior)
        yield weights


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
    for place, weights in enumerate(run(responses_of(histories), prior)):
        mastered.append(weights @ worlds.mastered[_step(place + 1)] / weights.sum(axis=-1))
        sure.append(sureness(weights, place + 1, level))
    every_mastered, every_sure = np.stack(mastered, axis=1), np.stack(sure, axis=1)
    for row, history in enumerate(histories):
        end = len(history) + 1
        yield Course(mastered=tuple(every_mastered[row, :end].tolist()), sure=tuple(every_sure[row, :end].tolist()))


def responses_of(histories: Sequence[Sequence[Evidence]]) -> Responses:
    """Answers in order as rows of numbers; shorter rows are filled up with zeros."""
    size = (len(histories), max(map(len, histories), default=0))
    scores, difficulties = np.zeros(size), np.zeros(size)
    nights, hints = np.zeros(size, dtype=bool), np.zeros(size, dtype=np.int64)
    for row, history in enumerate(histories):
        end = len(history)
        scores[row, :end] = [min(1.0, max(0.0, answer.score)) for answer in history]
        difficulties[row, :end] = [answer.difficulty for answer in history]
        hints[row, :end] = [answer.hints_used for answer in history]
        nights[row, 1:end] = [night_between(a.at, b.at) for a, b in pairwise(history)]
    return Responses(scores=scores, difficulties=difficulties, nights=nights, hints=hints if hints.any() else None)


def start_chances(responses: Responses) -> Vector:
    """How well each start explains each learner's answers: likelihoods up to a factor, [learner, state].

    The backward half of the forward-backward algorithm (Baum et al. 1970), scaled at every step.
    """
    worlds = bank()
    chances = np.ones((len(responses.scores), len(worlds.prior)))
    for place in reversed(range(responses.scores.shape[1])):
        ahead = (1 - worlds.climb) * chances
        ahead[:, :-1] += worlds.climb[:-1] * chances[:, 1:]
        chances = _likelihoods(responses, place, worlds) * ahead
        fall = worlds.fall * responses.nights[:, place, None]
        back = (1 - fall) * chances
        back[:, 1:] += fall[:, 1:] * chances[:, :-1]
        chances = back / back.max(axis=1, keepdims=True)
    return np.asarray(chances)


def rights_until(belief: Belief, threshold: float, most: int = 30) -> int | None:
    """How many right answers in a row to middling items would lift `sureness` to `threshold`.

    `None` when more than `most` would be needed.
    """
    worlds = bank()
    weights = belief.weights.copy()
    for number in range(most + 1):
        place = belief.answers + number
        if float(sureness(weights, place, belief.level)) >= threshold:
            return number
        _learn_from(weights, worlds.success[_step(place)], worlds, worlds.prior)
    return None


def _step(place: int) -> int:
    return min(place, MOST_STEPS)


def _likelihood(answer: Evidence, place: int, worlds: Bank) -> Vector:
    difficulty = min(max(answer.difficulty, -4.0), 4.0)
    fail = 1 / (1 + np.exp(worlds.logit[_step(place)] - DIFFICULTY_SLOPE * difficulty))
    if answer.hints_used:
        fail = fail * HINT_SHARE ** min(answer.hints_used, 4)
    if answer.score >= 1:
        return np.asarray(1 - fail)
    if answer.score <= 0:
        return np.asarray(fail)
    return np.asarray((1 - fail) ** answer.score * fail ** (1 - answer.score))


def _likelihoods(responses: Responses, place: int, worlds: Bank) -> Vector:
    difficulty = np.clip(responses.difficulties[:, place, None], -4.0, 4.0)
    score = responses.scores[:, place, None]
    if difficulty.any():
        right = 1 / (1 + np.exp(DIFFICULTY_SLOPE * difficulty - worlds.logit[_step(place)]))
    else:
        right = worlds.success[_step(place)][None, :]
    if responses.hints is not None:
        right = 1 - (1 - right) * HINT_SHARE ** np.minimum(responses.hints[:, place, None], 4)
    if ((score == 0) | (score == 1)).all():
        return np.asarray(score * right + (1 - score) * (1 - right))
    return np.asarray(right**score * (1 - right) ** (1 - score))


def _learn_from(weights: Vector, likelihood: Vector, worlds: Bank, prior: Vector) -> None:
    """One answer: Bayes' rule, then the chance that answering taught something."""
    weights *= likelihood
    weights /= weights.sum(axis=-1, keepdims=True)
    weights += RETURN * prior
    _climb(weights, worlds)


def _climb(weights: Vector, worlds: Bank) -> None:
    moved = weights * worlds.climb
    weights -= moved
    weights[..., 1:] += moved[..., :-1]


def _night(weights: Vector, worlds: Bank, share: Vector | NDArray[np.bool_] | float = 1.0) -> None:
    moved = weights * (worlds.fall * share)
    weights -= moved
    weights[..., :-1] += moved[..., 1:]


def _share(weights: Vector, of: Vector) -> float:
    return float(weights @ of / weights.sum())


def success_between(belief: Belief, share: float = 0.8) -> tuple[float, float]:
    """Bounds between which the chance to get a middling item right lies with this probability, as much of the rest
    below as above (an equal-tailed credible interval)."""
    success = bank().success[_step(belief.answers)]
    order = success.argsort()
    heaped = belief.weights[order].cumsum()
    tails = np.array([(1 - share) / 2, (1 + share) / 2]) * heaped[-1]
    low, high = success[order[heaped.searchsorted(tails)]]
    return float(low), float(high)


def _belief(weights: Vector, after_each: tuple[float, ...], sure_each: tuple[float, ...], level: float) -> Belief:
    worlds, place = bank(level), len(after_each)
    ahead = weights.copy()
    for _ in range(FAR_AHEAD):
        _climb(ahead, worlds)
    return Belief(
        after_each=after_each,
        sure_each=sure_each,
        sure=float(sureness(weights, place, level)),
        mastered=_share(weights, worlds.mastered[_step(place)]),
        success=_share(weights, worlds.success[_step(place)]),
        soon=_share(ahead, worlds.mastered[_step(place + FAR_AHEAD)]),
        weights=weights,
        answers=place,
        level=level,
    )
