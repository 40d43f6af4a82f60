"""LearnerProfile: what a learner told us and what a teacher arranged. It steers offers, never mastery."""

from __future__ import annotations

from dataclasses import dataclass

from .activities import Modality
from .ids import ActivityId, SkillId
from .rules import MasteryRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Accommodations:
    """Arrangements on length, format and time. They never lower the mastery level."""

    extra_time_factor: float = 1.0
    shorter_sets: bool = False
    read_aloud: bool = False
    avoid_modalities: tuple[Modality, ...] = ()
    breaks_every_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerProfile:
    """Interests are topic keys of the content; modalities the kinds of activity the learner likes."""

    interests: tuple[str, ...] = ()
    modalities: tuple[Modality, ...] = ()
    goal: str = ""
    accommodations: Accommodations = Accommodations()


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerPlan:
    """What a teacher arranged for one learner in one place, beside what holds for the class.

    `rule` and `excused` are a modified goal, set explicitly: another rule for mastery (empty: the class's), and skills
    that are not asked of this learner. `note` says why.
    """

    pins: tuple[ActivityId, ...] = ()
    blocks: tuple[ActivityId, ...] = ()
    rule: MasteryRule | None = None
    excused: tuple[SkillId, ...] = ()
    note: str = ""

    @property
    def modifies_goal(self) -> bool:
        """Whether less, or something else, is asked of this learner than of the class."""
        return self.rule is not None or bool(self.excused)
