"""Keys and tokens as rows. Secrets arrive here already sealed; this room cannot open them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from .database import Session
from .tables import AccessTokenRow, KeySetRow, TokenLeaseRow, ToolKeyRow
from .upserts import insert_into


def tool_keys(session: Session) -> Sequence[ToolKeyRow]:
    """Our keys, newest first."""
    return session.scalars(select(ToolKeyRow).order_by(ToolKeyRow.created_at.desc(), ToolKeyRow.kid)).all()


def add_tool_key(
    session: Session, kid: str, sealed_private_pem: str, now: datetime, signs_from: datetime | None = None
) -> None:
    """Keep a new key, which signs at once unless told from when."""
    row = ToolKeyRow(kid=kid, sealed_private_pem=sealed_private_pem, created_at=now, signs_from=signs_from or now)
    session.add(row)
    session.flush()


def remove_tool_key(session: Session, kid: str) -> None:
    """Forget a key: what it signed is no longer believed."""
    session.execute(delete(ToolKeyRow).where(ToolKeyRow.kid == kid))


def key_set(session: Session, registration_id: int) -> KeySetRow | None:
    """The last good key set of a platform."""
    return session.get(KeySetRow, registration_id)


def keep_key_set(session: Session, row: KeySetRow) -> None:
    """Remember a platform's key set."""
    session.merge(row)


def access_token(session: Session, registration_id: int, scopes: str) -> AccessTokenRow | None:
    """The stored service token for exactly these scopes."""
    return session.scalar(
        select(AccessTokenRow).where(
            AccessTokenRow.registration_id == registration_id, AccessTokenRow.scopes == scopes
        )
    )


def keep_access_token(
    session: Session, registration_id: int, scopes: str, sealed_token: str, expires_at: datetime
) -> None:
    """Replace the stored service token."""
    forget_access_token(session, registration_id, scopes)
    session.add(
        AccessTokenRow(
            registration_id=registration_id, scopes=scopes, sealed_token=sealed_token, expires_at=expires_at
        )
    )
    session.flush()


def forget_access_token(session: Session, registration_id: int, scopes: str) -> None:
    """Drop a token the platform no longer takes."""
    session.execute(
        delete(AccessTokenRow).where(
            AccessTokenRow.registration_id == registration_id, AccessTokenRow.scopes == scopes
        )
    )


def take_token_lease(session: Session, key: tuple[int, str], holder: str, now: datetime, until: datetime) -> bool:
    """True when `holder` alone may ask for the token of `key` (registration, scopes) until `until`.

    One statement decides, so that two processes cannot both be first; a lease that is over counts no more.
    """
    wanted = insert_into(session, TokenLeaseRow).values(
        registration_id=key[0], scopes=key[1], holder=holder, until=until
    )
    taken = wanted.on_conflict_do_update(
        index_elements=["registration_id", "scopes"],
        set_={"holder": holder, "until": until},
        where=TokenLeaseRow.until <= now,
    ).returning(TokenLeaseRow.id)
    return session.execute(taken).scalar_one_or_none() is not None


def end_token_lease(session: Session, key: tuple[int, str], holder: str) -> None:
    """Give the lease back; one that somebody else took over meanwhile is theirs."""
    session.execute(
        delete(TokenLeaseRow).where(
            TokenLeaseRow.registration_id == key[0],
            TokenLeaseRow.scopes == key[1],
            TokenLeaseRow.holder == holder,
        )
    )
