"""Fitting the response model to many answers: difficulty, weights, then how skills and items differ.

Weights are a logistic regression held near those the course has now (MAP, Newton's method); they need no more than a
sample of learners. Differences of skills and items are pooled on top (`pooling`). Time grows linearly with answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .answers import Answers, of_learners, part, slices
from .difficulty import COURSE_DOUBT, Ease, estimate, for_new_learners
from .pooling import Entries, added, slopes
from .response_chance import CENTRE, SCALE, Weights, chance
from .response_features import FEATURES, ITEM_SLOPES, SKILL_SLOPES, Difficulty, Matrix, Vector, features
from .response_traces import trace

SLICE = 8_000
"""Answers worked on at a time: their features fit a processor's cache."""
SAMPLE = 60_000
"""Answers that are enough for the weights."""
WEIGHT_DOUBT = 100.0
"""Information that each weight of before is worth."""
NEWTON_STEPS = 4

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Everything learned, by code: slopes have shape (skills, 1 + slopes) and (items, 1 + slopes)."""

    ease: Ease
    weights: Weights
    skill_slopes: Matrix
    item_slopes: Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """Answers with the logit of the weights alone and the columns whose slopes may differ."""

    logit: Vector
    skill_columns: Matrix
    item_columns: Matrix


def fit(answers: Answers, stated: Vector, before: Weights, progress: Progress, *, weigh: bool = True) -> Fit:
    """Learn from answers. `stated` is the ease of each item code by its author's word.

    With `weigh` false the weights stay as `before`. `progress` hears shares of the work from 0 to 1.
    """
    ease, difficulty = estimate(answers, stated)
    progress(0.25)
    weights = _weights(answers, difficulty, ease.course, before) if weigh else before
    progress(0.45)
    prepared = _prepare(answers, difficulty, ease.course, weights)
    progress(0.65)
    half, learners = answers.learner % 2, len(np.unique(answers.learner))
    by_skill = Entries(
        group=answers.skill,
        row=answers.row,
        share=1.0 / answers.skills_each()[answers.row],
        columns=prepared.skill_columns,
        half=half,
        groups=len(ease.skill),
        learners=learners,
    )
    skill_slopes = slopes(by_skill, prepared.logit, answers.worth)
    logit = prepared.logit + added(by_skill, skill_slopes)
    progress(0.9)
    everything = np.arange(len(answers))
    by_item = replace(
        by_skill,
        group=answers.item,
        row=everything,
        share=np.ones(len(answers)),
        columns=prepared.item_columns,
        groups=len(ease.item),
    )
    item_slopes = slopes(by_item, logit, answers.worth)
    progress(1.0)
    return Fit(ease=ease, weights=weights, skill_slopes=skill_slopes, item_slopes=item_slopes)


def expected(answers: Answers, known: Fit) -> Vector:
    """The chance of each answer to be right, from the learner's earlier answers and what is known."""
    chances = np.empty(len(answers))
    for start, stop in slices(answers, SLICE):
        chances[start:stop] = _expected_of(part(answers, start, stop), known)
    return chances


def _expected_of(answers: Answers, known: Fit) -> Vector:
    ease = known.ease
    difficulty = for_new_learners(answers, ease)
    columns = features(trace(answers, difficulty, ease.course))
    skill = _mean_slopes(answers, known.skill_slopes)
    return chance(columns, ease.course, known.weights, skill, known.item_slopes[answers.item])


def _mean_slopes(answers: Answers, own: Matrix) -> Matrix:
    """The slopes of each answer's skills, averaged: first skills of all answers, then second ones of some ..."""
    each = answers.skills_each()
    first = np.cumsum(each) - each
    total: Matrix = own[answers.skill[first]]
    for number in range(1, int(each.max(initial=1))):
        some = np.flatnonzero(each > number)
        total[some] += own[answers.skill[first[some] + number]]
    if len(answers.row) > len(answers):
        total = total / each[:, None]
    return total


def _standard(columns: Matrix, places: tuple[int, ...]) -> Matrix:
    chosen = list(places)
    ones = np.ones((1, columns.shape[1]))
    return np.vstack([ones, (columns[chosen] - CENTRE[chosen]) / SCALE[chosen]])


def _prepare(answers: Answers, difficulty: Difficulty, course: float, weights: Weights) -> _Prepared:
    logit = np.empty(len(answers))
    skill = np.empty((1 + len(SKILL_SLOPES), len(answers)))
    item = np.empty((1 + len(ITEM_SLOPES), len(answers)))
    per_unit = weights.features / SCALE[:, 0]
    start_at = course + weights.intercept - float(per_unit @ CENTRE[:, 0])
    for start, stop in slices(answers, SLICE):
        columns = _features(answers, difficulty, course, (start, stop))
        logit[start:stop] = start_at + per_unit @ columns
        skill[:, start:stop] = _standard(columns, SKILL_SLOPES)
        item[:, start:stop] = _standard(columns, ITEM_SLOPES)
    return _Prepared(logit=logit, skill_columns=skill, item_columns=item)


def _features(answers: Answers, difficulty: Difficulty, course: float, span: tuple[int, int]) -> Matrix:
    inside = slice(*span)
    here = Difficulty(
        skill=difficulty.skill[inside], item=difficulty.item[inside], information=difficulty.information[inside]
    )
    return features(trace(part(answers, *span), here, course))


def _weights(answers: Answers, difficulty: Difficulty, course: float, before: Weights) -> Weights:
    """Newton's method from the weights of before, on a sample of learners."""
    step = max(1, len(answers) // SAMPLE)
    chosen = answers.learner % step == 0
    if not chosen.any():
        chosen[:] = True
    wanted = np.zeros(int(answers.learner.max()) + 1, bool)
    wanted[answers.learner[chosen]] = True
    sample = of_learners(answers, wanted)
    here = Difficulty(
        skill=difficulty.skill[chosen], item=difficulty.item[chosen], information=difficulty.information[chosen]
    )
    blocks = [
        _standard(_features(sample, here, course, span), tuple(range(len(FEATURES))))
        for span in slices(sample, SLICE)
    ]
    prior = np.r_[before.intercept, before.features]
    # Few learners move the mean no more here than they do in `difficulty`.
    usual = 1 / (1 + np.exp(-course))
    mean_doubt = 1 + COURSE_DOUBT * len(sample) * usual * (1 - usual) / sample.witnesses()
    doubt = np.r_[mean_doubt, np.full(len(before.features), WEIGHT_DOUBT)]
    weights = prior.copy()
    worth = np.split(sample.worth, [stop for _, stop in slices(sample, SLICE)][:-1])
    for _ in range(NEWTON_STEPS):
        pull, curve = -doubt * (weights - prior), np.diag(doubt)
        for columns, right in zip(blocks, worth, strict=True):
            likely = 1 / (1 + np.exp(-(course + weights @ columns)))
            pull += columns @ (right - likely)
            curve += (columns * (likely * (1 - likely))) @ columns.T
        weights += np.linalg.solve(curve, pull)
    return Weights(intercept=float(weights[0]), features=weights[1:])
