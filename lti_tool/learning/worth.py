"""Worth: what an activity is expected to bring, in skills kept per minute. The core of choosing what comes next.

Learning and review are paid in one coin: what will still be there after a pause of a month. *Learning* moves
strength by a share of what is missing, most inside the zone of proximal development (Vygotsky 1978; some way above
what one can do), on standing foundations, with explanations early and practice later (expertise reversal: Kalyuga
2007); nearly finished skills count more than fresh ones, and those that open others a little more. *Review* is worth
the rise in the chance that a skill survives the pause: recall falls as a power of time (Wixted & Ebbesen 1991), and
the longer the gap that was bridged, the slower it falls afterwards (Cepeda et al. 2006). So the share of review
follows by itself what fades and what is left to learn. Liking enters as the chance to finish, never as learning;
that chance counts a little more than in proportion, as breaking off costs courage too.

Everything is in arrays over all activities, so that a course of a thousand costs microseconds, not milliseconds.
The constants are our judgement, checked with simulated learners.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

PAUSE_DAYS = 30.0
"""What is to survive."""
KEPT = 0.65
"""Strength times recall from which a skill counts as kept, with `KEPT_SLOPE` as its softness."""
KEPT_SLOPE = 10.0
PACE = 0.4
"""Share of what is missing that a well placed activity teaches."""
ZONE_CENTRE = 0.14
ZONE_WIDTH = 0.25
ZONE_EDGE = 0.36
"""How far above one's strength work teaches most, how fast that fades, and where the zone ends, all in strength."""
FOUNDATION = 0.55
FOUNDATION_SLOPE = 8.0
"""Weakest foundation at which work teaches half of what it could, and how sharp that is."""
SPACING = 1.3
"""How much a review at full forgetting adds to stability, as a factor beside one."""
FINISHING = 0.6
OPENING = 0.05
ENOUGH = 0.93
"""Strength from which more of the same teaches nothing worth having."""
WORTH_REVIEW = 0.6
"""Strength from which a skill is there to be reviewed."""
LEAST_FOOTING = 0.1
"""With less than this under it a skill is left for later."""
STILL_FRESH = 0.9
"""Above this strength times recall a review is too early."""
NOT_MUCH_WORSE = 0.6
"""An option brings at least this share of what the best one does."""

NOVICE = 0.45
TEACHES_NOVICES = np.array([0.8, 0.75, 0.55, 0.35])
TEACHES_OTHERS = np.array([0.3, 0.45, 0.9, 0.8])
"""Explanation, worked example, practice, check: share of `PACE`."""
PRACTICE = 2
"""Ways of working from here on ask for answers and so refresh memory."""
WAYS_ASK = np.arange(len(TEACHES_OTHERS)) >= PRACTICE


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Activities in arrays: `skill` (number), `hardness` on the strength scale, `minutes`, `way` (0 explanation,
    1 worked example, 2 practice, 3 check), `liking` in logits of finishing, 0 for neither liked nor disliked."""

    skill: Numbers
    hardness: Vector
    minutes: Vector
    way: Numbers
    liking: Vector

    @cached_property
    def cell(self) -> Numbers:
        """Where each activity stands in a table with a row for each skill and a column for each way."""
        return np.asarray(self.skill * len(WAYS_ASK) + self.way)

    @cached_property
    def middle(self) -> Vector:
        """The strength at which each teaches most."""
        return np.asarray(self.hardness - ZONE_CENTRE)

    @cached_property
    def tiring(self) -> Vector:
        """How much less each is worth once more."""
        return np.asarray(np.where(WAYS_ASK[self.way], 0.05, 0.35))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One learner's skills in arrays: `strength` in [0, 1] when fresh, `stability` in days, `days` since last seen,
    `foundation` (what its weakest foundation has now, 1 without any), `begun`, `opens` (skills that rest on it)."""

    strength: Vector
    stability: Vector
    days: Vector
    foundation: Vector
    begun: NDArray[np.bool_]
    opens: Numbers


def recall(days: Vector, stability: Vector) -> Vector:
    """Chance to recall after so many days: a power law that stands at .93 after 16 % of the stability."""
    return np.asarray(np.sqrt(stability / (stability + np.maximum(days, 0.0))))


def refreshed(stability: Vector, now: Vector) -> Vector:
    """Stability after a review at recall `now`."""
    return np.asarray(stability * (1.04 + SPACING * (1 - now)))


