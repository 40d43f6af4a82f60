"""An LMS installs this tool by itself (LTI Dynamic Registration 1.0), or somebody types its addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.answers import problem
from lti_tool.lti.by_hand import by_hand as by_hand
from lti_tool.lti.claims import is_web_address, part, plain, texts
from lti_tool.lti.errors import CertificateRefused, PlatformError, RegistrationFailed
from lti_tool.lti.http import Answer, Http, must_be_allowed
from lti_tool.lti.login import MAX_ID_LENGTH
from lti_tool.lti.meanings import Service
from lti_tool.lti.new_registration import NewRegistration as NewRegistration
from lti_tool.lti.platforms import Platform, all_platforms
from lti_tool.lti.refusals import clean
from lti_tool.lti.times import utc_now
from lti_tool.lti.tool_configuration import PLATFORM_CONFIGURATION, TOOL_CONFIGURATION
from lti_tool.lti.tool_configuration import tool_configuration as tool_configuration

_ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
_AGAIN = "Start the installation again in the LMS: each attempt of an LMS works once."
_PERHAPS_THERE = _AGAIN + " If the tool stands in its list already, remove it there first."
_USED_UP = "{host} does not accept the registration token it gave. Each one works once, and not for long"
_SENTENCES = {
    401: _USED_UP,
    403: _USED_UP,
    404: "{host} has nothing at this address. Dynamic registration may be switched off there",
    409: "{host} says that there is such a tool already",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An LMS's OpenID configuration, checked."""

    configuration: Mapping[str, Any]
    issuer: str
    product: str
    name: str


def read_offer(openid_configuration_url: str, registration_token: str, http: Http) -> Offer:
    """Fetch and check what the LMS says about itself, before anything is installed. Raises `RegistrationFailed`."""
    if not is_web_address(openid_configuration_url):
        raise RegistrationFailed(
            "The LMS did not say where its configuration is: openid_configuration is no web address.",
            tell="Paste this address into the LMS’s form for LTI Advantage tools; it does not open by itself.",
        )
    answer = _call(http, "GET", openid_configuration_url, registration_token)
    configuration = _object(answer, "configuration")
    _must_be_complete(configuration)
    _must_be_one_house(openid_configuration_url, configuration)
    _must_be_reachable(configuration, http)
    ours = part(configuration, PLATFORM_CONFIGURATION)
    product = plain(ours.get("product_family_code"))[:100]
    return Offer(
        configuration=configuration,
        issuer=configuration["issuer"],
        product=product,
        name=_name(ours) or product or urlsplit(configuration["issuer"]).netloc,
    )


def register(
    openid_configuration_url: str, registration_token: str, tool: ToolAddresses, http: Http
) -> NewRegistration:
    """Install this tool in the LMS that sent us there. Raises `RegistrationFailed`.

    The token goes with both requests; without a token (one LMS gives none) the header is left out.
    """
    offer = read_offer(openid_configuration_url, registration_token, http)
    wanted = tool_configuration(tool, offer.configuration)
    answer = _call(
        http, "POST", offer.configuration["registration_endpoint"], registration_token, json.dumps(wanted).encode()
    )
    given = _object(answer, "registration")
    client_id = _id(given.get("client_id"))
    if not client_id:
        raise RegistrationFailed("The LMS did not give this tool a client id.", tell=_PERHAPS_THERE)
    configuration = offer.configuration
    return NewRegistration(
        issuer=offer.issuer,
        client_id=client_id,
        auth_login_url=configuration["authorization_endpoint"],
        auth_token_url=configuration["token_endpoint"],
        key_set_url=configuration["jwks_uri"],
        auth_audience=plain(configuration.get("authorization_server")),
        deployment_ids=_deployments(given),
        product=offer.product,
        name=offer.name,
        scopes=_granted(given, wanted),
    )


def _call(http: Http, method: str, url: str, token: str, body: bytes | None = None) -> Answer:
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {_printable(token)}"
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        answer = http.request(method, url, headers=headers, body=body, limit_bytes=1_000_000)
    except PlatformError as error:
        if isinstance(error, CertificateRefused):
            raise RegistrationFailed(error.message, who=error.who, tell=error.cure) from error
        if error.status is not None:  # it does answer, if oddly
            raise RegistrationFailed(error.message, tell=_AGAIN) from error
        raise RegistrationFailed(error.message, who="tool operator", tell=_unreachable(url)) from error
    if not answer.ok:
        raise RegistrationFailed(_why(answer), tell=_AGAIN)
    return answer


def _why(answer: Answer) -> str:
    """What a refusal means while a tool is installed: here the access is the token of this one attempt."""
    found = problem(answer, utc_now(), Platform().meaning(Service.REGISTRATION, answer))
    sentence = _SENTENCES.get(answer.status, "").format(host=clean(_host(answer.url), 80))
    return (
        f"{sentence} ({answer.status}{': ' + found.words if found.words else ''})." if sentence else found.message
    )


