"""Headers that keep a page in a frame safe: what it may load, who may frame it, what is remembered of it."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, request

from ..store.launches import Visit
from .session import known_visit

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
_ANYWHERE = "https: http:"
"""Pages without a visit hold nothing personal; an LMS that we do not know yet must be able to show them."""


def protect(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(_add_headers)


def allow_form_to(url: str) -> None:
    """This page posts to one address of the LMS, as deep linking wants; it says who it is when it does."""
    g.form_target = url


def _add_headers(response: Response) -> Response:
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
        _stay_here(response)
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    target = g.get("form_target")
    # With no referrer at all the browser would send `Origin: null`, and our own form check could not work.
    response.headers.setdefault("Referrer-Policy", "origin" if target else "same-origin")
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = policy(known_visit(), target)
    if request.path.startswith(("/l/", "/lti/")) or "invite" in request.args:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _stay_here(response: Response) -> None:
    """The router corrects an address (a slash too few or too many) with the host of the request's `Host` header, and
    whoever asks chooses that."""
    parts = urlsplit(response.location or "")
    response.location = urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))
    response.set_data("")


def policy(visit: Visit | None, form_target: str | None = None) -> str:
    """The content security policy of a page."""
    form = f"'self' {_origin(form_target)}" if form_target else "'self'"
    ancestors = f"'self' {_platform(visit)}" if visit else f"'self' {_ANYWHERE}"
    return f"{_POLICY}; form-action {form}; frame-ancestors {ancestors}"


def _platform(visit: Visit) -> str:
    """Where the LMS's own pages may come from: as it returns, signs in, names itself, and is known to live."""
    named = [visit.details.get(key) for key in ("platform_origin", "auth_origin", "issuer_origin")]
    named += visit.details.get("frame_origins", ())
    found = dict.fromkeys(_origin(str(url or "")) for url in named)
    return " ".join(origin for origin in found if origin) or "https:"


@lru_cache(maxsize=1024)
def _origin(url: str) -> str:
    """Scheme, host and port; empty for anything that could break out of the header."""
    parts = urlsplit(url)
    plain = parts.scheme in {"http", "https"} and parts.netloc and not set(url) & set(" ;,'\"\r\n\t")
    return f"{parts.scheme}://{parts.netloc}" if plain else ""
