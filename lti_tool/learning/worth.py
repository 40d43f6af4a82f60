"""Worth: what an activity is expected to bring, in skills kept per minute. The core of choosing what comes next.

Learning and review are paid in one coin: what will still be there after a pause of a month. *Learning* moves
strength by a share of what is missing, most inside the zone of proximal development (Vygotsky 1978; some way above
what one can do), on standing foundations, with explanations early and practice later (expertise reversal: Kalyuga
2007); nearly finished skills count more than fresh ones, and those that open others a little more. *Review* is worth
the rise in the chance that a skill survives the pause: recall falls as a power of time (Wixted & Ebbesen 1991), and
the longer the gap that was bridged, the slower it falls afterwards (Cepeda et al. 2006). So the share of review
follows by itself what fades and what is left to learn. Liking enters as the chance to finish, never as learning;
that chance counts a little more than in proportion, as breaking off costs courage too, and much more where hardly
anything is left to be gained: what bores is broken off. Where everything is known and fresh somebody breaks off more
often all the same: of five or ten skills, learned in the first weeks of eight, simulated learners finish 84 and 86 of
100 activities. Whoever knew their minds and wanted nothing but that they finish would reach 91 and 95, and of ten
skills lose a third of what is kept.

Everything is in arrays over all activities, so that a course of a thousand costs microseconds, not milliseconds.
The constants are our judgement, checked with simulated learners.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

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
ZONE_FALL = -0.5 / ZONE_WIDTH**2
ZONE_LEAST = math.exp(ZONE_FALL * ZONE_EDGE**2)
"""The same as the exponent of a square, and what is left at the edge."""
FOUNDATION = 0.55
FOUNDATION_SLOPE = 8.0
"""Weakest foundation at which work teaches half of what it could, and how sharp that is."""
SPACING = 1.3
"""How much a review at full forgetting adds to stability, as a factor beside one."""
FINISHING = 0.6
"""How much more a begun skill counts than a fresh one."""
OPENING = 1 + 0.05 * np.arange(6)
"""How much a skill counts by how many rest on it; five and more count alike."""
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

FINISHED = 2.0
DETERS = 2.2
COMFORT = 0.26
BORES = 1.2
"""Logits of finishing what is not too hard; what each step of hardness takes from them, and from how far above the
middle of the zone on; and what it takes that everything is known already."""
HARDLY_ANYTHING = 1e-6
COURAGE = 8
"""How much the chance to finish counts where nothing else is to be gained, as an exponent."""
LITTLE = 0.008
"""Skills kept per minute of which the best activity brings so few that finishing counts half of what it then does."""
COURAGE_FOR_LITTLE = 6
"""The exponent it comes to where the best brings much less than that."""


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
    def middle(self) -> Vector:
        """The strength at which each teaches most."""
        return np.asarray(self.hardness - ZONE_CENTRE)

    @cached_property
    def early(self) -> Vector:
        """What each teaches a novice of what there is to learn."""
        return np.asarray(PACE * TEACHES_NOVICES[self.way])

    @cached_property
    def later(self) -> Vector:
        """What each teaches all others."""
        return np.asarray(PACE * TEACHES_OTHERS[self.way])

    @cached_property
    def asks(self) -> Vector:
        """1 for each that asks for answers, 0 for others."""
        return np.asarray(self.way >= PRACTICE, dtype=float)

    @cached_property
    def ease(self) -> Vector:
        """Logits of finishing each, before what it is too hard by."""
        return np.asarray(FINISHED + self.liking + DETERS * COMFORT)

    @cached_property
    def cost(self) -> Vector:
        """Minutes, with what it takes to begin."""
        return np.asarray(self.minutes + 0.5)

    @cached_property
    def tiring(self) -> Vector:
        """Minutes that each seems longer for every time it was done already."""
        return np.asarray(self.cost * np.where(self.asks > 0, 0.05, 0.35))


class Standing(NamedTuple):
    """One learner's skills in arrays: `strength` in [0, 1] when fresh, `stability` in days, `recalled` (the chance to
    recall it now), `foundation` (what its weakest foundation has now, 1 without any), `begun`, `opens` (skills that
    rest on it). A tuple, because one is made for each decision and tuples are made fastest."""

    strength: Vector
    stability: Vector
    recalled: Vector
    foundation: Vector
    begun: NDArray[np.bool_]
    opens: Numbers


def recall(days: Vector, stability: Vector) -> Vector:
    """Chance to recall after so many days: a power law that stands at .93 after 16 % of the stability."""
    return np.asarray(np.sqrt(stability / (stability + np.maximum(days, 0.0))))


def worth(offers: Offers, standing: Standing, times: Vector) -> Vector:
    """Skills kept per minute each activity is expected to bring; `times` is how often each was done already.

    Only activities of skills that could bring anything are looked at one by one. When nothing brings anything, very
    little is said for what lies nearest to the zone.
    """
    strength, have = standing.strength, standing.strength * standing.recalled
    footing = 1 / (1 + np.exp(FOUNDATION_SLOPE * (FOUNDATION - standing.foundation)))
    again = _review(standing, have)
    alive = (footing > LEAST_FOOTING) & (strength < ENOUGH)
    if again is not None:
        alive |= again > 0
    value = np.zeros(len(offers.skill))
    places = alive[offers.skill].nonzero()[0]
    skill = offers.skill[places]
    above = offers.middle[places] - have[skill]
    zone = np.exp(above * above * ZONE_FALL)
    strong = strength[skill]
    teaches = np.where(strong < NOVICE, offers.early[places], offers.later[places])
    taught = np.minimum((1 - strong) * teaches * zone, np.maximum(ENOUGH - strong, 0.0))
    bring = _weight(standing, footing)[skill] * taught * (zone > ZONE_LEAST)
    if again is not None:
        bring += again[skill] * offers.asks[places] * (0.3 + 0.7 * zone)
    gain = bring / (offers.cost[places] + offers.tiring[places] * times[places])
    finished = 1 / (1 + np.exp(DETERS * np.maximum(above, COMFORT) - offers.ease[places]))
    finishing = 0.3 + 0.7 * finished
    value[places] = gain * finishing * np.sqrt(finishing) * finished ** _courage(gain)
    return value if value.any() else _nearest(offers, standing, have, times)


def _courage(gain: Vector) -> float:
    """How much more the chance to finish counts, the less there is to be gained at best; an exponent."""
    return COURAGE_FOR_LITTLE / (1 + (float(gain.max(initial=0.0)) / LITTLE) ** 2)


def _nearest(offers: Offers, standing: Standing, have: Vector, times: Vector) -> Vector:
    """Nothing is left to gain, so minutes are no price any more: boredom makes people give up, and what will hardly be
    given up comes first, as what has faded, is liked, or was not done often. Of that, what stands on its foundations
    and lies nearest to the zone, questions before explanations."""
    above = offers.middle - have[offers.skill]
    zone = np.exp(above * above * ZONE_FALL) * (standing.foundation > FOUNDATION)[offers.skill]
    bored = BORES * (have > STILL_FRESH)[offers.skill]
    finishing = 1 / (1 + np.exp(DETERS * np.maximum(above, COMFORT) + bored - offers.ease))
    worn = offers.cost / (offers.cost + offers.tiring * times)
    return np.asarray(HARDLY_ANYTHING * zone * (0.3 + 0.7 * offers.asks) * finishing**COURAGE * worn)


def _weight(standing: Standing, footing: Vector) -> Vector:
    """How much learning a skill counts: on its foundations, when begun, when others wait for it."""
    finishing = np.where(standing.begun & (standing.strength > 0.4), 1 + FINISHING, 1.0)
    return np.asarray(footing * finishing * OPENING.take(standing.opens, mode="clip"))


def _review(standing: Standing, have: Vector) -> Vector | None:
    """The rise in the chance to survive the pause; a little for what fades even where it decides nothing. None when
    no skill is there to be reviewed, as on most first days."""
    wanted = (standing.strength > WORTH_REVIEW) & (have < STILL_FRESH) & (standing.foundation > FOUNDATION - 0.1)
    places = wanted.nonzero()[0]
    if not len(places):
        return None
    now, stability = standing.recalled[places], standing.stability[places]
    refreshed = stability * ((1.04 + SPACING) - SPACING * now)
    aged = np.array((1 + PAUSE_DAYS / refreshed, 1 / (now * now) + PAUSE_DAYS / stability))
    reviewed, left = 1 / (1 + np.exp(KEPT_SLOPE * (KEPT - standing.strength[places] / np.sqrt(aged))))
    rise = np.zeros(len(have))
    rise[places] = reviewed - left + 0.02 * (1 - have[places])
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
    if not len(places):
        return few
    theme, alone = themes[places], values[places]
    while len(few) < most:
        alone[theme == themes[few[-1]]] = -np.inf
        left = alone if loss is None else alone - loss(few)[places]
        best = int(left.argmax())
        if left[best] <= least:
            break
        few.append(int(places[best]))
    return few
