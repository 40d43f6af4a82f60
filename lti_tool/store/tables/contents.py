"""Course content: one immutable document per version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Key, refers_to


class ContentRow(Base):
    """A content package as imported. `organisation_id` is empty for content that ships with the tool."""

    __tablename__ = "contents"
    __table_args__ = (UniqueConstraint("organisation_id", "key", "version", "checksum"),)

    id: Mapped[Id]
    organisation_id: Mapped[int | None] = refers_to("organisations.id")
    key: Mapped[Key]
    version: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    checksum: Mapped[str] = mapped_column(String(64))
    document: Mapped[str]
    created_at: Mapped[datetime]
