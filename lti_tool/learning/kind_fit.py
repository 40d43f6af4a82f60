"""Of what kind each skill of a class is, found in its answers.

No labels are needed: the kinds (`skill_kinds`) that explain the answers of all learners of a skill best are likely,
and how common each kind is among the skills of the class is found on the way, by expectation maximisation (Dempster,
Laird & Rubin 1977). So skills with few answers borrow from the others (partial pooling), and they all from the shipped
shares.

A start of its own for every skill, learned state by state on top of the kinds, was tried as well: it decides no better
(8.4 instead of 8.5 answers too many at 5 false of 100) and could not stand in a rule in a few letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from .filtering import Rows, start_chances
from .ids import SkillId
from .rules.statistical import SkillKinds, Statistical
from .skill_kinds import kind_weights, kinds, said
from .tracing_fit import LEAST_LEARNERS
from .worlds import Vector, bank

CAUTION = 0.5
"""How far a learner's answers count when kinds are told apart: no kind is quite true and neighbours' answers are
alike, so less than one."""
FAMILY_CAUTION = 0.5
"""How far the odds between families count once kinds are weighed. Two families can say the same of answers and
something else of mastery (here somebody slips, there somebody is not there yet), so between them answers tell less.
"""
KIND_SKILLS = 20.0
"""What the shipped shares of kinds count for in a course, in skills."""

_ROUNDS = 25
_LEAST = 1e-300


def fit(rule: Statistical, histories: Rows) -> Statistical:
    """The rule with what this class's answers say of each skill. `histories` are the answers that count, in order, by
    learner and skill.

    A hundred thousand answers take some seconds; memory does not grow with them.
    """
    rows = {key: answers for key, answers in histories.items() if answers}
    seen = Counter(skill for _, skill in rows)
    keys = sorted(skill for skill, learners in seen.items() if learners >= LEAST_LEARNERS)
    if not keys:
        return replace(rule, skills=())
    place = {skill: number for number, skill in enumerate(keys)}
    fits = np.zeros((len(keys), len(kinds().prior)))
    for skills, each in _fits({key: answers for key, answers in rows.items() if key[1] in place}):
        np.add.at(fits, [place[skill] for skill in skills], each)
    found = zip(keys, _likely(fits, kind_weights(rule.nature)), strict=True)
    return replace(rule, skills=tuple(SkillKinds(str(skill), said(likely)) for skill, likely in found))


def _fits(rows: Rows) -> Iterator[tuple[list[SkillId], Vector]]:
    """The skill of each row, and how well each kind explains it (log likelihoods up to a term of the learner's own)."""
    for skills, chances in start_chances(rows, bank()):
        explained = (chances / chances.max(axis=1, keepdims=True)) @ kinds().first.T
        yield skills, np.log(explained + _LEAST)


def _likely(fits: Vector, prior: Vector) -> Vector:
    """How likely each skill is of each kind, [skill, kind]; how common the kinds are is learned on the way, from
    `prior`."""
    common, belongs = prior, fits
    fits = CAUTION * fits
    for _ in range(_ROUNDS):
        belongs = fits + np.log(common + _LEAST)
        belongs = np.exp(belongs - belongs.max(axis=1, keepdims=True))
        belongs /= belongs.sum(axis=1, keepdims=True)
        common = (belongs.sum(axis=0) + KIND_SKILLS * prior) / (len(fits) + KIND_SKILLS)
    return _cautious(belongs, prior)


def _cautious(belongs: Vector, prior: Vector) -> Vector:
    """The same with what was found between families taken back halfway to what was thought before."""
    _, family = np.unique(kinds().families, return_inverse=True)
    of_family = np.eye(family.max() + 1)[family]
    found, before = (belongs @ of_family)[:, family], (prior @ of_family)[family]
    held = belongs * (np.maximum(found, _LEAST) / np.maximum(before, _LEAST)) ** (FAMILY_CAUTION - 1)
    return np.asarray(held / held.sum(axis=1, keepdims=True))