def _printable(token: str) -> str:
    if not token.isascii() or not token.isprintable():
        raise RegistrationFailed("The LMS sent a registration token we cannot read.", tell=_AGAIN)
    return token


def _object(answer: Answer, what: str) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RegistrationFailed(
            f"The LMS sent a {what} we cannot read.", tell=_PERHAPS_THERE if what == "registration" else _AGAIN
        )
    return found


def _must_be_complete(configuration: Mapping[str, Any]) -> None:
    missing = tuple(name for name in _ENDPOINTS if not is_web_address(configuration.get(name)))
    if missing:
        raise RegistrationFailed(
            f"The configuration of the LMS lacks {', '.join(missing)}.",
            problems=missing,
            tell="Dynamic registration may be switched off there. Register the tool by hand instead.",
        )
    if len(configuration["issuer"]) > MAX_ID_LENGTH:
        raise RegistrationFailed(f"The issuer of the LMS has more than {MAX_ID_LENGTH} characters.")
    algorithms = texts(configuration.get("id_token_signing_alg_values_supported"))
    if algorithms and "RS256" not in algorithms:
        raise RegistrationFailed("The LMS does not sign with RS256, which LTI 1.3 asks for.")
    methods = texts(configuration.get("token_endpoint_auth_methods_supported"))
    if methods and "private_key_jwt" not in methods:
        raise RegistrationFailed("The LMS does not offer private_key_jwt, which LTI 1.3 asks for.")


def _must_be_one_house(url: str, configuration: Mapping[str, Any]) -> None:
    """Issuer and registration address belong to the host the configuration came from (Dynamic Registration §3.5).

    Otherwise anybody could publish a configuration that claims to be another LMS. Only where all schools are served by
    one house may it name a school's own host for the registration: nobody else writes what is published there.
    """
    served = any(platform.serves_schools(_host(url)) for platform in all_platforms())
    for name in ("issuer",) if served else ("issuer", "registration_endpoint"):
        if not same_house(url, configuration[name]):
            raise RegistrationFailed(
                f"The configuration came from {clean(_host(url), 80)}, but its {name} is at "
                f"{clean(_host(configuration[name]), 80)}. For safety, both must belong together.",
                tell="If this is right, register the tool by hand.",
            )


def same_house(url: str, other: str) -> bool:
    """True when two addresses are of one owner: of the same host, or under one name that somebody has registered.

    Which names are registered by their owners (`school.edu`, `north.k12.ca.us`) and which are public endings
    (`edu.au`, `k12.ca.us`) is known from the Public Suffix List.
    """
    one, two = _host(url), _host(other)
    if not one or not two:
        return False
    if one == two or any(platform.is_same_house(one, two) for platform in all_platforms()):
        return True
    owned = _owned_part(one)
    return owned is not None and owned == _owned_part(two)


def _owned_part(host: str) -> str | None:
    """The registered name a host stands under; None for a public ending and for a number.

    All of `localhost` is this machine (RFC 6761 §6.3).
    """
    last = host.rpartition(".")[2]
    if last == "localhost":
        return last
    return None if ":" in host or last.isdigit() else _public_endings().privatesuffix(host)


@cache
def _public_endings() -> PublicSuffixList:
    """Read when the first LMS registers: it takes a tenth of a second, and a launch never needs it."""
    return PublicSuffixList()


def _must_be_reachable(configuration: Mapping[str, Any], http: Http) -> None:
    for name in _ENDPOINTS[1:]:
        try:
            must_be_allowed(configuration[name], http.allow_private)
        except PlatformError as error:
            raise RegistrationFailed(
                f"{name}: {error.message}", who="tool operator", tell=_unreachable(configuration[name])
            ) from error


def _deployments(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Deployment ids of the answer; none is fine, the first launch then brings one."""
    said = part(given, TOOL_CONFIGURATION).get("deployment_id", given.get("deployment_id"))
    listed = said if isinstance(said, list) else [said]
    return tuple(text for text in map(_id, listed) if text)


def _id(said: object) -> str:
    """An id as text; empty when it is none, or longer than LTI allows (Core §5.3) and a database keeps."""
    text = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    return text if text.strip() and len(text) <= 255 and text.isprintable() else ""


def _granted(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Scopes that were granted: those we asked for that the answer names, all where it names none (RFC 7591 §3.2.1).

    An answer may say more than was asked for; an empty list says that nothing was granted.
    """
    asked = tuple(str(wanted["scope"]).split())
    said = given.get("scope")
    named = said.split() if isinstance(said, str) else texts(said)
    return tuple(scope for scope in asked if scope in named) if isinstance(said, str | list) else asked


def _name(ours: Mapping[str, Any]) -> str:
    for name, value in ours.items():
        if name.endswith("account_name") and isinstance(value, str):
            return plain(value)[:255]
    return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _unreachable(url: str) -> str:
    host = clean(_host(url), 80) or "the LMS"
    return (
        f"Can the server of this tool reach {host}? Private addresses and http need ALLOW_PRIVATE_PLATFORMS=true."
    )
