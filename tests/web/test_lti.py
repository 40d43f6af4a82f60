"""The LMS's doors: login, launch, keys, registration, and what people see when they come by hand."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from clock import Clock
from lti_tool.app import create_app
from lti_tool.flows import registering
from lti_tool.flows.registering import Registered
from lti_tool.settings import Settings
from lti_tool.web.house import house
from lti_tool.web.lti import asked_for
from school import School

LOGIN = {
    "iss": "https://lms.example",
    "client_id": "cairn",
    "login_hint": "hint-7",
    "lti_message_hint": "message 7",
    "target_link_uri": "http://127.0.0.1:8000/lti/launch",
}


def begin(client: FlaskClient, method: str = "get") -> tuple[str, str]:
    """Begin a login. Returns the state and the cookie as the browser was told it."""
    sent: dict[str, Any] = {"query_string": LOGIN} if method == "get" else {"data": LOGIN}
    answer = getattr(client, method)("/lti/login", **sent)
    assert answer.status_code == 303
    state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
    return state, answer.headers["Set-Cookie"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_login_binds_the_browser_with_a_cookie_fit_for_frames(client: FlaskClient, method: str) -> None:
    _, cookie = begin(client, method)
    words = {word.strip() for word in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Partitioned", "SameSite=None", "Path=/lti/"} <= words
    assert "Max-Age=600" in words


def test_two_tabs_have_a_cookie_each(client: FlaskClient) -> None:
    names = {begin(client)[1].split("=")[0] for _ in range(2)}
    assert len(names) == 2


def test_on_plain_http_in_a_network_the_cookie_asks_for_less(settings: Settings, school: School) -> None:
    from dataclasses import replace

    app = create_app(replace(settings, base_url="http://school.test:8000"))
    sent = {**LOGIN, "target_link_uri": "http://school.test:8000/lti/launch"}
    cookie = app.test_client().get("/lti/login", query_string=sent).headers["Set-Cookie"]
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie


FRAME = {"Sec-Fetch-Dest": "iframe"}


def test_in_a_frame_cookies_are_tried_before_the_hints_of_the_lms_are_used(client: FlaskClient) -> None:
    first = client.post("/lti/login", data=LOGIN, headers=FRAME)
    assert first.status_code == 303
    assert "Partitioned" in first.headers["Set-Cookie"]
    second = client.get(first.headers["Location"], headers=FRAME)
    assert second.headers["Location"].startswith("https://lms.example/auth")
    third = client.post("/lti/login", data=LOGIN, headers=FRAME)
    assert third.headers["Location"].startswith("https://lms.example/auth")


def test_a_frame_that_keeps_no_cookies_is_offered_a_tab_of_its_own_at_once(app: Flask) -> None:
    first = app.test_client().post("/lti/login", data=LOGIN, headers=FRAME)
    answer = app.test_client().get(first.headers["Location"], headers=FRAME)
    assert answer.status_code == 403
    again = offered(answer.text)
    assert again == LOGIN
    assert app.test_client().get("/lti/login", query_string=again).headers["Location"].startswith("https://lms")


def test_strange_parameters_do_not_bend_the_link(app: Flask) -> None:
    odd = {**LOGIN, "_scheme": "javascript", "_external": "1", "_anchor": "x", "tried": "1"}
    answer = app.test_client().get("/lti/login", query_string=odd, headers=FRAME)
    assert offered(answer.text) == LOGIN


def offered(page: str) -> dict[str, str]:
    """The parameters behind "Open in a new tab"."""
    link = re.search(r'href="(/lti/login\?[^"]+)" target="_blank"', page)
    assert link is not None
    return dict(parse_qsl(urlsplit(unescape(link[1])).query))


def test_a_browser_without_cookies_is_offered_a_tab_of_its_own(app: Flask) -> None:
    state, _ = begin(app.test_client())
    answer = app.test_client().post("/lti/launch", data={"state": state, "id_token": "x.y.z"})
    assert answer.status_code == 403
    assert "Your browser did not let Cairn remember you" in answer.text
    assert 'target="_blank"' in answer.text
    assert offered(answer.text) == LOGIN
    assert "Set-Cookie" not in answer.headers


def test_a_tab_of_its_own_without_cookies_is_not_sent_to_another_one(app: Flask) -> None:
    """The browser keeps none for us at all: a new tab would say the same again, and blame a frame."""
    state, _ = begin(app.test_client())
    sent = {"state": state, "id_token": "x.y.z", "asked": "1"}
    answer = app.test_client().post("/lti/launch", data=sent, headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 403
    assert "Your browser keeps no cookies for Cairn" in answer.text
    assert "Allow cookies for localhost in the settings of your browser." in answer.text
    assert 'target="_blank"' not in answer.text
    assert "in a frame" not in answer.text


def test_a_forged_launch_gets_a_page_with_an_id_and_no_visit(client: FlaskClient) -> None:
    state, _ = begin(client)
    answer = client.post("/lti/launch", data={"state": state, "id_token": "not.a.token"})
    assert 400 <= answer.status_code < 500
    assert "Who can fix it" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert not any(cookie.startswith("cairn=") for cookie in answer.headers.getlist("Set-Cookie"))


def test_an_unknown_lms_is_told_so_in_its_own_frame(client: FlaskClient) -> None:
    answer = client.get("/lti/login", query_string={**LOGIN, "iss": "https://other.example"})
    assert answer.status_code == 404
    assert "does not know this LMS yet" in answer.text
    assert "https:" in answer.headers["Content-Security-Policy"].split("frame-ancestors")[1]


@pytest.mark.parametrize("path", ["/lti/launch", "/lti/picker", "/lti/review"])
def test_doors_opened_by_hand_say_where_to_go(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert "course" in answer.text


def test_an_lms_may_say_no_in_the_address(client: FlaskClient) -> None:
    answer = client.get("/lti/launch?error=login_required&error_description=Sign+in+first&state=x")
    assert answer.status_code == 403
    assert "The LMS says: login_required: Sign in first." in answer.text


def test_keys_are_public_and_may_be_kept_for_minutes(client: FlaskClient) -> None:
    answer = client.get("/lti/jwks")
    assert answer.json["keys"][0]["kty"] == "RSA"
    assert "d" not in answer.json["keys"][0]
    assert answer.headers["Cache-Control"] == "public, max-age=300"


@pytest.fixture
def invite(app: Flask, clock: Clock) -> str:
    """A registration address, without its host."""
    with app.app_context():
        address = registering.invite(house().border, "Hill School", clock())
    return address.removeprefix("http://127.0.0.1:8000")


def test_a_registration_address_opened_by_hand_changes_nothing(client: FlaskClient, invite: str) -> None:
    for _ in range(2):
        answer = client.get(invite)
        assert answer.status_code == 200
        assert "This address belongs in your LMS" in answer.text


def test_an_unknown_invite_is_explained(client: FlaskClient) -> None:
    answer = client.get("/lti/register?invite=guess&openid_configuration=https://lms.example/config")
    assert answer.status_code == 400
    assert "not known here" in answer.text
    assert "operator of this tool can" in answer.text


@pytest.mark.parametrize(("status", "title"), [("active", "Cairn is installed"), ("pending", "waits for approval")])
def test_after_installing_the_page_says_what_was_asked_for_and_can_close(
    client: FlaskClient, invite: str, monkeypatch: pytest.MonkeyPatch, status: str, title: str
) -> None:
    def complete(*asked: object) -> Registered:
        assert asked[2:4] == ("https://lms.example/config", "once")
        scope = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
        return Registered(
            id=1,
            name="Hill",
            issuer="https://lms.example",
            product="moodle",
            client_id="c9",
            status=status,
            scopes=(scope,),
        )

    monkeypatch.setattr(registering, "complete_registration", complete)
    answer = client.get(f"{invite}&openid_configuration=https://lms.example/config&registration_token=once")
    assert title in answer.text
    assert "Sending grades" in answer.text
    assert "press “Activate”" in answer.text, "what is left to do in this LMS"
    assert "data-close" in answer.text


LTI_SCOPE = "https://purl.imsglobal.org/spec/"
GRANTED = {
    "columns may only be looked at": ("lti-ags/scope/lineitem.readonly", "Gradebook columns", "No"),
    "columns may be made": ("lti-ags/scope/lineitem", "Gradebook columns", "Yes"),
    "results": ("lti-ags/scope/result.readonly", "Reading results", "Yes"),
    "the roster": ("lti-nrps/scope/contextmembership.readonly", "The roster", "Yes"),
    "notices": ("lti/scope/noticehandlers", "Notices of copied courses", "Yes"),
    "groups": ("lti-gs/scope/contextgroup.readonly", "Groups of the course", "Yes"),
}


@pytest.mark.parametrize(("scope", "permission", "word"), GRANTED.values(), ids=GRANTED.keys())
def test_what_was_granted_is_told_exactly(app: Flask, scope: str, permission: str, word: str) -> None:
    with app.test_request_context():
        told = {name: granted for name, _why, granted in asked_for((LTI_SCOPE + scope,))}
    assert told[permission] is (word == "Yes")
    assert told["Sending grades"] is False


def test_all_that_will_be_asked_for_is_told_before(client: FlaskClient, invite: str) -> None:
    page = client.get(invite).text
    assert all(permission in page for _scope, permission, _word in GRANTED.values())


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/healthz").json["status"] == "ok"
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "lti-tool migrate" in ready.json["migrations"]
    assert b"cairn_launches_total" in client.get("/metrics").data


def test_ready_once_the_database_has_its_shape(settings: Settings) -> None:
    from dataclasses import replace

    from lti_tool.store import migrating

    fresh = replace(settings, data_dir=settings.data_dir / "fresh")
    migrating.upgrade(fresh.database)
    assert create_app(fresh).test_client().get("/readyz").status_code == 200


def test_the_front_page_says_what_this_is(client: FlaskClient) -> None:
    assert "Mastery checks, playlists and trustworthy grades" in client.get("/").text


def test_an_address_that_leads_nowhere_is_a_friendly_page(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
    assert "This page is not here" in client.get("/nowhere").text
    assert client.get("/lti/nothing").status_code == 404
    answer = client.delete("/lti/login")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
