"""LMSs come and go: invites, dynamic registration, by hand, approval, pause, removal."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from ..lti.errors import RegistrationFailed
from ..lti.installing import preset, typed
from ..lti.registration import NewRegistration, by_hand, register
from ..store import audit, platforms
from ..store.database import Session
from ..store.tables import InviteRow, RegistrationRow
from ..telemetry import log
from .border import Border
from .errors import NotFound

INVITE_DAYS = 14
_ADDRESSES = ("auth_login_url", "auth_token_url", "key_set_url", "auth_audience")
_DONE = " Cairn was installed with it. If your LMS lists the tool, switch it on there: nothing more is needed."
DEFAULT_ORGANISATION = "My school"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An LMS that is installed now. `status` is active or pending; `in_use` where people have come in already."""

    id: int
    name: str
    issuer: str
    product: str
    client_id: str
    status: str
    in_use: bool = False
    scopes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    """What may be a slip in what was typed."""


def invite(border: Border, name: str, now: datetime, *, organisation: str = "", days: int = INVITE_DAYS) -> str:
    """A registration address that works once. Whoever holds it may install the tool, so send it with care."""
    secret = secrets.token_urlsafe(32)
    with border.db.writing() as session:
        owner = platforms.organisation(session, organisation or name or DEFAULT_ORGANISATION, now)
        session.add(
            InviteRow(
                name=name,
                secret_hash=platforms.fingerprint(secret),
                organisation_id=owner.id,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
        )
        audit.record(session, "invite.made", now, organisation_id=owner.id, name=name)
    return f"{border.tool.register}?{urlencode({'invite': secret})}"


def check_invite(border: Border, secret: str, now: datetime) -> str:
    """The invite's name. Raises `RegistrationFailed` when it cannot be used (any more)."""
    with border.db.reading() as session:
        row = platforms.peek_invite(session, secret) if secret else None
        if row is None:
            raise RegistrationFailed(
                "This registration address is not known here. Was it copied whole, up to its last character?",
                who="tool operator",
                tell="Please send a new registration address.",
            )
        if row.used_at is not None:
            raise RegistrationFailed(
                f"This registration address was used already, on {row.used_at:%Y-%m-%d} at {row.used_at:%H:%M} UTC."
                f"{_DONE if row.registration_id is not None else ''}",
                who="tool operator",
                tell="Please send a new registration address. Each one works once.",
            )
        if row.expires_at <= now:
            raise RegistrationFailed(
                f"This registration address is too old: it worked until {row.expires_at:%Y-%m-%d}.",
                who="tool operator",
                tell="Please send a new registration address.",
            )
        return row.name


def complete_registration(
    border: Border, secret: str, openid_configuration: str, registration_token: str, now: datetime
) -> Registered:
    """Register with the LMS that opened the invite. Raises `RegistrationFailed`; then the invite still works."""
    return _by_invite(
        border, secret, lambda: register(openid_configuration, registration_token, border.tool, border.http), now
    )


def add_typed(border: Border, secret: str, lms: str, values: Mapping[str, str], now: datetime) -> Registered:
    """Register what an admin typed into the form of a guide, by an invite. Raises `RegistrationFailed`."""
    return _by_invite(border, secret, lambda: typed(lms, values, border.tool), now)


def _by_invite(border: Border, secret: str, make: Callable[[], NewRegistration], now: datetime) -> Registered:
    check_invite(border, secret, now)
    with border.db.writing() as session:
        taken = platforms.take_invite(session, secret, now)
        if taken is None:
            raise RegistrationFailed("This registration address was used already.", who="tool operator")
    try:
        fresh = make()
    except RegistrationFailed as failure:
        log.warning("registration.failed", why=failure.what)
        with border.db.writing() as session:
            platforms.give_back_invite(session, taken.id)
        raise
    status = "pending" if border.settings.approve_registrations else "active"
    with border.db.writing() as session:
        if not _may_have(session, fresh, taken.organisation_id):
            platforms.give_back_invite(session, taken.id)
            raise RegistrationFailed(
                "This LMS is registered here already, by another organisation.",
                who="tool operator",
                tell="Make the invite for the organisation the LMS belongs to: --organisation NAME.",
            )
        row = _keep(session, fresh, taken.organisation_id, taken.name, status, now)
        session.get_one(InviteRow, taken.id).registration_id = row.id
        return _registered(row, fresh.warnings)


def _may_have(session: Session, fresh: NewRegistration, organisation_id: int) -> bool:
    """Nobody takes over the registration of another organisation by an invite of their own."""
    known = platforms.find_registrations(session, fresh.issuer, fresh.client_id)
    return not known or known[0].organisation_id == organisation_id


def add_by_hand(border: Border, values: Mapping[str, Any], now: datetime) -> Registered:
    """Register from a file. The same file again gives the same result. Raises `RegistrationFailed`."""
    fresh = by_hand(preset(values, border.tool), border.tool)
    name = str(values.get("name") or fresh.name or fresh.issuer)
    with border.db.writing() as session:
        owner = platforms.organisation(session, str(values.get("organisation") or name), now)
        return _registered(_keep(session, fresh, owner.id, name, "active", now), fresh.warnings)


def _keep(
    session: Session, fresh: NewRegistration, organisation_id: int, name: str, status: str, now: datetime
) -> RegistrationRow:
    """Write the registration, or bring a known one (same issuer and client) up to date.

    `status` is that of a new one. Where it is pending, a known one with other addresses waits for approval, too: these
    decide whose signatures count and where our requests go.
    """
    known = platforms.find_registrations(session, fresh.issuer, fresh.client_id)
    row = known[0] if known else RegistrationRow(organisation_id=organisation_id, status=status, created_at=now)
    if known and row.status == "active" and any(getattr(row, name) != getattr(fresh, name) for name in _ADDRESSES):
        row.status = status
    row.name = name or fresh.name
    row.issuer, row.client_id = fresh.issuer, fresh.client_id
    row.auth_login_url, row.auth_token_url = fresh.auth_login_url, fresh.auth_token_url
    row.key_set_url, row.auth_audience = fresh.key_set_url, fresh.auth_audience
    row.product = fresh.product or row.product or ""
    row.scopes = list(fresh.scopes)
    session.add(row)
    session.flush()
    for deployment_id in fresh.deployment_ids:
        platforms.add_deployment(session, row.id, deployment_id, "active", now)
    audit.record(
        session,
        "registration.kept",
        now,
        organisation_id=row.organisation_id,
        registration=row.id,
        issuer=row.issuer,
        client_id=row.client_id,
        status=row.status,
    )
    return row


def _registered(row: RegistrationRow, warnings: tuple[str, ...] = ()) -> Registered:
    return Registered(
        id=row.id,
        name=row.name,
        issuer=row.issuer,
        product=row.product,
        client_id=row.client_id,
        status=row.status,
        in_use=row.last_launch_at is not None,
        scopes=tuple(row.scopes),
        warnings=warnings,
    )


def _change(session: Session, registration_id: int, status: str, now: datetime) -> Registered:
    row = platforms.registration(session, registration_id)
    if row is None:
        raise NotFound(
            f"There is no registration {registration_id}.", tell="See the numbers with: lti-tool platforms list"
        )
    row.status = status
    if status == "active":
        for deployment in platforms.deployments(session, row.id):
            if deployment.status == "pending":
                deployment.status = "active"
    audit.record(
        session,
        f"registration.{status}",
        now,
        organisation_id=row.organisation_id,
        registration=row.id,
    )
    return _registered(row)


def approve(session: Session, registration_id: int, now: datetime) -> Registered:
    """Let a waiting or paused LMS in, with all its installations that wait."""
    return _change(session, registration_id, "active", now)


def pause(session: Session, registration_id: int, now: datetime) -> Registered:
    """Stop launches and deliveries; nothing is lost."""
    return _change(session, registration_id, "paused", now)


def remove(session: Session, registration_id: int, now: datetime) -> Registered:
    """Remove an LMS and everything that came through it. Cannot be undone."""
    gone = _change(session, registration_id, "removed", now)
    platforms.remove_registration(session, registration_id)
    return gone


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDeployment:
    """An installation inside an LMS that somebody opened and nobody let in yet."""

    registration_id: int
    name: str
    issuer: str
    deployment_id: str
    since: datetime


def waiting(session: Session) -> Sequence[WaitingDeployment]:
    """Installations that wait for the operator's word, oldest first."""
    return [
        WaitingDeployment(
            registration_id=lms.id,
            name=lms.name,
            issuer=lms.issuer,
            deployment_id=row.deployment_id,
            since=row.created_at,
        )
        for lms, row in platforms.waiting_deployments(session)
    ]


def decide(session: Session, registration_id: int, deployment_id: str, now: datetime, *, admit: bool) -> str:
    """Let one installation in, or keep it out for good; the others of its LMS stay as they are.

    May be decided anew at any time. Returns the new status. Raises `NotFound`.
    """
    row = platforms.deployment(session, registration_id, deployment_id)
    if row is None:
        raise NotFound(
            f"There is no deployment {deployment_id} in registration {registration_id}.",
            tell="See which ones wait: lti-tool platforms waiting",
        )
    row.status = "active" if admit else "refused"
    audit.record(session, f"deployment.{row.status}", now, registration=registration_id, deployment=deployment_id)
    return row.status


def listing(session: Session) -> Sequence[RegistrationRow]:
    """All registrations, oldest first."""
    return platforms.registrations(session)
