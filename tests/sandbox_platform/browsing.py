"""A browser without scripts: it keeps cookies, follows links and presses the only button of a form."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin

import requests

TIMEOUT_SECONDS = 30


class UnexpectedPage(Exception):
    """Another page came than the road goes through; the text says which, with its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchForm:
    """A form about to be sent: where to, which fields, and by which method."""

    action: str
    fields: dict[str, str]
    method: str = "post"


SECURE_ON_HTTP = DefaultCookiePolicy(secure_protocols=("http", "https"))


class Browser(requests.Session):
    """A session that sends Secure cookies on http too, as Chromium does on loopback addresses.

    Setting the policy of `session.cookies` alone is not enough: requests copies the cookies of each request
    into a jar with the default policy.
    """

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        prepared = super().prepare_request(request)
        cookies = prepared._cookies  # type: ignore[attr-defined]  # the copy that redirects go on with
        cookies.set_policy(SECURE_ON_HTTP)
        prepared.headers.pop("Cookie", None)
        prepared.prepare_cookies(cookies)
        return prepared


def new_session() -> requests.Session:
    """A fresh browser."""
    session = Browser()
    session.trust_env = False
    session.cookies.set_policy(SECURE_ON_HTTP)
    session.headers["User-Agent"] = "practice-browser"
    return session


def forms_of(page: requests.Response) -> list[LaunchForm]:
    """Every form of a page, with its filled-in fields (buttons and unticked boxes left out)."""
    reader = _FormReader(page.url)
    reader.feed(page.text)
    return reader.forms


def only_form(page: requests.Response) -> LaunchForm:
    """The single form of a page that answers 200; raises UnexpectedPage for any other page."""
    forms = forms_of(page)
    if len(forms) != 1 or page.status_code != 200:
        raise UnexpectedPage(f"{page.status_code} {page.url} has {len(forms)} forms: {page.text[:400]}")
    return forms[0]


def send(form: LaunchForm, session: requests.Session, *, follow: bool = True) -> requests.Response:
    """Send a form as it is."""
    posted = form.method == "post"
    return session.request(
        form.method,
        form.action,
        data=form.fields if posted else None,
        params=None if posted else form.fields,
        timeout=TIMEOUT_SECONDS,
        allow_redirects=follow,
    )


class _FormReader(HTMLParser):
    def __init__(self, page_url: str) -> None:
        super().__init__()
        self.forms: list[LaunchForm] = []
        self._page_url = page_url
        self._area: str | None = None
        self._select: tuple[str, bool] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = urljoin(self._page_url, found.get("action") or self._page_url)
            method = found.get("method", "get").lower()
            self.forms.append(LaunchForm(action=action, fields={}, method=method))
        elif not self.forms:
            return
        elif tag == "input":
            self._input(found)
        elif tag == "textarea":
            self._area = found.get("name")
            if self._area:
                self.forms[-1].fields[self._area] = ""
        elif tag == "select" and found.get("name"):
            self._select = (found["name"], False)
        elif tag == "option" and self._select:
            self._option(found)

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def _input(self, found: dict[str, str]) -> None:
        kind, name = found.get("type", "text"), found.get("name")
        ticked = kind not in ("checkbox", "radio") or "checked" in found
        if name and kind not in ("submit", "button", "image", "reset", "file") and ticked:
            default = "on" if kind in ("checkbox", "radio") else ""
            self.forms[-1].fields[name] = found.get("value", default)

    def _option(self, found: dict[str, str]) -> None:
        assert self._select
        name, settled = self._select
        if "selected" in found or (not settled and name not in self.forms[-1].fields):
            self.forms[-1].fields[name] = found.get("value", "")
            self._select = (name, "selected" in found)