def survives(strength: Vector, recalled: Vector) -> Vector:
    """Chance that a skill counts as kept at a recall."""
    return np.asarray(1 / (1 + np.exp(KEPT_SLOPE * (KEPT - strength * recalled))))


def worth(offers: Offers, standing: Standing, times: Vector) -> Vector:
    """Skills kept per minute each activity is expected to bring; `times` is how often each was done already."""
    now = recall(standing.days, standing.stability)
    have = standing.strength * now
    footing = 1 / (1 + np.exp(FOUNDATION_SLOPE * (FOUNDATION - standing.foundation)))
    again = _review(standing, now, have)
    alive = (footing > LEAST_FOOTING) & (standing.strength < ENOUGH)
    if again is not None:
        alive |= again > 0
    value = np.zeros(len(offers.skill))
    places = alive.take(offers.skill).nonzero()[0]
    if not len(places):
        return value
    skill, cell = offers.skill.take(places), offers.cell.take(places)
    above = offers.middle.take(places) - have.take(skill)
    zone = np.exp(above * above * (-0.5 / ZONE_WIDTH**2))
    too_hard = 2.2 * np.maximum(above - 0.26, 0.0) - 2.0
    finishing = 0.3 + 0.7 / (1 + np.exp(too_hard - offers.liking.take(places)))
    weight = _weight(standing, footing)
    most = weight * np.maximum(ENOUGH - standing.strength, 0.0)
    bring = np.minimum(_taught(standing, weight).take(cell) * zone, most.take(skill))
    bring *= np.abs(above) < ZONE_EDGE
    if again is not None:
        bring += (again[:, None] * WAYS_ASK).take(cell) * (0.3 + 0.7 * zone)
    tired = 1 + offers.tiring.take(places) * times.take(places)
    value[places] = bring * finishing * np.sqrt(finishing) / ((offers.minutes.take(places) + 0.5) * tired)
    return value


def _taught(standing: Standing, weight: Vector) -> Vector:
    """What well placed work teaches, a row for each skill and a column for each way of working."""
    ways = np.where((standing.strength < NOVICE)[:, None], TEACHES_NOVICES, TEACHES_OTHERS)
    return np.asarray((PACE * (1 - standing.strength) * weight)[:, None] * ways)


def _weight(standing: Standing, footing: Vector) -> Vector:
    """How much learning a skill counts: on its foundations, when begun, when others wait for it."""
    finishing = 1 + FINISHING * (standing.begun & (standing.strength > 0.4))
    return np.asarray(footing * finishing * (1 + OPENING * np.minimum(standing.opens, 5)))


def _review(standing: Standing, now: Vector, have: Vector) -> Vector | None:
    """The rise in the chance to survive the pause; a little for what fades even where it decides nothing. None when
    no skill is there to be reviewed, as on most first days."""
    wanted = (standing.strength > WORTH_REVIEW) & (have < STILL_FRESH) & (standing.foundation > FOUNDATION - 0.1)
    places = wanted.nonzero()[0]
    if not len(places):
        return None
    strength, stability = standing.strength.take(places), standing.stability.take(places)
    left = recall(standing.days.take(places) + PAUSE_DAYS, stability)
    then = np.sqrt(1 - PAUSE_DAYS / (refreshed(stability, now.take(places)) + PAUSE_DAYS))
    rise = np.zeros(len(have))
    rise[places] = survives(strength, then) - survives(strength, left) + 0.02 * (1 - have.take(places))
    return rise


Loss = Callable[[Sequence[int]], Vector]


def best_few(
    values: Vector,
    themes: Numbers,
    most: int = 3,
    *,
    close: float | None = NOT_MUCH_WORSE,
    loss: Loss | None = None,
) -> list[int]:
    """Places of the best activities, the best first: no two with the same theme.

    An option brings more than the share `close` of what the best one does; None sets no such bound. `loss` says what
    each activity loses because of those chosen so far.
    """
    if not len(values) or most < 1:
        return []
    few = [int(values.argmax())]
    least = -np.inf if close is None else close * values[few[0]]
    places = (values > least).nonzero()[0]
    theme, worth_alone = themes.take(places), values.take(places)
    free = np.ones(len(places), dtype=bool)
    while len(few) < most:
        free &= theme != themes[few[-1]]
        left = worth_alone if loss is None else (values - loss(few)).take(places)
        left = np.where(free & (left > least), left, -np.inf)
        best = int(left.argmax()) if len(left) else 0
        if not len(left) or left[best] == -np.inf:
            break
        few.append(int(places[best]))
    return few
