"""The one way out to an LMS: time-outs, size limits, no strange redirects, no private addresses."""

from __future__ import annotations

import ipaddress
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, ReadTimeoutError

from lti_tool import __version__
from lti_tool.lti.certificates import refused_certificate, trust
from lti_tool.lti.errors import PlatformAway, PlatformError, PlatformSilent
from lti_tool.lti.links import next_link as next_link
from lti_tool.lti.links import origin
from lti_tool.lti.wires import adapter, is_public
from lti_tool.settings import Settings
from lti_tool.telemetry import log

USER_AGENT = f"Cairn/{__version__} (LTI tool)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3
_MEGABYTE = 1_000_000
_IN_A_HURRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Header names are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def ok(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, odd bytes replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON, whatever type it claims to be; bytes and characters that are none are replaced.

        Some LMSs cut long names in the middle of a character. Raises ValueError.
        """
        text = self.body.decode("utf-8-sig", "replace")
        try:
            found = json.loads(text)
            if "\\u" in text:
                found = json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    size: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """Requests with our manners. One for the whole process; safe between threads.

    `allow_private` lets LMSs live on http and on loopback or private addresses.
    """

    session: requests.Session
    allow_private: bool = False
    timeout_seconds: float = 10.0

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit_bytes: int = 5 * _MEGABYTE,
        timeout_seconds: float | None = None,
    ) -> Answer:
        """Send and wait. Any HTTP status is an answer; no answer is a `PlatformError`."""
        must_be_allowed(url, self.allow_private)
        limits = _Limits(size=limit_bytes, seconds=timeout_seconds or self.timeout_seconds)
        current = url
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._once(method, current, headers or {}, body, limits)
            if answer.status not in _REDIRECTS or method != "GET":
                return answer
            current = _followed(current, answer)
        raise PlatformError(f"{_host(url)} sends us in circles.", permanent=False, status=answer.status)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch a small public document, such as a key set. Somebody is waiting, so it has five seconds."""
        seconds = min(_IN_A_HURRY_SECONDS, self.timeout_seconds)
        return self.request("GET", url, headers=headers, limit_bytes=_MEGABYTE, timeout_seconds=seconds)

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limits: _Limits
    ) -> Answer:
        wait = (min(_IN_A_HURRY_SECONDS, limits.seconds), limits.seconds)
        try:
            with self.session.request(
                method, url, headers=dict(headers), data=body, timeout=wait, stream=True, allow_redirects=False
            ) as response:
                content = _read(response, limits.size)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise _no_answer(url, error) from error
        return Answer(
            status=response.status_code, headers=CaseInsensitiveDict(response.headers), body=content, url=url
        )


def http_from(settings: Settings) -> Http:
    """The way out of this installation."""
    return Http(
        session=new_session(
            allow_private=settings.allow_private_platforms, trusted=trust(settings.certificate_authorities)
        ),
        allow_private=settings.allow_private_platforms,
        timeout_seconds=settings.http_timeout_seconds,
    )


def new_session(*, allow_private: bool, trusted: ssl.SSLContext | None = None) -> requests.Session:
    """A session that names us, keeps no cookies, reads no proxy or password files, and checks where it connects.

    `trusted` holds authorities whose certificates count beside the public ones.
    """
    session = requests.Session()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT  # some sites answer 403 to clients without a name
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter(allow_private=allow_private, trusted=trusted))
    return session


def must_be_allowed(url: str, allow_private: bool) -> None:
    """Raise `PlatformError` unless `url` may be fetched: https, a host, no password, no private number."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = urlsplit("")
    if not host or parts.scheme not in {"http", "https"} or parts.username is not None:
        raise PlatformError(f"“{url[:200]}” is not a web address.", permanent=True)
    if allow_private:
        return
    if parts.scheme != "https":
        raise PlatformError(f"{host} must be reached over https.", permanent=True)
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_public(str(number)):
        raise PlatformError(f"{host} is not a public address.", permanent=True)


def _read(response: requests.Response, limit_bytes: int) -> bytes:
    """The body in small reads, so that one without end meets its limit."""
    chunks, size = [], 0
    while chunk := response.raw.read1(65536, decode_content=True):
        size += len(chunk)
        if size > limit_bytes:
            raise PlatformError(
                f"{_host(response.url)} sends more than {limit_bytes // _MEGABYTE} MB at once.",
                permanent=False,
                status=response.status_code,
            )
        chunks.append(chunk)
    return b"".join(chunks)


def _followed(url: str, answer: Answer) -> str:
    """The address of a redirect on the same host (or from http to https of it)."""
    location = answer.headers.get("Location", "")
    try:
        target = urljoin(url, location)
        there, here = origin(target), origin(url)
    except ValueError:
        target, there, here = "", ("", "", 0), origin(url)
    if not location or not (there == here or (there[:2] == ("https", here[1]) and here[0] == "http")):
        # Sign-in and maintenance pages live there, and go away.
        raise PlatformError(
            f"{_host(url)} sends us on to another host, which we do not follow.",
            permanent=False,
            status=answer.status,
        )
    return target


def _no_answer(url: str, error: Exception) -> PlatformError:
    host = _host(url)
    log.warning("lms.no_answer", host=host, error=type(error).__name__)
    words = str(error)
    if "is not a public address" in words:
        return PlatformError(f"{host} is not a public address.", permanent=True)
    if isinstance(error, requests.Timeout | TimeoutError | ReadTimeoutError):
        return PlatformSilent(f"{host} took too long to answer.", permanent=False)
    if isinstance(error, requests.exceptions.SSLError):
        return refused_certificate(error, host)
    if isinstance(error, ValueError):  # addresses and headers that cannot be used, also those of a redirect
        return PlatformError(f"{host} is not a usable address.", permanent=True)
    return PlatformAway(f"{host} cannot be reached.", permanent=False)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return "the LMS"
