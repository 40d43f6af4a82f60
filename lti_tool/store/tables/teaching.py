"""What teachers say, see and arrange, and what learners set out to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Key, refers_to


class TeacherWordRow(Base):
    """A teacher's own word on one learner's skill: mastered, not_yet or taken_back. Append-only; the latest counts.

    It belongs to the course, like evidence: what a teacher knows about a learner is true in every placement.
    """

    __tablename__ = "teacher_words"
    __table_args__ = (Index("ix_teacher_words_course_person", "course_id", "person_id"),)

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    content_key: Mapped[Key]
    skill_key: Mapped[Key]
    word: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(default="")
    said_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    said_at: Mapped[datetime]


class WithdrawalRow(Base):
    """One observation that no longer counts, by whom and why. The observation itself stays. Append-only."""

    __tablename__ = "withdrawals"

    evidence_id: Mapped[int] = refers_to("evidence.id", primary_key=True, index=False)
    note: Mapped[str] = mapped_column(default="")
    withdrawn_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    withdrawn_at: Mapped[datetime]


class GradeSourceRow(Base):
    """Another gradebook column whose grades count as evidence of one skill, by a teacher's choice.

    `enough` in [0, 1] is the share of the column's points from which a grade speaks for the skill.
    """

    __tablename__ = "grade_sources"

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id")
    content_key: Mapped[Key]
    skill_key: Mapped[Key]
    line_item_url: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    maximum: Mapped[float]
    enough: Mapped[float]
    chosen_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    chosen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")


class SeenGradeRow(Base):
    """The grade last read for one learner from one source, and the evidence it became: reading twice adds nothing."""

    __tablename__ = "seen_grades"
    __table_args__ = (UniqueConstraint("source_id", "person_id"),)

    id: Mapped[Id]
    source_id: Mapped[int] = refers_to("grade_sources.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    share: Mapped[float | None]
    evidence_id: Mapped[int | None] = refers_to("evidence.id", cascade=False)
    seen_at: Mapped[datetime]


class AccommodationRow(Base):
    """Time, length and format arranged for one learner in one course. It never reaches another class."""

    __tablename__ = "accommodations"
    __table_args__ = (UniqueConstraint("course_id", "person_id"),)

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    set_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    set_at: Mapped[datetime]


class LearnerPlanRow(Base):
    """What a teacher arranged for one learner in one placement: own pins and blocks, and a modified goal.

    `rule` is the goal's own rule (empty: the class's), `excused` the skills not asked of this learner.
    """

    __tablename__ = "learner_plans"
    __table_args__ = (UniqueConstraint("placement_id", "person_id"),)

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    pins: Mapped[list[Any]] = mapped_column(default=list)
    blocks: Mapped[list[Any]] = mapped_column(default=list)
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    excused: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    set_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    set_at: Mapped[datetime]


class GoalRow(Base):
    """What a learner set out to do in one course, and how they looked back on it."""

    __tablename__ = "goals"
    __table_args__ = (Index("ix_goals_course_person", "course_id", "person_id"),)

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    text: Mapped[str]
    content_key: Mapped[Key] = mapped_column(default="")
    skill_key: Mapped[Key] = mapped_column(default="")
    until: Mapped[datetime | None]
    set_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reached: Mapped[bool] = mapped_column(default=False)
    reflection: Mapped[str] = mapped_column(default="")


def _refuse_to_change(mapper: Any, connection: Any, target: Any) -> None:
    raise RuntimeError(
        f"{target.__tablename__} cannot be changed: what was said stays, a later entry takes it back"
    )


event.listen(TeacherWordRow, "before_update", _refuse_to_change)
event.listen(WithdrawalRow, "before_update", _refuse_to_change)
