"""Knowledge states: which skills a learner could know together, as the first assessment imagines it.

We draw a fixed crowd of plausible learners: each has a general ability; a skill is likely known when the ability is
above what its depth in the graph asks and all it rests on is known, and hardly ever when something is missing below
it (knowledge spaces: Doignon & Falmagne 1985, with a little leak, as real graphs are not perfect). Answers then
weigh the crowd. So one answer speaks for foundations, successors and, through ability, a little for everything
else.

The crowd comes from a generator with a fixed seed: the same graph always has the same crowd.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .ids import SkillId
from .skills import SkillGraph

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]

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
    return _known(graph, tuple(scope)).astype(np.float64)


@lru_cache(maxsize=32)
def _known(graph: SkillGraph, scope: tuple[SkillId, ...]) -> Flags:
    """Who of the crowd knows what. A skill passes on to what rests on it whether all below stands; one that is not
    asked for here passes on what it has been told."""
    column = {skill: number for number, skill in enumerate(scope)}
    generator = np.random.default_rng(_SEED)
    ability = generator.normal(0.0, 1.3, CROWD)
    draws = generator.random((CROWD, len(scope)))
    depths = _depths(graph, column)
    hardness = _hardness(depths, scope)
    known = np.zeros((CROWD, len(scope)), dtype=bool)
    below: dict[SkillId, Flags] = {}
    for skill in graph.order:
        standing = np.ones(CROWD, dtype=bool)
        for one in graph.prerequisites(skill):
            standing &= below[one]
        below[skill] = standing
        if skill in column:
            place = column[skill]
            chance = 1 / (1 + np.exp(-STEEPNESS * (ability - hardness[place])))
            known[:, place] = draws[:, place] < np.where(standing, chance, LEAK * chance)
            below[skill] = standing & known[:, place]
    known.setflags(write=False)
    return known


def _hardness(depths: Mapping[SkillId, int], scope: Sequence[SkillId]) -> Matrix:
    """How much harder (logits of ability) each skill of `scope` is than the middle of the course. Where nothing lies
    deeper than anything else, the order alone tells; a single skill is the middle itself."""
    late = np.linspace(-1.0, 1.0, len(scope)) if len(scope) > 1 else np.zeros(len(scope))
    deep = np.array([float(depths[skill]) for skill in scope])
    return SPREAD * ((late + 2 * deep / deep.max() - 1) / 2 if deep.any() else late)


def _depths(graph: SkillGraph, wanted: Container[SkillId]) -> dict[SkillId, int]:
    """The length of the longest way up to each skill, counting what is asked for here."""
    depths: dict[SkillId, int] = {}
    for skill in graph.order:
        depths[skill] = max((depths[one] + (one in wanted) for one in graph.prerequisites(skill)), default=0)
    return depths
