"""The signed message of a launch, checked from the signature outwards.

This is the only module that knows pylti1p3. Its `MessageLaunch` gives the sequence of checks and its message
validators; we replace the steps that are weak in 2.0.0: state and nonce (kept for a day and never used up), keys
(no time-out, errors cached), signature (no issuer, audience, expiry or leeway), registration (first audience wins).
"""

from __future__ import annotations

import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeGuard, cast

from joserfc import jws
from joserfc.errors import JoseError
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.message_validators.abstract import MessageValidatorAbstract
from pylti1p3.message_validators.privacy_launch import PrivacyLaunchValidator
from pylti1p3.message_validators.resource_message import ResourceMessageValidator
from pylti1p3.message_validators.submission_review import SubmissionReviewLaunchValidator

from lti_tool.lti import claims
from lti_tool.lti.errors import LaunchRefused
from lti_tool.lti.key_sets import Keys, KeySets
from lti_tool.lti.login import MAX_ID_LENGTH
from lti_tool.lti.refusals import refuse
from lti_tool.lti.values import MessageType, OpenLogin, Registration

LTI_VERSION = "1.3.0"
MAX_TOKEN_LENGTH = 64_000
LEEWAY_SECONDS = 30
MAX_AGE_SECONDS = 900
"""Longest time between signing and arrival. A launch answers a login that lives for ten minutes."""

_NOWHERE: Any = object()
"""Stands in for the sessions, cookies, connections and settings that pylti1p3 asks for and never gets to use."""
RS256 = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)  # LMSs may add headers of their own
RS256.max_header_length = 8192  # some put their whole certificate there


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the message is held against."""

    login: OpenLogin
    registration: Registration
    key_sets: KeySets
    now: datetime


class DeepLinkValidator(MessageValidatorAbstract):
    """As pylti1p3's, but a placement for plain links is fine and a missing return address is noticed."""

    def can_validate(self, jwt_body: Mapping[str, Any]) -> bool:
        """True for deep linking requests."""
        return bool(jwt_body.get(claims.MESSAGE_TYPE) == MessageType.DEEP_LINKING)

    def validate(self, jwt_body: Mapping[str, Any]) -> bool:
        """Raise unless the request says where the choice goes."""
        self.run_common_validators(jwt_body)
        if not claims.deep_link_of(jwt_body).return_url:
            raise refuse("return_missing")
        return True


class ReviewValidator(SubmissionReviewLaunchValidator):
    """As pylti1p3's, but a missing column is fine: one LMS leaves it out when a link has several."""

    def validate(self, jwt_body: Mapping[str, Any]) -> bool:
        """Raise unless person, version and roles are there; whose work it is was checked before."""
        self.run_common_validators(jwt_body)
        return True


_VALIDATORS: Mapping[MessageType, MessageValidatorAbstract] = {
    MessageType.RESOURCE: ResourceMessageValidator(),
    MessageType.DEEP_LINKING: DeepLinkValidator(),
    MessageType.REVIEW: ReviewValidator(),
    MessageType.PRIVACY: PrivacyLaunchValidator(),
}


