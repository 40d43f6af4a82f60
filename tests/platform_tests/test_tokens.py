"""The token endpoint believes only what a tool signed, for us, just now, and once."""

from __future__ import annotations

import time

import pytest
import requests

from platform_tests.tool import LINE_ITEM, MEMBERS, SCORE, TestTool, new_key


def test_a_good_assertion_gets_a_token_for_the_granted_scopes(client, tool: TestTool) -> None:
    answer = tool.ask_token(LINE_ITEM, MEMBERS, "https://example.org/unknown")
    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert set(body["scope"].split()) == {LINE_ITEM, MEMBERS}
    assert answer.headers["Cache-Control"] == "no-store"


def test_scopes_the_administrator_took_away_are_refused(client, tool: TestTool) -> None:
    client.set_scopes(tool.platform["client_id"], [LINE_ITEM])
    answer = tool.ask_token(SCORE)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "somebody"}, {"iss": None}, {"sub": "somebody"}, {"sub": None}, {"sub": 5},
        {"aud": "https://elsewhere.example/token"}, {"aud": None},
        {"exp": None}, {"exp": 1000}, {"exp": int(time.time()) + 90_000},
        {"iat": None}, {"iat": int(time.time()) + 4000}, {"jti": None},
    ],
)  # fmt: skip
def test_an_assertion_with_a_wrong_claim_is_refused(tool: TestTool, claims) -> None:
    answer = tool.ask_token(SCORE, assertion=tool.assertion(**claims))
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == "invalid_client"
    assert answer.json()["error_description"]


def test_the_issuer_is_an_acceptable_audience(tool: TestTool) -> None:
    assert tool.ask_token(SCORE, assertion=tool.assertion(aud=tool.platform["issuer"])).status_code == 200
    several = [tool.platform["auth_token_url"], "https://elsewhere.example"]
    assert tool.ask_token(SCORE, assertion=tool.assertion(aud=several)).status_code == 200


def test_an_assertion_works_once(tool: TestTool) -> None:
    assertion = tool.assertion()
    assert tool.ask_token(SCORE, assertion=assertion).status_code == 200
    assert tool.ask_token(SCORE, assertion=assertion).json()["error"] == "invalid_client"


def test_a_stranger_with_our_kid_is_refused(tool: TestTool) -> None:
    stranger = new_key("tool-1")
    assert tool.ask_token(SCORE, assertion=tool.assertion(key=stranger)).json()["error"] == "invalid_client"


@pytest.mark.parametrize("header", [{"kid": None}, {"kid": "unknown"}])
def test_a_key_that_is_not_in_the_key_set_is_refused(tool: TestTool, header) -> None:
    assert tool.ask_token(SCORE, assertion=tool.assertion(header=header)).json()["error"] == "invalid_client"


def test_the_key_set_is_fetched_once_and_again_for_a_new_key(tool: TestTool) -> None:
    tool.token()
    tool.token()
    assert tool.key_set_fetches == 1
    old, tool.key = tool.key, new_key("tool-2")
    tool.published = [old, tool.key]
    tool.token()
    tool.token()
    assert tool.key_set_fetches == 2


def test_a_key_that_changed_under_the_same_kid_is_learnt(tool: TestTool) -> None:
    tool.token()
    tool.key = new_key("tool-1")
    assert tool.ask_token(SCORE).status_code == 200


def test_a_key_set_that_cannot_be_read_gives_an_oauth_error(client, tool: TestTool) -> None:
    values = {**tool.registration_values(), "jwks_uri": f"{tool.url}/nowhere"}
    tool.know(client.register_by_hand(**values))
    assert tool.ask_token(SCORE).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("grant_type", "password", "unsupported_grant_type"),
        ("client_assertion_type", "something", "invalid_client"),
        ("client_assertion", "no.jwt", "invalid_client"),
        ("client_assertion", "", "invalid_client"),
    ],
)
def test_other_requests_get_an_oauth_error(tool: TestTool, field, value, error) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": tool.assertion(),
        "scope": SCORE,
        field: value,
    }
    answer = requests.post(tool.platform["auth_token_url"], data=form, timeout=10)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == error
