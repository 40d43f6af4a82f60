"""Installing a tool by hand: an administrator types in addresses and passes ours on to the tool."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from . import lti, tools
from .platform import Platform
from .tools import NAME_CLAIMS, RefusedRegistration, Tool, is_web_address

ADDRESSES = ("initiate_login_uri", "jwks_uri", "target_link_uri")
EVERY_MESSAGE = (lti.LAUNCH, lti.DEEP_LINKING, lti.SUBMISSION_REVIEW)


def install_by_hand(platform: Platform, typed: dict[str, Any]) -> Tool:
    """Install a tool from typed values; raises RefusedRegistration.

    Needs name, initiate_login_uri, jwks_uri, target_link_uri and redirect_uris (a list, or text with one a
    line). May have scopes, claims, messages (type -> address), custom, client_id and deployment_id; by default
    the tool gets every scope, every claim and every message.
    """
    redirects = typed.get("redirect_uris") or []
    redirects = redirects.split() if isinstance(redirects, str) else list(redirects)
    for name in ADDRESSES:
        if not is_web_address(typed.get(name)):
            raise RefusedRegistration(f"{name} must be an absolute address")
    if not redirects or not all(map(is_web_address, redirects)):
        raise RefusedRegistration("redirect_uris must be absolute addresses, one a line")
    name = str(typed.get("name") or "").strip()
    if not name:
        raise RefusedRegistration("name is missing")
    client_id = typed.get("client_id")
    if client_id and tools.find_tool(platform.state, client_id):
        raise RefusedRegistration(f"client_id {client_id} is taken")
    values = {
        **{address: typed[address] for address in ADDRESSES},
        "name": name,
        "redirect_uris": redirects,
        "domain": urlsplit(typed["target_link_uri"]).netloc,
        "scopes": [scope for scope in lti.ALL_SCOPES if scope in typed.get("scopes", lti.ALL_SCOPES)],
        "claims": [claim for claim in NAME_CLAIMS if claim in typed.get("claims", NAME_CLAIMS)],
        "messages": typed.get("messages") or dict.fromkeys(EVERY_MESSAGE, ""),
        "custom": typed.get("custom") or {},
        "client_id": client_id,
        "deployment_id": typed.get("deployment_id"),
    }
    if not platform.manners.shares_names:
        values["claims"] = []
    return tools.install(platform.state, values, platform.settings.clock(), platform.manners.deployment_id)


def values_for_tool(platform: Platform, tool: Tool) -> dict[str, Any]:
    """What the tool's administrator has to type in on their side."""
    return {
        "name": platform.settings.school,
        "issuer": platform.issuer,
        "client_id": tool.client_id,
        "deployment_ids": [tool.deployment_id],
        "auth_login_url": platform.url(platform.manners.auth_path),
        "auth_token_url": platform.url("/token"),
        "key_set_url": platform.url("/jwks"),
    }
