"""What kind of skill is this? First weights of the Bayes filter, learned from a course's own answers.

Skills differ: some are known or not, some grow slowly, some are easily guessed. No labels are needed: the weights
that explain the answers best are found by expectation maximisation (Dempster, Laird & Rubin 1977). Few answers say
little, so a skill starts from the kinds it may be (`skill_kinds`), weighed by all its learners together and by how
common each kind is in the course; these lean on the shipped weights; and only then its own learners move it
(partial pooling).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .skill_kinds import kinds
from .worlds import Vector, bank

CAUTION = 0.5
"""How far a learner's answers count when kinds are told apart: no kind is quite true and neighbours' answers are
alike, so less than one."""
KIND_SKILLS = 20.0
"""What the shipped shares of kinds count for in a course, in skills."""
SKILL_LEARNERS = 50.0
"""What its kinds count for in a skill, in learners."""
COURSE_SHARE = 0.2
"""Of the course's weights in what a skill starts from: it may be like no kind."""
SHIPPED_SHARE = 0.02
"""Of the shipped weights in the course's; no world dies out."""

_ROUNDS = 25
_LEAST = 1e-300


def skill_weights(chances: Vector, skills: NDArray[np.int64], size: int) -> Vector:
    """First weights for each skill, [skill, state], from `posterior.start_chances` and each row's skill number.

    Skills are numbered 0 to `size` - 1; one without answers gets the mean of what is common in the course. Takes some
    seconds for thousands of learners; memory is twice that of `chances`.
    """
    chances = chances / chances.max(axis=1, keepdims=True)
    rows = [np.flatnonzero(skills == skill) for skill in range(size)]
    fits = kind_fits(chances)
    likely = likely_kinds(np.stack([fits[mine].sum(axis=0) for mine in rows])) @ kinds().first
    return _own(chances, rows, (1 - COURSE_SHARE) * likely + COURSE_SHARE * course_weights(chances))


def course_weights(chances: Vector) -> Vector:
    """The weights of the whole course, kinds aside."""
    prior = bank().prior
    weights = prior
    for _ in range(2 * _ROUNDS):
        weights = (1 - SHIPPED_SHARE) * _shares(chances, weights).mean(axis=0) + SHIPPED_SHARE * prior
    return np.asarray(weights)


def _shares(chances: Vector, weights: Vector) -> Vector:
    found = chances * weights
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def kind_fits(chances: Vector) -> Vector:
    """How well each kind explains each learner's answers, log likelihoods up to a term of the learner's own,
    [learner, kind]."""
    return np.asarray(np.log(chances @ kinds().first.T + _LEAST))


def likely_kinds(fits: Vector) -> Vector:
    """How likely each skill is of each kind, [skill, kind], from `kind_fits` summed over its learners; how common the
    kinds are is learned on the way."""
    every = kinds()
    score = CAUTION * fits
    common = every.prior
    belongs = score
    for _ in range(_ROUNDS):
        belongs = score + np.log(common + _LEAST)
        belongs = np.exp(belongs - belongs.max(axis=1, keepdims=True))
        belongs /= belongs.sum(axis=1, keepdims=True)
        common = (belongs.sum(axis=0) + KIND_SKILLS * every.prior) / (len(fits) + KIND_SKILLS)
    return np.asarray(belongs)


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
