"""What a course's own answers taught the response model, and how far the learning from them got."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Key, refers_to


class ParametersRow(Base):
    """One version of the response model of a course. Never changed; the highest version is in force."""

    __tablename__ = "response_parameters"
    __table_args__ = (UniqueConstraint("course_id", "content_key", "version"),)

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id", index=False)
    content_key: Mapped[Key]
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    answers: Mapped[int]
    held_out: Mapped[int]
    loss_before: Mapped[float]
    loss_after: Mapped[float]
    made_at: Mapped[datetime]


class CalibrationRow(Base):
    """The latest calibration of a course: under way, or how it ended.

    `state`: running (`share` of the work done, `beat_at` the last sign of life), kept (predicted better),
    unchanged (did not), too_few (answers), failed (`problem`). `through_id` is the last evidence it read, 0 before
    the first one ended. Losses are per held-out answer, in nats.
    """

    __tablename__ = "calibrations"
    __table_args__ = (UniqueConstraint("course_id", "content_key"),)

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id", index=False)
    content_key: Mapped[Key]
    state: Mapped[str] = mapped_column(String(16), default="running")
    share: Mapped[float] = mapped_column(default=0.0)
    through_id: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    answers: Mapped[int] = mapped_column(default=0)
    held_out: Mapped[int] = mapped_column(default=0)
    loss_before: Mapped[float | None]
    loss_after: Mapped[float | None]
    problem: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
