"""A connection to the pretend LMS whose services answer through `responses`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import responses

from lti.lms import NOW, registration
from lti_tool.lti.connection import Connection
from lti_tool.lti.http import Http, new_session
from lti_tool.lti.keys import new_key
from lti_tool.lti.platforms import Platform
from lti_tool.lti.tokens import LEASE
from lti_tool.lti.values import AccessToken, ActivityProgress, GradingProgress, ScoreToSend

TOKEN_URL = "https://lms.example.edu/token"
ITEM = "https://lms.example.edu/items/1"
ITEMS = "https://lms.example.edu/items"
MEMBERS = "https://lms.example.edu/members"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
KEY = new_key(NOW)


class TokenShelf:
    """Stands in for the database table of tokens."""

    def __init__(self) -> None:
        self.stored: dict[tuple[int, tuple[str, ...]], AccessToken] = {}
        self.leased: dict[tuple[int, tuple[str, ...]], tuple[str, datetime]] = {}

    def read(self, registration_id: int, scopes: tuple[str, ...]) -> AccessToken | None:
        return self.stored.get((registration_id, scopes))

    def write(self, registration_id: int, scopes: tuple[str, ...], token: AccessToken) -> None:
        self.stored[registration_id, scopes] = token

    def forget(self, registration_id: int, scopes: tuple[str, ...]) -> None:
        self.stored.pop((registration_id, scopes), None)

    def lease(self, registration_id: int, scopes: tuple[str, ...], holder: str, now: datetime) -> bool:
        kept = self.leased.setdefault((registration_id, scopes), (holder, now + LEASE))
        if kept[0] != holder and kept[1] <= now:
            kept = self.leased[registration_id, scopes] = (holder, now + LEASE)
        return kept[0] == holder

    def release(self, registration_id: int, scopes: tuple[str, ...], holder: str) -> None:
        if self.leased.get((registration_id, scopes), ("",))[0] == holder:
            del self.leased[registration_id, scopes]


def connection(
    platform: Platform | None = None, shelf: TokenShelf | None = None, now: datetime = NOW, **changes: Any
) -> Connection:
    """A connection of its own, with an empty shelf."""
    return Connection(
        registration=registration(**changes),
        platform=platform or Platform(),
        key=KEY,
        cache=shelf or TokenShelf(),
        http=Http(session=new_session(allow_private=False), timeout_seconds=2),
        clock=lambda: now,
        wait=lambda seconds: None,
    )


def grant(token: str = "token-1", **more: Any) -> None:
    """The LMS gives tokens."""
    responses.post(TOKEN_URL, json={"access_token": token, "token_type": "Bearer", "expires_in": 3600} | more)


def sent(index: int = -1) -> Any:
    """The JSON we sent in a call."""
    return json.loads(responses.calls[index].request.body)


def called(method: str, url: str) -> list[Any]:
    """Requests of that method whose address starts so."""
    found = [call.request for call in responses.calls]
    return [request for request in found if request.method == method and request.url.startswith(url)]


def score(**changes: Any) -> ScoreToSend:
    """Fifteen of twenty points for person-1."""
    values: dict[str, Any] = {
        "subject": "person-1",
        "given": 0.75,
        "maximum": 20.0,
        "activity": ActivityProgress.COMPLETED,
        "grading": GradingProgress.FULLY_GRADED,
        "at": NOW,
    }
    return ScoreToSend(**(values | changes))
