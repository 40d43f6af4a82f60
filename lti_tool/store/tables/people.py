"""People and the courses they belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Key, refers_to


class PersonRow(Base):
    """One person as one LMS deployment knows them (`subject` is the LTI `sub`)."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("deployment_id", "subject"),)

    id: Mapped[Id]
    deployment_id: Mapped[int] = refers_to("deployments.id")
    subject: Mapped[Key]
    name: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What each source (`launch`, `roster`) says of these names now: what none says any more is forgotten."""
    locale: Mapped[str] = mapped_column(String(35), default="")
    is_test_user: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class EnrolmentRow(Base):
    """A person in a course. Those who leave turn inactive; nobody is deleted by a roster."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("course_id", "person_id"),)

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id", index=False)
    person_id: Mapped[int] = refers_to("people.id")
    role: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column(default=True)
    first_seen_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    last_visit_at: Mapped[datetime | None]
    on_roster: Mapped[bool] = mapped_column(default=False)
    """The roster names them. A visiting administrator is in the course by a launch alone."""
    groups: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the LMS's groups in this course that the person belongs to."""
