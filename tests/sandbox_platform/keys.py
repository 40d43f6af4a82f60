"""The platform's own signing keys: RS256, published as a key set, rotated on demand."""

from __future__ import annotations

import json
import secrets
import threading
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeyParameters, RSAKey

from .settings import PlatformSettings
from .state import State, stamp

PUBLISHED_KEYS = 3
"""The signing key and the two before it: a token signed just before a rotation still verifies."""


class SigningKeys:
    """Keys of the platform. The newest signs; retired ones stay published for a while."""

    def __init__(self, state: State, settings: PlatformSettings) -> None:
        self._state = state
        self._clock = settings.clock
        self._lock = threading.Lock()
        self._current: RSAKey | None = None

    @property
    def current(self) -> RSAKey:
        with self._lock:
            if self._current is None:
                self._current = self._stored() or self._make()
            return self._current

    def sign(self, claims: dict[str, Any]) -> str:
        """A compact JWS of these claims with the current key."""
        key = self.current
        return jwt.encode({"typ": "JWT", "alg": "RS256", "kid": key.kid}, claims, key)

    def rotate(self) -> str:
        """Retire the current key, sign with a new one from now on; answers its kid."""
        with self._lock:
            self._state.run("UPDATE signing_keys SET retired_at = ? WHERE retired_at IS NULL", stamp(self._clock()))
            self._current = self._make()
            return str(self._current.kid)

    def public_set(self) -> dict[str, list[dict[str, Any]]]:
        """What /jwks shows: public parts only, newest first."""
        assert self.current
        rows = self._state.rows(
            "SELECT public_jwk FROM signing_keys ORDER BY retired_at IS NOT NULL, made_at DESC LIMIT ?",
            PUBLISHED_KEYS,
        )
        return {"keys": [json.loads(row["public_jwk"]) for row in rows]}

    def _stored(self) -> RSAKey | None:
        row = self._state.row("SELECT private_jwk FROM signing_keys WHERE retired_at IS NULL")
        return RSAKey.import_key(json.loads(row["private_jwk"])) if row else None

    def _make(self) -> RSAKey:
        named: KeyParameters = {"kid": f"practice-{secrets.token_hex(6)}", "use": "sig", "alg": "RS256"}
        key = RSAKey.generate_key(2048, parameters=named)
        self._keep(key)
        return key

    def _keep(self, key: RSAKey) -> None:
        self._state.insert(
            "signing_keys", kid=str(key.kid), private_jwk=json.dumps(key.as_dict(private=True)),
            public_jwk=json.dumps(key.as_dict(private=False)), made_at=stamp(self._clock()),
        )  # fmt: skip
