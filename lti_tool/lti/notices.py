"""Notices the LMS sends by itself, such as "this course was copied" (Platform Notification Service 1.0)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from lti_tool.lti import claims
from lti_tool.lti.connection import Connection
from lti_tool.lti.key_sets import KeySets
from lti_tool.lti.messages import LTI_VERSION, RS256, is_time, must_be_for, must_be_signed, read_claims
from lti_tool.lti.refusals import refuse
from lti_tool.lti.values import Registration

NOTICE_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"
MOST_NOTICES = 50
"""In one request. The LMS is told so, and sends more in more requests."""
_NOTICE = claims.LTI + "notice"
_ORIGINS = claims.LTI + "origin_contexts"
_LEEWAY_SECONDS = 30
_JSON = "application/json"
_MOST_AUDIENCES = 10  # looked up before the signature is proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice, verified. `origins` are the contexts a copied one was made from, nearest first."""

    registration_id: int
    deployment_id: str
    kind: str
    context_id: str = ""
    title: str = ""
    origins: tuple[str, ...] = ()

    @property
    def is_copy(self) -> bool:
        """True when a course was made from another."""
        return self.kind == claims.COPY_NOTICE and bool(self.context_id and self.origins)


Find = Callable[[str, str], Sequence[Registration]]
"""Issuer and client id -> the registrations they name."""


def tokens_of(posted: bytes) -> tuple[str, ...]:
    """The signed notices in a request's JSON body: `{"notices": [{"jwt": "…"}]}`; none in anything else."""
    try:
        content = json.loads(posted)
    except (ValueError, RecursionError):
        return ()
    listed = content.get("notices") if isinstance(content, dict) else None
    found = [entry.get("jwt") for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return tuple(one for one in found if isinstance(one, str))[:MOST_NOTICES]


def verify_notice(token: str, find: Find, key_sets: KeySets, now: datetime) -> Notice:
    """Check one notice as a launch is checked, from the signature outwards. Raises `LaunchRefused`."""
    try:
        parts = jws.extract_compact(token.encode(), registry=RS256)
        header = parts.headers()
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise refuse("token_malformed", detail=error) from error
    if header.get("alg") != "RS256":
        raise refuse("token_algorithm", algorithm=header.get("alg"))
    if not isinstance(header.get("kid"), str) or not header["kid"]:
        raise refuse("token_no_key_id")
    body = read_claims(parts.payload)
    registration = _sender(body, find)
    must_be_signed(parts, registration, key_sets, now)
    must_be_for(body, registration.client_id)
    if body.get(claims.VERSION, LTI_VERSION) != LTI_VERSION:
        raise refuse("version_wrong", version=body[claims.VERSION])
    _must_be_fresh(body, now)
    return _notice(body, registration)


def _sender(body: dict[str, Any], find: Find) -> Registration:
    audience = body.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    issuer = claims.plain(body.get("iss"))
    for client_id in audiences[:_MOST_AUDIENCES]:
        for registration in find(issuer, str(client_id)):
            if registration.status == "active":
                return registration
    raise refuse("audience_wrong", expected="a client of ours")


def _must_be_fresh(body: dict[str, Any], now: datetime) -> None:
    moment = now.timestamp()
    expires, issued = body.get("exp"), body.get("iat")
    if not is_time(expires) or not is_time(issued):
        raise refuse("token_malformed", detail="its times are missing")
    if expires < moment - _LEEWAY_SECONDS or issued > moment + _LEEWAY_SECONDS:
        raise refuse("token_malformed", detail="it is too old, or from the future")


def _notice(body: dict[str, Any], registration: Registration) -> Notice:
    context = claims.part(body, claims.CONTEXT)
    return Notice(
        registration_id=registration.id,
        deployment_id=claims.plain(body.get(claims.DEPLOYMENT_ID))[:255],
        kind=claims.plain(claims.part(body, _NOTICE).get("type")),
        context_id=claims.plain(context.get("id"))[:255],
        title=claims.plain(context.get("title"))[:500],
        origins=_ids(body.get(_ORIGINS)),
    )


def _ids(said: object) -> tuple[str, ...]:
    """Ids of contexts; some LMSs write theirs as numbers."""
    found = (claims.plain(one) for one in (said if isinstance(said, list) else [said]))
    return tuple(one for one in found if one)


def subscribe(connection: Connection, notices_url: str, handler: str) -> None:
    """Ask for notices of copied courses at `handler`. Raises `PlatformError`. Asking twice changes nothing."""
    wish = {"notice_type": claims.COPY_NOTICE, "handler": handler, "max_batch_size": MOST_NOTICES}
    connection.request("PUT", notices_url, (NOTICE_SCOPE,), accept=_JSON, content_type=_JSON, content=wish)
