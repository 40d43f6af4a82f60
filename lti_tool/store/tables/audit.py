"""Who changed what, when: written in the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, refers_to


class AuditRow(Base):
    """One change worth knowing about later. `actor` is empty for jobs and the command line."""

    __tablename__ = "audit"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    organisation_id: Mapped[int | None] = refers_to("organisations.id")
    course_id: Mapped[int | None] = refers_to("courses.id")
    actor_id: Mapped[int | None] = refers_to("people.id", cascade=False)
    action: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
