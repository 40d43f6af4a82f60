"""Who may launch us: organisations, their LMSs, invites, and keys on both sides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Key, refers_to


class OrganisationRow(Base):
    """A school or district. No data ever crosses from one to another."""

    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str]
    created_at: Mapped[datetime]


class RegistrationRow(Base):
    """One LMS as it knows us: (issuer, client_id). Status: active, pending, paused."""

    __tablename__ = "registrations"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[Id]
    organisation_id: Mapped[int] = refers_to("organisations.id")
    name: Mapped[str] = mapped_column(default="")
    issuer: Mapped[Key]
    client_id: Mapped[Key]
    auth_login_url: Mapped[str]
    auth_token_url: Mapped[str]
    key_set_url: Mapped[str]
    auth_audience: Mapped[str] = mapped_column(default="")
    product: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(String(16), default="active")
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    last_launch_at: Mapped[datetime | None]


class DeploymentRow(Base):
    """One installation of a registration inside its LMS (an account, a course, a district)."""

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("registration_id", "deployment_id"),)

    id: Mapped[Id]
    registration_id: Mapped[int] = refers_to("registrations.id")
    deployment_id: Mapped[Key]
    status: Mapped[str] = mapped_column(String(16), default="active")
    created_at: Mapped[datetime]
    notices_url: Mapped[str] = mapped_column(default="")
    """Where the LMS takes subscriptions to its notices, if it sends any."""
    notices_asked_at: Mapped[datetime | None]
    notices_problem: Mapped[str] = mapped_column(default="")


class InviteRow(Base):
    """A one-time registration address. Only a hash of its secret is kept."""

    __tablename__ = "invites"

    id: Mapped[Id]
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = refers_to("organisations.id")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    registration_id: Mapped[int | None] = refers_to("registrations.id", cascade=False)


class ToolKeyRow(Base):
    """One of our signing keys; the private half is sealed with the installation's secret.

    Published from `created_at`; signs from `signs_from` until `retired_at`, both of which may lie ahead.
    """

    __tablename__ = "tool_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed_private_pem: Mapped[str]
    created_at: Mapped[datetime]
    signs_from: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class KeySetRow(Base):
    """The last good key set of a platform, and when we may ask again."""

    __tablename__ = "key_sets"

    registration_id: Mapped[int] = refers_to("registrations.id", primary_key=True, index=False)
    url: Mapped[str]
    document: Mapped[dict[str, Any]]
    fresh_until: Mapped[datetime]
    tried_at: Mapped[datetime]


class AccessTokenRow(Base):
    """A service token, sealed like our keys, per registration and set of scopes."""

    __tablename__ = "access_tokens"
    __table_args__ = (UniqueConstraint("registration_id", "scopes"),)

    id: Mapped[Id]
    registration_id: Mapped[int] = refers_to("registrations.id")
    scopes: Mapped[str]
    sealed_token: Mapped[str]
    expires_at: Mapped[datetime]


class TokenLeaseRow(Base):
    """Who is asking an LMS for a service token right now; over at `until`, whatever became of them."""

    __tablename__ = "token_leases"
    __table_args__ = (UniqueConstraint("registration_id", "scopes"),)

    id: Mapped[Id]
    registration_id: Mapped[int] = refers_to("registrations.id")
    scopes: Mapped[str]
    holder: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime]
