"""What talking to LMSs needs, built once per process: database, settings, our keys, their keys, the way out."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from ..lti.addresses import ToolAddresses, tool_addresses
from ..lti.http import Http, http_from
from ..lti.key_sets import KeySets, StoredKeySet
from ..lti.keys import SealBroken, new_key, public_key_set, seal, signing_key, unseal
from ..lti.tokens import LEASE
from ..lti.values import AccessToken, Registration, ToolKey
from ..settings import Settings, installation_secret
from ..store import keys
from ..store.database import Database
from ..store.tables import KeySetRow, RegistrationRow, ToolKeyRow


class Border:
    """Our side of the border. Safe between threads; opens only short transactions of its own."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self.db = db
        self.settings = settings
        self.tool: ToolAddresses = tool_addresses(settings)

    @cached_property
    def secret(self) -> str:
        """What locks keys and tokens at rest."""
        return installation_secret(self.settings)

    @cached_property
    def http(self) -> Http:
        """The way out."""
        return http_from(self.settings)

    @cached_property
    def key_sets(self) -> KeySets:
        """The LMSs' public keys."""
        return KeySets(self.http.get, _KeySetsInStore(self.db))

    @cached_property
    def tokens(self) -> TokensInStore:
        """The LMSs' service tokens."""
        return TokensInStore(self.db, self.secret)

    def tool_keys(self, now: datetime) -> list[ToolKey]:
        """Our keys, newest first; unlocked. Raises `SealBroken`, but not for retired ones: those are left out."""
        with self.db.reading() as session:
            rows = keys.tool_keys(session)
        return [key for row in rows if (key := self._unlocked(row, now)) is not None]

    def _unlocked(self, row: ToolKeyRow, now: datetime) -> ToolKey | None:
        try:
            private_pem = unseal(row.sealed_private_pem, self.secret)
        except SealBroken:
            if _is_retired(row, now):
                return None  # locked with a secret that is lost; the keys made since then must not suffer for it
            raise
        return ToolKey(
            kid=row.kid,
            private_pem=private_pem,
            created_at=row.created_at,
            signs_from=row.signs_from,
            retired_at=row.retired_at,
        )

    def signing_key(self, now: datetime) -> ToolKey:
        """The key we sign with; the first one is made on first need."""
        found = signing_key(self.tool_keys(now), now)
        if found is not None:
            return found
        fresh = new_key(now)
        with self.db.writing() as session:
            # Somebody else may have been first while we were drawing primes: then theirs is the one.
            if all(_is_retired(row, now) for row in keys.tool_keys(session)):
                keys.add_tool_key(session, fresh.kid, seal(fresh.private_pem, self.secret), now)
        # By their clock theirs may sign only from a moment on. What is not published must never sign.
        usable = [key for key in self.tool_keys(now) if not _is_retired(key, now)]
        return min(usable, key=lambda key: key.signs_from or key.created_at)

    def public_keys(self, now: datetime) -> dict[str, list[dict[str, str]]]:
        """The key set we publish."""
        self.signing_key(now)
        return public_key_set(self.tool_keys(now), now)


def _is_retired(key: ToolKeyRow | ToolKey, now: datetime) -> bool:
    return key.retired_at is not None and key.retired_at <= now


def as_registration(row: RegistrationRow | Any) -> Registration:
    """A row, or its bare columns, as the border's value."""
    status = row.status if row.status in {"active", "pending"} else "paused"
    return Registration(
        id=row.id,
        organisation_id=row.organisation_id,
        issuer=row.issuer,
        client_id=row.client_id,
        auth_login_url=row.auth_login_url,
        auth_token_url=row.auth_token_url,
        key_set_url=row.key_set_url,
        auth_audience=row.auth_audience,
        status=status,  # type: ignore[arg-type]
        product=row.product,
        name=row.name,
    )


class _KeySetsInStore:
    """Key sets that outlive the process."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def read(self, registration_id: int) -> StoredKeySet | None:
        """What was written last."""
        with self._db.reading() as session:
            row = keys.key_set(session, registration_id)
            if row is None:
                return None
            return StoredKeySet(
                url=row.url, document=row.document, fresh_until=row.fresh_until, tried_at=row.tried_at
            )

    def write(self, registration_id: int, stored: StoredKeySet) -> None:
        """Keep it."""
        row = KeySetRow(
            registration_id=registration_id,
            url=stored.url,
            document=dict(stored.document),
            fresh_until=stored.fresh_until,
            tried_at=stored.tried_at,
        )
        with self._db.writing() as session:
            keys.keep_key_set(session, row)


class TokensInStore:
    """Service tokens that outlive the process, locked, per registration and set of scopes."""

    def __init__(self, db: Database, secret: str) -> None:
        self._db = db
        self._secret = secret

    def read(self, registration_id: int, scopes: tuple[str, ...]) -> AccessToken | None:
        """The token for exactly these scopes."""
        with self._db.reading() as session:
            row = keys.access_token(session, registration_id, " ".join(sorted(scopes)))
            if row is None:
                return None
            try:
                token = unseal(row.sealed_token, self._secret)
            except SealBroken:
                return None  # locked with a secret that is lost; a new token costs one request
            return AccessToken(token=token, expires_at=row.expires_at, scopes=scopes)

    def write(self, registration_id: int, scopes: tuple[str, ...], token: AccessToken) -> None:
        """Keep a fresh token."""
        with self._db.writing() as session:
            keys.keep_access_token(
                session,
                registration_id,
                " ".join(sorted(scopes)),
                seal(token.token, self._secret),
                token.expires_at,
            )

    def forget(self, registration_id: int, scopes: tuple[str, ...]) -> None:
        """Drop a token the LMS no longer takes."""
        with self._db.writing() as session:
            keys.forget_access_token(session, registration_id, " ".join(sorted(scopes)))

    def lease(self, registration_id: int, scopes: tuple[str, ...], holder: str, now: datetime) -> bool:
        """True when `holder` alone may ask for this token, in this process or any other, for half a minute."""
        key = (registration_id, " ".join(sorted(scopes)))
        with self._db.writing() as session:
            return keys.take_token_lease(session, key, holder, now, now + LEASE)

    def release(self, registration_id: int, scopes: tuple[str, ...], holder: str) -> None:
        """The answer is there, or there is none."""
        with self._db.writing() as session:
            keys.end_token_lease(session, (registration_id, " ".join(sorted(scopes))), holder)
