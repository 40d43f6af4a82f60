"""Claims of a launch -> values. What is optional may be missing or odd without hurting anybody."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, fields, post_load

from lti_tool.lti.values import (
    CourseClaims,
    DeepLinkRequest,
    LinkClaims,
    PersonClaims,
    PlatformClaims,
    Presentation,
    Services,
)

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION = LTI + "version"
MESSAGE_TYPE = LTI + "message_type"
DEPLOYMENT_ID = LTI + "deployment_id"
TARGET_LINK_URI = LTI + "target_link_uri"
ROLES = LTI + "roles"
CONTEXT = LTI + "context"
RESOURCE_LINK = LTI + "resource_link"
CUSTOM = LTI + "custom"
FOR_USER = LTI + "for_user"
MENTORED = LTI + "role_scope_mentor"
PRESENTATION = LTI + "launch_presentation"
PLATFORM = LTI + "tool_platform"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
NOTICES = LTI + "platformnotificationservice"
COPY_NOTICE = "LtiContextCopyNotice"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
DEEP_LINKING_DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"

CONTEXT_HISTORY = "context_history"
LINK_HISTORY = "link_history"
"""Names of our custom parameters. Lower case and underscores only: some LMSs change any other name."""

_PLACEHOLDER = re.compile(r"\$[A-Za-z][\w.]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def is_placeholder(value: str) -> bool:
    """True for a variable the LMS did not replace, such as `$Person.name.full`, or for several, as in a name."""
    return "$" in value and all(_PLACEHOLDER.fullmatch(word) for word in value.split())


class Text(fields.Field[str]):
    """Any short text. Numbers become text, placeholders and everything else become empty."""

    def __init__(self, limit: int = 255, **kwargs: Any) -> None:
        super().__init__(load_default="", allow_none=True, **kwargs)
        self.limit = limit

    def deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = plain(value)
        return "" if is_placeholder(text) else text[: self.limit]


class Address(Text):
    """A web address, else empty."""

    def deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        return _address(value)


class Texts(fields.Field[tuple[str, ...]]):
    """A list of texts. Anything in it that is no text is left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(load_default=(), allow_none=True, **kwargs)

    def deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        return texts(value)


