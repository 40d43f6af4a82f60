"""A form that cannot be used goes back to its own page, with what was typed and a sentence for each field at fault.

The address of that page carries both, so that neither Back nor Reload asks whether to send a form again. People write
about people there: what the address carries is locked with the visit's own secret. The logs of a proxy tell nothing,
and nobody can hand somebody else a form that is filled in already.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, g, request
from werkzeug.datastructures import MultiDict

from ..flows.errors import Refused
from . import csrf
from .rendering import see_other, to
from .session import current_visit

LONGEST_ADDRESS = 4000
"""Letters of an address that every browser and proxy takes."""

_NONCE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """What comes back to a page: nothing at all, or what was typed and the sentence for each field at fault."""

    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """422 (RFC 9110 §15.5.21) for a page that says what is wrong with a form."""
        return 422 if self.problems else 200


def send_back(error: Refused, show: Callable[[], Response], endpoint: str, **values: Any) -> Response:
    """Go back to the form's page at `endpoint`. What is longer than an address may be is shown by `show` at once."""
    problems = error.problems or {"main": error.what}
    typed = MultiDict((name, text) for name, text in request.form.items(multi=True) if name != csrf.FIELD)
    g.sent_back = SentBack(typed=typed, problems=problems)
    url = to(endpoint, **values, back=_locked(g.sent_back))
    return see_other(url) if len(url) <= LONGEST_ADDRESS else show()


def sent_back() -> SentBack:
    """What came back to this page: in this request, or by the address."""
    if "sent_back" not in g:
        g.sent_back = _unlocked(request.args.get("back", ""))
    found: SentBack = g.sent_back
    return found


def _locked(back: SentBack) -> str:
    plain = json.dumps([list(back.typed.items(multi=True)), dict(back.problems)], ensure_ascii=False)
    nonce = secrets.token_bytes(_NONCE)
    locked = nonce + AESGCM(_key()).encrypt(nonce, zlib.compress(plain.encode(), 9), None)
    return base64.urlsafe_b64encode(locked).decode().rstrip("=")


def _unlocked(text: str) -> SentBack:
    """Whatever this visit has not locked itself counts as nothing."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        typed, problems = json.loads(zlib.decompress(AESGCM(_key()).decrypt(raw[:_NONCE], raw[_NONCE:], None)))
    except (ValueError, InvalidTag):
        return SentBack()
    return SentBack(typed=MultiDict([(name, value) for name, value in typed]), problems=problems)


def _key() -> bytes:
    purpose = f"form sent back in {current_visit().launch_id}"
    return hmac.digest(g.visit_secret.encode(), purpose.encode(), "sha256")