class SignedMessage(MessageLaunch[Any, Any, Any, Any]):
    """One launch message on its way through the checks."""

    def __init__(self, form: Mapping[str, str], expected: Expected) -> None:
        super().__init__(form, _NOWHERE, _NOWHERE, _NOWHERE, requests_session=_NOWHERE)
        self._parts: jws.CompactSignature
        self._expected = expected

    def _get_request_param(self, key: str) -> str:
        value: str = self._request.get(key) or ""
        return value

    def body(self) -> dict[str, Any]:
        """The claims; only there once the signature is proven."""
        return cast(dict[str, Any], self._jwt["body"])

    def validate(self) -> SignedMessage:
        """All checks. The signature comes before every claim, so nothing unproven is ever looked at."""
        self._validated = True
        self.validate_state()
        self.validate_jwt_format()
        self.validate_jwt_signature()
        self.validate_registration()
        self.validate_nonce()
        try:
            self.validate_times()
            self.validate_message()
            self.validate_deployment()
        except LaunchRefused as refused:
            # It does come from this LMS and answers this login, so its way back can be trusted.
            refused.return_url = claims.presentation_of(self.body()).return_url
            raise
        return self

    def validate_state(self) -> SignedMessage:
        """The form answers the login it belongs to."""
        for name in ("state", "id_token"):
            if not self._get_request_param(name):
                raise refuse("launch_incomplete", missing=name)
        if not _same(self._get_request_param("state"), self._expected.login.state):
            raise refuse("state_unknown")
        return self

    def validate_jwt_format(self) -> SignedMessage:
        """Three parts, of bearable size, RS256, with a key name."""
        token = self._get_id_token()
        if len(token) > MAX_TOKEN_LENGTH:
            raise refuse("token_too_large", limit=MAX_TOKEN_LENGTH)
        try:
            self._parts = jws.extract_compact(token.encode(), registry=RS256)
            header = self._parts.headers()
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise refuse("token_malformed", detail=error) from error
        if header.get("alg") != "RS256":
            raise refuse("token_algorithm", algorithm=header.get("alg"))
        if not isinstance(header.get("kid"), str) or not header["kid"]:
            raise refuse("token_no_key_id")
        return self

    def validate_jwt_signature(self) -> SignedMessage:
        """Signed by a key of this LMS; only then is the body read."""
        expected = self._expected
        must_be_signed(self._parts, expected.registration, expected.key_sets, expected.now)
        self._jwt["body"] = cast(Any, read_claims(self._parts.payload))
        return self

    def validate_registration(self) -> SignedMessage:
        """From the LMS the login started at, for us (OIDC Core §3.1.3.7)."""
        body, registration = self.body(), self._expected.registration
        if body.get("iss") != registration.issuer:
            raise refuse("issuer_wrong", issuer=body.get("iss"), expected=registration.issuer)
        must_be_for(body, registration.client_id)
        return self

    def validate_nonce(self) -> SignedMessage:
        """Made for this very login. (The store gave the login out once, so the nonce cannot come again.)"""
        nonce = self.body().get("nonce")
        if not isinstance(nonce, str) or not _same(nonce, self._expected.login.nonce):
            raise refuse("nonce_wrong")
        return self

    def validate_times(self) -> SignedMessage:
        """Dated, not expired, not from the future, not old. Half a minute of disagreement is fine."""
        body, now = self.body(), self._expected.now.timestamp()
        missing = [name for name in ("iat", "exp") if not is_time(body.get(name))]
        if missing:
            raise refuse("times_missing", missing=", ".join(missing))
        made, until = float(body["iat"]), float(body["exp"])
        starts = max(made, float(body["nbf"])) if is_time(body.get("nbf")) else made
        if until + LEEWAY_SECONDS < now or until < made:
            raise refuse("launch_expired", until=_clock(until), now=_clock(now))
        if starts - LEEWAY_SECONDS > now:
            raise refuse("launch_from_future", made=_clock(starts), now=_clock(now))
        if made + MAX_AGE_SECONDS + LEEWAY_SECONDS < now:
            raise refuse("launch_too_old", made=_clock(made), now=_clock(now))
        return self

    def validate_message(self) -> SignedMessage:
        """LTI 1.3.0, a message we know, a person, a list of roles, and what the message needs besides."""
        body = self.body()
        if body.get(claims.VERSION) != LTI_VERSION:
            raise refuse("version_wrong", version=body.get(claims.VERSION, "(none)"))
        try:
            message_type = MessageType(str(body.get(claims.MESSAGE_TYPE)))
        except ValueError as error:
            raise refuse("message_unknown", message_type=body.get(claims.MESSAGE_TYPE) or "(none)") from error
        _must_name_person_and_roles(body)
        if message_type == MessageType.RESOURCE and not claims.part(body, claims.RESOURCE_LINK).get("id"):
            raise refuse("link_missing")
        if message_type in (MessageType.REVIEW, MessageType.PRIVACY) and not for_user(body):
            raise refuse("person_missing")
        try:
            _VALIDATORS[message_type].validate(body)
        except (LtiException, AttributeError, TypeError) as error:  # odd shapes trip the library
            raise refuse("message_invalid", detail=error) from error
        _must_have_short_ids(body)
        return self

    def validate_deployment(self) -> SignedMessage:
        """Names its deployment, and the same one as the login if that named any."""
        deployment, named = self.body().get(claims.DEPLOYMENT_ID), self._expected.login.deployment_id
        if not isinstance(deployment, str) or not deployment:
            raise refuse("deployment_missing")
        if named and named != deployment:
            raise refuse("deployment_wrong", expected=named)
        return self


