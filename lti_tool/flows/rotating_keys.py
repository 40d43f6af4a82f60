"""Our signing keys over time: looked at, replaced before they grow old, withdrawn when one leaked.

A rotation is one write that holds both dates: the new key is published now and signs two days later, the old one
signs until that moment and stays published for two weeks more (`lti.keys`). So a platform that keeps our key set
meets no signature it cannot check, no second step can be forgotten, and every process changes over at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ..lti.keys import PUBLISHED_AFTER_RETIRING, PUBLISHED_BEFORE_SIGNING, is_sealed, new_key, seal
from ..store import audit, keys
from ..store.tables import ToolKeyRow
from .border import Border
from .errors import NotAllowed, NotFound

OLD_AFTER = timedelta(days=180)

KeyState = Literal["published", "signs", "retired", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One of our keys as an operator sees it.

    `state`: published (it will sign from `signs_from`), signs, retired (still published), gone (no longer).
    """

    kid: str
    created_at: datetime
    signs_from: datetime
    retired_at: datetime | None
    state: KeyState
    sealed: bool

    @property
    def signing(self) -> bool:
        """True for the one in use."""
        return self.state == "signs"


def listing(border: Border, now: datetime) -> Sequence[KeyEntry]:
    """Our keys, newest first. Needs no secret."""
    with border.db.reading() as session:
        rows = keys.tool_keys(session)
    in_use = next((row.kid for row in rows if _may_sign(row, now)), "")
    return [_entry(row, in_use, now) for row in rows]


def _may_sign(row: ToolKeyRow, now: datetime) -> bool:
    return row.signs_from <= now and (row.retired_at is None or now < row.retired_at)


def _entry(row: ToolKeyRow, in_use: str, now: datetime) -> KeyEntry:
    state: KeyState = "signs" if row.kid == in_use else "published"
    if row.retired_at is not None and row.retired_at <= now:
        state = "retired" if now < row.retired_at + PUBLISHED_AFTER_RETIRING else "gone"
    return KeyEntry(
        kid=row.kid,
        created_at=row.created_at,
        signs_from=row.signs_from,
        retired_at=row.retired_at,
        state=state,
        sealed=is_sealed(row.sealed_private_pem),
    )


def rotate(border: Border, now: datetime, *, at_once: bool = False) -> KeyEntry:
    """Publish a new key and change over to it in two days. A change that is under way already is left as it is.

    `at_once` signs with it from now on: when a key leaked, or when the old ones cannot be unlocked any more (a lost
    secret). LMSs that keep our key set may refuse us until they fetch it again. The very first key signs at once.
    """
    fresh = new_key(now)
    with border.db.writing() as session:
        rows = keys.tool_keys(session)
        coming = next((row for row in rows if row.signs_from > now and row.retired_at is None), None)
        if coming is not None and not at_once:
            return _entry(coming, "", now)
        overlap = not at_once and any(_may_sign(row, now) for row in rows)
        signs_from = now + PUBLISHED_BEFORE_SIGNING if overlap else now
        for row in rows:
            row.retired_at = min(row.retired_at or signs_from, signs_from)
        keys.add_tool_key(session, fresh.kid, seal(fresh.private_pem, border.secret), now, signs_from)
        audit.record(session, "keys.rotated", now, kid=fresh.kid, signs_from=signs_from.isoformat())
    return next(entry for entry in listing(border, now) if entry.kid == fresh.kid)


def rotate_when_old(border: Border, now: datetime) -> str | None:
    """Rotate when the key in use is half a year old. Returns the new kid, or None when nothing is due."""
    entries = listing(border, now)
    signing = next((entry for entry in entries if entry.signing), None)
    if signing is None or signing.retired_at is not None or now - signing.signs_from < OLD_AFTER:
        return None
    return rotate(border, now).kid


def withdraw(border: Border, kid: str, now: datetime) -> None:
    """Publish a key no longer, such as one that leaked: what it signed is worth nothing from now on.

    Raises `NotFound`, and `NotAllowed` for the key in use.
    """
    entry = next((one for one in listing(border, now) if one.kid == kid), None)
    if entry is None:
        raise NotFound(f"There is no key {kid}.", tell="List them: lti-tool keys list")
    if entry.state in {"signs", "published"}:
        raise NotAllowed(f"{kid} is in use. Replace it first: lti-tool keys rotate --now", who="tool operator")
    with border.db.writing() as session:
        keys.remove_tool_key(session, kid)
        audit.record(session, "keys.withdrawn", now, kid=kid)
