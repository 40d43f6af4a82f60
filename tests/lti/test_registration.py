"""An LMS installs this tool by itself."""

from __future__ import annotations

import json

import pytest
import requests
import responses

from lti.lms import TOOL
from lti.services import called, sent
from lti_tool.lti.errors import RegistrationFailed
from lti_tool.lti.http import Http, new_session
from lti_tool.lti.registration import register, same_house, tool_configuration

URL = "https://lms.example.edu/.well-known/openid-configuration"
ENDPOINT = "https://lms.example.edu/register"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_KEY = "https://purl.imsglobal.org/spec/lti-tool-configuration"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

OFFER = {
    "issuer": "https://lms.example.edu",
    "authorization_endpoint": "https://lms.example.edu/auth",
    "token_endpoint": "https://lms.example.edu/token",
    "jwks_uri": "https://lms.example.edu/jwks",
    "registration_endpoint": ENDPOINT,
    "id_token_signing_alg_values_supported": ["RS256"],
    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    PLATFORM: {"product_family_code": "example", "version": "1"},
}
GIVEN = {"client_id": "client-9", TOOL_KEY: {"deployment_id": "4"}}


def way_out() -> Http:
    return Http(session=new_session(allow_private=False), timeout_seconds=2)


def install(offer=None, given=None, token="token-1", url=URL, **changes):
    responses.get(url, json={**(offer or OFFER), **changes})
    responses.post(ENDPOINT, json=given or GIVEN)
    return register(url, token, TOOL, way_out())


def failed(**more) -> RegistrationFailed:
    with pytest.raises(RegistrationFailed) as caught:
        install(**more)
    assert caught.value.what
    return caught.value


@responses.activate
def test_one_call_gives_everything():
    new = install()
    assert (new.issuer, new.client_id, new.deployment_ids) == ("https://lms.example.edu", "client-9", ("4",))
    assert new.auth_login_url == "https://lms.example.edu/auth"
    assert new.auth_token_url == "https://lms.example.edu/token"
    assert new.key_set_url == "https://lms.example.edu/jwks"
    assert (new.product, new.name, new.auth_audience) == ("example", "example", "")
    assert new.scopes == (AGS + "lineitem", AGS + "lineitem.readonly", AGS + "result.readonly", AGS + "score", NRPS)


@responses.activate
def test_the_token_goes_with_both_requests():
    install()
    assert [call.request.headers["Authorization"] for call in responses.calls] == ["Bearer token-1"] * 2


@responses.activate
def test_brightspace_gives_no_token_and_gets_no_header():
    install(token="")
    assert all("Authorization" not in call.request.headers for call in responses.calls)


@responses.activate
def test_what_we_say_about_ourselves():
    install()
    said = sent()
    assert called("POST", ENDPOINT)[0].headers["Content-Type"] == "application/json"
    assert said["application_type"] == "web"
    assert said["response_types"] == ["id_token"]
    assert set(said["grant_types"]) == {"implicit", "client_credentials"}
    assert said["initiate_login_uri"] == "https://tool.example.org/lti/login"
    assert said["redirect_uris"] == ["https://tool.example.org/lti/launch"]
    assert said["jwks_uri"] == "https://tool.example.org/lti/jwks"
    assert said["token_endpoint_auth_method"] == "private_key_jwt"
    assert said["client_name"] == "Cairn"
    ours = said[TOOL_KEY]
    assert ours["domain"] == "tool.example.org"
    assert ours["target_link_uri"] == "https://tool.example.org/lti/launch"
    assert {message["type"] for message in ours["messages"]} == {"LtiResourceLinkRequest", "LtiDeepLinkingRequest"}
    assert ours["custom_parameters"]["context_history"] == "$Context.id.history"
    assert set(ours["claims"]) >= {"iss", "sub", "name"}
    assert "email" not in ours["claims"]


def test_the_domain_has_its_port():
    from lti_tool.lti.values import ToolAddresses

    said = tool_configuration(ToolAddresses(base_url="http://127.0.0.1:8200"))
    assert said[TOOL_KEY]["domain"] == "127.0.0.1:8200"


