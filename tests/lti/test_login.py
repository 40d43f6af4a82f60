"""The first step of a launch: who is coming, from which LMS, and where to send them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from lti.lms import NOW, TOOL, registration
from lti_tool.lti.addresses import ToolAddresses
from lti_tool.lti.errors import LaunchRefused
from lti_tool.lti.login import fingerprint, is_same_browser, start

PARAMS = {
    "iss": "https://lms.example.edu",
    "login_hint": "5",
    "target_link_uri": TOOL.launch,
    "client_id": "client-1",
}


def begin(found=None, tool=TOOL, **params):
    installed = [registration()] if found is None else found
    return start({**PARAMS, **params}, lambda issuer, client_id: installed, tool, NOW)


def refused(found=None, **params) -> LaunchRefused:
    with pytest.raises(LaunchRefused) as caught:
        begin(found, **params)
    return caught.value


def asked(begun) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query, keep_blank_values=True).items()}


def test_the_browser_goes_to_the_lms_with_everything_it_needs():
    """And with nothing else: a parameter `repost` would mislead Moodle."""
    begun = begin(lti_message_hint="h")
    assert begun.url.startswith("https://lms.example.edu/auth?")
    assert asked(begun) == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-1",
        "redirect_uri": "https://tool.example.org/lti/launch",
        "state": begun.login.state,
        "nonce": begun.login.nonce,
        "login_hint": "5",
        "lti_message_hint": "h",
    }


@pytest.mark.parametrize(
    "hint", ['{"cmid":3,"launchid":"ltilaunch1_683094487"}', "a+b c%20d&e=f", "é“”", " ", "=="]
)
def test_hints_go_back_letter_by_letter_also_the_json_of_moodle(hint):
    begun = begin(login_hint=hint, lti_message_hint=hint)
    assert asked(begun)["login_hint"] == hint
    assert asked(begun)["lti_message_hint"] == hint


def test_a_missing_hint_stays_missing():
    assert "lti_message_hint" not in asked(begin())


def test_an_address_with_a_query_keeps_it():
    begun = begin([registration(auth_login_url="https://lms.example.edu/auth?tenant=7&x=a%2Fb")])
    assert "tenant=7&x=a%2Fb&" in begun.url
    assert begun.url.count("?") == 1
    assert asked(begun)["client_id"] == "client-1"


def test_an_address_that_names_our_parameters_does_not_double_them():
    begun = begin([registration(auth_login_url="https://lms.example.edu/auth?client_id=old&tenant=7#top")])
    names = [name for name, _ in parse_qsl(urlsplit(begun.url).query)]
    assert names.count("client_id") == 1
    assert asked(begun)["tenant"] == "7"
    assert "#" not in begun.url


def test_what_is_remembered():
    login = begin(lti_deployment_id="deployment-1", lti_storage_target="_parent").login
    assert login.registration_id == 7
    assert login.deployment_id == "deployment-1"
    assert login.storage_target == "_parent"
    assert login.expires_at == NOW + timedelta(minutes=10)
    assert len({login.state, login.nonce, login.browser}) == 3
    assert all(len(secret) >= 43 for secret in (login.state, login.nonce, login.browser))


def test_two_logins_share_nothing():
    assert begin().login.state != begin().login.state


def test_only_the_lms_sign_in_page_may_keep_data_for_us():
    begun = begin([registration(auth_login_url="https://sso.lms.example.edu:8443/auth")])
    assert begun.platform_origin == "https://sso.lms.example.edu:8443"


@pytest.mark.parametrize("odd", ["<script>", "a b", "x" * 200, "né"[1:] + "\n"])
def test_an_odd_storage_frame_is_ignored(odd):
    assert begin(lti_storage_target=odd).login.storage_target == ""


@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
@pytest.mark.parametrize("value", ["", None])
def test_an_incomplete_login_is_refused(name, value):
    refusal = refused(**{name: value})
    assert refusal.code == "login_incomplete"
    assert name in refusal.what


def test_a_deployment_with_an_id_that_no_database_keeps_is_refused():
    assert begin(lti_deployment_id="d" * 255).login.deployment_id == "d" * 255
    refusal = refused(lti_deployment_id="d" * 256)
    assert (refusal.code, refusal.status) == ("message_invalid", 400)
    assert "lti_deployment_id is longer than 255" in refusal.what


def test_an_unknown_lms_is_refused_with_its_name():
    refusal = refused([], iss="https://unknown.example.edu")
    assert (refusal.code, refusal.status, refusal.who) == ("platform_unknown", 404, "lms admin")
    assert "https://unknown.example.edu" in refusal.what


def test_one_issuer_with_two_clients_needs_the_client_id():
    assert refused([registration(), registration(id=8, client_id="client-2")]).code == "platform_ambiguous"


@pytest.mark.parametrize(("status", "code"), [("pending", "platform_pending"), ("paused", "platform_paused")])
def test_an_installation_that_is_not_active_is_refused(status, code):
    refusal = refused([registration(status=status)])
    assert (refusal.code, refusal.status, refusal.who) == (code, 403, "tool operator")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.com/lti/launch",
        "//evil.example.com/lti/launch",
        "https://tool.example.org.evil.example.com/lti/launch",
        "https://tool.example.org@evil.example.com/lti/launch",
        "https://tool.example.org\\@evil.example.com/lti/launch",
        "https://somebody@tool.example.org/lti/launch",
        "https://tool.example.org/lti/\tlaunch",
        "https://tool.example.org/lti/launch\n",
        "https://tool.example.org:8443/lti/launch",
        "https://tool.example.org/elsewhere",
        "https://tool.example.org/lti/launch/../../admin",
        "javascript:alert(1)",
        "https://tool.example.org:port/lti/launch",
        "https://[::1/lti/launch",
        "/lti/launch",
        "x" * 5000,
    ],
)
def test_a_target_elsewhere_is_refused(target):
    refusal = refused(target_link_uri=target)
    assert refusal.code == "target_foreign"
    assert len(refusal.what) < 600


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:8000/cairn/lti/launch",
        "http://127.0.0.1:8000/cairn",
        "http://127.0.0.1:8000/cairn/lti/picker",
    ],
)
def test_a_tool_below_a_path_knows_its_own_targets(target):
    tool = ToolAddresses(base_url="http://127.0.0.1:8000/cairn")
    assert begin(tool=tool, target_link_uri=target).login.target_link_uri == target
    assert not tool.is_target("http://127.0.0.1:8000/lti/launch")


def test_a_browser_is_known_by_its_secret():
    begun = begin()
    kept = fingerprint(begun.login.browser)
    assert begun.login.browser not in kept
    assert is_same_browser(begun.login.browser, kept)
    assert not is_same_browser("another", kept)
    assert not is_same_browser("", kept)
    assert not is_same_browser(None, kept)
    assert not is_same_browser("\udc80", kept)


def test_whom_the_lms_itself_does_not_know_is_told_to_sign_in_again():
    """Moodle begins a login for user 0 when a session has ended, and would end it on a page without any way on."""
    refusal = refused([registration(product="moodle")], login_hint="0")
    assert (refusal.code, refusal.who) == ("not_signed_in", "you")
    assert "Sign in" in refusal.tell
    assert begin([registration(product="moodle")], login_hint="5")
    assert begin([registration(product="example")], login_hint="0")
