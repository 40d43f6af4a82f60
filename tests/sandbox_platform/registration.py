"""Dynamic Registration 1.0: a tool installs itself with a token that an administrator hands out once."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, request

from . import lti, tools
from .platform import Platform, current
from .state import stamp
from .tokens import token_hash
from .tools import NAME_CLAIMS, RefusedRegistration, Tool, is_web_address

registration = Blueprint("registration", __name__)


def hand_out_token(platform: Platform) -> str:
    """A fresh registration token, good for one registration."""
    token = secrets.token_urlsafe(32)
    lifetime = timedelta(seconds=platform.settings.registration_token_seconds)
    platform.state.insert(
        "registration_tokens", token_hash=token_hash(token),
        expires_at=stamp(platform.settings.clock() + lifetime),
    )  # fmt: skip
    return token


def registration_address(platform: Platform, tool_address: str, token: str) -> str:
    """The tool's registration page with our two parameters added; its own query stays."""
    parameters = {"openid_configuration": configuration_address(platform)}
    added = urlencode(parameters | ({"registration_token": token} if token else {}))
    joint = "&" if urlsplit(tool_address).query else "?"
    return f"{tool_address}{joint}{added}"


def configuration_address(platform: Platform) -> str:
    return platform.url("/.well-known/openid-configuration")


@registration.post("/registration")
def register() -> tuple[Response, int]:
    """The registration endpoint. The token is used up only by a registration that succeeds."""
    platform = current()
    if not platform.manners.registers_itself:
        return _error(404, "not_found", "this LMS installs tools by hand only")
    token, needed = bearer(), platform.manners.gives_registration_token
    if needed and not token:
        return _error(401, "invalid_token", "a registration_token is needed as Bearer token")
    if not needed and request.headers.get("Authorization"):
        return _error(401, "invalid_token", "no registration_token was given out, so none may come")
    body = request.get_json(silent=True)
    try:
        values = checked_registration(body)
        platform.manners.check_registration(body)
    except RefusedRegistration as refusal:
        return _error(400, "invalid_client_metadata", str(refusal))
    with platform.state.transaction():
        if needed and not _use_up(platform, token):
            return _error(401, "invalid_token", "the registration_token is unknown, too old or used before")
        tool = tools.install(platform.state, values, platform.settings.clock(), platform.manners.deployment_id)
        tools.set_pending(platform.state, tool.client_id, platform.manners.starts_pending)
    return jsonify(_registered(request.get_json(), tool)), 200


def bearer() -> str:
    """The bearer token of this request, empty without one."""
    sent = request.authorization
    return str(sent.token or "") if sent and sent.type == "bearer" else ""


def is_living(platform: Platform, token: str) -> bool:
    """True for a registration token that was handed out and is still good for a registration."""
    sql = "SELECT 1 FROM registration_tokens WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"
    return platform.state.row(sql, token_hash(token), stamp(platform.settings.clock())) is not None


def checked_registration(body: object) -> dict[str, Any]:
    """Values for `tools.install` out of a tool's registration; raises RefusedRegistration."""
    if not isinstance(body, dict):
        raise RefusedRegistration("the body must be a JSON object")
    _check_openid(body)
    block = body.get(lti.TOOL_CONFIGURATION)
    if not isinstance(block, dict):
        raise RefusedRegistration(f"{lti.TOOL_CONFIGURATION} is missing")
    target, domain = block.get("target_link_uri"), block.get("domain")
    if not is_web_address(target):
        raise RefusedRegistration("target_link_uri must be an absolute address")
    if urlsplit(target).netloc != domain:
        raise RefusedRegistration(f"domain {domain!r} must be the host and port of target_link_uri")
    scopes = str(body.get("scope") or "").split()
    return {
        "name": body["client_name"],
        "initiate_login_uri": body["initiate_login_uri"],
        "redirect_uris": body["redirect_uris"],
        "jwks_uri": body["jwks_uri"],
        "target_link_uri": target,
        "domain": domain,
        "scopes": [scope for scope in lti.ALL_SCOPES if scope in scopes],
        "claims": [claim for claim in NAME_CLAIMS if claim in _claims(block)],
        "messages": _messages(block),
        "custom": _custom(block),
    }


def _check_openid(body: dict[str, Any]) -> None:
    wanted = {"application_type": "web", "token_endpoint_auth_method": "private_key_jwt"}
    for name, value in wanted.items():
        if body.get(name) != value:
            raise RefusedRegistration(f"{name} must be {value}")
    for name, values in {
        "response_types": ("id_token",),
        "grant_types": ("implicit", "client_credentials"),
    }.items():
        if not isinstance(body.get(name), list) or not set(values) <= set(body[name]):
            raise RefusedRegistration(f"{name} must list {' and '.join(values)}")
    if not isinstance(body.get("client_name"), str) or not body["client_name"].strip():
        raise RefusedRegistration("client_name is missing")
    for name in ("initiate_login_uri", "jwks_uri"):
        if not is_web_address(body.get(name)):
            raise RefusedRegistration(f"{name} must be an absolute address")
    redirects = body.get("redirect_uris")
    if not isinstance(redirects, list) or not redirects or not all(map(is_web_address, redirects)):
        raise RefusedRegistration("redirect_uris must be a list of absolute addresses")


def _claims(block: dict[str, Any]) -> list[str]:
    claims = block.get("claims")
    if not isinstance(claims, list):
        raise RefusedRegistration("claims must be a list")
    return claims


def _messages(block: dict[str, Any]) -> dict[str, str]:
    messages = block.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise RefusedRegistration("messages must be a list of objects")
    found = {}
    for message in messages:
        target = message.get("target_link_uri") or ""
        if target and (not is_web_address(target) or urlsplit(target).netloc != block["domain"]):
            raise RefusedRegistration(f"the message address {target} does not lie on {block['domain']}")
        found[str(message.get("type"))] = target
    return found


def _custom(block: dict[str, Any]) -> dict[str, str]:
    custom = block.get("custom_parameters") or {}
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        raise RefusedRegistration("custom_parameters must map names to texts")
    return custom


def _use_up(platform: Platform, token: str) -> bool:
    now = stamp(platform.settings.clock())
    sql = "UPDATE registration_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"
    return platform.state.run(sql, now, token_hash(token), now) == 1


def _registered(body: dict[str, Any], tool: Tool) -> dict[str, Any]:
    """What was registered, with what we added and what we granted."""
    block = dict(body[lti.TOOL_CONFIGURATION])
    if current().manners.says_deployment:
        block["deployment_id"] = tool.deployment_id
    block["claims"] = ["iss", "sub", *tool.claims]
    return {
        **body,
        "client_id": tool.client_id,
        "scope": " ".join(tool.scopes),
        lti.TOOL_CONFIGURATION: block,
    }


def _error(status: int, error: str, text: str) -> tuple[Response, int]:
    answer = Response(json.dumps({"error": error, "error_description": text}), mimetype="application/json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="registration"'
    return answer, status
