"""The way in: login initiation by GET and POST, and everything that may be mixed up between login and launch."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from conformance.cases import Town, entered, refused, visits_of
from lti_tool.flows import registering
from road import utc_now
from sandbox_platform.browsing import LaunchForm, send


def login_parameters(town: Town, **changes: str | None) -> dict[str, str]:
    """What the LMS sends to begin a login, with changes; None leaves a parameter out."""
    usual: dict[str, str | None] = {
        "iss": town.road.lms_url,
        "login_hint": "somebody",
        "target_link_uri": f"{town.road.tool_url}/lti/launch",
        "lti_message_hint": '{"cmid": 7, "launchid": "a&b=c %20+"}',
        "client_id": town.road.client_id,
        **changes,
    }
    return {name: value for name, value in usual.items() if value is not None}


def begin(town: Town, method: str = "GET", **changes: str | None) -> requests.Response:
    """The first request of a login; redirects are not followed."""
    wanted = login_parameters(town, **changes)
    place = "params" if method == "GET" else "data"
    sent: Any = {place: wanted}
    return town.road.browser().request(
        method, f"{town.road.tool_url}/lti/login", **sent, allow_redirects=False, timeout=10
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_login(town: Town, method: str) -> None:
    answer = begin(town, method)
    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    told = {name: values[0] for name, values in asked.items()}
    assert answer.headers["Location"].startswith(f"{town.road.lms_url}/auth?")
    assert told.pop("state") != told.pop("nonce")
    assert told == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": town.road.client_id,
        "redirect_uri": f"{town.road.tool_url}/lti/launch",
        "login_hint": "somebody",
        "lti_message_hint": '{"cmid": 7, "launchid": "a&b=c %20+"}',
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_whole_way_with_login_by(town: Town, link: str, newcomer: str, method: str) -> None:
    town.lms.set_options(login_method=method)
    entered(town.lms.enter(newcomer, link, town.road.browser()))


def test_login_without_client_id_when_the_issuer_is_registered_once(town: Town) -> None:
    assert begin(town, client_id=None).status_code == 303


def test_login_cookie_is_kept_from_scripts_and_partitioned(town: Town) -> None:
    cookie = begin(town).headers["Set-Cookie"]
    for word in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/lti/"):
        assert word in cookie


BAD_LOGINS: dict[str, tuple[dict[str, str | None], str]] = {
    "no issuer": ({"iss": None}, "login_incomplete"),
    "no login_hint": ({"login_hint": None}, "login_incomplete"),
    "no target_link_uri": ({"target_link_uri": None}, "login_incomplete"),
    "unknown issuer": ({"iss": "https://unknown.example"}, "platform_unknown"),
    "unknown client id": ({"client_id": "somebody-else"}, "platform_unknown"),
    "foreign target_link_uri": ({"target_link_uri": "https://evil.example/lti/launch"}, "target_foreign"),
    "target_link_uri of our name elsewhere": (
        {"target_link_uri": "http://127.0.0.1.evil.example/lti/launch"},
        "target_foreign",
    ),
    "target_link_uri that is a script": ({"target_link_uri": "javascript:alert(1)"}, "target_foreign"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("case", BAD_LOGINS)
def test_bad_login(town: Town, case: str, method: str) -> None:
    changes, code = BAD_LOGINS[case]
    refused(town, begin(town, method, **changes), code=code)


def test_what_a_stranger_wrote_is_shown_as_text(town: Town) -> None:
    page = begin(town, iss="https://x.example/<script>alert(1)</script>")
    refused(town, page, code="platform_unknown")
    assert "<script>alert" not in page.text


# --- between login and launch -------------------------------------------------------------------------------------


def test_replay_of_the_same_post(town: Town, link: str, newcomer: str) -> None:
    browser = town.road.browser()
    form = town.lms.launch(newcomer, link, browser)
    entered(send(form, browser))
    assert not visits_of(send(form, browser))
    refused(town, send(form, browser))


def test_replay_in_another_browser(town: Town, link: str, newcomer: str) -> None:
    browser = town.road.browser()
    form = town.lms.launch(newcomer, link, browser)
    entered(send(form, browser))
    refused(town, send(form, town.road.browser()), code="state_unknown")


def test_replayed_token_under_a_new_login(town: Town, link: str, newcomer: str) -> None:
    browser = town.road.browser()
    first = town.lms.launch(newcomer, link, browser)
    second = town.lms.launch(newcomer, link, browser)
    mixed = replace(second, fields={**second.fields, "id_token": first.fields["id_token"]})
    refused(town, send(mixed, browser), code="nonce_wrong")


def test_nonce_of_another_login(town: Town, link: str) -> None:
    refused(town, town.launch("student-1", link, nonce="made-up-by-somebody"), code="nonce_wrong")


def test_a_refused_launch_uses_its_login_up(town: Town, link: str) -> None:
    browser = town.road.browser()
    bad = town.lms.signed_launch("student-1", link, browser, omit=["roles"])
    refused(town, send(bad, browser), code="roles_missing")
    refused(town, send(bad, browser))


def test_state_of_a_browser_without_cookies(town: Town, link: str) -> None:
    form = town.lms.launch("student-1", link, town.road.browser())
    page = send(form, town.road.browser())
    words = refused(town, page, code="no_cookies", status=403)
    assert "Open in a new tab" in words


def test_state_of_another_browser(town: Town, link: str) -> None:
    thief, victim = town.road.browser(), town.road.browser()
    stolen = town.lms.launch("student-1", link, thief)
    name = f"cairn-login-{stolen.fields['state'][:32]}"
    victim.cookies.set(name, "the-victims-own-secret", domain="127.0.0.1", path="/lti/")
    refused(town, send(stolen, victim), code="browser_other")


UNFIT: dict[str, dict[str, str | None]] = {
    "no state": {"state": None},
    "no id_token": {"id_token": None},
    "made-up state": {"state": "made-up"},
    "empty token": {"id_token": ""},
    "token of two parts": {"id_token": "a.b"},
    "token of odd letters": {"id_token": "½.½.½"},
    "token of one part": {"id_token": "hello"},
}


@pytest.mark.parametrize("case", UNFIT)
def test_unfit_launch_form(town: Town, link: str, case: str) -> None:
    browser = town.road.browser()
    form = town.lms.launch("student-1", link, browser)
    fields = {name: value for name, value in {**form.fields, **UNFIT[case]}.items() if value is not None}
    refused(town, send(replace(form, fields=fields), browser))


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
@pytest.mark.parametrize("field", ["state", "id_token"])
def test_form_with_a_field_twice(town: Town, link: str, field: str, first: bool) -> None:
    browser = town.road.browser()
    form = town.lms.launch("student-1", link, browser)
    second = (field, "something else")
    doubled = [second, *form.fields.items()] if first else [*form.fields.items(), second]
    refused(town, browser.post(form.action, data=doubled, timeout=10), code="parameter_twice")


def test_empty_launch(town: Town) -> None:
    refused(town, town.road.browser().post(f"{town.road.tool_url}/lti/launch", timeout=10))


def test_launch_address_typed_by_hand(town: Town) -> None:
    refused(town, town.road.browser().get(f"{town.road.tool_url}/lti/launch", timeout=10))


def test_error_from_the_lms(town: Town, link: str) -> None:
    browser = town.road.browser()
    form = town.lms.launch("student-1", link, browser)
    said = {"error": "login_required", "error_description": "Please sign in <b>again</b>.", **form.fields}
    said.pop("id_token")
    page = send(replace(form, fields=said), browser)
    words = refused(town, page, code="platform_said_no")
    assert "login_required" in words
    assert "<b>again" not in page.text


# --- installations that are not at work ---------------------------------------------------------------------------


@pytest.fixture
def paused(town: Town) -> Any:
    """The registration is paused during the case."""
    with town.road.db.writing() as session:
        number = registering.listing(session)[0].id
        registering.pause(session, number, utc_now())
    yield
    with town.road.db.writing() as session:
        registering.approve(session, number, utc_now())


@pytest.mark.usefixtures("paused")
def test_login_of_a_paused_registration(town: Town) -> None:
    refused(town, begin(town), code="platform_paused", status=403)


def test_registration_paused_between_login_and_launch(
    town: Town, link: str, request: pytest.FixtureRequest
) -> None:
    browser = town.road.browser()
    form = town.lms.launch("student-1", link, browser)
    request.getfixturevalue("paused")
    refused(town, send(form, browser), code="platform_paused")


# --- login CSRF where no cookie comes back ------------------------------------------------------------------------


def login_with_storage(town: Town) -> tuple[requests.Session, dict[str, str]]:
    """Begin a login in a frame of an LMS that keeps data. Returns the browser and what the page holds."""
    browser = town.road.browser()
    page = browser.post(
        f"{town.road.tool_url}/lti/login",
        data=login_parameters(town, lti_storage_target="lti_storage"),
        headers={"Sec-Fetch-Dest": "iframe"},
        timeout=10,
    )
    assert page.status_code == 200
    return browser, dict(re.findall(r'data-(\w+)="([^"]*)"', html.unescape(page.text)))


def test_login_page_hands_the_secret_to_one_frame_of_one_origin(town: Town) -> None:
    _browser, held = login_with_storage(town)
    assert held["target"] == "lti_storage"
    assert held["origin"] == town.road.lms_url
    assert held["next"].startswith(f"{town.road.lms_url}/auth?")


@pytest.fixture
def stolen(town: Town, link: str) -> LaunchForm:
    """A thief's own launch, with the secret his own browser knows."""
    thief = town.road.browser()
    form = town.lms.launch("student-1", link, thief)
    name = f"cairn-login-{form.fields['state'][:32]}"
    secret = next(one.value for one in thief.cookies if one.name == name)
    return replace(form, fields={**form.fields, "kept": str(secret)})


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "http://127.0.0.1.evil.example"])
def test_secret_in_a_foreign_form_proves_nothing(town: Town, stolen: LaunchForm, origin: str | None) -> None:
    victim = town.road.browser()
    headers = {"Origin": origin} if origin else {}
    page = victim.post(stolen.action, data=stolen.fields, headers=headers, timeout=10)
    refused(town, page, code="no_cookies", status=403)


def test_secret_from_our_own_page_lets_in_once(town: Town, stolen: LaunchForm) -> None:
    browser, own = town.road.browser(), {"Origin": town.road.tool_url}
    page = browser.post(stolen.action, data=stolen.fields, headers=own, timeout=10)
    assert page.status_code == 200
    assert visits_of(page)
    again = browser.post(stolen.action, data=stolen.fields, headers=own, timeout=10)
    refused(town, again)


def test_wrong_secret_from_our_own_page(town: Town, stolen: LaunchForm) -> None:
    fields = {**stolen.fields, "kept": "something else"}
    page = town.road.browser().post(stolen.action, data=fields, headers={"Origin": town.road.tool_url}, timeout=10)
    refused(town, page, code="browser_other")


@pytest.mark.parametrize("name", ["iss", "target_link_uri", "client_id"])
def test_login_with_a_parameter_twice(town: Town, name: str) -> None:
    doubled = [(name, "https://evil.example/"), *login_parameters(town).items()]
    page = town.road.browser().post(
        f"{town.road.tool_url}/lti/login", data=doubled, allow_redirects=False, timeout=10
    )
    refused(town, page)
