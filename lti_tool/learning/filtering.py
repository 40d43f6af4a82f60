"""The steps of the Bayes filter, over any bank of worlds: a night, an answer, what the answer taught.

All worlds run side by side on the same answers; those that predict badly fade. Every step works on the last axis, so
that one learner's row of weights and a whole class, one row a learner, take the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from .evidence import Evidence
from .history import night_between
from .ids import SkillId
from .worlds import MOST_STEPS, Bank, Vector

HINT_SHARE = 0.6
"""What a hint leaves of the chance to fail."""

RETURN = 1e-9
"""No world is ever given up for good: people change, and products of thousands of small numbers reach zero."""

HARDEST = 4.0
"""Difficulties count up to here, in logits."""

ROWS_AT_ONCE = 100
"""So many rows fit into the processor's cache together."""

Rows = Mapping[tuple[int, SkillId], Sequence[Evidence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """Many learners' answers on one skill each, one row a learner: scores in [0, 1], difficulties in logits, whether
    a night lies before the answer, and hints taken (`None`: no hints anywhere)."""

    scores: Vector
    difficulties: Vector
    nights: NDArray[np.bool_]
    hints: NDArray[np.int64] | None = None


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


def weights_after_each(answers: Sequence[Evidence], prior: Vector, worlds: Bank) -> Iterator[Vector]:
    """One learner's answers in order: after each the weights, [state] (the same array anew)."""
    weights, left = prior.copy(), RETURN * prior
    for place, answer in enumerate(answers):
        if place and night_between(answers[place - 1].at, answer.at):
            _night(weights, worlds)
        _learn_from(weights, _likelihood(answer, place, worlds), worlds, left)
        yield weights


def run(responses: Responses, prior: Vector, worlds: Bank) -> Iterator[Vector]:
    """The filter over many learners at once: after each answer the weights, [learner, state] (the same array anew).

    `prior` is [state], or [learner, state].
    """
    weights, left = np.broadcast_to(prior, (len(responses.scores), len(worlds.prior))).copy(), RETURN * prior
    for place in range(responses.scores.shape[1]):
        if responses.nights[:, place].any():
            _night(weights, worlds, responses.nights[:, place, None])
        _learn_from(weights, _likelihoods(responses, place, worlds), worlds, left)
        yield weights


def start_chances(rows: Rows, worlds: Bank) -> Iterator[tuple[list[SkillId], Vector]]:
    """How well each start explains each learner's answers: the skill of each row, and likelihoods up to a factor of
    the row's own, [row, state].

    The backward half of the forward-backward algorithm (Baum et al. 1970), scaled at every step; rows of the same
    length go together.
    """
    ordered = sorted(rows.items(), key=lambda row: len(row[1]))
    for _, same in groupby(ordered, key=lambda row: len(row[1])):
        alike = list(same)
        for start in range(0, len(alike), ROWS_AT_ONCE):
            part = alike[start : start + ROWS_AT_ONCE]
            yield [skill for (_, skill), _ in part], _backward(responses_of([row for _, row in part]), worlds)


def _backward(responses: Responses, worlds: Bank) -> Vector:
    chances = np.ones((len(responses.scores), len(worlds.prior)))
    stay, returning = 1 - worlds.climb - worlds.back, worlds.returning
    for place in reversed(range(responses.scores.shape[1])):
        ahead = stay * chances
        ahead[:, :-1] += worlds.climb[:-1] * chances[:, 1:]
        ahead[:, returning][:, 1:] += worlds.back[returning][1:] * chances[:, returning][:, :-1]
        ahead *= _likelihoods(responses, place, worlds)
        if responses.nights[:, place].any():
            fall = worlds.fall * responses.nights[:, place, None]
            chances = (1 - fall) * ahead
            chances[:, 1:] += fall[:, 1:] * ahead[:, :-1]
        else:
            chances = ahead
        chances *= 1 / chances.max(axis=1, keepdims=True)
    return chances


def rights_until(
    enough: Callable[[Vector, int], bool], weights: Vector, answers: int, worlds: Bank, most: int = 30
) -> int | None:
    """How many right answers in a row to middling items, after so many `answers`, until `enough` holds of weights and
    number of answers. `None` when more than `most` would be needed."""
    weights, left = weights.copy(), RETURN * worlds.prior
    for number in range(most + 1):
        if enough(weights, answers + number):
            return number
        _learn_from(weights, worlds.success[step(answers + number)], worlds, left)
    return None


def step(place: int) -> int:
    """The row of a bank's tables for so many answers."""
    return min(place, MOST_STEPS)


def share(weights: Vector, of: Vector) -> float:
    """How much of the weight lies on states that are `of` something."""
    return float(weights @ of / weights.sum())


def move(weights: Vector, worlds: Bank) -> None:
    """What an answer may have taught, whatever it was; and minds wander off and come back."""
    gone, returning = weights * worlds.climb, worlds.returning
    some = weights[..., returning]
    back = some[..., 1:] * worlds.back[returning][1:]
    weights -= gone
    weights[..., 1:] += gone[..., :-1]
    some[..., 1:] -= back
    some[..., :-1] += back


def _likelihood(answer: Evidence, place: int, worlds: Bank) -> Vector:
    difficulty = min(max(answer.difficulty, -HARDEST), HARDEST)
    if difficulty:
        right = 1 / (1 + np.exp(worlds.slope * difficulty - worlds.logit[step(place)]))
    else:
        right = worlds.success[step(place)]
    if answer.hints_used:
        right = 1 - (1 - right) * HINT_SHARE ** min(answer.hints_used, 4)
    if answer.score >= 1:
        return np.asarray(right)
    if answer.score <= 0:
        return np.asarray(1 - right)
    return np.asarray(right**answer.score * (1 - right) ** (1 - answer.score))


def _likelihoods(responses: Responses, place: int, worlds: Bank) -> Vector:
    difficulty = np.clip(responses.difficulties[:, place, None], -HARDEST, HARDEST)
    score = responses.scores[:, place, None]
    if difficulty.any():
        right = 1 / (1 + np.exp(worlds.slope * difficulty - worlds.logit[step(place)]))
    else:
        right = worlds.success[step(place)][None, :]
    if responses.hints is not None:
        right = 1 - (1 - right) * HINT_SHARE ** np.minimum(responses.hints[:, place, None], 4)
    if ((score == 0) | (score == 1)).all():
        return np.asarray(np.abs(1 - score - right))
    return np.asarray(right**score * (1 - right) ** (1 - score))


def _learn_from(weights: Vector, likelihood: Vector, worlds: Bank, left: Vector) -> None:
    """One answer: Bayes' rule, then the chance that answering taught something. `left` stays with each state."""
    weights *= likelihood
    weights *= 1 / weights.sum(axis=-1, keepdims=True)
    weights += left
    move(weights, worlds)


def _night(weights: Vector, worlds: Bank, share: Vector | NDArray[np.bool_] | float = 1.0) -> None:
    moved = weights * (worlds.fall * share)
    weights -= moved
    weights[..., :-1] += moved[..., 1:]
