"""What a visit remembers of how the LMS shows us: return address, frame, deep link request."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from ..lti.platforms import detect
from ..lti.values import DeepLinkRequest, Launch, Registration


def details_of(registration: Registration, launch: Launch) -> dict[str, Any]:
    """The launch facts that pages need, as plain JSON."""
    platform = detect(registration, launch.platform)
    return {
        "return_url": platform.return_at_top(launch.presentation.return_url),
        "document_target": launch.presentation.document_target,
        "platform_origin": _origin(launch.presentation.return_url) or _origin(registration.auth_login_url),
        "frame_origins": [f"https://{host}" for host in platform.frame_hosts] + _picking(launch),
        "auth_origin": _origin(registration.auth_login_url),
        "issuer_origin": _origin(registration.issuer),
        "frame_resize": platform.frame_resize,
        "mentored": list(platform.mentored_of(launch)),
        "for_user": launch.for_user,
        "deep_link": asdict(launch.deep_link) if launch.deep_link else None,
        "platform_name": launch.platform.name or registration.name,
        "is_lms_admin": launch.is_lms_admin,
        "is_test_copy": platform.is_test_installation(registration, launch),
    }


def _picking(launch: Launch) -> list[str]:
    """Where the choice of content goes back to: a launch that asks for one may name no other way back."""
    origin = _origin(launch.deep_link.return_url) if launch.deep_link else ""
    return [origin] if origin else []


def deep_link_request(details: dict[str, Any]) -> DeepLinkRequest | None:
    """The deep link request of a visit, back from JSON."""
    body = details.get("deep_link")
    if not body:
        return None
    tuples = {"accept_types", "accept_targets"}
    values: dict[str, Any] = {key: tuple(value) if key in tuples else value for key, value in body.items()}
    return DeepLinkRequest(**values)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""
