"""Next-page links, read with patience: LMSs write the `Link` header in every way there is (RFC 8288 and worse)."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

_TARGET = re.compile(r"<([^<>]*)>")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "‘": "'", "’": "'"})
_PARAMETER = re.compile(r"""([A-Za-z][\w*-]*)\s*=\s*(?:"([^"]*)(?:"|$)|'([^']*)'|([^\s;,"']+))""")
_PORTS = {"http": 80, "https": 443}


def next_link(header: str | None, base: str) -> str:
    """Address of the next page, empty when there is none.

    Understands unquoted, single and curly quotes, parameters before and after `rel`, several relations in one, and
    HTML-escaped ampersands. Letters keep their case. Only an address on the origin of `base` is followed, because
    our token goes with it. An LMS behind a proxy may write http where it is https: that is made good.
    """
    return _on_origin_of(base, _named(header, "next"))


def names_next(header: str | None) -> bool:
    """True when there is a next page, be it one we may follow or not: without it a list is not whole."""
    return bool(_named(header, "next"))


def differences_link(header: str | None, base: str) -> str:
    """Address that will list what changed since now (NRPS 2.0 §2.4.3), empty when not offered."""
    return _on_origin_of(base, _named(header, "differences"))


def _named(header: str | None, relation: str) -> str:
    links = _links(_utf8(header)) if header else []
    found = (target for target, parameters in links if relation in _relations(parameters))
    return html.unescape(next(found, "").strip())


def _on_origin_of(base: str, target: str) -> str:
    if not target:
        return ""
    try:
        url = urljoin(base, target)
        there, here = origin(url), origin(base)
        if urlsplit(url).username is not None:
            return ""
        if there[:2] == ("http", here[1]) and here[0] == "https" and urlsplit(url).port is None:
            url = "https" + url[len("http") :]
            there = origin(url)
    except ValueError:
        return ""
    return url if there == here else ""


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises ValueError for a port that is none."""
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme.lower(), 0)


def _utf8(header: str) -> str:
    """HTTP libraries read headers as Latin-1; typographic quotes arrive as three odd letters each."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return header


def _links(header: str) -> list[tuple[str, str]]:
    """(target, parameters) of each link. The parameters reach to the next `<`."""
    found = list(_TARGET.finditer(header))
    ends = [match.start() for match in found[1:]] + [len(header)] * bool(found)
    return [(match.group(1), header[match.end() : end]) for match, end in zip(found, ends, strict=True)]


def _relations(parameters: str) -> set[str]:
    for match in _PARAMETER.finditer(parameters.translate(_CURLY)):
        if match.group(1).lower() == "rel":
            return set((match.group(2) or match.group(3) or match.group(4) or "").lower().split())
    return set()
