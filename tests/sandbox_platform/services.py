"""What the course's services share: errors in JSON, media types, and paging by Link headers."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar
from urllib.parse import urlencode

from flask import Response, abort, request

from .manners import Refused
from .platform import current

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page of a list, and the address of the next (None on the last)."""

    items: Sequence[Item]
    next_url: str | None


def refuse(status: int, reason: str) -> NoReturn:
    """Stop here with a JSON error."""
    abort(Response(json.dumps({"error": reason}), status, mimetype="application/json"))


def only_this_course(context_id: str) -> None:
    if context_id != current().context_id:
        refuse(404, "no such course")
    try:
        current().manners.check_query(request.blueprint or "", request.args)
    except Refused as refusal:
        refuse(*refusal.args)


def need_accept(media_type: str) -> None:
    """406 unless the caller says that it takes this media type."""
    manners = current().manners
    if not manners.accepts(request.headers.get("Accept", ""), media_type):
        refuse(*manners.accept_refusal)


def json_body(media_type: str) -> dict[str, Any]:
    """The request's JSON object; 415 for another media type, 400 for anything but an object."""
    if request.mimetype != media_type:
        refuse(*current().manners.content_type_refusal)
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        refuse(400, "the body must be a JSON object")
    return body


def page_of(items: Sequence[Item], base_url: str) -> Page[Item]:
    """Cut the page asked for by `limit` and `page`; the next address keeps every other filter that this LMS repeats."""
    size = _page_size()
    number = _whole_number("page", 1)
    begin = (number - 1) * size
    next_url = None
    if begin + size < len(items):
        dropped = {"page", "type_id", *current().manners.next_page_forgets}
        kept = [(name, value) for name, value in request.args.items(multi=True) if name not in dropped]
        joint = "&" if "?" in base_url else "?"
        next_url = f"{base_url}{joint}{urlencode([*kept, ('page', str(number + 1))])}"
    return Page(items=items[begin : begin + size], next_url=next_url)


def answer(
    body: Any,
    media_type: str,
    *,
    status: int = 200,
    next_url: str | None = None,
    differences_url: str | None = None,
) -> Response:
    """A JSON answer of this media type, with a Link to the next page, or to later differences, when there is one."""
    headers = {}
    link = current().manners.next_link(request.blueprint or "", next_url) if next_url else ""
    if differences_url:
        link = ", ".join(filter(None, (link, f'<{differences_url}>; rel="differences"')))
    if link:
        headers["Link"] = link.encode().decode("latin-1")  # as PHP does: its UTF-8 letters, byte by byte
    return Response(json.dumps(body), status, headers, content_type=media_type)


def _page_size() -> int:
    platform = current()
    default, largest = platform.manners.default_page_size, platform.manners.largest_page_size
    if default is None and "limit" not in request.args:
        return sys.maxsize
    switched = platform.switches.options.page_size
    return min(_whole_number("limit", switched or default or largest), switched or largest)


def _whole_number(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        refuse(400, f"{name} must be a whole number of at least 1")
    return int(text)
