"""Strength: how much of each skill a learner has, followed from answer to answer, for planning and not for verdicts.

A row of chances over a grid of strengths for each skill. An answer weighs the row (a logistic curve over strength
minus hardness, with guessing and slips); an activity moves most of it upwards as `worth` expects and leaves the rest
where it was, because teaching does not always take (slow learners, gaps below), and the next answers decide between
the two; time lowers what is there through recall. What is shown on one skill speaks a little for what it rests on and
for what rests on it (knowledge spaces: Doignon & Falmagne 1985), as long as those were not worked on themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .worth import NOVICE, PACE, PRACTICE, SPACING, TEACHES_NOVICES, TEACHES_OTHERS, ZONE_CENTRE, ZONE_FALL, Vector

GRID: Vector = np.linspace(0.025, 0.975, 20)
GUESS = 0.15
CEILING = 0.97
SLOPE = 7.0
"""Logits of success from no strength to full strength."""
EASE = 1.1
"""Logits of success on work exactly as hard as one is strong."""
SURPRISE = 0.02
"""What is left for everything else after each step: people surprise."""
FIRST_STABILITY_DAYS = 12.0
LONGEST_STABILITY_DAYS = 400.0
SHOWN, NOT_SHOWN = 0.75, 0.4
"""From which share right, and up to which, a set speaks for other skills."""
TELLING_ANSWERS = 4
MOST_ANSWERS = 100
"""Longer sets speak no louder than sets of so many: chances would become too small for numbers."""

TAKES = 0.7
"""The chance that teaching takes."""
UNFINISHED = 0.3
"""What broken off work teaches and refreshes, as a share."""

_STEPS = np.where(GRID < NOVICE, TEACHES_NOVICES[:, None], TEACHES_OTHERS[:, None])
_STEPS = PACE * _STEPS * (1 - GRID) / (GRID[1] - GRID[0])
"""How many places of the grid well placed work of each way moves each strength upwards."""
MIDDLE = float(GRID.mean())
_PLACES = np.arange(len(GRID), dtype=float)
WELL, ILL = 0.25 + GRID, 1.2 - GRID
"""What a skill shown, or not shown, says of each strength of those it speaks for."""
_SUMS = np.stack((np.ones(len(GRID)), GRID), axis=1)
"""Rows times this are their sums, and their sums of strength."""


class Work(NamedTuple):
    """One activity as it was done: `way` as in `worth.Offers`, `day` on any running count of days. A tuple, because
    one is made for each decision and tuples are made fastest."""

    way: int
    hardness: float
    right: int
    answers: int
    finished: bool
    day: float
    skill: int = 0

    def on(self, skill: int) -> Work:
        """The same work, counted for a skill by its number."""
        return self._replace(skill=skill)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strengths:
    """What is believed of one learner. The arrays are changed in place by `observe`.

    `chances` [skill, grid], `mean` [skill] of them, `stability` in days, `last_day` each skill was worked on,
    `touched`; `heard_well` and `heard_ill` count what was shown, or not shown, on others and spoke for a skill that was
    not worked on itself; `foundations` and `built_on` [skill, skill] say what rests on what, near and far.
    """

    chances: Vector
    mean: Vector
    stability: Vector
    last_day: Vector
    touched: NDArray[np.bool_]
    heard_well: NDArray[np.int64]
    heard_ill: NDArray[np.int64]
    foundations: NDArray[np.bool_]
    built_on: NDArray[np.bool_]


def first_strengths(foundations: NDArray[np.bool_], depths: Vector, day: float) -> Strengths:
    """Before any answer: early skills (`depths` 0) may well be known, the last ones (1) hardly."""
    known = np.clip(0.5 - 0.45 * depths, 0.03, 0.9)[:, None]
    low = np.exp(-(((GRID - 0.13) / 0.1) ** 2)) + SURPRISE
    high = np.exp(-(((GRID - 0.8) / 0.12) ** 2))
    chances = known * high / high.sum() + (1 - known) * low / low.sum()
    size = len(depths)
    return Strengths(
        chances=chances,
        mean=chances @ GRID,
        stability=np.full(size, FIRST_STABILITY_DAYS),
        last_day=np.full(size, day),
        touched=np.zeros(size, dtype=bool),
        heard_well=np.zeros(size, dtype=np.int64),
        heard_ill=np.zeros(size, dtype=np.int64),
        foundations=foundations,
        built_on=foundations.T.copy(),
    )


def observe(strengths: Strengths, work: Work) -> None:
    """Learn from one activity: what it showed, what it taught, what it refreshed."""
    skill = work.skill
    gap = max(0.0, work.day - float(strengths.last_day[skill]))
    now = float((1 + gap / strengths.stability[skill]) ** -0.5)
    taught = _taught(_weighed(strengths.chances[skill], work, now), work, now)
    total, strong = taught @ _SUMS
    strengths.chances[skill] = taught * ((1 - SURPRISE) / total) + SURPRISE / len(GRID)
    strengths.mean[skill] = (1 - SURPRISE) * strong / total + SURPRISE * MIDDLE
    strengths.touched[skill] = True
    _refresh(strengths, work, now)
    if work.answers >= TELLING_ANSWERS:
        _spread(strengths, skill, work.right / work.answers)


def _weighed(chances: Vector, work: Work, now: float) -> Vector:
    """The row in the light of the answers, its sum left open."""
    if not work.answers:
        return chances
    chance = GUESS + (CEILING - GUESS) / (1 + np.exp((SLOPE * work.hardness - EASE) - SLOPE * now * GRID))
    share = min(1.0, MOST_ANSWERS / work.answers)
    right, wrong = share * work.right, share * (work.answers - work.right)
    return np.asarray(chances * chance**right * (1 - chance) ** wrong)


def _taught(chances: Vector, work: Work, now: float) -> Vector:
    """The row after learning: each strength moves up by what the activity teaches there, if it takes."""
    above = (work.hardness - ZONE_CENTRE) - now * GRID
    steps = _STEPS[work.way] * np.exp(above * above * ZONE_FALL)
    if not work.finished:
        steps *= UNFINISHED
    place = np.minimum(_PLACES + steps, len(GRID) - 1)
    below = place.astype(np.int64)
    rest = chances * (place - below)
    moved = np.bincount(below, chances - rest, len(GRID))
    moved[1:] += np.bincount(below, rest, len(GRID))[:-1]
    return np.asarray(TAKES * moved + (1 - TAKES) * chances)


def _refresh(strengths: Strengths, work: Work, now: float) -> None:
    skill = work.skill
    asks = work.way >= PRACTICE
    if strengths.mean[skill] > 0.3 and (asks or work.day > strengths.last_day[skill]):
        spacing = (SPACING if asks else 0.4 * SPACING) * (1 - now)
        gain = 1 + (1.0 if work.finished else UNFINISHED) * (spacing + 0.04)
        strengths.stability[skill] = min(LONGEST_STABILITY_DAYS, strengths.stability[skill] * gain)
    strengths.last_day[skill] = work.day


def _spread(strengths: Strengths, skill: int, share: float) -> None:
    if share >= SHOWN:
        others, factor, heard = strengths.foundations[skill], WELL, strengths.heard_well
    elif share <= NOT_SHOWN:
        others, factor, heard = strengths.built_on[skill], ILL, strengths.heard_ill
    else:
        return
    places = (others & ~strengths.touched).nonzero()[0]
    if len(places):
        weighed = strengths.chances[places] * factor
        total, strong = (weighed @ _SUMS).T
        strengths.chances[places] = weighed / total[:, None]
        strengths.mean[places] = strong / total
        heard[places] += 1
