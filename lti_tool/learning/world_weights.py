"""What kind of skill is this? First weights of the Bayes filter, learned from a course's own answers.

Skills differ: some are known or not, some grow slowly, some are easily guessed. No labels are needed: the weights
that explain the answers best are found by expectation maximisation (Dempster, Laird & Rubin 1977). Few answers say
little, so a skill borrows from skills like it, these from all skills of the course, and those from the shipped
weights (partial pooling).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .worlds import Vector, bank

KINDS = 4
"""Kinds of skills looked for."""
KIND_LEARNERS = 150.0
"""What the course counts for in a kind, in learners."""
SKILL_LEARNERS = 25.0
"""What the kind counts for in a skill, in learners."""
SHIPPED_SHARE = 0.02
"""Of the course's weights; no world dies out."""
CAUTION = 0.3
"""How far a learner's answers count when kinds are told apart: neighbours' answers are alike, so less than one."""

_SEED = 7
_ROUNDS = 25


def skill_weights(chances: Vector, skills: NDArray[np.int64], size: int) -> Vector:
    """First weights for each skill, [skill, state], from `posterior.start_chances` and each row's skill number.

    Skills are numbered 0 to `size` - 1; one without answers gets the course's weights. Takes some seconds for
    thousands of learners; memory is that of `chances`.
    """
    chances = chances / chances.max(axis=1, keepdims=True)
    course = course_weights(chances)
    rows = [np.flatnonzero(skills == skill) for skill in range(size)]
    first = _own(chances, rows, np.tile(course, (size, 1)))
    if size <= KINDS:
        return first
    return _own(chances, rows, _kinds(chances, rows, first, course))


def course_weights(chances: Vector) -> Vector:
    """The weights of the whole course."""
    prior = bank().prior
    weights = prior
    for _ in range(2 * _ROUNDS):
        weights = (1 - SHIPPED_SHARE) * _shares(chances, weights).mean(axis=0) + SHIPPED_SHARE * prior
    return np.asarray(weights)


def _shares(chances: Vector, weights: Vector) -> Vector:
    found = chances * weights
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _own(chances: Vector, rows: list[NDArray[np.int64]], towards: Vector) -> Vector:
    """Each skill's own weights, drawn towards what it borrows from."""
    weights = towards.copy()
    for skill, mine in enumerate(rows):
        if not len(mine):
            continue
        for _ in range(_ROUNDS // 2):
            seen = _shares(chances[mine], weights[skill]).sum(axis=0)
            weights[skill] = (seen + SKILL_LEARNERS * towards[skill]) / (len(mine) + SKILL_LEARNERS)
    return weights


def _kinds(chances: Vector, rows: list[NDArray[np.int64]], first: Vector, course: Vector) -> Vector:
    """For each skill the mean of the kinds it may belong to."""
    draw = np.random.default_rng(_SEED)
    belongs = draw.dirichlet(np.full(KINDS, 0.3), len(rows))
    kinds = (belongs.T @ first) / belongs.sum(axis=0)[:, None]
    of_row = np.zeros(len(chances), dtype=np.int64)
    for skill, mine in enumerate(rows):
        of_row[mine] = skill
    for _ in range(_ROUNDS):
        fits = np.log(chances @ kinds.T + 1e-300)
        score = np.stack([fits[mine].sum(axis=0) for mine in rows]) * CAUTION
        score = score + np.log(belongs.mean(axis=0) + 0.01)
        belongs = np.exp(score - score.max(axis=1, keepdims=True))
        belongs /= belongs.sum(axis=1, keepdims=True)
        for kind in range(KINDS):
            weight = belongs[of_row, kind]
            seen = weight @ _shares(chances, kinds[kind])
            kinds[kind] = (seen + KIND_LEARNERS * course) / (weight.sum() + KIND_LEARNERS)
    return np.asarray(belongs @ kinds)
