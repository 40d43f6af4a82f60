"""A tool installs itself with a token that works once, or is installed by hand."""

from __future__ import annotations

import pytest
import requests
from joserfc.jwk import RSAKey

from platform_tests.tool import CONFIGURATION, SCOPES, TestTool, running_tool

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


@pytest.fixture
def newcomer(tool_key: RSAKey):
    with running_tool() as tool:
        tool.key = tool_key
        yield tool


def register(client, tool: TestTool, body: dict, token: str | None = None) -> requests.Response:
    started = client.start_registration()
    configuration = requests.get(started["openid_configuration"], timeout=10).json()
    headers = {"Authorization": f"Bearer {token or started['registration_token']}"}
    return requests.post(configuration["registration_endpoint"], json=body, headers=headers, timeout=10)


def test_the_configuration_says_what_a_tool_needs(client) -> None:
    url = client.start_registration("http://tool.example/register?a=1")
    assert url["tool_url"].startswith("http://tool.example/register?a=1&openid_configuration=http")
    configuration = requests.get(url["openid_configuration"], timeout=10).json()
    assert configuration["issuer"] == client.info()["issuer"]
    assert set(SCOPES) <= set(configuration["scopes_supported"])
    block = configuration[PLATFORM]
    assert block["product_family_code"] == "sandbox"
    types = {message["type"] for message in block["messages_supported"]}
    assert types == {"LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest"}


def test_a_registered_tool_launches_at_once(client, newcomer: TestTool) -> None:
    answer = register(client, newcomer, newcomer.registration_json())
    assert answer.status_code == 200
    body = answer.json()
    assert body["client_id"]
    assert body[CONFIGURATION]["deployment_id"]
    assert set(body["scope"].split()) == set(SCOPES)
    (installed,) = client.registrations()
    newcomer.know(installed)
    activity = client.add_activity(body["client_id"], title="First")
    client.enter("student-1", activity["id"])
    claims = newcomer.launches[-1]
    assert "email" not in claims
    assert claims["https://purl.imsglobal.org/spec/lti/claim/custom"] == {"who": claims["sub"]}


def test_a_token_works_once(client, newcomer: TestTool) -> None:
    token = client.start_registration()["registration_token"]
    assert register(client, newcomer, newcomer.registration_json(), token).status_code == 200
    assert register(client, newcomer, newcomer.registration_json(), token).status_code == 401
    assert register(client, newcomer, newcomer.registration_json(), "made-up").status_code == 401


def test_a_refused_registration_leaves_its_token_usable(client, newcomer: TestTool) -> None:
    token = client.start_registration()["registration_token"]
    assert register(client, newcomer, {}, token).status_code == 400
    assert register(client, newcomer, newcomer.registration_json(), token).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"application_type": "native"}, {"response_types": ["code"]}, {"grant_types": ["implicit"]},
        {"initiate_login_uri": None}, {"redirect_uris": []}, {"redirect_uris": "http://127.0.0.1/x"},
        {"jwks_uri": "not an address"}, {"token_endpoint_auth_method": "client_secret_basic"},
        {"client_name": ""}, {CONFIGURATION: None},
        {CONFIGURATION: {"domain": "elsewhere.example", "target_link_uri": "http://127.0.0.1:5/x"}},
        {CONFIGURATION: {"domain": "127.0.0.1", "target_link_uri": "http://127.0.0.1:5/x"}},
        {CONFIGURATION: {"domain": "127.0.0.1:5", "target_link_uri": "http://127.0.0.1:5/x", "claims": []}},
    ],
)  # fmt: skip
def test_a_registration_with_a_fault_is_refused_in_words(client, newcomer: TestTool, changes) -> None:
    answer = register(client, newcomer, newcomer.registration_json(**changes))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client_metadata"
    assert answer.json()["error_description"]
    assert client.registrations() == []


def test_installing_by_hand_gives_every_value_the_tool_needs(client, newcomer: TestTool) -> None:
    values = client.register_by_hand(**newcomer.registration_values(), client_id="chosen")
    assert values["client_id"] == "chosen"
    assert values["deployment_ids"] == [values["deployment_id"]]
    for name in ("issuer", "auth_login_url", "auth_token_url", "key_set_url"):
        assert values[name].startswith(client.base_url)
