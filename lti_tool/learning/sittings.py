"""A sitting: how long it has been, how long an activity takes, how many questions it has, how many tries each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .activities import Activity, Item, ItemKind, Modality
from .mixed_check import MIXED_CHECK
from .profile import Accommodations

SET_LENGTH = 5
"""Questions in one sitting; short enough to finish, long enough to learn from."""
SHORT_SET_LENGTH = 3
"""The same for learners whose teacher arranged shorter sets."""

CHECK_LENGTH = 6
SHORT_CHECK_LENGTH = 4
"""Questions in a mixed check: every other one may be of the same skill."""

PAUSE = timedelta(minutes=30)
"""A pause of so long ends a sitting. One thing counts as so much work at the most."""


AWAY = timedelta(hours=2)
"""What was open for longer than a lesson may be was left alone meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Time with one thing: when it was begun and ended (None: it lies open), and whether it was a break.

    Whoever left it open may have gone away: it counts for no longer than it `takes`, and so does what was ended only
    after whoever did it was `AWAY`.
    """

    began: datetime
    ended: datetime | None = None
    rest: bool = False
    takes: timedelta = PAUSE


def minutes_of_sitting(stretches: Sequence[Stretch], now: datetime) -> float:
    """Minutes on the clock since this sitting began, breaks included; 0 before its first stretch, and when the clock
    went back. `stretches` as they were begun, oldest first."""
    began = now
    for one in reversed(stretches):
        start, end = _lasted(one, now)
        if began - end > PAUSE:
            break
        began = min(began, start)
    return (now - began).total_seconds() / 60


def minutes_of_work(stretches: Sequence[Stretch], now: datetime) -> float:
    """Minutes of work in this sitting since the last break."""
    total, later = timedelta(), now
    for one in reversed(stretches):
        start, end = _lasted(one, now)
        if later - end > PAUSE or one.rest:
            break
        total += end - start
        later = start
    return total.total_seconds() / 60


def _lasted(stretch: Stretch, now: datetime) -> tuple[datetime, datetime]:
    """From when to when it counts: never into the future, and no longer than `PAUSE`, up to its end."""
    end = min(stretch.ended or stretch.began + stretch.takes, now)
    most = min(PAUSE, stretch.takes) if end - stretch.began > AWAY else PAUSE
    return max(min(stretch.began, end), end - most), end


def minutes_for(activity: Activity, accommodations: Accommodations) -> int:
    """How many minutes an activity takes this learner. Extra time is for work: a break is as long for everybody."""
    factor = 1.0 if activity.modality is Modality.BREAK else accommodations.extra_time_factor
    return max(1, round(activity.minutes * factor))


def planned_answers(activity: Activity, accommodations: Accommodations) -> int:
    """How many questions this sitting has."""
    if activity.id == MIXED_CHECK:
        length = SHORT_CHECK_LENGTH if accommodations.shorter_sets else CHECK_LENGTH
        return min(length, len(activity.items))
    return min(SHORT_SET_LENGTH if accommodations.shorter_sets else SET_LENGTH, len(activity.items))


def tries_allowed(item: Item) -> int:
    """How often one question may be tried: guessing through all choices would teach nothing."""
    if item.kind is ItemKind.ONE_CHOICE:
        return max(1, min(2, len(item.choices) - 1))
    return 3
