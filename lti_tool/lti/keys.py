"""Our own keys: made, published, retired and locked away. (Those of the LMSs are in `key_sets`.)"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import RSAKey

from lti_tool.lti.key_sets import KeySets as KeySets
from lti_tool.lti.values import ToolKey

PUBLISHED_BEFORE_SIGNING = timedelta(hours=48)
"""An LMS that keeps our key set for a day, as the longest habits we know are, has the new key before it meets it."""
PUBLISHED_AFTER_RETIRING = timedelta(days=14)
"""LMSs keep our key set for hours, some until a check fails; two weeks cover a long holiday weekend twice."""

_SEALED = "sealed:1:"
_PURPOSE = b"cairn tool key"


class SealBroken(Exception):
    """A private key cannot be unlocked: the secret of this installation is not the one it was locked with."""


def new_key(now: datetime) -> ToolKey:
    """A fresh pair of 2048 bit RSA keys, as RS256 asks for (RFC 7518 §3.3)."""
    private = generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return ToolKey(kid=f"{now:%Y%m%d}-{secrets.token_hex(6)}", private_pem=pem.decode(), created_at=now)


def signing_key(keys: Iterable[ToolKey], now: datetime) -> ToolKey | None:
    """The key to sign with: the newest that may sign already and is not retired."""
    usable = [key for key in keys if key.signs_at(now)]
    return max(usable, key=lambda key: key.created_at) if usable else None


def public_key_set(keys: Iterable[ToolKey], now: datetime | None = None) -> dict[str, list[dict[str, str]]]:
    """Our public keys: those to come, those in use, and those retired in the two weeks before `now`."""
    shown = [key for key in keys if _is_published(key, now)]
    return {"keys": [_public(key.kid, key.private_pem) for key in sorted(shown, key=lambda k: k.created_at)]}


def _is_published(key: ToolKey, now: datetime | None) -> bool:
    return key.retired_at is None or now is None or now < key.retired_at + PUBLISHED_AFTER_RETIRING


def _public(kid: str, private_pem: str) -> dict[str, str]:
    numbers = private_key(private_pem).public_key().public_numbers()
    return {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": kid,
        "n": _base64(numbers.n),
        "e": _base64(numbers.e),
    }


def _base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@lru_cache(maxsize=16)
def signer(private_pem: str) -> RSAKey:
    """The key in the form that signs tokens; kept for the same reason as `private_key`."""
    return RSAKey.import_key(private_pem)


@lru_cache(maxsize=16)
def private_key(private_pem: str) -> RSAPrivateKey:
    """The key object of a PEM; reading one costs more than signing with it, so a few are kept."""
    key = serialization.load_pem_private_key(private_pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("tool keys are RSA keys")
    return key


def seal(private_pem: str, secret: str) -> str:
    """Lock a private key for storage (AES-256-GCM). Without a secret it stays as it is."""
    if not secret:
        return private_pem
    salt, nonce = os.urandom(16), os.urandom(12)
    locked = AESGCM(_lock(secret, salt)).encrypt(nonce, private_pem.encode(), _PURPOSE)
    return _SEALED + base64.b64encode(salt + nonce + locked).decode()


def unseal(stored: str, secret: str) -> str:
    """Unlock what `seal` locked; plain keys pass. Raises `SealBroken` for a wrong secret or damage."""
    if not stored.startswith(_SEALED):
        return stored
    try:
        raw = base64.b64decode(stored.removeprefix(_SEALED), validate=True)
        return AESGCM(_lock(secret, raw[:16])).decrypt(raw[16:28], raw[28:], _PURPOSE).decode()
    except (ValueError, InvalidTag) as error:
        raise SealBroken("The keys were locked with another SECRET_KEY.") from error


def is_sealed(stored: str) -> bool:
    """True when `stored` is locked."""
    return stored.startswith(_SEALED)


def _lock(secret: str, salt: bytes) -> bytes:
    material = hashlib.sha256(secret.encode()).digest()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=_PURPOSE).derive(material)
