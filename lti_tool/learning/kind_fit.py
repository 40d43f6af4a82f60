"""Of what kind each skill of a class is, found in its answers.

No labels are needed: the kinds (`skill_kinds`) that explain the answers of all learners of a skill best are likely,
and how common each kind is among the other skills of the class is found on the way. So skills with few answers borrow
from the others (partial pooling), and they all from the shipped shares.
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

ENOUGH = 30.0
"""What the answers of all learners of a skill count for at most, in learners. No kind is quite true, and from enough
answers some untrue one would be certain: so the more learners, the less each counts (coarsened likelihood: Miller &
Dunson 2019)."""
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
    learners = np.array([seen[skill] for skill in keys])
    found = zip(keys, _likely(fits, learners, kind_weights(rule.nature)), strict=True)
    return replace(rule, skills=tuple(SkillKinds(str(skill), said(likely)) for skill, likely in found))


def _fits(rows: Rows) -> Iterator[tuple[list[SkillId], Vector]]:
    """The skill of each row, and how well each kind explains it (log likelihoods up to a term of the learner's own)."""
    for skills, chances in start_chances(rows, bank()):
        explained = (chances / chances.max(axis=1, keepdims=True)) @ kinds().first.T
        yield skills, np.log(explained + _LEAST)


def _likely(fits: Vector, learners: Vector, prior: Vector) -> Vector:
    """How likely each skill is of each kind, [skill, kind]; how common the kinds are is learned on the way, from
    `prior` and from the *other* skills (collapsed variational Bayes: Asuncion et al. 2009): a skill that spoke for
    itself would be its own witness. `learners` is [skill]."""
    explained = fits * (ENOUGH / (ENOUGH + learners))[:, None]
    common, belongs = prior, fits
    for _ in range(_ROUNDS):
        belongs = explained + np.log(common + _LEAST)
        belongs = np.exp(belongs - belongs.max(axis=1, keepdims=True))
        belongs /= belongs.sum(axis=1, keepdims=True)
        others = belongs.sum(axis=0) - belongs
        common = (others + KIND_SKILLS * prior) / (len(fits) - 1 + KIND_SKILLS)
    return belongs
