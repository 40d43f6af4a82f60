"""The first step of every launch: the LMS says somebody is coming, we send the browser back to prove it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.platforms import detect
from lti_tool.lti.refusals import refuse
from lti_tool.lti.values import OpenLogin, Registration

LOGIN_SECONDS = 600
"""How long a login may stay open. Long enough for a slow LMS, short enough to be worthless to a thief."""

MAX_ID_LENGTH = 255
"""Of an id that an LMS gives (LTI 1.3 Core §5.3)."""

FindRegistrations = Callable[[str, str | None], Sequence[Registration]]

_STORAGE_TARGET = re.compile(r"[\w.:\-]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginStart:
    """Where to send the browser, and what to remember meanwhile.

    `platform_origin` is the only origin that platform storage messages may go to and come from.
    """

    url: str
    login: OpenLogin
    platform_origin: str


def new_secret() -> str:
    """256 bits for states, nonces and browsers."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What the store keeps of a browser's secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def is_same_browser(secret: str | None, kept_fingerprint: str) -> bool:
    """True when the browser shows the secret whose fingerprint was kept."""
    return bool(secret) and hmac.compare_digest(fingerprint(secret or ""), kept_fingerprint)


def start(
    params: Mapping[str, str],
    find: FindRegistrations,
    tool: ToolAddresses,
    now: datetime,
    *,
    secret: Callable[[], str] = new_secret,
) -> LoginStart:
    """Answer a login initiation (LTI Security Framework 1.0 §5.1.1.1), by GET or POST alike.

    `params` are the request's parameters, `find(issuer, client_id)` gives the registrations that fit. The hints
    are echoed as they came. Raises `LaunchRefused`.
    """
    for name in ("iss", "login_hint", "target_link_uri"):
        if not params.get(name):
            raise refuse("login_incomplete", missing=name)
    if len(params.get("lti_deployment_id") or "") > MAX_ID_LENGTH:
        raise refuse("message_invalid", detail="lti_deployment_id is longer than 255 characters")
    registration = _registration(params["iss"], params.get("client_id") or None, find)
    if detect(registration).is_nobody(params["login_hint"]):
        raise refuse("not_signed_in")
    if not tool.is_target(params["target_link_uri"]):
        raise refuse("target_foreign", target=params["target_link_uri"])
    login = OpenLogin(
        state=secret(),
        nonce=secret(),
        registration_id=registration.id,
        target_link_uri=params["target_link_uri"],
        browser=secret(),
        storage_target=_storage_target(params),
        expires_at=now + timedelta(seconds=LOGIN_SECONDS),
        deployment_id=params.get("lti_deployment_id") or "",
    )
    url = _with_query(registration.auth_login_url, _authorisation(params, registration, login, tool))
    return LoginStart(url=url, login=login, platform_origin=origin(registration.auth_login_url))


def _registration(issuer: str, client_id: str | None, find: FindRegistrations) -> Registration:
    found = find(issuer, client_id)
    if not found:
        raise refuse("platform_unknown", issuer=issuer, client_id=client_id or "(none)")
    if len(found) > 1:
        raise refuse("platform_ambiguous", issuer=issuer)
    must_be_active(found[0])
    return found[0]


def must_be_active(registration: Registration) -> None:
    """Raise `LaunchRefused` unless the registration is approved and running."""
    if registration.status == "pending":
        raise refuse("platform_pending", issuer=registration.issuer)
    if registration.status != "active":
        raise refuse("platform_paused", issuer=registration.issuer)


def _authorisation(
    params: Mapping[str, str], registration: Registration, login: OpenLogin, tool: ToolAddresses
) -> dict[str, str]:
    """The authentication request (LTI Security Framework 1.0 §5.1.1.2).

    One fixed redirect address, because LMSs compare it byte for byte. Nothing else is ever added: a parameter named
    `repost` would make one common LMS believe that it has already sent the browser around for its own cookie.
    """
    request = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registration.client_id,
        "redirect_uri": tool.launch,
        "state": login.state,
        "nonce": login.nonce,
        "login_hint": params["login_hint"],
    }
    if params.get("lti_message_hint"):
        request["lti_message_hint"] = params["lti_message_hint"]
    return request


def _with_query(url: str, added: Mapping[str, str]) -> str:
    """`url` with more parameters. What it had stays as it was, unless we set the same name."""
    parts = urlsplit(url)
    kept = parts.query
    if any(name in added for name, _ in parse_qsl(kept, keep_blank_values=True)):
        kept = urlencode([(n, v) for n, v in parse_qsl(kept, keep_blank_values=True) if n not in added])
    query = "&".join(part for part in (kept, urlencode(added)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _storage_target(params: Mapping[str, str]) -> str:
    """The frame that keeps data for us (LTI OIDC Login with Client Postmessages 0.1), if named and harmless."""
    named = params.get("lti_storage_target", "")
    return named if _STORAGE_TARGET.fullmatch(named) else ""


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
