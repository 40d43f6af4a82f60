"""The services of one LMS, with token, manners and patience built in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti_tool.lti.answers import problem
from lti_tool.lti.errors import Meaning
from lti_tool.lti.http import Answer, Http
from lti_tool.lti.meanings import service_of
from lti_tool.lti.platforms import Platform
from lti_tool.lti.times import utc_now
from lti_tool.lti.tokens import TokenCache, TokenSource
from lti_tool.lti.values import Registration, ToolKey

_LIST_BYTES = 40_000_000
"""The largest list we read: some LMSs send a whole university course at once."""
_RECEIPT_BYTES = 1_000_000
"""The largest answer to something we sent."""
NOBODY_WAITS_SECONDS = 1800.0
SOMEBODY_WAITS_SECONDS = 45.0
"""How long a whole list may take: in the night, and while a person or a grade waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A way to the services of one installation. Cheap to make; holds no connection by itself."""

    registration: Registration
    platform: Platform
    key: ToolKey
    cache: TokenCache
    http: Http
    clock: Callable[[], datetime] = utc_now
    patience_seconds: float = NOBODY_WAITS_SECONDS
    """The longest a list may take from its first page to its last."""
    wait: Callable[[float], None] = time.sleep

    def request(
        self,
        method: str,
        url: str,
        scopes: tuple[str, ...],
        *,
        accept: str = "",
        content_type: str = "",
        content: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One call with a token for `scopes`. Gives an answer that is 2xx, else raises `PlatformError`.

        A refused token is renewed once. Media types are sent exactly as given, because some LMSs compare letters.
        """
        headers = {name: value for name, value in (("Accept", accept), ("Content-Type", content_type)) if value}
        body = json.dumps(content).encode() if content is not None else None
        token = self.token(scopes)
        answer = self._send(method, url, token, headers, body)
        service = service_of(method, scopes)
        if not answer.ok and self.platform.meaning(service, answer) is Meaning.TOKEN_OVER:
            token = self.token(scopes, refused=token)
            answer = self._send(method, url, token, headers, body)
        if not answer.ok:
            raise problem(answer, self.clock(), self.platform.meaning(service, answer), with_cure=True)
        return answer

    def token(self, scopes: tuple[str, ...], *, refused: str = "") -> str:
        """A token for `scopes`, kept or fresh; `refused` is one the LMS no longer takes. Raises `PlatformError`."""
        source = TokenSource(self.registration, self.platform, self.key, self.cache, self.http)
        return source.token(scopes, self.clock(), refused=refused)

    def _send(self, method: str, url: str, token: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        sent = {**headers, "Authorization": f"Bearer {token}"}
        limit = _LIST_BYTES if method == "GET" else _RECEIPT_BYTES
        return self.http.request(method, url, headers=sent, body=body, limit_bytes=limit)
