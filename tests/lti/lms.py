"""A pretend LMS for one test: signs launch messages, publishes keys, and can be told to misbehave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.errors import PlatformSilent
from lti_tool.lti.http import Answer
from lti_tool.lti.key_sets import KeySets, StoredKeySet
from lti_tool.lti.values import OpenLogin, Registration

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
TOOL = ToolAddresses(base_url="https://tool.example.org")
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
KEY_SET_URL = "https://lms.example.edu/jwks"
MISSING = object()


@lru_cache(maxsize=8)
def private_key(name: str) -> RSAPrivateKey:
    """A key pair by name, made once per test run."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(kid: str = "key-1", name: str = "lms", **changes: Any) -> dict[str, Any]:
    """The published form of a key."""
    jwk = RSAAlgorithm.to_jwk(private_key(name).public_key(), as_dict=True)
    return {"kty": "RSA", "n": jwk["n"], "e": jwk["e"], "kid": kid, "alg": "RS256", "use": "sig"} | changes


def registration(**changes: Any) -> Registration:
    """An installation in the pretend LMS."""
    values: dict[str, Any] = {
        "id": 7,
        "organisation_id": 1,
        "issuer": "https://lms.example.edu",
        "client_id": "client-1",
        "auth_login_url": "https://lms.example.edu/auth",
        "auth_token_url": "https://lms.example.edu/token",
        "key_set_url": KEY_SET_URL,
    }
    return Registration(**(values | changes))


def login(**changes: Any) -> OpenLogin:
    """A login under way since a moment."""
    values: dict[str, Any] = {
        "state": "state-1",
        "nonce": "nonce-1",
        "registration_id": 7,
        "target_link_uri": TOOL.launch,
        "browser": "browser-1",
        "storage_target": "",
        "expires_at": NOW.replace(minute=10),
    }
    return OpenLogin(**(values | changes))


def claims(**changes: Any) -> dict[str, Any]:
    """A good resource launch of a student. Short names stand for LTI claims; MISSING takes one out."""
    body: dict[str, Any] = {
        "iss": "https://lms.example.edu",
        "aud": "client-1",
        "sub": "person-1",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 60,
        "nonce": "nonce-1",
        "name": "Ada Lovelace",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": "ada@example.edu",
        LTI + "version": "1.3.0",
        LTI + "message_type": "LtiResourceLinkRequest",
        LTI + "deployment_id": "deployment-1",
        LTI + "target_link_uri": TOOL.launch,
        LTI + "roles": [MEMBERSHIP + "#Learner"],
        LTI + "context": {"id": "course-1", "title": "Fractions", "label": "F1", "type": ["CourseSection"]},
        LTI + "resource_link": {"id": "link-1", "title": "Halves and quarters"},
    }
    own = {"iss", "aud", "azp", "sub", "iat", "exp", "nbf", "nonce", "name", "given_name", "family_name", "email"}
    for name, value in changes.items():
        body[name if name in own or ":" in name or name == "locale" else LTI + name] = value
    return {name: value for name, value in body.items() if value is not MISSING}


def sign(body: Mapping[str, Any] | bytes, *, kid: str | None = "key-1", key: str = "lms", **header: Any) -> str:
    """An id_token."""
    headers = {"kid": kid, **header} if kid is not None else dict(header)
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return jwt.PyJWS().encode(payload, private_key(key), algorithm="RS256", headers=headers)


def form(body: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, str]:
    """What the browser posts."""
    return {"state": "state-1", "id_token": sign(claims() if body is None else body)} | changes


class KeyShelf:
    """Stands in for the database table of key sets."""

    def __init__(self) -> None:
        self.stored: dict[int, StoredKeySet] = {}
        self.reads = 0

    def read(self, registration_id: int) -> StoredKeySet | None:
        self.reads += 1
        return self.stored.get(registration_id)

    def write(self, registration_id: int, stored: StoredKeySet) -> None:
        self.stored[registration_id] = stored


class Publisher:
    """Stands in for the LMS's key set address."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys or (public_jwk(),))
        self.headers: dict[str, str] = {}
        self.asked = 0
        self.down = False
        self.answer: Answer | None = None

    def __call__(self, url: str) -> Answer:
        self.asked += 1
        if self.down:
            raise PlatformSilent("lms.example.edu took too long to answer.", permanent=False)
        if self.answer:
            return self.answer
        body = json.dumps({"keys": self.keys}).encode()
        return Answer(status=200, headers=self.headers, body=body, url=url)


def key_sets(publisher: Publisher | None = None, shelf: KeyShelf | None = None) -> KeySets:
    """Key sets over the pretend LMS."""
    return KeySets(publisher or Publisher(), shelf or KeyShelf())
