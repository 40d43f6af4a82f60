"""Lists that come in pages, read one page at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lti_tool.lti.connection import Connection
from lti_tool.lti.errors import PlatformError
from lti_tool.lti.http import Answer
from lti_tool.lti.links import names_next, next_link

MOST_PAGES = 5000
"""More pages than any course has: an LMS that sends us in circles must not keep a worker for ever."""
MOST_ALIKE = 20
"""Pages in a row that say the same. A few empty ones are fine: some LMSs filter after they cut into pages."""

PAUSES_SECONDS = (1.0, 4.0)
"""How long we wait before a later page is asked for once more: one hiccup must not cost the pages before it."""
_LONGEST_PAUSE_SECONDS = 20.0


def pages(
    connection: Connection,
    url: str,
    scopes: tuple[str, ...],
    accept: str,
    *,
    heard: Callable[[Answer], None] | None = None,
) -> Iterator[Any]:
    """The content of each page. Raises `PlatformError` where the list breaks off; nothing is cut short silently.

    The whole list has to come within `connection.patience_seconds`, not counting what is done with its pages
    meanwhile. `heard` is shown each answer, for those who want more of it than its content.
    """
    seen: set[str] = set()
    last, alike, waited = b"", 0, 0.0
    while url:
        if url in seen or len(seen) >= MOST_PAGES or alike >= MOST_ALIKE:
            raise PlatformError("The LMS sends its list in circles.", permanent=False)
        if waited > connection.patience_seconds:
            raise PlatformError("The LMS takes too long to send its list.", permanent=False)
        seen.add(url)
        began = time.monotonic()
        answer = _page(connection, url, scopes, accept, PAUSES_SECONDS if len(seen) > 1 else ())
        waited += time.monotonic() - began
        alike, last = (alike + 1 if answer.body == last else 0), answer.body
        content = _content(answer)
        if heard is not None:
            heard(answer)
        yield content
        url = _following(answer, url)


def _page(
    connection: Connection, url: str, scopes: tuple[str, ...], accept: str, pauses: tuple[float, ...]
) -> Answer:
    """One page; after a trouble that passes it is asked for again, not before the LMS allows it."""
    for pause in pauses:
        try:
            return connection.request("GET", url, scopes, accept=accept)
        except PlatformError as error:
            wanted = max(pause, error.retry_after_seconds or 0.0)
            if error.permanent or wanted > min(_LONGEST_PAUSE_SECONDS, connection.patience_seconds):
                raise
        connection.wait(wanted)
    return connection.request("GET", url, scopes, accept=accept)


def _following(answer: Answer, url: str) -> str:
    link = answer.headers.get("Link")
    following = next_link(link, url)
    if not following and names_next(link):
        raise PlatformError("The LMS continues its list at another address, where we do not go.", permanent=False)
    return following


def entries(page: object) -> list[Any]:
    """The entries of a page that is a plain list.

    Raises `PlatformError` for anything else: an error told with a good status is no empty list, and must not look
    as if somebody had cleared the gradebook.
    """
    if not isinstance(page, list):
        raise _unreadable(200)
    return page


def _content(answer: Answer) -> Any:
    if answer.status == 204:
        return []  # nothing there
    try:
        return answer.json()
    except ValueError as error:
        raise _unreadable(answer.status) from error


def _unreadable(status: int) -> PlatformError:
    return PlatformError("The LMS sent a list we cannot read.", permanent=False, status=status)


def with_query(url: str, **added: str | int | None) -> str:
    """`url` with more parameters; what it has stays as it is, a parameter that is there already is replaced."""
    wanted = {name: str(value) for name, value in added.items() if value is not None and value != ""}
    parts = urlsplit(url)
    query = parts.query
    if any(name in wanted for name, _ in parse_qsl(query, keep_blank_values=True)):
        query = urlencode([(n, v) for n, v in parse_qsl(query, keep_blank_values=True) if n not in wanted])
    query = "&".join(part for part in (query, urlencode(wanted)) if part)
    return urlunsplit(parts._replace(query=query, fragment=""))


def with_path(url: str, added: str) -> str:
    """`url` with `added` at the end of its path, before any query (AGS 2.0 §3.4.1)."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + added, fragment=""))
