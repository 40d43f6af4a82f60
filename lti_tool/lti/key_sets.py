"""The public keys of the LMSs: fetched once, kept while they are good, fetched again when a new one shows up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock, Semaphore
from typing import Any, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from lti_tool.lti.errors import CertificateRefused, KeysOnTheWay, LaunchRefused, PlatformError, PlatformSilent
from lti_tool.lti.http import Answer
from lti_tool.lti.refusals import refuse
from lti_tool.lti.values import Registration
from lti_tool.telemetry import log

REFETCH_SECONDS = 60
SILENT_SECONDS = 20
"""So long nobody waits again for an LMS that did not answer in time: a class would hold all our threads."""

WAIT_SECONDS = 1.0
WAITING_PLACES = 2
"""So long, and so many at once for all LMSs together, those who come meanwhile wait for what somebody else has asked
for. Whoever finds it not there yet comes again in a moment and holds no thread until then: a class that opens an
activity of a slow LMS just after a restart gets in, whole, and other schools do not wait behind it."""

_SHORTEST, _USUAL, _LONGEST = 300, 3600, 24 * 3600
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})")
_MINIMUM_LETTERS = 342  # of a 2048 bit number in base64url; RS256 takes no less (RFC 7518 §3.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKeySet:
    """A key set as published at `url`, good until `fresh_until`.

    `tried_at` is the last attempt that failed or that went looking for an unknown key: for a minute nobody tries
    again. After an ordinary fetch it lies in the past, so that a key changed just then is found at once.
    """

    url: str
    document: Mapping[str, Any]
    fresh_until: datetime
    tried_at: datetime


class KeySetCache(Protocol):
    """Where key sets outlive this process."""

    def read(self, registration_id: int) -> StoredKeySet | None:
        """What was written last, or None."""

    def write(self, registration_id: int, stored: StoredKeySet) -> None:
        """Keep it."""


Keys = tuple[RSAKey, ...]
"""Keys of one name. Mostly it is one; while keys change some LMSs publish two (RFC 7517 §4.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    stored: StoredKeySet
    keys: Mapping[str, Keys] = field(repr=False)


class KeySets:
    """Public keys by registration and key name. One for the whole process; safe between threads.

    A key that is known and fresh costs no I/O at all. Without an answer from the LMS the keys we have keep serving.
    """

    def __init__(self, fetch: Callable[[str], Answer], cache: KeySetCache) -> None:
        self._fetch = fetch
        self._cache = cache
        self._held: dict[int, _Held] = {}
        self._asking: dict[str, Lock] = {}
        self._silent: dict[str, tuple[datetime, str]] = {}
        self._lock = Lock()
        self._places = Semaphore(WAITING_PLACES)

    def find(self, registration: Registration, kid: str, now: datetime) -> Keys:
        """The keys of that name, at least one.

        Raises `KeysOnTheWay`, or another `LaunchRefused`: unknown key, or nothing there to check with.
        """
        held = self._known(registration)
        if not _serves(held, kid, now):
            held = self._shared(registration, held)
        if not _serves(held, kid, now) and not _tried_lately(held, now):
            looking = held is not None and now < held.stored.fresh_until
            held = self._renewed(registration, held, now, looking=looking, kid=kid)
        if held is not None and kid in held.keys:
            return held.keys[kid]  # perhaps past its time: better than locking a school out while its LMS is silent
        raise refuse("key_unknown", issuer=registration.issuer, key_set_url=registration.key_set_url)

    def find_anew(self, registration: Registration, kid: str, now: datetime) -> Keys:
        """The keys after a fresh look, for an LMS that changes keys under one name.

        Within a minute after the last look it is what that one found, which may have been another process's.
        """
        held = self._shared(registration, self._known(registration))
        if held is not None and _tried_lately(held, now):
            return held.keys.get(kid, ())
        return self._renewed(registration, held, now, looking=True).keys.get(kid, ())

    def _known(self, registration: Registration) -> _Held | None:
        held = self._held.get(registration.id)
        return held if held is not None and held.stored.url == registration.key_set_url else None

    def _shared(self, registration: Registration, held: _Held | None) -> _Held | None:
        """What another process may have fetched meanwhile."""
        stored = self._cache.read(registration.id)
        if stored is None or stored.url != registration.key_set_url:
            return held
        if held is not None and _age(held.stored) >= _age(stored):
            return held
        return self._keep(registration.id, stored)

    def _renewed(
        self, registration: Registration, held: _Held | None, now: datetime, *, looking: bool, kid: str = ""
    ) -> _Held:
        """One asks, the others wait for what comes of it, but not for long: they hold threads that others need.

        Nobody waits where an older set has the key `kid`.
        """
        asking = self._asking.setdefault(registration.key_set_url, Lock())
        if not asking.acquire(blocking=False):
            if held is not None and kid in held.keys:
                return held
            self._wait_for(asking)
        try:
            newer = self._shared(registration, held)
            if newer is not None and newer is not held:
                return newer
            return self._asked(registration, held, now, looking=looking)
        finally:
            asking.release()

    def _wait_for(self, asking: Lock) -> None:
        if not self._places.acquire(blocking=False):
            raise KeysOnTheWay
        try:
            if not asking.acquire(timeout=WAIT_SECONDS):
                raise KeysOnTheWay
        finally:
            self._places.release()

    def _asked(self, registration: Registration, held: _Held | None, now: datetime, *, looking: bool) -> _Held:
        try:
            fetched = self._fetched(registration, now)
        except PlatformError as error:
            return self._stale(registration, held, now, error)
        stored = replace(fetched, tried_at=now) if looking else fetched
        self._cache.write(registration.id, stored)
        return self._keep(registration.id, stored)

    def _fetched(self, registration: Registration, now: datetime) -> StoredKeySet:
        answer = self._answered(registration.key_set_url, now)
        if not answer.ok:
            raise PlatformError(f"It answered {answer.status}.", permanent=False, status=answer.status)
        try:
            document = answer.json()
        except ValueError:
            document = None
        if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
            raise PlatformError("It answered something that is no key set.", permanent=False)
        fresh = timedelta(seconds=_fresh_seconds(answer.headers.get("Cache-Control", "")))
        long_ago = now - timedelta(seconds=REFETCH_SECONDS)
        return StoredKeySet(
            url=registration.key_set_url, document=document, fresh_until=now + fresh, tried_at=long_ago
        )

    def _answered(self, url: str, now: datetime) -> Answer:
        until, said = self._silent.get(url, (now, ""))
        if now < until:
            raise PlatformSilent(said, permanent=False)
        try:
            return self._fetch(url)
        except PlatformSilent as error:
            self._silent[url] = now + timedelta(seconds=SILENT_SECONDS), error.message
            raise

    def _stale(self, registration: Registration, held: _Held | None, now: datetime, error: PlatformError) -> _Held:
        log.warning("lms.keys_unreachable", issuer=registration.issuer, stale=held is not None, why=error.message)
        if held is None:
            raise _unreachable(registration, error) from error
        stored = replace(held.stored, tried_at=now)
        self._cache.write(registration.id, stored)
        return self._keep(registration.id, stored)

    def _keep(self, registration_id: int, stored: StoredKeySet) -> _Held:
        held = _Held(stored=stored, keys=usable_keys(stored.document))
        with self._lock:
            self._held[registration_id] = held
        return held


def usable_keys(document: Mapping[str, Any]) -> dict[str, Keys]:
    """The RSA signing keys of a key set by name. Keys for other purposes, weak or broken ones are left out."""
    found: dict[str, Keys] = {}
    listed = document.get("keys")
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str):
            continue
        if entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") != "RS256":
            continue
        if not isinstance(entry.get("n"), str) or len(entry["n"]) < _MINIMUM_LETTERS:
            continue
        try:
            key = RSAKey.import_key({"kty": "RSA", "n": entry["n"], "e": entry["e"]})
        except (JoseError, KeyError, ValueError, TypeError, AttributeError, OverflowError):
            continue
        found[entry["kid"]] = (*found.get(entry["kid"], ()), key)
    return found


