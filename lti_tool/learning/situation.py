"""Situation: all that choosing the next steps needs to know; and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .activities import CourseContent, Modality
from .ids import ActivityId, SkillId
from .phrases import Phrase
from .profile import LearnerProfile
from .verdicts import Verdict


class StepKind(StrEnum):
    """What a step is for."""

    CONTINUE = "continue"
    """Go on with what is begun."""
    NEW = "new"
    """A skill whose foundations stand."""
    REVIEW = "review"
    """Mastered, and due to be seen again."""
    CHECK = "check"
    """Believed known from the first assessment: show it."""
    MIXED = "mixed"
    """All is there but the mixed check."""
    BACK = "back"
    """A step back to what a stuck skill rests on."""
    ENRICH = "enrich"
    """Beyond what is asked."""
    BREAK = "break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One offer: an activity, what it is for, and why. `minutes` include the learner's extra time."""

    activity: ActivityId
    skill: SkillId | None
    kind: StepKind
    reason: Phrase
    minutes: int
    modality: Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the teacher arranged: activities to do first, activities and skills to leave out, minutes there are.

    `order` lists skills to begin with, in that order, as far as prerequisites allow. `due_at` are dates of skills,
    `pin_due_at` of pinned activities.
    """

    pins: tuple[ActivityId, ...] = ()
    blocks: tuple[ActivityId, ...] = ()
    blocked_skills: tuple[SkillId, ...] = ()
    minutes: int | None = None
    order: tuple[SkillId, ...] = ()
    due_at: Mapping[SkillId, datetime] = field(default_factory=dict)
    pin_due_at: Mapping[ActivityId, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A skill as it was followed from activity to activity: strength when fresh in [0, 1], stability and days since
    it was last worked on."""

    strength: float
    stability: float
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One learner in one placement, now.

    `scope` are the skills this placement is for; `beliefs` the first assessment's probabilities of knowing;
    `followed` how strong each skill worked on has become;
    `told` the teacher's word on what is known already or is not;
    `finished` how often each activity was finished; `recent` the latest of them, newest last; `current` the
    activity that lies open; `minutes_since_break` of work, `minutes_in_sitting` on the clock since the first activity
    of this sitting.
    """

    content: CourseContent
    scope: tuple[SkillId, ...]
    now: datetime
    verdicts: Mapping[SkillId, Verdict] = field(default_factory=dict)
    beliefs: Mapping[SkillId, float] = field(default_factory=dict)
    told: Mapping[SkillId, bool] = field(default_factory=dict)
    followed: Mapping[SkillId, Followed] = field(default_factory=dict)
    finished: Mapping[ActivityId, int] = field(default_factory=dict)
    recent: tuple[ActivityId, ...] = ()
    profile: LearnerProfile = field(default_factory=LearnerProfile)
    wishes: Wishes = field(default_factory=Wishes)
    minutes_since_break: float = 0.0
    minutes_in_sitting: float = 0.0
    current: ActivityId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """At most three steps, the best first. `note` says why there are none, or that the scope is done. `time_up` says
    that the lesson is over, or that none of the steps fits into what is left of it."""

    steps: tuple[Step, ...]
    note: Phrase | None = None
    time_up: Phrase | None = None
