"""Which worlds of a research view a class's skills live in, found in its answers.

No labels are needed: the weights of worlds that explain the answers best are found by expectation maximisation
(Dempster, Laird & Rubin 1977), first for all skills of the course together and then for each skill, where the course
counts for `COURSE_LEARNERS` further learners (partial pooling). Where each learner's answers are likelier by world is
worked out once, backwards (`filtering.start_chances`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from .filtering import Rows, start_chances
from .ids import SkillId
from .research_worlds import Worlds, said, worlds_of
from .response_features import Matrix
from .rules.hidden_markov import EVERY_OTHER, HiddenMarkov, SkillWorlds
from .tracing_fit import LEAST_LEARNERS
from .worlds import Vector

COURSE_LEARNERS = 30.0
"""What the course's weights count for in a skill."""
LEFT = 0.001
"""Share that stays with all worlds alike; none dies out."""

_COURSE_ROUNDS = 60
_SKILL_ROUNDS = 30


def fit(rule: HiddenMarkov, histories: Rows) -> HiddenMarkov:
    """The rule with the weights of this class. `histories` are the answers that count, in order, by learner and skill.

    Skills seen by fewer than `LEAST_LEARNERS` have the course's weights. A hundred thousand answers take some
    seconds, and about 3 MB for a thousand learners' rows.
    """
    rows = {key: answers for key, answers in histories.items() if answers}
    seen = Counter(skill for _, skill in rows)
    keys = sorted(skill for skill, learners in seen.items() if learners >= LEAST_LEARNERS)
    if not keys:
        return replace(rule, skills=())
    worlds = worlds_of(rule.worlds)
    whose, explained = _explained(rows, worlds)
    course = _course(explained)
    own = {str(skill): _skill(explained[[one == skill for one in whose]], course) for skill in keys}
    found = {EVERY_OTHER: course, **own}
    return replace(
        rule, skills=tuple(SkillWorlds(skill, said(weights @ worlds.starts)) for skill, weights in found.items())
    )


def _explained(rows: Rows, worlds: Worlds) -> tuple[list[SkillId], Matrix]:
    """The skill of each row, and how well each world explains it, [row, world], up to a factor of the row's own."""
    whose: list[SkillId] = []
    parts: list[Matrix] = []
    for skills, chances in start_chances(rows, worlds.bank):
        whose += skills
        each = chances @ worlds.starts.T
        parts.append(each / each.max(axis=1, keepdims=True))
    return whose, np.concatenate(parts)


def _course(explained: Matrix) -> Vector:
    """How common each world is, [world], among all rows."""
    number = explained.shape[1]
    weights = np.full(number, 1 / number)
    for _ in range(_COURSE_ROUNDS):
        weights = (1 - LEFT) * _belonging(explained, weights).mean(axis=0) + LEFT / number
    return weights


def _skill(explained: Matrix, course: Vector) -> Vector:
    """How common each world is, [world], among the learners of a skill."""
    weights = course
    for _ in range(_SKILL_ROUNDS):
        belonging = _belonging(explained, weights).sum(axis=0)
        weights = (belonging + COURSE_LEARNERS * course) / (len(explained) + COURSE_LEARNERS)
    return weights


def _belonging(explained: Matrix, weights: Vector) -> Matrix:
    """How likely each row is of each world."""
    each = explained * weights
    return np.asarray(each / each.sum(axis=1, keepdims=True))
