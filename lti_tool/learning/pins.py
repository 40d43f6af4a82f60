"""Pins: what a teacher wants done first, and where each activity stands with one learner.

A teacher who puts an activity first has decided what matters, and not that its foundations may be skipped. So a pin
that is locked is neither opened by force nor dropped: what it waits for comes first instead, and both sides are told.
"""

from __future__ import annotations

from enum import StrEnum

from .activities import Activity
from .candidates import serves
from .ids import SkillId
from .readiness import Readiness


class PinState(StrEnum):
    """Where an activity put first stands with a learner."""

    OPEN = "open"
    """It is on offer."""
    WAITS = "waits"
    """Skills it rests on come first."""
    DONE = "done"
    """Finished, and nothing to be done twice."""
    NEEDLESS = "needless"
    """What it is for is mastered, or not asked of them."""
    LEFT_OUT = "left_out"
    """The teacher has left it out, or paused what it is for."""
    SET_ASIDE = "set_aside"
    """Its form is not for this learner, by an accommodation."""


def pin_state(ready: Readiness, activity: Activity) -> PinState:
    """Where this activity stands, the first of all that keeps it from being offered."""
    if not ready.left_in(activity):
        return PinState.LEFT_OUT
    if not ready.suits(activity):
        return PinState.SET_ASIDE
    if ready.done_with(activity):
        return PinState.DONE
    if ready.inside.isdisjoint(activity.skills):
        return PinState.NEEDLESS
    if missing(ready, activity):
        return PinState.WAITS
    return PinState.OPEN if serves(ready, activity) else PinState.NEEDLESS


def missing(ready: Readiness, activity: Activity) -> tuple[SkillId, ...]:
    """The skills in play that have to be known before it, foundations first: those it rests on directly, and for
    enrichment what it goes beyond."""
    wanted = {one for skill in activity.skills for one in _under(ready, skill)}
    if activity.enrichment:
        wanted |= {skill for skill in activity.skills if not ready.mastered(skill)}
    return tuple(skill for skill in ready.scope if skill in wanted)


def way_to(ready: Readiness, activity: Activity) -> frozenset[SkillId]:
    """Every skill that work on has to be done before it, near and far."""
    found: set[SkillId] = set()
    ahead = list(missing(ready, activity))
    while ahead:
        skill = ahead.pop()
        if skill not in found:
            found.add(skill)
            ahead += _under(ready, skill)
    return frozenset(found)


def _under(ready: Readiness, skill: SkillId) -> list[SkillId]:
    """What a skill that is neither known nor open waits for."""
    if ready.known(skill) or ready.open(skill):
        return []
    below = ready.situation.content.graph.prerequisites(skill)
    return [one for one in below if one in ready.inside and not ready.known(one)]
