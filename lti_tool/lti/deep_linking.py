"""Chosen activities -> the signed reply that the LMS turns into links and gradebook columns (Deep Linking 2.0)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, Unpack

from joserfc import jwt

from lti_tool.lti import claims
from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.keys import signer
from lti_tool.lti.platforms import Platform, detect
from lti_tool.lti.times import iso
from lti_tool.lti.values import DeepLinkRequest, Registration, ToolKey

REPLY_SECONDS = 300
FRAME_HEIGHT = 700
"""Pixels: a question with a picture and its answers. Where frames can be resized, it counts until the page is there."""
_DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_RESOURCE_LINK = "ltiResourceLink"
_PLAIN_LINK = "link"
_ONE_ONLY = "This LMS takes one activity at a time, so only the first was added."
NO_LINKS = "This place in the LMS does not take activities of this tool."


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkItem:
    """One chosen activity. `points` asks for a gradebook column; `custom` comes back with every launch."""

    title: str
    text: str = ""
    url: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    points: float | None = None
    tag: str = ""
    resource_id: str = ""
    submission_review: bool = False
    new_window: bool = False
    available_from: datetime | None = None
    available_until: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepLinkReply:
    """What the browser posts as `JWT` to `return_url`."""

    return_url: str
    jwt: str


class ReplyWords(TypedDict, total=False):
    """Words for the teacher: `message` for what happened, `error` for what went wrong."""

    message: str
    error: str


def reply(
    registration: Registration,
    key: ToolKey,
    request: DeepLinkRequest,
    items: Sequence[LinkItem],
    tool: ToolAddresses,
    now: datetime,
    **words: Unpack[ReplyWords],
) -> DeepLinkReply:
    """The signed answer to a teacher's choice (Deep Linking 2.0 §4.5). No items: nothing was chosen.

    The LMS shows the `words` to the teacher. Data of the request go back if there were any.
    """
    message, error = words.get("message", ""), words.get("error", "")
    kind = _kind(request)
    if not kind:
        items, error = (), error or NO_LINKS
    if len(items) > 1 and not request.accept_multiple:
        items, message = items[:1], message or _ONE_ONLY
    platform = detect(registration)
    body: dict[str, Any] = {
        "iss": registration.client_id,
        "aud": registration.issuer,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + REPLY_SECONDS,
        "nonce": secrets.token_urlsafe(24),
        claims.VERSION: "1.3.0",
        claims.MESSAGE_TYPE: "LtiDeepLinkingResponse",
        claims.DEPLOYMENT_ID: request.deployment_id,
        _DL + "content_items": [_item(item, kind, request, platform, tool) for item in items],
        **platform.reply_extra(registration),
    }
    if request.data is not None:
        body[_DL + "data"] = request.data
    if message:
        body[_DL + "msg"] = message
    if error:
        body[_DL + "errormsg"] = error
    return DeepLinkReply(return_url=request.return_url, jwt=_signed(body, key))


def takes_activities(request: DeepLinkRequest) -> bool:
    """False where the LMS asks for something that we do not have, a text or a picture for instance."""
    return bool(_kind(request))


def keeps_dates(request: DeepLinkRequest, platform: Platform) -> bool:
    """True where a chosen activity may come with dates, as far as is known of this LMS."""
    return platform.keeps_dates and _kind(request) == _RESOURCE_LINK


def keeps_window(request: DeepLinkRequest, platform: Platform) -> bool:
    """True where a chosen activity may ask for a tab of its own, as far as is known of this LMS."""
    return platform.keeps_windows and "window" in request.accept_targets


def _kind(request: DeepLinkRequest) -> str:
    """The kind of item to send: a resource link, a plain link where only those are taken, or none."""
    if not request.accept_types or _RESOURCE_LINK in request.accept_types:
        return _RESOURCE_LINK
    return _PLAIN_LINK if _PLAIN_LINK in request.accept_types else ""


def _item(
    item: LinkItem, kind: str, request: DeepLinkRequest, platform: Platform, tool: ToolAddresses
) -> dict[str, Any]:
    url = item.url or tool.launch
    body: dict[str, Any] = {
        "type": kind,
        "title": item.title,
        "url": url if platform.link_url_with_query else url.partition("?")[0],
    }
    if item.text:
        body["text"] = item.text
    if item.new_window and keeps_window(request, platform):
        body["window"] = {"targetName": "_blank"}
    if kind != _RESOURCE_LINK:
        return body
    if "window" not in body and "iframe" in request.accept_targets:
        body["iframe"] = {"height": FRAME_HEIGHT}
    if item.custom:
        # A line break would end the value in LMSs that keep custom parameters as lines.
        body["custom"] = {name: " ".join(str(value).splitlines()) for name, value in item.custom.items()}
    if item.points and request.accept_line_item is not False:
        body["lineItem"] = _line_item(item, platform, tool)
    return body | _dates(item) if keeps_dates(request, platform) else body


def _line_item(item: LinkItem, platform: Platform, tool: ToolAddresses) -> dict[str, Any]:
    points = float(platform.link_points(item.points or 1.0))
    body: dict[str, Any] = {
        "label": item.title,
        "scoreMaximum": int(points) if points.is_integer() else points,
    }
    if item.resource_id:
        body["resourceId"] = item.resource_id
    if item.tag:
        body["tag"] = item.tag
    if item.submission_review:
        body["submissionReview"] = {
            "reviewableStatus": ["InProgress", "Submitted", "Completed"],
            "label": item.title,
            "url": tool.launch,
        }
    return body


def _dates(item: LinkItem) -> dict[str, Any]:
    available = {"startDateTime": item.available_from, "endDateTime": item.available_until}
    submission = {"endDateTime": item.due_at}
    found = {}
    for name, moments in (("available", available), ("submission", submission)):
        said = {edge: iso(moment) for edge, moment in moments.items() if moment is not None}
        if said:
            found[name] = said
    return found


def _signed(body: dict[str, Any], key: ToolKey) -> str:
    header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
    return jwt.encode(header, body, signer(key.private_pem), algorithms=["RS256"])