def _unreachable(registration: Registration, error: PlatformError) -> LaunchRefused:
    refusal = refuse(
        "keys_unreachable",
        issuer=registration.issuer,
        key_set_url=registration.key_set_url,
        detail=error.message,
    )
    if isinstance(error, CertificateRefused):  # it can be reached; somebody else has to act
        refusal.who, refusal.tell = error.who, error.cure
    return refusal


def _age(stored: StoredKeySet) -> tuple[datetime, datetime]:
    return stored.fresh_until, stored.tried_at


def _serves(held: _Held | None, kid: str, now: datetime) -> bool:
    return held is not None and kid in held.keys and now < held.stored.fresh_until


def _tried_lately(held: _Held | None, now: datetime) -> bool:
    return held is not None and now - held.stored.tried_at < timedelta(seconds=REFETCH_SECONDS)


def _fresh_seconds(cache_control: str) -> int:
    """How long to keep a key set: what it says, within five minutes and a day.

    An LMS that forbids keeping it at all gets the shortest time, since any new key is fetched when it shows up.
    """
    words = cache_control.lower()
    if "no-store" in words or "no-cache" in words:
        return _SHORTEST
    said = _MAX_AGE.search(words)
    return min(max(int(said.group(1)), _SHORTEST), _LONGEST) if said else _USUAL
