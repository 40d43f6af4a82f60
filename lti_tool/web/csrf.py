"""Forms come from our own pages: a token made from the visit's secret, and the browser's word on where it was."""

from __future__ import annotations

import base64
import hmac
import secrets
from urllib.parse import urlsplit

from flask import g, request

from ..flows.errors import NotAllowed
from .house import house

FIELD = "token"
HEADER = "X-Cairn-Token"
_SIZE = 32


class ForeignForm(NotAllowed):
    """A form that did not come from a page of this visit."""


def form_token() -> str:
    """A token for a form of this visit.

    It looks different each time (masked), so that the length of a compressed page tells nothing about it.
    """
    mask = secrets.token_bytes(_SIZE)
    return base64.urlsafe_b64encode(mask + _xor(mask, _digest())).decode().rstrip("=")


def check_form() -> None:
    """Raise `ForeignForm` unless the request carries a token of this visit and no foreign origin."""
    if not own_origin() or not _own_token(request.headers.get(HEADER) or request.form.get(FIELD, "")):
        raise ForeignForm(
            "This form is out of date, so nothing was changed.",
            tell="Go back, load the page again and repeat your last step.",
        )


def own_origin() -> bool:
    """True when the browser says that one of our own pages sends this, or says nothing either way."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    base = urlsplit(house().settings.base_url)
    return origin in {f"{base.scheme}://{base.netloc}", request.host_url.rstrip("/")}


def _own_token(token: str) -> bool:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return False
    return len(raw) == 2 * _SIZE and hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _digest())


def _digest() -> bytes:
    """What tokens of this visit are made from; a page with several forms asks for it several times."""
    if "form_digest" not in g:
        g.form_digest = hmac.digest(g.visit_secret.encode(), f"form of {g.visit.launch_id}".encode(), "sha256")
    digest: bytes = g.form_digest
    return digest


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(_SIZE, "big")
