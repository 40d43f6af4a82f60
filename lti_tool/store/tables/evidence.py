"""What learners did, what it showed, and what lies on their desk now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Key, refers_to


class AnswerRow(Base):
    """One answer as given, with its mark. `client_key` makes a double click or a replay harmless."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("person_id", "client_key"),)

    id: Mapped[Id]
    person_id: Mapped[int] = refers_to("people.id", index=False)
    placement_id: Mapped[int] = refers_to("placements.id")
    client_key: Mapped[str] = mapped_column(String(64))
    item_key: Mapped[Key]
    activity_key: Mapped[Key] = mapped_column(default="")
    answer: Mapped[dict[str, Any]]
    score: Mapped[float]
    correct: Mapped[bool]
    given: Mapped[str] = mapped_column(default="")
    feedback: Mapped[str] = mapped_column(default="")
    misconception: Mapped[str] = mapped_column(String(255), default="")
    hints_used: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=1)
    seconds: Mapped[float | None]
    at: Mapped[datetime]


class EvidenceRow(Base):
    """One dated observation of one skill. Append-only."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_person_course_skill", "person_id", "course_id", "skill_key"),)

    id: Mapped[Id]
    person_id: Mapped[int] = refers_to("people.id", index=False)
    course_id: Mapped[int] = refers_to("courses.id")
    content_key: Mapped[Key]
    skill_key: Mapped[Key]
    score: Mapped[float]
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(16))
    item_key: Mapped[str | None] = mapped_column(String(255))
    activity_key: Mapped[str | None] = mapped_column(String(255))
    difficulty: Mapped[float] = mapped_column(default=0.0)
    hints_used: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=1)
    seconds: Mapped[float | None]
    occasion: Mapped[str] = mapped_column(String(16), default="")
    """What a teacher observed: oral, project, written, rubric, other; empty for answers."""
    note: Mapped[str] = mapped_column(default="")
    answer_id: Mapped[int | None] = refers_to("answers.id")
    recorded_by: Mapped[int | None] = refers_to("people.id", cascade=False)


@event.listens_for(EvidenceRow, "before_update")
def _refuse_to_change_evidence(mapper: Any, connection: Any, target: EvidenceRow) -> None:
    raise RuntimeError(f"evidence {target.id} cannot be changed: evidence is append-only")


class VerdictRow(Base):
    """The last verdict on one learner's skill in one placement: a cache that can be rebuilt from evidence."""

    __tablename__ = "verdicts"
    __table_args__ = (UniqueConstraint("placement_id", "person_id", "skill_key"),)

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    skill_key: Mapped[Key]
    level: Mapped[str] = mapped_column(String(16))
    progress: Mapped[float]
    stuck: Mapped[bool] = mapped_column(default=False)
    rule_version: Mapped[int]
    mastered_at: Mapped[datetime | None]
    review_due_at: Mapped[datetime | None]
    body: Mapped[dict[str, Any]]
    judged_at: Mapped[datetime]


class DeskRow(Base):
    """What lies on a learner's desk in one placement: stage, activity, question, shown hints, last mark.

    `stage` is welcome, assessment or working.
    """

    __tablename__ = "desks"
    __table_args__ = (UniqueConstraint("placement_id", "person_id"),)

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    stage: Mapped[str] = mapped_column(String(16), default="welcome")
    diagnostic: Mapped[dict[str, Any]] = mapped_column(default=dict)
    strengths: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How strong each skill worked on has become, for planning (`learning.strength_record`)."""
    activity_key: Mapped[Key] = mapped_column(default="")
    activity_started_at: Mapped[datetime | None]
    item_key: Mapped[Key] = mapped_column(default="")
    item_seed: Mapped[int] = mapped_column(default=0)
    item_served_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=1)
    hints_shown: Mapped[int] = mapped_column(default=0)
    answered_in_activity: Mapped[int] = mapped_column(default=0)
    last_mark: Mapped[dict[str, Any]] = mapped_column(default=dict)
    draft: Mapped[dict[str, Any]] = mapped_column(default=dict)
    break_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ActivityVisitRow(Base):
    """A learner's time with one activity, with what they wrote looking back."""

    __tablename__ = "activity_visits"
    __table_args__ = (Index("ix_activity_visits_placement_person", "placement_id", "person_id"),)

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    activity_key: Mapped[Key]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    reflection: Mapped[str] = mapped_column(default="")


class ProfileRow(Base):
    """What a learner told us about what they like."""

    __tablename__ = "profiles"

    person_id: Mapped[int] = refers_to("people.id", primary_key=True, index=False)
    interests: Mapped[list[Any]] = mapped_column(default=list)
    modalities: Mapped[list[Any]] = mapped_column(default=list)
    updated_at: Mapped[datetime]
