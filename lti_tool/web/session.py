"""The visit behind a request, and the two cookies, or the one header, that carry it.

Both cookies are partitioned: inside the frame of an LMS they belong to the pages of that LMS only. The login cookie
lives for minutes under a name of its own state, so that two tabs do not disturb each other; the cookie of the visit
lives under its own path, so that the visits of a teacher and a student in one browser do not either.

Where no cookie comes back the page itself keeps the visit's secret and sends it in a header (`static/js/carry.js`).
Another site's page cannot send that header. A form that has to load a whole page carries the secret as a field, which
counts only when the browser says that one of our own pages sends it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, request

from ..flows import launching
from ..flows.beginning import LaunchSession
from ..flows.errors import VisitEnded
from ..store.launches import Visit
from .csrf import own_origin
from .house import house

VISIT_COOKIE = "cairn"
VISIT_HEADER = "X-Cairn-Visit"
VISIT_FIELD = "visit"
_LOGIN_PATH = "/lti/"
_PROBE = "cairn-probe"
_PROBE_SECONDS = 86_400


class NoCookie(VisitEnded):
    """The browser brought nothing that shows which visit this is."""


def load_visit(launch_id: str) -> Visit:
    """Look the visit up, once per request. Raises `VisitEnded` or `NoCookie`."""
    secret = _shown_secret()
    if not secret:
        raise NoCookie(
            "Your browser does not remember this visit any more.",
            tell="Go back to your course and open the activity again. What you sent before is saved.",
        )
    return take_visit(launch_id, secret)


def take_visit(launch_id: str, secret: str) -> Visit:
    """Make the visit of that secret the one of this request. Raises `VisitEnded`."""
    with house().db.glancing() as connection:
        g.visit = launching.visit(connection, launch_id, secret, house().now())
    g.visit_secret = secret
    launching.prolong(house().border, g.visit, house().now())
    return current_visit()


def _shown_secret() -> str:
    held = request.headers.get(VISIT_HEADER, "")
    if not held and request.method == "POST" and own_origin():
        held = request.form.get(VISIT_FIELD, "")
        if held:
            carry(held)
    return held or request.cookies.get(VISIT_COOKIE, "")


def carry(secret: str) -> None:
    """From here on the page keeps the secret of its visit by itself."""
    g.carried = secret


def carried() -> str:
    """The secret that the page of this answer has to keep; empty where a cookie does."""
    secret: str = g.get("carried", "")
    return secret


def current_visit() -> Visit:
    """The visit of this request; only behind a gate that asks for one."""
    visit: Visit = g.visit
    return visit


def known_visit() -> Visit | None:
    """The visit of this request, if there is one."""
    found: Visit | None = g.get("visit")
    return found


def keeps_cookies() -> bool:
    """True when this browser has shown that it keeps our cookies, here in this LMS's frame."""
    return _PROBE in request.cookies


def try_cookies(response: Response) -> None:
    """See whether the browser keeps a cookie; what it kept yesterday it keeps today."""
    response.set_cookie(_PROBE, "1", max_age=_PROBE_SECONDS, path=_LOGIN_PATH, **_manners())


def login_cookie_name(state: str) -> str:
    """One cookie per login under way."""
    return f"cairn-login-{state[:32]}"


def remember_login(response: Response, state: str, secret: str, seconds: int) -> None:
    """Bind the browser to the login it starts."""
    response.set_cookie(login_cookie_name(state), secret, max_age=seconds, path=_LOGIN_PATH, **_manners())


def remembered_login(state: str) -> str | None:
    """What the browser kept for this login, if it kept anything."""
    return request.cookies.get(login_cookie_name(state)) if state else None


def forget_login(response: Response, state: str) -> None:
    """A login is used once."""
    response.delete_cookie(login_cookie_name(state), path=_LOGIN_PATH, **_manners())


def open_visit(response: Response, started: LaunchSession) -> None:
    """Hand the browser the key of its visit."""
    response.set_cookie(
        VISIT_COOKIE, started.secret, max_age=started.expires_seconds, path=started.path, **_manners()
    )


def _manners() -> dict[str, Any]:
    """Cookies that work in another site's frame need https; browsers trust plain loopback too.

    On plain http elsewhere (a trial in a school's network) such cookies would be thrown away, so there we ask for
    less: they then work in a window of their own.
    """
    if house().settings.secure or _is_loopback(urlsplit(house().settings.base_url).hostname or ""):
        return {"secure": True, "httponly": True, "samesite": "None", "partitioned": True}
    return {"httponly": True}


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.") or host.endswith(".localhost")
