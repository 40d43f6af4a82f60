"""How each skill of a class is learned, found in its answers: it clicks, or it comes by and by.

All kinds of skills (`skill_kinds`) are weighed by how well they explain a skill's learners together (`world_weights`);
where the kinds of one nature carry most of the weight, that is the skill's nature, and else nobody can say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from .evidence import Evidence
from .ids import SkillId
from .posterior import responses_of, start_chances
from .rules.statistical import SkillNature, Statistical
from .skill_kinds import kinds
from .tracing_fit import LEAST_LEARNERS
from .world_weights import kind_fits, likely_kinds
from .worlds import Vector, traits

CLEAR = 0.7
"""A nature is told where its kinds carry so much of the weight."""

ROWS_AT_ONCE = 500


def fit(rule: Statistical, histories: Mapping[tuple[int, SkillId], Sequence[Evidence]]) -> Statistical:
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
    clicks = likely_kinds(fits) @ _clicking()
    found = zip(keys, map(_nature, clicks), strict=True)
    return replace(rule, skills=tuple(SkillNature(str(skill), nature) for skill, nature in found))


def _fits(rows: Mapping[tuple[int, SkillId], Sequence[Evidence]]) -> Iterator[tuple[list[SkillId], Vector]]:
    """Rows of the same length together: the skill of each, and how well each kind explains it."""
    ordered = sorted(rows.items(), key=lambda row: len(row[1]))
    for _, same in groupby(ordered, key=lambda row: len(row[1])):
        alike = list(same)
        for start in range(0, len(alike), ROWS_AT_ONCE):
            part = alike[start : start + ROWS_AT_ONCE]
            chances = start_chances(responses_of([answers for _, answers in part]))
            yield [skill for (_, skill), _ in part], kind_fits(chances / chances.max(axis=1, keepdims=True))


def _clicking() -> Vector:
    """For each kind, whether it is one of skills that are known or not."""
    places, _ = traits("two_state")
    return np.asarray(kinds().first[:, places].sum(axis=1))


def _nature(clicks: float) -> str:
    if clicks >= CLEAR:
        return "known_or_not"
    return "gradual" if clicks <= 1 - CLEAR else "any"
