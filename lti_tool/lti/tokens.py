"""Permission to use an LMS's services: asked for once, kept while it counts (LTI Security Framework 1.0 §4)."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oauth2.rfc7523 import private_key_jwt_sign

from lti_tool.lti.answers import problem
from lti_tool.lti.errors import PlatformAway, PlatformError, PlatformSilent
from lti_tool.lti.http import Answer, Http
from lti_tool.lti.keys import signer
from lti_tool.lti.meanings import Service
from lti_tool.lti.platforms import Platform
from lti_tool.lti.values import AccessToken, Registration, ToolKey
from lti_tool.telemetry import log

MARGIN = timedelta(seconds=60)
"""A token is renewed this long before its end, so that it does not end on the way."""
LEASE = timedelta(seconds=30)
"""Longer than a request takes. Whoever crashed holds up the others no longer than this."""
_PATIENCE_SECONDS = 45.0
_LOOK_SECONDS = 0.1
BACKDATED_SECONDS = 10
"""Some LMSs refuse a request that seems to come from the future, by however little."""
ASSERTION_SECONDS = 300
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_USUAL_SECONDS = 3600.0
_LONGEST_TOKEN = 16_000
"""More fits into no header."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class TokenCache(Protocol):
    """Where tokens outlive this process. `scopes` are sorted."""

    def read(self, registration_id: int, scopes: tuple[str, ...]) -> AccessToken | None:
        """The token for exactly these scopes, or None."""

    def write(self, registration_id: int, scopes: tuple[str, ...], token: AccessToken) -> None:
        """Keep it."""

    def forget(self, registration_id: int, scopes: tuple[str, ...]) -> None:
        """Drop a token the LMS no longer takes."""

    def lease(self, registration_id: int, scopes: tuple[str, ...], holder: str, now: datetime) -> bool:
        """True when `holder` alone, in this process or any other, may ask for this token during the next `LEASE`."""

    def release(self, registration_id: int, scopes: tuple[str, ...], holder: str) -> None:
        """The end of the lease of `holder`."""


_under_way: defaultdict[tuple[int, tuple[str, ...]], Lock] = defaultdict(Lock)
"""One at a time per installation and scopes asks in this process, so that only one looks at the lease of all others."""
_unanswered: dict[tuple[int, tuple[str, ...]], tuple[float, str]] = {}
"""When an LMS last let somebody wait in vain, and what was said then: who waited for the same waits no second time."""
_NO_ACCESS = (
    "The LMS gives us no access to its gradebook and roster {said}. The tool may not be active there, or the LMS cannot"
    " reach our public keys."
)
_SWITCHED_OFF = (
    "The LMS does not let this tool use that service {said}. Its admin may have switched it off for this tool."
)


