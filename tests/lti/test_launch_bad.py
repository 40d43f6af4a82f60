"""Launches that must be refused: the certification list and our additions. Each says why in its own words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from lti.lms import MISSING, NOW, TOOL, claims, form, key_sets, login, private_key, registration, sign
from lti_tool.lti.errors import LaunchRefused
from lti_tool.lti.launch import unverified_state, verify

SECOND = int(NOW.timestamp())
YEAR = 365 * 24 * 3600
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
DEEP = {"message_type": "LtiDeepLinkingRequest", "resource_link": MISSING}


def refused(posted=None, *, opened=None, installed=None, now=NOW) -> LaunchRefused:
    with pytest.raises(LaunchRefused) as caught:
        verify(posted or form(), opened or login(), installed or registration(), key_sets(), TOOL, now)
    refusal = caught.value
    assert 400 <= refusal.status < 500
    assert all((refusal.title, refusal.what, refusal.who, refusal.tell))
    assert "{" not in refusal.what + refusal.tell
    return refusal


BAD_CLAIMS = {
    # the certification list
    "wrong LTI version": ({"version": "1.1"}, "version_wrong"),
    "no version": ({"version": MISSING}, "version_wrong"),
    "not a launch at all": ({"message_type": "Hello"}, "message_unknown"),
    "message type missing": ({"message_type": MISSING}, "message_unknown"),
    "message type is a list": ({"message_type": ["LtiResourceLinkRequest"]}, "message_unknown"),
    "iat and exp in the past": ({"iat": SECOND - YEAR, "exp": SECOND - YEAR + 60}, "launch_expired"),
    "roles missing": ({"roles": MISSING}, "roles_missing"),
    "roles null": ({"roles": None}, "roles_missing"),
    "deployment missing": ({"deployment_id": MISSING}, "deployment_missing"),
    "deployment empty": ({"deployment_id": ""}, "deployment_missing"),
    "resource link missing": ({"resource_link": MISSING}, "link_missing"),
    "resource link id missing": ({"resource_link": {"title": "x"}}, "link_missing"),
    "sub missing": ({"sub": MISSING}, "subject_missing"),
    "sub empty": ({"sub": " "}, "subject_missing"),
    "sub is a number": ({"sub": 5}, "subject_missing"),
    # times
    "exp missing": ({"exp": MISSING}, "times_missing"),
    "iat missing": ({"iat": MISSING}, "times_missing"),
    "exp is text": ({"exp": "tomorrow"}, "times_missing"),
    "exp is true": ({"exp": True}, "times_missing"),
    "exp is endless": ({"exp": float("inf")}, "times_missing"),
    "exp is no number": ({"exp": float("nan")}, "times_missing"),
    "expired 31 s ago": ({"iat": SECOND - 91, "exp": SECOND - 31}, "launch_expired"),
    "expires before it was made": ({"iat": SECOND + 20, "exp": SECOND - 20}, "launch_expired"),
    "made 31 s in the future": ({"iat": SECOND + 31, "exp": SECOND + 99}, "launch_from_future"),
    "not yet valid": ({"nbf": SECOND + 31}, "launch_from_future"),
    "a year old and still valid": ({"iat": SECOND - YEAR, "exp": SECOND + YEAR}, "launch_too_old"),
    # who speaks, to whom
    "another issuer": ({"iss": "https://evil.example.com"}, "issuer_wrong"),
    "issuer with a slash": ({"iss": "https://lms.example.edu/"}, "issuer_wrong"),
    "issuer missing": ({"iss": MISSING}, "issuer_wrong"),
    "another audience": ({"aud": "client-2"}, "audience_wrong"),
    "audience missing": ({"aud": MISSING}, "audience_wrong"),
    "audience list without us": ({"aud": ["client-2", "client-3"]}, "audience_wrong"),
    "audience of an odd shape": ({"aud": {"client-1": 1}}, "audience_wrong"),
    "several audiences, no party": ({"aud": ["client-1", "client-2"]}, "party_wrong"),
    "several audiences, another party": ({"aud": ["client-1", "client-2"], "azp": "client-2"}, "party_wrong"),
    "one audience, another party": ({"azp": "client-2"}, "party_wrong"),
    # which login
    "nonce of another login": ({"nonce": "nonce-2"}, "nonce_wrong"),
    "nonce missing": ({"nonce": MISSING}, "nonce_wrong"),
    "nonce is a number": ({"nonce": 1}, "nonce_wrong"),
    # where to
    "target missing": ({"target_link_uri": MISSING}, "target_foreign"),
    "target on another host": ({"target_link_uri": "https://evil.example.com/lti/launch"}, "target_foreign"),
    "target with us as its user": (
        {"target_link_uri": "https://tool.example.org@evil.example.com/"},
        "target_foreign",
    ),
    "target on another port": ({"target_link_uri": "https://tool.example.org:444/lti/launch"}, "target_foreign"),
    "target with backslashes": (
        {"target_link_uri": "https://tool.example.org\\@evil.example.com"},
        "target_foreign",
    ),
    "target on an unknown page": ({"target_link_uri": "https://tool.example.org/admin"}, "target_foreign"),
    "target is a script": ({"target_link_uri": "javascript:alert(1)"}, "target_foreign"),
    "target is a number": ({"target_link_uri": 5}, "target_foreign"),
    # other messages
    "choosing without a way back": ({**DEEP, SETTINGS: {"accept_types": []}}, "return_missing"),
    "choosing without settings": (DEEP, "return_missing"),
    "choosing, way back is a script": (
        {**DEEP, SETTINGS: {"deep_link_return_url": "javascript:1"}},
        "return_missing",
    ),
    "review of nobody": ({"message_type": "LtiSubmissionReviewRequest", AGS: {"lineitem": "x"}}, "person_missing"),
    "privacy launch inside a course": (
        {"message_type": "DataPrivacyLaunchRequest", "for_user": {"user_id": "p"}},
        "message_invalid",
    ),
    # shapes
    "resource link of an odd shape": ({"resource_link": "link-1"}, "link_missing"),
    "endless sub": ({"sub": "x" * 256}, "message_invalid"),
    "sub with a line break": ({"sub": "a\nb"}, "message_invalid"),
    "endless course id": ({"context": {"id": "x" * 256}}, "message_invalid"),
    "half a character": ({"name": "\ud800"}, "token_malformed"),
    "a zero character": ({"name": "Ada\x00"}, "token_malformed"),
}


@pytest.mark.parametrize(("changes", "code"), BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
def test_launch_with_bad_claims_is_refused(changes, code):
    assert refused(form(claims(**changes))).code == code


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _with_public_key_as_password() -> str:
    pem = (
        private_key("lms")
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    signed = f"{_part({'alg': 'HS256', 'kid': 'key-1'})}.{_part(claims())}"
    mac = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _signed_with(algorithm: str) -> str:
    return jwt.encode(claims(), private_key("lms"), algorithm=algorithm, headers={"kid": "key-1"})


def _changed() -> str:
    head, _, tail = sign(claims()).split(".")
    return f"{head}.{_part(claims(sub='somebody-else'))}.{tail}"


BAD_TOKENS = {
    "no kid": (lambda: sign(claims(), kid=None), "token_no_key_id"),
    "kid is a number": (lambda: f"{_part({'alg': 'RS256', 'kid': 5})}.{_part(claims())}.AAAA", "token_"),
    "wrong kid": (lambda: sign(claims(), kid="key-9"), "key_unknown"),
    "right kid, another key": (lambda: sign(claims(), key="thief"), "signature_wrong"),
    "changed after signing": (_changed, "signature_wrong"),
    "alg none": (lambda: f"{_part({'alg': 'none', 'kid': 'key-1'})}.{_part(claims())}.", "token_algorithm"),
    "no alg": (lambda: f"{_part({'kid': 'key-1'})}.{_part(claims())}.AAAA", "token_malformed"),
    "HS256 with the public key": (_with_public_key_as_password, "token_algorithm"),
    "RS512": (lambda: _signed_with("RS512"), "token_algorithm"),
    "PS256": (lambda: _signed_with("PS256"), "token_algorithm"),
    "no signature": (lambda: sign(claims()).rpartition(".")[0] + ".", "signature_wrong"),
    "two parts": (lambda: "abc.def", "token_malformed"),
    "not a token": (lambda: "hello", "token_malformed"),
    "header is a list": (lambda: f"{_part([1])}.{_part(claims())}.AAAA", "token_malformed"),
    "body is a list": (lambda: sign(b"[1, 2]"), "token_malformed"),
    "body is no JSON": (lambda: sign(b"hello"), "token_malformed"),
    "body is a deep hole": (lambda: sign(b"[" * 30_000), "token_malformed"),
    "too large": (lambda: sign(claims(custom={"x": "y" * 70_000})), "token_too_large"),
    "unencoded payload": (lambda: sign(claims(), b64=False, crit=["b64"]), "signature_wrong"),
    "unknown critical header": (lambda: sign(claims(), crit=["magic"], magic=1), "token_malformed"),
    "letters from elsewhere": (lambda: "é" + sign(claims()), "token_malformed"),
}


@pytest.mark.parametrize(("token", "code"), BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_launch_with_bad_token_is_refused(token, code):
    assert refused(form(id_token=token())).code.startswith(code)


def test_state_of_another_login_is_refused():
    assert refused(form(state="state-2")).code == "state_unknown"


def test_token_of_another_login_is_refused():
    assert refused(opened=login(nonce="nonce-9")).code == "nonce_wrong"


def test_login_that_took_too_long_is_refused():
    assert refused(now=NOW + timedelta(minutes=10)).code == "state_unknown"


def test_login_of_another_installation_is_refused():
    assert refused(opened=login(registration_id=8)).code == "state_unknown"


def test_launch_of_another_deployment_than_the_login_is_refused():
    assert refused(opened=login(deployment_id="deployment-2")).code == "deployment_wrong"


@pytest.mark.parametrize("status", ["pending", "paused"])
def test_installation_switched_off_meanwhile_is_refused(status):
    assert refused(installed=registration(status=status)).code == f"platform_{status}"


def test_form_without_token_is_refused():
    assert refused({"state": "state-1"}).code == "launch_incomplete"


def test_form_without_state_is_refused():
    with pytest.raises(LaunchRefused) as caught:
        unverified_state({"id_token": "x"})
    assert caught.value.code == "launch_incomplete"


def test_error_of_the_lms_is_told_in_its_words():
    with pytest.raises(LaunchRefused) as caught:
        unverified_state(
            {"error": "access_denied", "error_description": "Another\r\nuser\x07 is <b>signed</b> in" * 99}
        )
    assert caught.value.code == "platform_said_no"
    assert "access_denied: Another user is <b>signed</b> in" in caught.value.what
    assert len(caught.value.what) < 700
    assert caught.value.what.isprintable()


ENCODINGS = {
    "half a character in UTF-8": lambda body: json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"),
    "UTF-16": lambda body: json.dumps(body).encode("utf-16"),
    "UTF-16 without a mark": lambda body: json.dumps(body).encode("utf-16-le"),
    "UTF-32": lambda body: json.dumps(body).encode("utf-32"),
    "Latin-1": lambda body: json.dumps(body | {"name": "Zoë"}, ensure_ascii=False).encode("latin-1", "replace"),
}


@pytest.mark.parametrize("case", ENCODINGS)
def test_claims_are_json_in_utf8_and_nothing_else(case: str) -> None:
    """RFC 7519 §7.2. What a JSON reader takes besides could not be stored, and hides what we look for."""
    content = ENCODINGS[case](claims(name="Z\ud83d"))
    assert refused({"state": "state-1", "id_token": sign(content)}).code == "token_malformed"


def test_a_link_that_leads_elsewhere_has_its_way_back_into_the_course() -> None:
    """Core 1.3 §5.4.4: the message is genuine, and so is the address it names."""
    back = {"return_url": "https://lms.example.edu/back"}
    found = refused(form(claims(target_link_uri="https://elsewhere.example/x", launch_presentation=back)))
    assert (found.code, found.return_url) == ("target_foreign", "https://lms.example.edu/back")
