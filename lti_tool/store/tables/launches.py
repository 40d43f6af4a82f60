"""Visits: a login under way, and the launch session that follows from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, refers_to


class LoginRow(Base):
    """An OIDC login under way. Deleted by the launch that uses it, so state and nonce work once."""

    __tablename__ = "logins"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    registration_id: Mapped[int] = refers_to("registrations.id")
    target_link_uri: Mapped[str]
    browser_hash: Mapped[str] = mapped_column(String(64))
    storage_target: Mapped[str] = mapped_column(String(255), default="")
    deployment_id: Mapped[str] = mapped_column(String(255), default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the LMS sent, to begin again in a tab of its own when the browser keeps no cookies in the frame."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LaunchRow(Base):
    """One visit from the LMS: who, where, as what. The browser holds the secret, we hold its hash."""

    __tablename__ = "launches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = refers_to("people.id")
    deployment_id: Mapped[int] = refers_to("deployments.id")
    course_id: Mapped[int | None] = refers_to("courses.id")
    placement_id: Mapped[int | None] = refers_to("placements.id")
    role: Mapped[str] = mapped_column(String(16))
    message_type: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(35), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Presentation, deep link settings, mentored subjects, reviewed subject, platform name."""
    claims: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The decoded claims, kept for admins' launches only (the install page shows them)."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