@responses.activate
def test_only_what_the_lms_offers_is_asked_for():
    install(
        scopes_supported=["openid", AGS + "score", NRPS],
        claims_supported=["iss", "sub", "name"],
        **{PLATFORM: {"product_family_code": "example", "variables": ["Context.id.history"]}},
    )
    assert sent()["scope"] == f"{AGS}score {NRPS}"
    assert sent()[TOOL_KEY]["claims"] == ["iss", "sub", "name"]
    assert list(sent()[TOOL_KEY]["custom_parameters"]) == ["context_history"]


@responses.activate
def test_more_granted_than_asked_counts_as_asked():
    new = install(given={**GIVEN, "scope": f"openid {AGS}lineitem {AGS}everything"})
    assert new.scopes == (AGS + "lineitem",)


@responses.activate
@pytest.mark.parametrize(
    ("said", "granted"),
    [
        (f"{AGS}score", (AGS + "score",)),
        ([AGS + "score", 5, None], (AGS + "score",)),
        ("", ()),
        ([], ()),
        (None, 5),
        (7, 5),
        ({}, 5),
    ],
)
def test_what_was_granted_is_what_the_answer_names(said, granted):
    found = install(given={**GIVEN, "scope": said}).scopes
    assert len(found) == 5 if granted == 5 else found == granted


@responses.activate
@pytest.mark.parametrize(
    "given", [{"client_id": "c"}, {"client_id": 7, TOOL_KEY: {}}, {"client_id": "c", TOOL_KEY: None}]
)
def test_a_deployment_may_come_later(given):
    assert install(given=given).deployment_ids == ()


@responses.activate
def test_the_audience_of_tokens_may_be_named():
    assert install(authorization_server="https://lms.example.edu/as").auth_audience == "https://lms.example.edu/as"


@responses.activate
@pytest.mark.parametrize(
    "name", ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"]
)
def test_a_configuration_with_a_gap_is_refused(name):
    failure = failed(offer={key: value for key, value in OFFER.items() if key != name})
    assert failure.problems == (name,)
    assert len(responses.calls) == 1


HOSTILE = {
    "another LMS's issuer": {"issuer": "https://lms.other.edu"},
    "a foreign registration address": {"registration_endpoint": "https://evil.example.com/register"},
    "no RS256": {"id_token_signing_alg_values_supported": ["ES256"]},
    "no private_key_jwt": {"token_endpoint_auth_methods_supported": ["client_secret_basic"]},
    "keys inside our network": {"jwks_uri": "http://169.254.169.254/keys"},
    "tokens without TLS": {"token_endpoint": "http://lms.example.edu/token"},
    "an issuer that no database keeps": {"issuer": "https://lms.example.edu/" + "x" * 240},
    "sign-in by script": {"authorization_endpoint": "javascript:alert(1)"},
}


@responses.activate
@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_configuration_we_cannot_trust_is_refused_before_anything_is_sent(changes):
    failed(**changes)
    assert not called("POST", "https://")


@responses.activate
@pytest.mark.parametrize("url", ["", "http://lms.example.edu/x", "https://10.0.0.1/x", "file:///etc/passwd"])
def test_a_configuration_from_nowhere_is_refused(url):
    with pytest.raises(RegistrationFailed):
        register(url, "t", TOOL, way_out())
    assert not responses.calls


@responses.activate
@pytest.mark.parametrize(
    "answer", [{"status": 500}, {"status": 401}, {"body": "<html>"}, {"body": "[]"}, {"body": "[" * 99_999}]
)
def test_a_configuration_that_cannot_be_read_is_refused(answer):
    responses.get(URL, **answer)
    with pytest.raises(RegistrationFailed):
        register(URL, "t", TOOL, way_out())


@responses.activate
def test_an_lms_that_lists_only_sign_in_scopes_is_asked_for_everything():
    install(offer={**OFFER, "scopes_supported": ["openid", "profile"]})
    assert AGS + "score" in sent()["scope"].split()
    assert NRPS in sent()["scope"].split()


@responses.activate
def test_deployments_that_are_no_ids_are_left_out():
    given = {"client_id": "c", TOOL_KEY: {"deployment_id": [4, "5", "x" * 256, "a\0b", None, True, {}, " "]}}
    assert install(given=given).deployment_ids == ("4", "5")


