"""Our signing keys over time: looked at, and replaced before they grow old.

A new key is published at once and the old one stays published for two weeks (`lti.keys`), so a platform that kept
our key set meets no signature it cannot check, and fetches the set again when it meets a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..lti.keys import new_key, seal
from ..store import audit, keys
from .border import Border

OLD_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One of our keys as an operator sees it. `signing` is true for the one in use."""

    kid: str
    created_at: datetime
    retired_at: datetime | None
    signing: bool


def listing(border: Border) -> Sequence[KeyEntry]:
    """Our keys, newest first. Needs no secret."""
    with border.db.reading() as session:
        rows = keys.tool_keys(session)
    in_use = next((row.kid for row in rows if row.retired_at is None), None)
    return [
        KeyEntry(kid=row.kid, created_at=row.created_at, retired_at=row.retired_at, signing=row.kid == in_use)
        for row in rows
    ]


def rotate(border: Border, now: datetime) -> str:
    """Make a new key, sign with it from now on, retire the others. Returns its kid.

    Works when the old keys cannot be unlocked any more (a lost secret): that is how one recovers.
    """
    fresh = new_key(now)
    with border.db.writing() as session:
        for row in keys.tool_keys(session):
            row.retired_at = row.retired_at or now
        keys.add_tool_key(session, fresh.kid, seal(fresh.private_pem, border.secret), now)
        audit.record(session, "keys.rotated", now, kid=fresh.kid)
    return fresh.kid


def rotate_when_old(border: Border, now: datetime) -> str | None:
    """Rotate when the key in use is half a year old. Returns the new kid, or None when it is young enough."""
    signing = next((entry for entry in listing(border) if entry.signing), None)
    if signing is None or now - signing.created_at < OLD_AFTER:
        return None
    return rotate(border, now)