def must_be_signed(
    parts: jws.CompactSignature, registration: Registration, key_sets: KeySets, now: datetime
) -> None:
    """Raise `LaunchRefused` unless a key of this LMS, of the name in the header, has signed."""
    kid = parts.headers()["kid"]
    if _is_signed_by(parts, key_sets.find(registration, kid, now)):
        return
    if not _is_signed_by(parts, key_sets.find_anew(registration, kid, now)):  # perhaps it changed under its name
        raise refuse("signature_wrong")


def _is_signed_by(parts: jws.CompactSignature, keys: Keys) -> bool:
    """True when one of these keys has signed."""
    try:
        return any(jws.validate_compact(parts, key, registry=RS256) for key in keys)
    except (JoseError, ValueError, TypeError) as error:
        raise refuse("token_malformed", detail=error) from error


def must_be_for(body: Mapping[str, Any], client_id: str) -> None:
    """Raise `LaunchRefused` unless the message is meant for this client, alone or among others that it names."""
    audience = body.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        raise refuse("audience_wrong", expected=client_id)
    if body.get("azp", client_id) != client_id or (len(audiences) > 1 and "azp" not in body):
        raise refuse("party_wrong")


def for_user(body: Mapping[str, Any]) -> str:
    """The person a review or privacy launch is about; drafts of the latter said `id`."""
    about = claims.part(body, claims.FOR_USER)
    value = about.get("user_id") or about.get("id")
    return value if isinstance(value, str) else ""


def read_claims(payload: bytes) -> dict[str, Any]:
    """The claims of a signed message: a JSON object in UTF-8 (RFC 7519 §7.2). Raises `LaunchRefused`."""
    try:
        body = json.loads(payload.decode())  # of bytes it would take other encodings, and broken UTF-8, too
        if b"\\u" in payload:
            json.dumps(body, ensure_ascii=False).encode()  # half characters cannot be stored anywhere
    except (ValueError, RecursionError) as error:
        raise refuse("token_malformed", detail="its content is not JSON") from error
    if not isinstance(body, dict) or b"\\u0000" in payload:
        raise refuse("token_malformed", detail="its content is not a set of claims")
    return body


def _must_name_person_and_roles(body: Mapping[str, Any]) -> None:
    subject = body.get("sub")
    if not isinstance(subject, str) or not subject.strip():
        raise refuse("subject_missing")
    if not isinstance(body.get(claims.ROLES), list):
        raise refuse("roles_missing")


def _must_have_short_ids(body: Mapping[str, Any]) -> None:
    """Ids have at most 255 characters (LTI 1.3 Core §5.3); cutting a longer one could make two people one."""
    ids = {
        "sub": body.get("sub"),
        "deployment_id": body.get(claims.DEPLOYMENT_ID),
        "context id": claims.part(body, claims.CONTEXT).get("id"),
        "resource link id": claims.part(body, claims.RESOURCE_LINK).get("id"),
    }
    for name, value in ids.items():
        if isinstance(value, str) and (len(value) > MAX_ID_LENGTH or not value.isprintable()):
            raise refuse("message_invalid", detail=f"{name} is longer than 255 characters or not printable")


def _same(given: str, kept: str) -> bool:
    return bool(kept) and hmac.compare_digest(given.encode(errors="surrogatepass"), kept.encode())


def is_time(value: object) -> TypeGuard[int | float]:
    """True for seconds since 1970 that a calendar can hold."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e12
        and math.isfinite(value)
    )


def _clock(seconds: float) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return "an impossible time"
