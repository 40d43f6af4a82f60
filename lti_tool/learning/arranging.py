"""Arranging: what a teacher wishes for a class and for one learner, brought together for the playlist.

The learner's own arrangement is the closer one: an activity pinned for one learner is offered although it is left
out for the class. Due dates reach back: what a due skill rests on is due as well, or nobody could be in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from .ids import ActivityId, SkillId
from .situation import Wishes
from .skills import SkillGraph

HEAD_START = timedelta(days=7)
"""So long before its date a skill begins to come first."""
DUE = 60.0
"""What a skill that is due today has before others: begun now, it comes before what is begun and has no date."""
ORDERED = 26.0
"""What the first in the teacher's order has before what comes later: more than the playlist's gain and places
together, and less than what lies between a new skill and going further."""


def together(for_class: Wishes, pins: tuple[ActivityId, ...], blocks: tuple[ActivityId, ...]) -> Wishes:
    """The class's wishes with one learner's own pins first and own blocks added."""
    left_out = dict.fromkeys((*(one for one in for_class.blocks if one not in pins), *blocks))
    return replace(for_class, pins=tuple(dict.fromkeys((*pins, *for_class.pins))), blocks=tuple(left_out))


def pins_by_date(wishes: Wishes) -> tuple[ActivityId, ...]:
    """Pinned activities, those with a date first and the earliest of them at the head; else as the teacher put them."""
    dated = sorted((key for key in wishes.pins if key in wishes.pin_due_at), key=wishes.pin_due_at.__getitem__)
    return (*dated, *(key for key in wishes.pins if key not in wishes.pin_due_at))


def dates(graph: SkillGraph, due_at: Mapping[SkillId, datetime]) -> dict[SkillId, datetime]:
    """The date of each skill that has one, its own or that of what rests on it, the earliest of them."""
    found: dict[SkillId, datetime] = {}
    for skill, at in due_at.items():
        if skill in graph:
            for one in (skill, *graph.ancestors(skill)):
                found[one] = min(found.get(one, at), at)
    return found


def urgency(at: datetime | None, now: datetime) -> float:
    """From 0 (no date, or far away) to `DUE` on the day and after it."""
    if at is None:
        return 0.0
    left = (at - now) / HEAD_START
    return DUE * min(1.0, max(0.0, 1.0 - left))
