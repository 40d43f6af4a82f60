"""Organisations, registrations, deployments and invites."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update

from .database import Session
from .tables import DeploymentRow, InviteRow, OrganisationRow, RegistrationRow
from .upserts import find_or_add


def fingerprint(secret: str) -> str:
    """What we keep of a secret: its SHA-256 in hex (secrets are random, so no salt is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def organisation(session: Session, name: str, now: datetime) -> OrganisationRow:
    """The organisation of that name, made when missing."""
    row = session.scalar(select(OrganisationRow).where(OrganisationRow.name == name).order_by(OrganisationRow.id))
    if row is None:
        row = OrganisationRow(name=name, created_at=now)
        session.add(row)
        session.flush()
    return row


def find_registrations(session: Session, issuer: str, client_id: str | None) -> Sequence[RegistrationRow]:
    """Registrations of an issuer, narrowed to one client when it is named."""
    query = select(RegistrationRow).where(RegistrationRow.issuer == issuer)
    if client_id:
        query = query.where(RegistrationRow.client_id == client_id)
    return session.scalars(query.limit(2)).all()


def registration(session: Session, registration_id: int) -> RegistrationRow | None:
    """One registration by its id."""
    return session.get(RegistrationRow, registration_id)


def registrations(session: Session) -> Sequence[RegistrationRow]:
    """All registrations, oldest first."""
    return session.scalars(select(RegistrationRow).order_by(RegistrationRow.id)).all()


def deployment(session: Session, registration_id: int, deployment_id: str) -> DeploymentRow | None:
    """One installation inside an LMS."""
    return session.scalar(
        select(DeploymentRow).where(
            DeploymentRow.registration_id == registration_id, DeploymentRow.deployment_id == deployment_id
        )
    )


def add_deployment(
    session: Session, registration_id: int, deployment_id: str, status: str, now: datetime
) -> DeploymentRow:
    """The deployment, made when missing. An existing one keeps its status."""
    key = {"registration_id": registration_id, "deployment_id": deployment_id}
    return find_or_add(session, DeploymentRow, key, {"status": status, "created_at": now})


def deployments(session: Session, registration_id: int) -> Sequence[DeploymentRow]:
    """All installations of a registration."""
    return session.scalars(
        select(DeploymentRow).where(DeploymentRow.registration_id == registration_id).order_by(DeploymentRow.id)
    ).all()


def waiting_deployments(session: Session) -> Sequence[tuple[RegistrationRow, DeploymentRow]]:
    """Installations that wait for the operator, oldest first."""
    rows = session.execute(
        select(RegistrationRow, DeploymentRow)
        .join(DeploymentRow, DeploymentRow.registration_id == RegistrationRow.id)
        .where(DeploymentRow.status == "pending")
        .order_by(DeploymentRow.id)
    )
    return [(row[0], row[1]) for row in rows]


def deployment_by_id(session: Session, row_id: int) -> DeploymentRow | None:
    """One installation by its row."""
    return session.get(DeploymentRow, row_id)


def to_ask_for_notices(session: Session, refused_before: datetime) -> Sequence[DeploymentRow]:
    """Installations in use that offer notices and were not asked, or refused long enough ago."""
    return session.scalars(
        select(DeploymentRow)
        .join(RegistrationRow, RegistrationRow.id == DeploymentRow.registration_id)
        .where(
            DeploymentRow.notices_url != "",
            DeploymentRow.status == "active",
            RegistrationRow.status == "active",
            or_(
                DeploymentRow.notices_asked_at.is_(None),
                and_(DeploymentRow.notices_problem != "", DeploymentRow.notices_asked_at < refused_before),
            ),
        )
        .limit(50)
    ).all()


def remove_registration(session: Session, registration_id: int) -> None:
    """Delete a registration and everything that came through it."""
    session.execute(delete(RegistrationRow).where(RegistrationRow.id == registration_id))


def take_invite(session: Session, secret: str, now: datetime) -> InviteRow | None:
    """Use an invite up. None when it is unknown, used or over: one answer, so nothing can be probed."""
    taken = session.execute(
        update(InviteRow)
        .where(
            InviteRow.secret_hash == fingerprint(secret), InviteRow.used_at.is_(None), InviteRow.expires_at > now
        )
        .values(used_at=now)
        .returning(InviteRow.id)
    ).scalar_one_or_none()
    return session.get(InviteRow, taken) if taken is not None else None


def peek_invite(session: Session, secret: str) -> InviteRow | None:
    """Look at an invite without using it."""
    return session.scalar(select(InviteRow).where(InviteRow.secret_hash == fingerprint(secret)))


def give_back_invite(session: Session, invite_id: int) -> None:
    """A registration failed: the same address may be tried again."""
    session.execute(
        update(InviteRow).where(InviteRow.id == invite_id, InviteRow.registration_id.is_(None)).values(used_at=None)
    )
