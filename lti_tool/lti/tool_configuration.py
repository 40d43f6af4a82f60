"""What we tell an LMS about this tool when it installs us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.claims import part, texts
from lti_tool.lti.grades import COLUMN_READ_SCOPE, COLUMN_SCOPE, RESULT_SCOPE, SCORE_SCOPE
from lti_tool.lti.groups import GROUPS_SCOPE
from lti_tool.lti.notices import NOTICE_SCOPE
from lti_tool.lti.platforms import Platform, detect_by
from lti_tool.lti.roster import ROSTER_SCOPE
from lti_tool.lti.values import MessageType

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"

NAME = "Cairn"
DESCRIPTION = "Mastery checks and next steps for each student, with grades in your gradebook."
SCOPES = (COLUMN_SCOPE, COLUMN_READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE, ROSTER_SCOPE)
"""What we ask for: columns of our own, their results, scores, the roster."""
_IF_OFFERED = (NOTICE_SCOPE, GROUPS_SCOPE)
_MESSAGES_IF_OFFERED = (
    (MessageType.REVIEW, f"Look at a student’s work in {NAME}"),
    (MessageType.PRIVACY, f"What {NAME} keeps about a person"),
)
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "locale")
"""Names, so that teachers know whom they see. No e-mail: nothing here needs it."""


def tool_configuration(tool: ToolAddresses, offered: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The registration request (LTI Dynamic Registration 1.0 §4). `offered` is the LMS's OpenID configuration.

    Only what the LMS offers is asked for; without `offered` everything is.
    """
    configuration = offered or {}
    ours = part(configuration, PLATFORM_CONFIGURATION)
    platform = detect_by(str(ours.get("product_family_code") or ""), str(configuration.get("issuer") or ""))
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login,
        "redirect_uris": [tool.launch],
        "client_name": NAME,
        "jwks_uri": tool.jwks,
        "logo_uri": tool.logo,
        "client_uri": tool.base_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(_scopes(texts(configuration.get("scopes_supported")))),
        TOOL_CONFIGURATION: {
            "domain": tool.domain,
            "description": DESCRIPTION,
            "target_link_uri": tool.launch,
            "custom_parameters": _custom(platform, ours),
            "claims": list(_among(CLAIMS, texts(configuration.get("claims_supported")), always=("iss", "sub"))),
            "messages": _messages(tool, platform, ours),
            **platform.registration_extra(),
        },
    }


def _scopes(offered: Sequence[str]) -> tuple[str, ...]:
    """What we need; notices of copied courses and groups where the LMS says that it has them."""
    services = tuple(scope for scope in offered if "://" in scope)  # a list of sign-in scopes says nothing of them
    return (*_among(SCOPES, services), *(scope for scope in _IF_OFFERED if scope in offered))


def _messages(tool: ToolAddresses, platform: Platform, ours: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Opening an activity, choosing one, and, where the LMS has them, reviews and questions of privacy.

    All come to the same address and are told apart by their type.
    """
    offered = _offered_placements(ours)
    written = {_kind(name): name for name in offered}
    wanted = [(MessageType.RESOURCE, NAME), (MessageType.DEEP_LINKING, f"Choose an activity from {NAME}")]
    wanted += [(kind, label) for kind, label in _MESSAGES_IF_OFFERED if kind in written]
    found = []
    for message_type, label in wanted:
        message: dict[str, Any] = {
            "type": written.get(message_type, message_type.value),
            "target_link_uri": tool.launch,
            "label": label,
            "icon_uri": tool.logo,
        }
        placements = _as_offered(platform.placements(message_type), offered.get(message_type, ()))
        if placements:
            message["placements"] = list(placements)
        found.append(message | platform.message_extra(message_type))
    return found


def _kind(name: str) -> str:
    """What a message is, by whichever of its names."""
    try:
        return MessageType(name)
    except ValueError:
        return name


def _as_offered(wanted: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    """Placements that are wanted and offered, as the LMS writes them: with the address of its extension or bare."""
    written = {name.rpartition("/")[2]: name for name in offered}
    return _among([written.get(name.rpartition("/")[2], name) for name in wanted], offered)


def _offered_placements(ours: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Placements by message type, as far as the LMS lists them."""
    listed = ours.get("messages_supported")
    messages = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return {str(entry.get("type")): texts(entry.get("placements")) for entry in messages}


def _custom(platform: Platform, ours: Mapping[str, Any]) -> dict[str, str]:
    """Our variables that the LMS can fill in."""
    wanted = platform.custom_parameters()
    known = {name.lstrip("$") for name in texts(ours.get("variables"))}
    return {name: value for name, value in wanted.items() if not known or value.lstrip("$") in known}


def _among(wanted: Sequence[str], offered: Sequence[str], always: Sequence[str] = ()) -> tuple[str, ...]:
    """What is wanted and offered; all that is wanted when the LMS does not say what it offers."""
    return tuple(name for name in wanted if not offered or name in offered or name in always)
