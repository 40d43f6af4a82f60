"""A sitting with an activity: how long, how many questions, how many tries each."""

from __future__ import annotations

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
