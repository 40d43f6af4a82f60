"""Crafted launches differ from real ones in exactly the wanted way."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from platform_tests.tool import CLAIM, TestTool
from sandbox_platform.browsing import new_session, send
from sandbox_platform.client import LmsRefused


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    header, claims, signature = token.split(".")
    read = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (header, claims)]
    return read[0], read[1], signature


@pytest.fixture
def craft(client, tool: TestTool, activity):
    return lambda **wanted: client.craft_id_token(activity_id=activity["id"], **wanted)


def test_claims_are_replaced_left_out_and_reached_into(craft) -> None:
    token = craft(
        person="teacher", nonce="n-1", claims={"sub": "me", "roles": []}, omit=["exp", "context"],
        nested={"resource_link": {"id": None, "title": "Other"}},
    )  # fmt: skip
    _, claims, _ = parts(token)
    assert (claims["sub"], claims["nonce"], claims[f"{CLAIM}/roles"]) == ("me", "n-1", [])
    assert "exp" not in claims
    assert f"{CLAIM}/context" not in claims
    assert claims[f"{CLAIM}/resource_link"]["title"] == "Other"
    assert "id" not in claims[f"{CLAIM}/resource_link"]


def test_headers_and_keys_can_be_wrong(craft, tool: TestTool) -> None:
    keys = KeySet.import_key_set(requests.get(tool.platform["key_set_url"], timeout=10).json())
    assert jwt.decode(craft(), keys, algorithms=["RS256"])
    with pytest.raises(BadSignatureError):
        jwt.decode(craft(key="stranger"), keys, algorithms=["RS256"])
    assert parts(craft(key="none"))[0]["alg"] == "none"
    assert parts(craft(key="none"))[2] == ""
    assert parts(craft(key="secret"))[0]["alg"] == "HS256"
    assert "kid" not in parts(craft(omit_header=["kid"]))[0]
    assert parts(craft(header={"kid": "other"}))[0]["kid"] == "other"
    assert parts(craft(header={"alg": "RS512"}))[0]["alg"] == "RS512"
    with pytest.raises(LmsRefused):
        craft(key="unknown")


def test_a_crafted_launch_keeps_the_genuine_login(client, tool: TestTool, activity) -> None:
    session = new_session()
    form = client.signed_launch("student-1", activity["id"], session, claims={"name": "Changed"})
    assert send(form, session).status_code == 200
    assert tool.launches[-1]["name"] == "Changed"


def test_a_submission_review_names_the_student(client, tool: TestTool) -> None:
    client.add_activity(
        tool.platform["client_id"], title="Essay", custom={"a": "1"},
        lineItem={"scoreMaximum": 5, "submissionReview": {"url": f"{tool.url}/review", "custom": {"b": "2"}}},
    )  # fmt: skip
    column = client.gradebook()[0]
    session = new_session()
    send(client.review("teacher", column["id"], "student-2", session), session)
    claims = tool.launches[-1]
    assert claims[f"{CLAIM}/message_type"] == "LtiSubmissionReviewRequest"
    assert claims[f"{CLAIM}/target_link_uri"] == f"{tool.url}/review"
    assert claims[f"{CLAIM}/for_user"]["user_id"] == client.students()[1]["user_id"]
    assert claims[f"{CLAIM}/custom"] == {"a": "1", "b": "2"}
    endpoint = claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    assert endpoint["lineitem"] == column["url"]


def test_without_a_declared_review_the_activity_opens(client, tool: TestTool, activity) -> None:
    session = new_session()
    column = client.gradebook()[0]
    send(client.review("assistant", column["id"], "student-2", session), session)
    assert tool.launches[-1][f"{CLAIM}/message_type"] == "LtiResourceLinkRequest"
    assert tool.launches[-1][f"{CLAIM}/resource_link"]["id"] == activity["id"]
