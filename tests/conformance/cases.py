"""How a case is played: a launch with one thing changed, sent as a browser sends it, and the answer judged."""

from __future__ import annotations

import html
import io
import itertools
import re
from dataclasses import dataclass, field
from typing import Any

import requests

from road import Road
from sandbox_platform import PracticeClient
from sandbox_platform.browsing import LaunchForm, send

LOG_ID = re.compile(r"<code>([23456789bcdfghjkmnpqrstvwxz]{8})</code>")
SENDERS = (
    "You can.",
    "Your teacher can.",
    "The administrator of your LMS can.",
    "The operator of this tool can.",
)


@dataclass(frozen=True, kw_only=True)
class Town:
    """An LMS, an installed tool, and the tool's log."""

    road: Road
    log: io.StringIO
    _names: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def lms(self) -> PracticeClient:
        return self.road.lms

    def newcomer(self) -> str:
        """The key of a student nobody else uses."""
        return str(self.lms.add_student("New", f"Comer {next(self._names)}")["key"])

    def launch(self, person: str, activity: str, **changes: Any) -> requests.Response:
        """A genuine login, then a launch whose id_token has these changes (see crafting.py)."""
        browser = self.road.browser()
        return send(self.lms.signed_launch(person, activity, browser, **changes), browser)

    def post(self, form: LaunchForm, browser: requests.Session) -> requests.Response:
        """Send a launch form from this browser."""
        return send(form, browser)


def refused(town: Town, page: requests.Response, *, code: str = "", status: int | None = None) -> str:
    """The page of a refused launch: says what, who and what to tell; its id leads to the log; nobody came in.

    Returns its text.
    """
    assert page.status_code == status if status else 400 <= page.status_code < 500, (page.status_code, page.url)
    assert page.headers["Content-Type"].startswith("text/html")
    words = html.unescape(page.text)
    assert "Traceback" not in words
    assert 'File "' not in words
    assert re.search(r"<h1[^>]*>\s*\S", words), "a title"
    assert re.search(r"<p data-told>\s*\S", words), "what is wrong"
    assert any(sender in words for sender in SENDERS), "who can mend it"
    assert re.search(r"<dt>(What to do|What to tell them)</dt>\s*<dd>\s*\S", words), "what to tell them"
    found = LOG_ID.search(words)
    assert found, "an id for the log"
    lines = [line for line in town.log.getvalue().splitlines() if found.group(1) in line]
    assert any("problem.shown" in line for line in lines), "the id leads to the log"
    if code:
        assert any(f'"code": "{code}"' in line for line in lines), lines
    assert not visits_of(page), "nobody came in"
    return words


def visits_of(page: requests.Response) -> list[str]:
    """Addresses of visits that this answer, or a redirect before it, gave the browser a key for."""
    answers = [*page.history, page]
    return [
        cookie
        for answer in answers
        for cookie in answer.raw.headers.getlist("Set-Cookie")
        if "Path=/l/" in cookie and not cookie.startswith("cairn-login")
    ]


def entered(page: requests.Response) -> str:
    """The page of a launch that was let in. Returns its text."""
    assert page.status_code == 200, (page.status_code, page.text[:800])
    assert "/l/" in page.url
    assert [answer.status_code for answer in page.history][:1] == [303], "POST, 303, GET"
    assert visits_of(page)
    return html.unescape(page.text)
