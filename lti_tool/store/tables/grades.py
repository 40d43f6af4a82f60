"""Grade promises: what the gradebook should show, and how far we got in showing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, refers_to


class GradePromiseRow(Base):
    """One learner's grade in one column. The row is the truth; queues only wake workers.

    `state`: waiting (to be sent at `due_at`), sending (claimed until `claimed_until` by `claim`), sent,
    failed (told to the teacher), kept (the teacher's own grade in the gradebook is left alone).
    `revision` counts changes of the promise, so that a delivery under way settles only what it carried.
    """

    __tablename__ = "grade_promises"
    __table_args__ = (
        UniqueConstraint("column_id", "person_id"),
        Index("ix_grade_promises_state_due_at", "state", "due_at"),
    )

    id: Mapped[Id]
    column_id: Mapped[int] = refers_to("gradebook_columns.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    value: Mapped[float]
    complete: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(default="")
    evidence_at: Mapped[datetime]
    promised_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    due_at: Mapped[datetime]
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    sent_value: Mapped[float | None]
    sent_at: Mapped[datetime | None]
    score_at: Mapped[datetime | None]
    """The timestamp that went with the last try; never goes back, repeated when its outcome is unknown."""
    score_revision: Mapped[int] = mapped_column(default=0)
    tried_values: Mapped[list[Any]] = mapped_column(default=list)
    """Values sent since the last settled one, whose fate is not known."""
    became_value: Mapped[float | None]
    """What the gradebook made of `sent_value`; None where a teacher's own grade stood before it."""
    seen_value: Mapped[float | None]
    """What the gradebook showed last, be it ours or not."""
    seen_at: Mapped[datetime | None]
    overridden_at: Mapped[datetime | None]
