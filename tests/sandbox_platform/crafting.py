"""Launches made on purpose: an id_token with anything changed, left out, or signed with the wrong key.

Conformance tests use this to see what a tool refuses. The platform signs as itself, so that only the wanted
fault is wrong.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from . import activities, gradebook, launches, lti, people, tools
from .launches import Launch
from .messages import claims_for
from .platform import Platform

KEYS = ("platform", "stranger", "secret", "none")


class UnknownCraft(ValueError):
    """The wanted token cannot be made; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Craft:
    """What to change. `claims` and `header` replace or add; `omit` and `omit_header` leave out (after that).

    A value of null in `claims` is sent as null. Names of LTI claims may be short ("roles" for the full address
    under https://purl.imsglobal.org/spec/lti/claim/). `key`: "platform" (ours), "stranger" (another RSA key
    under our kid), "secret" (HMAC with our public key as the secret), "none" (no signature at all).
    """

    nonce: str
    claims: dict[str, Any] = field(default_factory=dict)
    omit: tuple[str, ...] = ()
    header: dict[str, Any] = field(default_factory=dict)
    omit_header: tuple[str, ...] = ()
    key: str = "platform"
    nested: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Per claim, single members to replace; None removes the member: {"resource_link": {"id": None}}."""


def craft_id_token(platform: Platform, launch: Launch, craft: Craft) -> str:
    """The id_token of this launch with the wanted changes."""
    claims = claims_for(platform, launch, craft.nonce)
    for name, members in craft.nested.items():
        merged = {**claims.get(_claim(name), {}), **members}
        claims[_claim(name)] = {key: value for key, value in merged.items() if value is not None}
    claims |= {_claim(name): value for name, value in craft.claims.items()}
    for name in craft.omit:
        claims.pop(_claim(name), None)
    header = {"typ": "JWT", "alg": _algorithm(craft.key), "kid": platform.keys.current.kid, **craft.header}
    for name in craft.omit_header:
        header.pop(name, None)
    return _signed(platform, header, claims, craft.key)


def launch_for_craft(platform: Platform, wanted: dict[str, Any]) -> Launch:
    """The launch to start from: person, and activity or client_id (with a message type)."""
    person = people.find_person(platform.state, wanted.get("person", "student-1"))
    activity = activities.find_activity(platform.state, wanted.get("activity_id"))
    tool = tools.find_tool(platform.state, activity.client_id if activity else wanted.get("client_id"))
    if person is None or tool is None:
        raise UnknownCraft("person, and activity_id or client_id, must exist")
    message_type = wanted.get("message_type", lti.LAUNCH)
    if message_type == lti.DEEP_LINKING:
        return launches.begin_deep_link(platform, person, tool)
    if activity is None:
        raise UnknownCraft("this message needs an activity_id")
    columns = gradebook.columns_of_activity(platform.state, activity.id)
    for_person = people.find_person(platform.state, wanted.get("for_person"))
    review = message_type == lti.SUBMISSION_REVIEW
    return Launch(
        hint=secrets.token_hex(8), tool=tool, person=person, message_type=message_type,
        document_target="iframe", activity=activity, for_person=for_person,
        column=columns[0] if review and columns else None,
    )  # fmt: skip


def craft_from(wanted: dict[str, Any]) -> Craft:
    """Read a craft from JSON."""
    if wanted.get("key", "platform") not in KEYS:
        raise UnknownCraft(f"key must be one of {', '.join(KEYS)}")
    return Craft(
        nonce=str(wanted.get("nonce") or secrets.token_hex(8)), claims=wanted.get("claims") or {},
        omit=tuple(wanted.get("omit") or ()), header=wanted.get("header") or {},
        omit_header=tuple(wanted.get("omit_header") or ()), key=wanted.get("key", "platform"),
        nested=wanted.get("nested") or {},
    )  # fmt: skip


SHORT_NAMES = {
    name: f"{lti.CLAIM}/{name}"
    for name in (
        "message_type", "version", "deployment_id", "target_link_uri", "resource_link", "roles", "context",
        "custom", "tool_platform", "launch_presentation", "lis", "role_scope_mentor", "for_user",
    )
} | {
    "endpoint": lti.AGS_CLAIM, "namesroleservice": lti.NRPS_CLAIM, "deep_linking_settings": lti.DL_SETTINGS,
}  # fmt: skip


def _claim(name: str) -> str:
    return SHORT_NAMES.get(name, name)


def _algorithm(key: str) -> str:
    return {"secret": "HS256", "none": "none"}.get(key, "RS256")


def _signed(platform: Platform, header: dict[str, Any], claims: dict[str, Any], key: str) -> str:
    own = platform.keys.current
    if key in ("none", "secret"):
        signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        # Libraries refuse to make this token, and rightly so: the known public key serves as HMAC secret.
        digest = hmac.digest(own.as_pem(private=False), signed.encode(), "sha256") if key == "secret" else b""
        return f"{signed}.{_encoded(digest)}"
    signing_key = own if key == "platform" else RSAKey.generate_key(2048)
    if key == "platform" and header.get("alg") != "RS256":
        # Without its own "alg" the key may sign with another algorithm than the one it is meant for.
        free = {name: value for name, value in own.as_dict(private=True).items() if name != "alg"}
        signing_key = RSAKey.import_key(free)
    try:
        return jwt.encode(header, claims, signing_key, algorithms=[header.get("alg", "RS256")])
    except JoseError as error:
        raise UnknownCraft(f"this header cannot be signed with an RSA key: {error}") from error


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
