"""Simulated classes whose skills differ in kind: what it is worth to know the kind, or to learn it from the class.

Half of the skills click: not known, then known, with a chance to guess and to slip of the skill's own. The others come
by and by, along curves the filter does not hold: with the root of practice, in three steps, or not at all. All
constants are drawn anew for each skill. The truth is whether expected success is .85 or more, or the click.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lti_tool.learning.response_features import Index, Matrix
from lti_tool.learning.rules.statistical import THRESHOLDS, SkillKinds
from lti_tool.learning.worlds import MASTERED_SUCCESS

from .mastery_adapter import CairnRule

SKILLS = 24
ANSWERS = 32
SITTING = 6
GRADUAL = ("root", "steps", "flat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """`observed` in the shape of the adapter; `truth` [row, answers so far]; which skills click."""

    observed: Mapping[str, np.ndarray]
    truth: np.ndarray
    clicks: np.ndarray


def simulate(learners: int, draw: np.random.Generator, constants: np.random.Generator) -> Classes:
    """So many learners on each skill; `constants` draws the skills, `draw` the learners."""
    made = []
    for skill in range(SKILLS):
        own = np.random.default_rng(constants.integers(1 << 31))
        made.append(
            _clicking(learners, own, draw) if skill % 2 else _gradual(learners, own, draw, GRADUAL[skill % 3])
        )
    success, truth = (np.concatenate(part) for part in zip(*made, strict=True))
    size = (SKILLS * learners, ANSWERS)
    observed = {
        "y": (draw.random(size) < success).astype(int),
        "diff": np.zeros(size),
        "session": np.tile(np.arange(ANSWERS) // SITTING, (size[0], 1)),
        "skill": np.repeat(np.arange(SKILLS), learners),
    }
    return Classes(observed=observed, truth=truth, clicks=np.arange(SKILLS) % 2 == 1)


def _clicking(learners: int, own: np.random.Generator, draw: np.random.Generator) -> tuple[Matrix, np.ndarray]:
    guess, slip, learn, start = own.uniform([0.05, 0.02, 0.03, 0.05], [0.45, 0.14, 0.35, 0.8])
    since = np.where(draw.random(learners) < start, 0, draw.geometric(learn, learners))
    known = since[:, None] <= np.arange(ANSWERS + 1)
    return np.where(known[:, :-1], 1 - slip, guess), known


def _gradual(
    learners: int, own: np.random.Generator, draw: np.random.Generator, curve: str
) -> tuple[Matrix, np.ndarray]:
    place = own.normal(0.2, 0.7) + own.uniform(0.5, 1.5) * draw.standard_normal(learners)
    pace = own.uniform(0.15, 0.6) * np.exp(0.4 * draw.standard_normal(learners))
    growth = pace[:, None] * _shape(curve, draw, learners)
    floor = own.uniform(0.0, 0.25)
    success = floor + (0.97 - floor) / (1 + np.exp(-(place[:, None] + growth)))
    return success[:, :-1], success >= MASTERED_SUCCESS


def _shape(curve: str, draw: np.random.Generator, learners: int) -> Matrix:
    practice = np.tile(np.arange(ANSWERS + 1.0), (learners, 1))
    if curve == "root":
        return np.sqrt(practice)
    if curve == "steps":
        steps = draw.integers(3, ANSWERS, (learners, 3))
        return np.asarray(2.0 * (practice[:, :, None] >= steps[:, None, :]).sum(axis=2))
    return 0 * practice


def measured(called: Index, truth: np.ndarray) -> tuple[float, float, float]:
    """Share of false among the called, of missed among those there at the end, and answers asked too many."""
    rows, there = np.arange(len(called)), called <= ANSWERS
    false = ~truth[rows, np.minimum(called, ANSWERS)]
    ever = truth.any(axis=1)
    late = np.maximum(0, np.minimum(called, ANSWERS) - truth.argmax(axis=1))[ever]
    return float(false[there].mean()), float((~there)[truth[:, -1]].mean()), float(late.mean())


def starts(learners: int, seed: int = 3) -> tuple[Classes, Mapping[str, tuple[SkillKinds, ...]]]:
    """A class to decide on, and what the rule may hold of its skills: nothing, or what another class on the same skills
    has shown."""
    classes, seen = (
        simulate(learners, np.random.default_rng([seed, which]), np.random.default_rng(seed)) for which in (1, 2)
    )
    learned = CairnRule()
    learned.fit(seen.observed)
    return classes, {"shipped": (), "learned from a class": learned.W}


def kinds_table(learners: int) -> None:
    """What the start of the filter is worth at each setting of the dial."""
    classes, known = starts(max(10, learners // 5))
    print("\nStatistical rule, skills of two natures     false of called   missed   answers too many")
    for what, found in known.items():
        for name, threshold in THRESHOLDS.items():
            rule = CairnRule(threshold)
            rule.W = found
            false, missed, late = measured(rule.decide(classes.observed), classes.truth)
            print(f"{name:12}{what:26}{100 * false:14.1f} %{100 * missed:11.1f} %{late:14.1f}")
