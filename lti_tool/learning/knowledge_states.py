"""Knowledge states: which skills a learner could know together, as the first assessment imagines it.

We draw a fixed crowd of plausible learners: each has a general ability; a skill is likely known when the ability is
above what its depth in the graph asks and all it rests on is known, and hardly ever when something is missing below
it (knowledge spaces: Doignon & Falmagne 1985, with a little leak, as real graphs are not perfect). Answers then
weigh the crowd. So one answer speaks for foundations, successors and, through ability, a little for everything
else.

The crowd comes from a generator with a fixed seed: the same graph always has the same crowd.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .ids import SkillId
from .skills import SkillGraph

Matrix = NDArray[np.float64]

CROWD = 2500
LEAK = 0.1
"""Chance to know a skill although something below it is missing."""
STEEPNESS = 2.5
SPREAD = 1.8
"""How much harder (logits of ability) the last skill is than the middle one. Late is what lies deep in the graph
and what the author put late, half each."""

_SEED = 7


def crowd_of(graph: SkillGraph, scope: Sequence[SkillId]) -> Matrix:
    """The crowd, one row a learner, one column a skill of `scope` in its order; 1 known, 0 not."""
    return _crowd(_foundations(graph, tuple(scope)))


def _foundations(graph: SkillGraph, scope: tuple[SkillId, ...]) -> tuple[tuple[int, ...], ...]:
    """For each skill the places of all skills of the scope it rests on, near and far."""
    place = {skill: number for number, skill in enumerate(scope)}
    return tuple(tuple(sorted(place[one] for one in graph.ancestors(skill) if one in place)) for skill in scope)


@lru_cache(maxsize=32)
def _crowd(foundations: tuple[tuple[int, ...], ...]) -> Matrix:
    generator = np.random.default_rng(_SEED)
    size = len(foundations)
    ability = generator.normal(0.0, 1.3, CROWD)
    draws = generator.random((CROWD, size))
    depths = _depths(foundations)
    deepest = max(depths, default=0) or 1
    known = np.zeros((CROWD, size))
    for column in sorted(range(size), key=depths.__getitem__):
        late = depths[column] / deepest + column / max(1, size - 1)
        hardness = SPREAD * (late - 1)
        chance = 1 / (1 + np.exp(-STEEPNESS * (ability - hardness)))
        standing = known[:, list(foundations[column])].all(axis=1)
        known[:, column] = draws[:, column] < np.where(standing, chance, LEAK * chance)
    known.setflags(write=False)
    return known


def _depths(foundations: tuple[tuple[int, ...], ...]) -> list[int]:
    """The length of the longest way up to each skill."""
    depths: dict[int, int] = {}
    for column in sorted(range(len(foundations)), key=lambda one: len(foundations[one])):
        depths[column] = 1 + max((depths[one] for one in foundations[column]), default=-1)
    return [depths[column] for column in range(len(foundations))]