@responses.activate
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"])
@pytest.mark.parametrize(
    "address",
    ["", "jwks", "javascript:alert(1)", "https://a\0b/", "https://[", "https://me:pw@lms.example.edu/x", 5, ["x"]],
)
def test_an_address_that_is_none_is_missing(name, address):
    with pytest.raises(RegistrationFailed, match=name):
        install(offer={**OFFER, name: address})


@responses.activate
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 401, "body": "token_already_used"}, "token_already_used"),
        ({"status": 400, "body": "missing required attribute domain"}, "missing required attribute domain"),
        ({"status": 401, "body": ""}, "Each one works once"),
        ({"status": 404, "body": "<html>no</html>"}, "switched off"),
        ({"status": 409, "json": {"error": "exists"}}, "such a tool already .409: exists"),
        ({"status": 500}, "problem of its own"),
        ({"status": 200, "body": "thanks"}, "cannot read"),
        ({"status": 200, "json": {}}, "client id"),
        ({"status": 200, "json": {"client_id": True}}, "client id"),
        ({"status": 200, "json": {"client_id": "x" * 256}}, "client id"),
        ({"status": 200, "json": {"client_id": "a\0b"}}, "client id"),
    ],
)
def test_a_refused_registration_says_why(answer, words):
    responses.get(URL, json=OFFER)
    responses.post(ENDPOINT, **answer)
    with pytest.raises(RegistrationFailed, match=words) as caught:
        register(URL, "t", TOOL, way_out())
    assert "<" not in caught.value.what


@responses.activate
@pytest.mark.parametrize(
    ("answer", "who"),
    [
        ({"status": 302, "headers": {"Location": "https://elsewhere.example/"}}, "lms admin"),
        ({"status": 302, "headers": {"Location": URL}}, "lms admin"),
        ({"body": b" " * 1_100_000}, "lms admin"),
        ({"status": 503}, "lms admin"),
        ({"body": requests.ConnectTimeout()}, "tool operator"),
    ],
)
def test_who_is_asked_is_who_can_mend_it(answer, who):
    responses.get(URL, **answer)
    with pytest.raises(RegistrationFailed) as caught:
        register(URL, "t", TOOL, way_out())
    assert caught.value.who == who
    assert ("ALLOW_PRIVATE" in caught.value.tell) is (who == "tool operator")


@responses.activate
def test_a_token_that_breaks_the_header_is_refused():
    assert "token" in failed(token="a\r\nX-Evil: 1").what


@responses.activate
def test_canvas_gets_its_own_fields():
    canvas = "https://canvas.instructure.com/lti/"
    offer = {
        **OFFER,
        "issuer": "https://canvas.instructure.com",
        "jwks_uri": "https://sso.canvaslms.com/api/lti/security/jwks",
        "registration_endpoint": "https://school.instructure.com/api/lti/registrations",
        PLATFORM: {
            "product_family_code": "canvas",
            canvas + "account_name": "Hillside School",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest", "placements": [canvas + "course_navigation"]},
                {"type": "LtiDeepLinkingRequest", "placements": [canvas + "assignment_selection", "ContentArea"]},
            ],
        },
    }
    url = "https://school.instructure.com/api/lti/security/openid-configuration"
    responses.get(url, json=offer)
    responses.post(offer["registration_endpoint"], json={"client_id": "10000000000001"})
    new = register(url, "t", TOOL, way_out())
    said = sent()[TOOL_KEY]
    placements = {message["type"]: message.get("placements") for message in said["messages"]}
    assert new.name == "Hillside School"
    assert said[canvas + "privacy_level"] == "name_only"
    assert placements == {
        "LtiResourceLinkRequest": [canvas + "course_navigation"],
        "LtiDeepLinkingRequest": [canvas + "assignment_selection"],
    }
    assert said[canvas + "tool_id"] == "cairn"
    menu, choice = said["messages"]
    assert menu[canvas + "course_navigation/default_enabled"] is False
    assert (menu[canvas + "visibility"], canvas + "visibility" in choice) == ("admins", False)
    assert (choice[canvas + "launch_width"], choice[canvas + "launch_height"]) == (800, 700)
    assert "link_history" not in said["custom_parameters"]


