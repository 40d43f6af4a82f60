"""A browser made of as little as possible: it hands requests to a WSGI application and notes what the tool spends.

Everything a browser or a server would do is prepared before the clock starts, so that what is measured is the tool's
own work: routing, reading the form and the cookies, the database, the page, its headers.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, and the CPU milliseconds it took."""

    status: int
    location: str
    body: bytes
    milliseconds: float


@dataclass(slots=True)
class Wire:
    """One browser with its cookies; paths of cookies are not looked at, each browser makes one visit."""

    app: Application
    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Reply:
        """Ask for a page."""
        return self._ask("GET", path, urlencode(query or {}), b"")

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """Send a form."""
        return self._ask("POST", path, "", urlencode(form).encode())

    def _ask(self, method: str, path: str, query: str, body: bytes) -> Reply:
        environ, said = self._environ(method, path, query, body), []
        began = time.process_time()
        chunks = self.app(environ, lambda status, headers, _error=None: said.append((status, headers)))
        answer = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        spent = 1000 * (time.process_time() - began)
        status, headers = said[0]
        for name, value in headers:
            if name == "Set-Cookie":
                self.cookies.update({one.key: one.value for one in SimpleCookie(_plain(value)).values()})
        where = next((value for name, value in headers if name == "Location"), "")
        return Reply(status=int(status[:3]), location=where, body=answer, milliseconds=spent)

    def _environ(self, method: str, path: str, query: str, body: bytes) -> dict[str, Any]:
        parts = urlsplit(self.base)
        return {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": parts.hostname or "",
            "SERVER_PORT": str(parts.port or 443),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": parts.netloc,
            "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
            "HTTP_ACCEPT": "text/html,application/xhtml+xml",
            "HTTP_ACCEPT_LANGUAGE": "en",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }


def _plain(cookie: str) -> str:
    """The name and the value alone: the standard library's reader does not know all newer attributes."""
    return cookie.partition(";")[0]
