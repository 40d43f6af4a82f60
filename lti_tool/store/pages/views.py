"""Pieces that several pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...learning.activities import Modality
from ...learning.ids import ActivityId, SkillId
from ...learning.phrases import Phrase
from ...learning.playlist import StepKind
from ...learning.verdicts import Level, TeacherWord


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillView:
    """One skill as its learner stands with it."""

    id: SkillId
    title: str
    description: str
    standards: tuple[str, ...]
    level: Level
    progress: float
    because: tuple[Phrase, ...]
    missing: Phrase | None
    mastered_at: datetime | None
    review_due: bool
    stuck: bool
    answers: int
    word: TeacherWord | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One thing to do next, with the reason."""

    activity: ActivityId
    title: str
    modality: Modality
    minutes: int
    kind: StepKind
    reason: Phrase
    skill_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeView:
    """A grade as we promised it, as we sent it, as the gradebook holds it.

    Values in [0, 1]; `points` is the column's maximum. `state` is one of none (nothing to send yet), waiting,
    sending, sent, failed, kept (the teacher's own grade is left alone), no_column.
    """

    state: str
    value: float | None = None
    points: float = 0.0
    sent_value: float | None = None
    sent_at: datetime | None = None
    due_at: datetime | None = None
    attempts: int = 0
    problem: str = ""
    seen_value: float | None = None
    seen_at: datetime | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementView:
    """Where we are: the course, the placement, its part of the content and its rule in words."""

    course_title: str
    title: str
    configured: bool
    content_title: str
    part_title: str
    part_description: str
    rule: Phrase | None
    rule_version: int
    graded: bool
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far judging everybody again is: `done` of `total` students."""

    running: bool
    done: int
    total: int
    at: datetime