class TokenSource:
    """Tokens of one installation."""

    def __init__(
        self, registration: Registration, platform: Platform, key: ToolKey, cache: TokenCache, http: Http
    ) -> None:
        self._registration = registration
        self._platform = platform
        self._key = key
        self._cache = cache
        self._http = http

    def token(self, scopes: tuple[str, ...], now: datetime, *, refused: str = "") -> str:
        """A token for `scopes`, good for at least a minute. `refused` is one the LMS no longer takes.

        One asks, all others wait for what it gets: threads of this process by a lock, processes and hosts by a lease
        in the database. Raises `PlatformError`.
        """
        wanted = tuple(sorted(set(scopes)))
        found = self._kept(wanted, now, refused)
        if found:
            return found
        which, began = (self._registration.id, wanted), time.monotonic()
        alone = _under_way[which]
        if not alone.acquire(timeout=_PATIENCE_SECONDS):
            raise _still_waiting()
        try:
            at, said = _unanswered.get(which, (began, ""))
            if at > began:
                raise PlatformSilent(said, permanent=False)
            return self._first_of_all(wanted, now, refused)
        except PlatformSilent as error:
            _unanswered[which] = (time.monotonic(), error.message)
            raise
        finally:
            alone.release()

    def _first_of_all(self, scopes: tuple[str, ...], now: datetime, refused: str) -> str:
        """The token that somebody else gets meanwhile, or ours when nobody else is asking."""
        holder, began = secrets.token_hex(12), time.monotonic()
        while (waited := time.monotonic() - began) < _PATIENCE_SECONDS:
            leased = self._cache.lease(self._registration.id, scopes, holder, now + timedelta(seconds=waited))
            try:
                found = self._kept(scopes, now, refused)  # somebody may have fetched it while we waited
                if found or leased:
                    return found or self._fetched(scopes, now, refused)
            finally:
                if leased:
                    self._cache.release(self._registration.id, scopes, holder)
            time.sleep(_LOOK_SECONDS)
        raise _still_waiting()

    def _fetched(self, scopes: tuple[str, ...], now: datetime, refused: str) -> str:
        if refused:
            self._cache.forget(self._registration.id, scopes)
        fresh = self._requested(scopes, now)
        self._cache.write(self._registration.id, scopes, fresh)
        return fresh.token

    def _kept(self, scopes: tuple[str, ...], now: datetime, refused: str) -> str:
        kept = self._cache.read(self._registration.id, scopes)
        usable = kept is not None and kept.token != refused and now + MARGIN < kept.expires_at
        return kept.token if kept is not None and usable else ""

    def _requested(self, scopes: tuple[str, ...], now: datetime) -> AccessToken:
        body = prepare_token_request(
            "client_credentials",
            scope=" ".join(scopes),
            client_assertion_type=_ASSERTION_TYPE,
            client_assertion=self._assertion(now),
        )
        url = self._registration.auth_token_url
        answer = self._http.request("POST", url, headers=_FORM, body=body.encode())
        token = _token(answer, scopes, now)
        if token is None:
            raise self._refusal(answer, now)
        log.info("lms.token", registration=self._registration.id, scopes=len(scopes))
        return token

    def _assertion(self, now: datetime) -> str:
        signed: str = private_key_jwt_sign(
            signer(self._key.private_pem),
            client_id=self._registration.client_id,
            token_endpoint=self._platform.token_audience(self._registration),
            alg="RS256",
            header={"kid": self._key.kid, "typ": "JWT"},
            issued_at=int(now.timestamp()) - BACKDATED_SECONDS,
            expires_in=ASSERTION_SECONDS,
        )
        return signed

    def _refusal(self, answer: Answer, now: datetime) -> PlatformError:
        """Never permanent: mostly the LMS cannot reach our keys or the tool is not switched on there yet."""
        found = problem(answer, now, self._platform.meaning(Service.TOKEN, answer))
        log.warning(
            "lms.token_refused", registration=self._registration.id, status=answer.status, words=found.words
        )
        why = _SWITCHED_OFF if _is_scope_refused(answer) else _NO_ACCESS
        return PlatformError(
            why.format(said=f"({answer.status}{': ' + found.words if found.words else ''})"),
            permanent=False,
            status=answer.status,
            meaning=found.meaning,
            retry_after_seconds=found.retry_after_seconds,
            words=found.words,
        )


def _is_scope_refused(answer: Answer) -> bool:
    """True when the LMS knows us, and does not grant what we asked for (RFC 6749 §5.2)."""
    try:
        said = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("error") == "invalid_scope"


def _still_waiting() -> PlatformAway:
    return PlatformAway("The LMS takes very long to let us use its services.", permanent=False)


def _token(answer: Answer, scopes: tuple[str, ...], now: datetime) -> AccessToken | None:
    """The token of an answer, read as JSON whatever type it claims to be; None when there is none."""
    if not answer.ok:
        return None
    try:
        said = answer.json()
        text, life = said["access_token"], _life(said.get("expires_in"))
    except (ValueError, KeyError, TypeError):
        return None
    if (
        not isinstance(text, str)
        or not 0 < len(text) <= _LONGEST_TOKEN
        or not (text.isascii() and text.isprintable())
    ):
        return None
    granted = said.get("scope")
    return AccessToken(
        token=text,
        expires_at=now + life,
        scopes=tuple(granted.split()) if isinstance(granted, str) else scopes,
    )


def _life(said: object) -> timedelta:
    """How long a token counts: an hour when nothing readable is said (RFC 6749 §5.1), a day at most.

    One that lives hardly longer than our margin serves for half its life; else each call would ask for another.
    """
    try:
        seconds = float(said)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        seconds = _USUAL_SECONDS
    seconds = min(max(0.0, seconds or _USUAL_SECONDS), 24 * 3600.0)
    short = 0 < seconds < 2 * MARGIN.total_seconds()
    return timedelta(seconds=seconds / 2) + MARGIN if short else timedelta(seconds=seconds)