class Flag(fields.Field[bool | None]):
    """Yes or no; None when missing or odd. Some LMSs write the words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(load_default=None, allow_none=True, **kwargs)

    def deserialize(self, value: Any, *_: Any, **__: Any) -> bool | None:
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower())
        return value if isinstance(value, bool) else None


class _Claims(Schema):
    class Meta:
        unknown = EXCLUDE


class _Person(_Claims):
    name, given_name, family_name = Text(), Text(), Text()
    email, locale, picture = Text(320), Text(35), Address()

    @post_load
    def value(self, data: dict[str, Any], **_: Any) -> PersonClaims:
        return PersonClaims(**data)


class _Course(_Claims):
    context_id = Text(data_key="id")
    title, label = Text(500), Text()
    types = Texts(data_key="type")


class _Link(_Claims):
    resource_link_id = Text(data_key="id")
    title, description = Text(500), Text(4000)


class _Presentation(_Claims):
    return_url, document_target, locale = Address(), Text(20), Text(35)

    @post_load
    def value(self, data: dict[str, Any], **_: Any) -> Presentation:
        return Presentation(**data)


class _Platform(_Claims):
    product = Text(data_key="product_family_code")
    version, name, guid = Text(), Text(), Text()

    @post_load
    def value(self, data: dict[str, Any], **_: Any) -> PlatformClaims:
        return PlatformClaims(**data)


class _Gradebook(_Claims):
    line_items_url = Address(data_key="lineitems")
    line_item_url = Address(data_key="lineitem")
    ags_scopes = Texts(data_key="scope")


class _DeepLink(_Claims):
    return_url = Address(data_key="deep_link_return_url")
    accept_types = Texts()
    accept_targets = Texts(data_key="accept_presentation_document_targets")
    accept_multiple, auto_create = Flag(), Flag()
    accept_line_item = Flag(data_key="accept_lineitem")
    title, text = Text(500), Text(4000)


_PERSON, _COURSE, _LINK = _Person(), _Course(), _Link()
_PRESENTATION, _PLATFORM, _GRADEBOOK, _DEEP_LINK = _Presentation(), _Platform(), _Gradebook(), _DeepLink()


def person_of(body: Mapping[str, Any]) -> PersonClaims:
    """Name, address and language as far as the LMS shares them."""
    value: PersonClaims = _PERSON.load(body)
    return value


def course_of(body: Mapping[str, Any]) -> CourseClaims | None:
    """The course, or None when the launch comes from outside of any course."""
    loaded = _COURSE.load(part(body, CONTEXT))
    return CourseClaims(**loaded, history=_history(body, CONTEXT_HISTORY)) if loaded["context_id"] else None


def link_of(body: Mapping[str, Any]) -> LinkClaims | None:
    """The link that was opened, or None for messages that have none."""
    loaded = _LINK.load(part(body, RESOURCE_LINK))
    return LinkClaims(**loaded, history=_history(body, LINK_HISTORY)) if loaded["resource_link_id"] else None


def services_of(body: Mapping[str, Any]) -> Services:
    """Addresses of gradebook, roster and groups. Scopes in one text with spaces, as OAuth writes them, count, too."""
    gradebook = _GRADEBOOK.load(part(body, AGS))
    gradebook["ags_scopes"] = tuple(" ".join(gradebook["ags_scopes"]).split())
    return Services(
        **gradebook,
        memberships_url=_address(part(body, NRPS).get("context_memberships_url")),
        groups_url=_address(part(body, GROUPS).get("context_groups_url")),
        notices_url=_notices_url(part(body, NOTICES)),
    )


def _notices_url(service: Mapping[str, Any]) -> str:
    """Only where copies are announced (Platform Notification Service 1.0, claim)."""
    offered = texts(service.get("notice_types_supported"))
    return _address(service.get("platform_notification_service_url")) if COPY_NOTICE in offered else ""


def presentation_of(body: Mapping[str, Any]) -> Presentation:
    """Frame or window, the way back, the language."""
    value: Presentation = _PRESENTATION.load(part(body, PRESENTATION))
    return value


def platform_of(body: Mapping[str, Any]) -> PlatformClaims:
    """Which LMS this is."""
    value: PlatformClaims = _PLATFORM.load(part(body, PLATFORM))
    return value


def deep_link_of(body: Mapping[str, Any]) -> DeepLinkRequest:
    """What a teacher may choose and where the choice goes."""
    settings = part(body, DEEP_LINKING)
    loaded = _DEEP_LINK.load(settings)
    loaded["accept_multiple"] = loaded["accept_multiple"] is not False
    loaded["auto_create"] = loaded["auto_create"] is True
    # Opaque to us, so whatever kind of value it is (Deep Linking 2.0 §4.4.1).
    return DeepLinkRequest(**loaded, deployment_id=plain(body.get(DEPLOYMENT_ID)), data=settings.get("data"))


def custom_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Custom parameters as text, without variables the LMS left unreplaced."""
    found = {}
    for name, value in part(body, CUSTOM).items():
        text = json.dumps(value) if isinstance(value, dict | list | bool) else plain(value)
        if value is not None and not is_placeholder(text):
            found[name] = text
    return found


def part(body: Mapping[str, Any], claim: str) -> dict[str, Any]:
    """The object under `claim`, empty when it is missing or no object."""
    value = body.get(claim)
    return value if isinstance(value, dict) else {}


def plain(value: object) -> str:
    """Text of a string or number without control characters; empty for anything else."""
    if isinstance(value, str):
        return _CONTROL.sub("", value).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; one text alone counts as a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def is_web_address(value: object) -> bool:
    """True for an http or https address with a host and without a password in it."""
    if not isinstance(value, str) or len(value) > 4096 or _CONTROL.search(value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None


def _address(value: object) -> str:
    return value if isinstance(value, str) and is_web_address(value) else ""


def _history(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Ids this was copied from, nearest first (LTI 1.3 Core, `Context.id.history`): a list with commas."""
    value = part(body, CUSTOM).get(name)
    listed = value if isinstance(value, list) else plain(value).split(",")
    ids = (plain(item) for item in listed)
    return tuple(item for item in ids if item and not is_placeholder(item))
