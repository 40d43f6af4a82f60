"""LearnerProfile: what a learner told us and what a teacher arranged. It steers offers, never mastery."""

from __future__ import annotations

from dataclasses import dataclass

from .activities import Modality


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
