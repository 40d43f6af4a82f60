"""From a registration to a connection with its LMS's services."""

from __future__ import annotations

from datetime import datetime

from ..lti.connection import NOBODY_WAITS_SECONDS, Connection
from ..lti.platforms import detect
from ..store import platforms
from .border import Border, as_registration
from .errors import NotFound


def connect(
    border: Border, registration_id: int, now: datetime, *, patience_seconds: float = NOBODY_WAITS_SECONDS
) -> Connection:
    """A connection that fetches, keeps and renews its service tokens by itself.

    `patience_seconds` is the longest a list may take, from its first page to its last.
    """
    with border.db.reading() as session:
        row = platforms.registration(session, registration_id)
        if row is None:
            raise NotFound("This LMS is no longer registered.", who="tool operator")
        registration = as_registration(row)
    return Connection(
        registration=registration,
        platform=detect(registration),
        key=border.signing_key(now),
        cache=border.tokens,
        http=border.http,
        patience_seconds=patience_seconds,
    )
