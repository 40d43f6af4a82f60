"""Content items of a deep linking reply: checked, then turned into activities and gradebook columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from . import activities, gradebook
from .lineitems import BadLineItem, checked_line_item
from .manners import Refused
from .platform import Platform
from .tools import Tool, is_web_address

LINK = "ltiResourceLink"


class BadItem(ValueError):
    """A content item that cannot be placed; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One checked item, ready to be placed."""

    title: str
    activity: dict[str, Any]
    line_item: dict[str, Any] | None = field(default=None)


def checked_items(platform: Platform, tool: Tool, items: object) -> list[Placement]:
    """All items, or BadItem for the first that does not fit: either everything is placed or nothing."""
    if not isinstance(items, list):
        raise BadItem("content_items must be a list")
    if len(items) > 1 and not platform.switches.options.accept_multiple:
        raise BadItem("only one item was asked for")
    return [_checked(platform, tool, item, f"item {number}") for number, item in enumerate(items, 1)]


def place(platform: Platform, tool: Tool, placements: list[Placement], deep_link_id: str) -> list[str]:
    """Put the items on the course page; answers the new activities' ids."""
    state, made = platform.state, []
    with state.transaction():
        for item in placements:
            activity = activities.add_activity(
                state, client_id=tool.client_id, title=item.title, deep_link_id=deep_link_id, **item.activity
            )
            if item.line_item and platform.manners.makes_columns:
                gradebook.add_column(state, client_id=tool.client_id, activity_id=activity.id, **item.line_item)
            made.append(activity.id)
    return made


def _checked(platform: Platform, tool: Tool, item: object, where: str) -> Placement:
    if not isinstance(item, dict):
        raise BadItem(f"{where} is not an object")
    if item.get("type") not in platform.manners.accept_types or item["type"] != LINK:
        raise BadItem(f"{where} has type {item.get('type')!r}; only {LINK} was asked for")
    title = item.get("title") or tool.name
    if not isinstance(title, str) or not isinstance(item.get("text", ""), str):
        raise BadItem(f"{where}: title and text must be texts")
    shown = {
        "document_target": "window" if "window" in item and "iframe" not in item else "iframe",
        "frame_height": _height(item, where),
        "available": _dates(item, "available", where),
        "submission": _dates(item, "submission", where),
    }
    activity = {
        "text": item.get("text", ""),
        "url": _address(tool, item, where),
        "custom": _custom(item, where),
        **(shown if platform.manners.keeps_presentation else {}),
    }
    try:
        platform.manners.check_item(item, tool.target_link_uri)
    except Refused as refusal:
        raise BadItem(f"{where}: {refusal.args[1]}") from refusal
    line_item = _line_item(item, title, where)
    if line_item and platform.manners.column_takes_title:
        line_item["label"] = title
    return Placement(title=title, activity=activity, line_item=line_item)


def _address(tool: Tool, item: dict[str, Any], where: str) -> str:
    url = item.get("url")
    if url is None:
        return ""
    if not is_web_address(url) or not _belongs(tool, url):
        raise BadItem(f"{where}: url must be an address of {tool.domain}")
    return str(url)


def _belongs(tool: Tool, url: str) -> bool:
    netloc = urlsplit(url).netloc
    return netloc == tool.domain or netloc.endswith(f".{tool.domain}")


def _custom(item: dict[str, Any], where: str) -> dict[str, str]:
    custom = item.get("custom") or {}
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        raise BadItem(f"{where}: custom must map names to texts")
    return custom


def _height(item: dict[str, Any], where: str) -> int | None:
    frame = item.get("iframe") or {}
    if not isinstance(frame, dict):
        raise BadItem(f"{where}: iframe must be an object")
    height = frame.get("height")
    if height is None:
        return None
    if isinstance(height, bool) or not isinstance(height, int) or not 0 < height <= 20000:
        raise BadItem(f"{where}: iframe.height must be a whole number of pixels")
    return height


def _dates(item: dict[str, Any], name: str, where: str) -> dict[str, str]:
    dates = item.get(name) or {}
    if not isinstance(dates, dict) or not set(dates) <= {"startDateTime", "endDateTime"}:
        raise BadItem(f"{where}: {name} may hold startDateTime and endDateTime")
    if not all(isinstance(value, str) for value in dates.values()):
        raise BadItem(f"{where}: {name} must hold ISO 8601 texts")
    return dates


def _line_item(item: dict[str, Any], title: str, where: str) -> dict[str, Any] | None:
    wanted = item.get("lineItem")
    if wanted is None:
        return None
    if not isinstance(wanted, dict):
        raise BadItem(f"{where}: lineItem must be an object")
    try:
        return checked_line_item(wanted, default_label=title)
    except BadLineItem as error:
        raise BadItem(f"{where}: lineItem: {error}") from error
