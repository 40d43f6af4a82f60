"""A launch, from the course page to the signed id_token."""

from __future__ import annotations

import pytest
import requests

from platform_tests.tool import CLAIM, TestTool
from sandbox_platform import PracticeClient, Running
from sandbox_platform.browsing import UnexpectedPage, new_session, only_form, send

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"


def test_a_student_arrives_with_everything_the_tool_needs(client, tool: TestTool, activity) -> None:
    page = client.enter("student-1", activity["id"])
    assert page.status_code == 200
    claims = tool.launches[-1]
    student = client.students()[0]
    assert claims["iss"] == tool.platform["issuer"]
    assert claims["aud"] == tool.platform["client_id"]
    assert claims["sub"] == student["user_id"]
    assert claims["exp"] > claims["iat"]
    assert claims["name"] == student["name"]
    assert claims[f"{CLAIM}/message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}/version"] == "1.3.0"
    assert claims[f"{CLAIM}/deployment_id"] == tool.platform["deployment_id"]
    assert claims[f"{CLAIM}/target_link_uri"] == f"{tool.url}/launch?part=1"
    assert claims[f"{CLAIM}/resource_link"]["id"] == activity["id"]
    assert "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner" in claims[f"{CLAIM}/roles"]
    assert claims[f"{CLAIM}/custom"] == {"part": "1", "me": student["user_id"], "odd": "$Not.known"}
    assert claims[AGS]["lineitem"].startswith(claims[AGS]["lineitems"])
    assert claims[NRPS]["service_versions"] == ["2.0"]
    assert claims[f"{CLAIM}/launch_presentation"]["document_target"] == "iframe"


def test_a_parent_brings_the_child_along(client, tool: TestTool, activity) -> None:
    client.enter("parent", activity["id"])
    assert tool.launches[-1][f"{CLAIM}/role_scope_mentor"] == [client.students()[0]["user_id"]]


@pytest.mark.parametrize("method", ["post", "get"])
def test_login_starts_by_either_method(client, tool: TestTool, activity, method: str) -> None:
    client.set_options(login_method=method)
    client.enter("teacher", activity["id"])
    login = tool.logins[-1]
    assert login["method"] == method.upper()
    wanted = {"iss", "target_link_uri", "login_hint", "lti_message_hint", "client_id", "lti_deployment_id"}
    assert wanted <= set(login)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"prompt": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"lti_message_hint": None}, "invalid_request"),
        ({"lti_message_hint": "made-up"}, "invalid_request"),
        ({"login_hint": "somebody-else"}, "login_required"),
    ],
)
def test_a_wrong_request_is_answered_with_an_oidc_error(client, tool, activity, changes, error) -> None:
    tool.auth_changes = changes
    page = client.enter("student-1", activity["id"])
    assert page.status_code == 400
    assert tool.errors[-1]["error"] == error
    assert tool.errors[-1]["error_description"]
    assert tool.errors[-1]["state"] in tool.nonces
    assert tool.launches == []


@pytest.mark.parametrize(
    "changes", [{"redirect_uri": "http://127.0.0.1:1/steal"}, {"client_id": "nobody"}, {"redirect_uri": None}]
)
def test_an_address_that_is_not_registered_gets_nothing(client, tool: TestTool, activity, changes) -> None:
    if "redirect_uri" in changes and changes["redirect_uri"] is None:
        changes = {"redirect_uri": f"{tool.url}/launch?more=1"}
    tool.auth_changes = changes
    with pytest.raises(UnexpectedPage, match=r"^400 "):
        client.launch("student-1", activity["id"])


def test_a_hint_works_once(client, tool: TestTool, activity) -> None:
    session = new_session()
    client.enter("student-1", activity["id"], session)
    hint = tool.logins[-1]
    login = {name: value for name, value in hint.items() if name != "method"}
    page = session.post(f"{tool.url}/login", data=login, timeout=10)
    send(only_form(page), session)
    assert tool.errors[-1]["error"] == "invalid_request"
    assert len(tool.launches) == 1


def test_the_form_comes_again_when_the_browser_held_its_cookie_back(
    client: PracticeClient, tool: TestTool, activity, lms: Running
) -> None:
    session = new_session()
    asked = client._authentication_request("student-1", f"/launch/{activity['id']}", session)
    without_cookie = requests.get(f"{lms.url}/auth", params=asked, timeout=10)
    again = only_form(without_cookie)
    assert again.action == f"{lms.url}/auth"
    send(only_form(send(again, session)), session)
    assert tool.launches[-1]["sub"] == client.students()[0]["user_id"]


def test_after_a_rotation_launches_carry_the_new_key(client, tool: TestTool, activity, lms: Running) -> None:
    client.enter("student-1", activity["id"])
    kid = client.rotate_keys()
    form = client.launch("student-1", activity["id"])
    assert kid in [key["kid"] for key in requests.get(f"{lms.url}/jwks", timeout=10).json()["keys"]]
    assert form.fields["id_token"]
    client.enter("student-2", activity["id"])
    assert len(tool.launches) == 2
    assert "d" not in requests.get(f"{lms.url}/jwks", timeout=10).json()["keys"][0]
