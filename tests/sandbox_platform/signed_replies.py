"""Signed messages from a tool, verified in full (Security Framework 1.0, 5.2; Deep Linking 2.0, 4.4)."""

from __future__ import annotations

from typing import Any

from . import lti
from .platform import Platform
from .tool_keys import UntrustedToken
from .tools import Tool


def verified_reply(platform: Platform, tool: Tool, token: str, data: str) -> dict[str, Any]:
    """Claims of a deep linking response that may be believed; raises UntrustedToken otherwise.

    Checked: signature by the tool's key set (RS256), iss, aud and azp, exp, iat, nonce (once), deployment,
    version, message type, and that `data` came back unchanged.
    """
    claims = platform.tool_keys.claims_of(tool, token)
    _check_parties(platform, tool, claims)
    _check_times(platform, claims)
    expected = {
        lti.DEPLOYMENT_ID: tool.deployment_id,
        lti.VERSION: "1.3.0",
        lti.MESSAGE_TYPE: lti.DEEP_LINKING_RESPONSE,
    }
    if platform.manners.sends_data:
        expected[lti.DL_DATA] = data
    elif claims.get(lti.DL_DATA) is not None:
        raise UntrustedToken("data came back although none was sent")
    for name, value in expected.items():
        if claims.get(name) != value:
            raise UntrustedToken(f"{name.rsplit('/', 1)[1]} must be {value!r}, not {claims.get(name)!r}")
    if platform.manners.reply_needs_person and not claims.get("sub"):
        raise UntrustedToken("sub is missing")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise UntrustedToken("nonce is missing")
    if not platform.state.first_time("nonce", tool.client_id, nonce, platform.settings.clock()):
        raise UntrustedToken("nonce was used before")
    return claims


def _check_parties(platform: Platform, tool: Tool, claims: dict[str, Any]) -> None:
    if claims.get("iss") != tool.client_id:
        raise UntrustedToken("iss must be the tool's client_id")
    aud = claims.get("aud")
    audiences = aud if isinstance(aud, list) else [aud]
    if platform.issuer not in audiences:
        raise UntrustedToken("aud must be the platform's issuer")
    if len(audiences) > 1 and "azp" not in claims:
        raise UntrustedToken("azp is missing although aud names several")
    if claims.get("azp", platform.issuer) != platform.issuer:
        raise UntrustedToken("azp must be the platform's issuer")


def _check_times(platform: Platform, claims: dict[str, Any]) -> None:
    now, leeway = platform.settings.clock().timestamp(), platform.settings.leeway_seconds
    for name in ("exp", "iat"):
        value = claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UntrustedToken(f"{name} is missing or no number")
    if claims["exp"] < now - leeway:
        raise UntrustedToken("the reply has expired (exp)")
    if claims["iat"] > now + leeway:
        raise UntrustedToken("the reply comes from the future (iat)")
