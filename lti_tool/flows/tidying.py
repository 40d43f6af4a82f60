"""Night work: which rosters to read again, and what to throw away.

Only what nobody can use any more goes: logins and service tokens that are over, visits, invites and retired keys
some weeks later. What learners did, and the audit, stay until a person or a school asks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..store import housekeeping
from ..store.database import Database

ALIVE_FOR = timedelta(days=30)
"""A course nobody opened for this long is left in peace until somebody does."""
ROSTER_IS_FRESH_FOR = timedelta(hours=6)
KEEP_LAUNCHES = timedelta(days=35)
KEEP_INVITES = timedelta(days=90)
KEEP_RETIRED_KEYS = timedelta(days=60)
KEEP_PREVIEWS = timedelta(days=3)
"""What a rule would do to a class says little about it some days later."""


def courses_to_refresh(db: Database, now: datetime) -> list[int]:
    """Courses in use whose roster is to be read tonight. Asking twice in a night finds nothing left to do."""
    with db.reading() as session:
        return housekeeping.courses_to_refresh(session, now - ALIVE_FOR, now - ROSTER_IS_FRESH_FOR)


def tidy(db: Database, now: datetime) -> dict[str, int]:
    """Throw away what is over. Returns how many of each kind went."""
    with db.writing() as session:
        return housekeeping.throw_away(
            session,
            now=now,
            launches_before=now - KEEP_LAUNCHES,
            invites_before=now - KEEP_INVITES,
            keys_before=now - KEEP_RETIRED_KEYS,
            previews_before=now - KEEP_PREVIEWS,
        )