@responses.activate
@pytest.mark.parametrize(
    ("cloud", "installed"),
    [("https://canvas.instructure.com", True), ("https://canvas.instructure.com.evil.example", False)],
)
def test_canvas_schools_may_have_names_of_their_own(cloud, installed):
    """Its cloud publishes the configuration, and the school's own host takes the registration."""
    url = cloud + "/api/lti/security/openid-configuration?registration_token=t"
    there = "https://canvas.hillside.edu/api/lti/registrations"
    responses.get(url, json={**OFFER, "issuer": cloud, "registration_endpoint": there})
    responses.post(there, json={"client_id": "10000000000001"})
    if installed:
        assert register(url, "t", TOOL, way_out()).client_id == "10000000000001"
    else:
        with pytest.raises(RegistrationFailed, match="belong together"):
            register(url, "t", TOOL, way_out())


def test_placements_are_asked_for_as_the_lms_writes_them():
    offered = {
        "product_family_code": "canvas",
        "messages_supported": [
            {"type": "LtiResourceLinkRequest", "placements": ["course_navigation", "link_selection"]},
            {"type": "LtiDeepLinkingRequest", "placements": ["editor_button", "link_selection"]},
        ],
    }
    messages = tool_configuration(TOOL, {**OFFER, PLATFORM: offered})[TOOL_KEY]["messages"]
    assert [message["placements"] for message in messages] == [["course_navigation"], ["link_selection"]]


def test_a_message_of_two_names_is_asked_for_by_the_one_the_lms_uses():
    offered = {
        "messages_supported": [{"type": "LtiDataPrivacyLaunchRequest"}, {"type": "LtiSubmissionReviewRequest"}]
    }
    messages = tool_configuration(TOOL, {**OFFER, PLATFORM: offered})[TOOL_KEY]["messages"]
    assert [message["type"] for message in messages[2:]] == [
        "LtiSubmissionReviewRequest",
        "LtiDataPrivacyLaunchRequest",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://lms.example.edu/a", "https://lms.example.edu:8443", True),
        ("https://lms.example.edu", "https://example.edu", True),
        ("https://api.lms.example.edu", "https://lms.example.edu", True),
        ("https://a.school.edu", "https://b.school.edu", True),
        ("https://school.instructure.com", "https://canvas.instructure.com", True),
        ("https://school.instructure.com", "https://sso.canvaslms.com", True),
        ("http://localhost:1", "http://localhost:2", True),
        ("https://a.b.school.edu", "https://c.school.edu", True),
        ("https://lms.north.k12.ca.us", "https://sso.north.k12.ca.us", True),
        ("https://north.k12.ca.us", "https://south.k12.ca.us", False),
        ("https://one.pages.dev", "https://two.pages.dev", False),
        ("https://lms.one.edu.au", "https://edu.au", False),
        ("https://lms.one.edu", "https://edu", False),
        ("http://moodle.school.lan", "http://keys.school.lan", True),
        ("http://localhost", "http://canvas.localhost", True),
        ("http://10.0.0.1", "http://10.1.0.1", False),
        ("http://[fd00::1]", "http://[fd00::2]", False),
        ("https://lms.one.edu", "https://lms.two.edu", False),
        ("https://one.edu", "https://two.edu", False),
        ("https://one.edu.au", "https://two.edu.au", False),
        ("https://one.ac.uk", "https://two.ac.uk", False),
        ("https://lms.example.edu.evil.com", "https://lms.example.edu", False),
        ("https://evilexample.edu", "https://example.edu", False),
        ("http://10.0.0.1", "http://11.0.0.1", False),
        ("https://evil.com", "https://canvas.instructure.com", False),
        ("", "https://lms.example.edu", False),
        ("https://[::1", "https://lms.example.edu", False),
    ],
)
def test_which_hosts_belong_together(one, other, same):
    assert same_house(one, other) is same
    assert same_house(other, one) is same


def test_the_configuration_is_plain_json():
    assert json.loads(json.dumps(tool_configuration(TOOL))) == tool_configuration(TOOL)
