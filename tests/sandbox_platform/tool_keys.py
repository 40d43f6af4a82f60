"""Keys of the tools: fetched from their key sets over HTTP, kept, and fetched again for an unknown kid."""

from __future__ import annotations

import threading
from typing import Any

import requests
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import KeySet, RSAKey

from .tools import Tool

ONLY_RS256 = ["RS256"]


class UntrustedToken(Exception):
    """A signed message of a tool cannot be believed; the text says why."""


class KeysUnreachable(UntrustedToken):
    """The tool's key set is not there or cannot be read."""


class ToolKeys:
    """Verifies what tools sign. Keys are cached by key set address for the life of the process."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._lock = threading.Lock()
        self._sets: dict[str, KeySet] = {}
        self._session = requests.Session()
        self._session.trust_env = False

    def claims_of(self, tool: Tool, token: str) -> dict[str, Any]:
        """The claims of a token if the tool really signed it (RS256, kid in its key set); time is not checked.

        Raises UntrustedToken. A kid we do not know, or a signature that does not fit the cached key, makes us
        fetch the key set once more: tools rotate keys whenever they like.
        """
        kid = self._kid(token)
        key, fresh = self._find(tool, kid)
        try:
            return self._decode(token, key)
        except BadSignatureError as error:
            if fresh:
                raise UntrustedToken("the signature does not fit the tool's key") from error
        try:
            return self._decode(token, self._refetched(tool, kid))
        except BadSignatureError as error:
            raise UntrustedToken("the signature does not fit the tool's key") from error

    def forget(self, tool: Tool) -> None:
        with self._lock:
            self._sets.pop(tool.jwks_uri, None)

    def _kid(self, token: str) -> str:
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise UntrustedToken("this is not a signed JWT") from error
        if header.get("alg") not in ONLY_RS256:
            raise UntrustedToken("the token must be signed with RS256")
        kid = header.get("kid")
        if not isinstance(kid, str) or not kid:
            raise UntrustedToken("the token's header names no kid")
        return kid

    def _decode(self, token: str, key: RSAKey) -> dict[str, Any]:
        try:
            return dict(jwt.decode(token, key, algorithms=ONLY_RS256).claims)
        except BadSignatureError:
            raise
        except (JoseError, ValueError) as error:
            raise UntrustedToken(f"the token cannot be read: {error}") from error

    def _find(self, tool: Tool, kid: str) -> tuple[RSAKey, bool]:
        with self._lock:
            known = self._sets.get(tool.jwks_uri)
        key = _key_of(known, kid) if known else None
        return (key, False) if key else (self._refetched(tool, kid), True)

    def _refetched(self, tool: Tool, kid: str) -> RSAKey:
        fetched = self._fetch(tool)
        with self._lock:
            self._sets[tool.jwks_uri] = fetched
        key = _key_of(fetched, kid)
        if key is None:
            raise UntrustedToken(f"the key set {tool.jwks_uri} has no RSA signing key {kid!r}")
        return key

    def _fetch(self, tool: Tool) -> KeySet:
        try:
            answer = self._session.get(tool.jwks_uri, timeout=self._timeout, headers={"Accept": "application/json"})
            answer.raise_for_status()
            return KeySet.import_key_set(answer.json())
        except (requests.RequestException, JoseError, ValueError, KeyError, TypeError) as error:
            raise KeysUnreachable(f"the tool's key set {tool.jwks_uri} cannot be read: {error}") from error


def _key_of(keys: KeySet, kid: str) -> RSAKey | None:
    for key in keys.keys:
        if key.kid == kid and isinstance(key, RSAKey) and key.as_dict(private=False).get("use", "sig") == "sig":
            return key
    return None
