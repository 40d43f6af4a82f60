"""1EdTech certification 6.1.1: the twelve known bad payloads, each refused with a helpful page."""

from __future__ import annotations

import time
from typing import Any

import pytest

from conformance.cases import Town, refused

NOW = int(time.time())
OTHER = "LtiUnknownRequest"

KNOWN_BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no kid in the header": ({"omit_header": ["kid"]}, "token_no_key_id"),
    "wrong kid in the header": ({"header": {"kid": "nobody-knows-me"}}, "key_unknown"),
    "wrong LTI version": ({"claims": {"version": "11.3.0"}}, "version_wrong"),
    "no LTI version": ({"omit": ["version"]}, "version_wrong"),
    "not an LTI 1.3 launch": ({"claims": {"message_type": OTHER}}, "message_unknown"),
    "LTI claims missing": (
        {"omit": ["version", "message_type", "deployment_id", "roles", "resource_link", "context"]},
        "version_wrong",
    ),
    "iat and exp invalid": ({"claims": {"iat": NOW - 7200, "exp": NOW - 3600}}, "launch_expired"),
    "message_type missing": ({"omit": ["message_type"]}, "message_unknown"),
    "roles missing": ({"omit": ["roles"]}, "roles_missing"),
    "deployment_id missing": ({"omit": ["deployment_id"]}, "deployment_missing"),
    "resource link id missing": ({"nested": {"resource_link": {"id": None}}}, "link_missing"),
    "sub missing": ({"omit": ["sub"]}, "subject_missing"),
}


@pytest.mark.parametrize("case", KNOWN_BAD)
def test_known_bad_payload(town: Town, link: str, case: str) -> None:
    changes, code = KNOWN_BAD[case]
    refused(town, town.launch("student-1", link, **changes), code=code)


ODD: dict[str, tuple[dict[str, Any], str]] = {
    "resource link missing": ({"omit": ["resource_link"]}, "link_missing"),
    "roles are a text": ({"claims": {"roles": "Learner"}}, "roles_missing"),
    "roles are null": ({"claims": {"roles": None}}, "roles_missing"),
    "sub is null": ({"claims": {"sub": None}}, "subject_missing"),
    "sub is empty": ({"claims": {"sub": " "}}, "subject_missing"),
    "sub is a number": ({"claims": {"sub": 7}}, "subject_missing"),
    "sub longer than 255 characters": ({"claims": {"sub": "s" * 256}}, "message_invalid"),
    "sub with a zero character": ({"claims": {"sub": "a\u0000b"}}, "token_malformed"),
    "deployment_id is empty": ({"claims": {"deployment_id": ""}}, "deployment_missing"),
    "deployment_id is a number": ({"claims": {"deployment_id": 1}}, "deployment_missing"),
    "version is a number": ({"claims": {"version": 1.3}}, "version_wrong"),
    "message_type is a list": ({"claims": {"message_type": [OTHER]}}, "message_unknown"),
    "target_link_uri missing": ({"omit": ["target_link_uri"]}, "target_foreign"),
    "iat missing": ({"omit": ["iat"]}, "times_missing"),
    "exp missing": ({"omit": ["exp"]}, "times_missing"),
    "iat is a text": ({"claims": {"iat": "now"}}, "times_missing"),
    "exp is a truth": ({"claims": {"exp": True}}, "times_missing"),
    "iss missing": ({"omit": ["iss"]}, "issuer_wrong"),
    "aud missing": ({"omit": ["aud"]}, "audience_wrong"),
    "nonce missing": ({"omit": ["nonce"]}, "nonce_wrong"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_payload(town: Town, link: str, case: str) -> None:
    changes, code = ODD[case]
    refused(town, town.launch("student-1", link, **changes), code=code)


TIMES: dict[str, tuple[int, int, str]] = {
    "expired 45 s ago": (-300, -45, "launch_expired"),
    "expired an hour ago": (-3700, -3600, "launch_expired"),
    "made 45 s in the future": (45, 345, "launch_from_future"),
    "made an hour in the future": (3600, 3900, "launch_from_future"),
    "ends before it was made": (0, -5, "launch_expired"),
    "made an hour ago, good for a day": (-3600, 86400, "launch_too_old"),
}


@pytest.mark.parametrize("case", TIMES)
def test_clock_is_wrong(town: Town, link: str, case: str) -> None:
    made, until, code = TIMES[case]
    now = int(time.time())
    changes = {"iat": now + made, "exp": now + until}
    refused(town, town.launch("student-1", link, claims=changes), code=code)


def test_oversized_token(town: Town, link: str) -> None:
    page = town.launch("student-1", link, claims={"https://lms.example/notes": "x" * 70_000})
    refused(town, page, code="token_too_large", status=413)


def test_oversized_request(town: Town, link: str) -> None:
    page = town.launch("student-1", link, claims={"https://lms.example/notes": "x" * 400_000})
    refused(town, page, status=413)


def test_the_way_back_tells_the_lms_what_went_wrong(town: Town, link: str) -> None:
    words = refused(town, town.launch("student-1", link, claims={"version": "11.3.0"}), code="version_wrong")
    assert f"{town.road.lms_url}/return?lti_errormsg=Another+version+of+LTI&lti_errorlog=" in words


def test_an_unproven_message_names_no_way_back(town: Town, link: str) -> None:
    words = refused(town, town.launch("student-1", link, key="stranger"), code="signature_wrong")
    assert "lti_errormsg" not in words
