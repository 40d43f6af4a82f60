"""Visits that no cookie carries, visits that last while they are used, and words that came too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from clock import Clock
from learner import Learner
from lti_tool.store.tables import LaunchRow
from school import School
from web.visits import Browser, Enter

OWN = {"Origin": "http://127.0.0.1:8000"}
LOGIN = {
    "iss": "https://lms.example",
    "client_id": "cairn",
    "login_hint": "hint-7",
    "target_link_uri": "http://127.0.0.1:8000/lti/launch",
    "lti_storage_target": "lti_storage",
}


def bare(app: Flask, browser: Browser) -> tuple[FlaskClient, str]:
    """A client without cookies, and the secret of the visit."""
    cookie = browser.client.get_cookie("cairn", path=browser.base)
    assert cookie is not None
    return app.test_client(), cookie.value


def test_a_header_opens_the_visit_and_its_forms(app: Flask, enter: Enter, learner: Learner) -> None:
    learner.start()
    student = enter()
    client, secret = bare(app, student)
    header = {"X-Cairn-Visit": secret, "X-Cairn": "page"}
    page = client.get(f"{student.base}me", headers=header)
    assert page.status_code == 200
    assert page.text.startswith("<main")
    assert secret not in page.text
    sent = {"goal": "Bake", "token": student.token()}
    assert client.post(f"{student.base}goals", data={**sent, "token": ""}, headers=header).status_code == 403
    assert client.post(f"{student.base}goals", data=sent, headers=header).status_code == 303
    assert "Bake" in client.get(f"{student.base}goals", headers=header).text


def test_a_wrong_header_is_not_mended_by_a_cookie(enter: Enter) -> None:
    student = enter()
    assert student.get(headers={"X-Cairn-Visit": "made-up"}).status_code == 401


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_secret_in_a_foreign_form_opens_nothing(app: Flask, enter: Enter, headers: dict[str, str]) -> None:
    student = enter()
    client, secret = bare(app, student)
    sent = {"goal": "x", "token": student.token(), "visit": secret}
    assert client.post(f"{student.base}goals", data=sent, headers=headers).status_code == 401
    assert client.post(f"{student.base}goals", data=sent, headers=OWN).status_code == 303


def test_a_secret_in_an_address_opens_nothing(app: Flask, enter: Enter) -> None:
    student = enter()
    client, secret = bare(app, student)
    assert client.get(student.base, query_string={"visit": secret}).status_code == 401


def test_a_page_without_any_sign_lets_its_script_carry_on(app: Flask, enter: Enter) -> None:
    student = enter()
    page = app.test_client().get(f"{student.base}me")
    assert page.status_code == 401
    assert f'data-visit="" data-path="{student.base}"' in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_page_carried_by_a_cookie_holds_no_secret(app: Flask, enter: Enter) -> None:
    teacher = enter("teacher")
    _, secret = bare(app, teacher)
    page = teacher.text()
    assert secret not in page
    assert "carry.js" not in page


def test_storage_is_asked_only_where_the_browser_has_not_kept_a_cookie_yet(app: Flask, school: School) -> None:
    client, frame = app.test_client(), {"Sec-Fetch-Dest": "iframe"}
    first = client.post("/lti/login", data=LOGIN, headers=frame)
    assert 'data-way="keep"' in first.text
    assert client.post("/lti/login", data=LOGIN, headers=frame).status_code == 303
    alone = app.test_client().post("/lti/login", data=LOGIN, headers={"Sec-Fetch-Dest": "document"})
    assert alone.status_code == 303


def test_the_lms_is_asked_what_it_can_where_no_cookie_came_back_and_no_frame_was_named(
    app: Flask, school: School
) -> None:
    frame = {"Sec-Fetch-Dest": "iframe"}
    plain = {name: value for name, value in LOGIN.items() if name != "lti_storage_target"}
    first = app.test_client().get("/lti/login", query_string=plain, headers=frame)
    assert (first.status_code, "data-discover" in first.text) == (303, False)
    stuck = app.test_client().get(first.headers["Location"], headers=frame)
    assert stuck.status_code == 403
    assert "data-discover" in stuck.text
    asked = app.test_client().get("/lti/login", query_string={**LOGIN, "tried": "1"}, headers=frame)
    assert asked.status_code == 403
    assert "data-discover" not in asked.text, (
        "a frame was named, and it kept nothing: asking again would go in circles"
    )


@pytest.mark.parametrize("target", ["a b", '"><script>', "x" * 200, "{}"])
def test_a_strange_storage_target_is_not_used(app: Flask, school: School, target: str) -> None:
    sent = {**LOGIN, "lti_storage_target": target}
    page = app.test_client().post("/lti/login", data=sent, headers={"Sec-Fetch-Dest": "iframe"})
    assert 'data-target=""' in page.text


# --- how long a visit lasts ---------------------------------------------------------------------------------------


@pytest.fixture
def begun(school: School, clock: Clock, enter: Enter) -> Browser:
    """A student's visit that began just now, for twelve hours."""
    student = enter()
    launch_id = student.base.split("/")[2]
    with school.db.writing() as session:
        wanted = update(LaunchRow).where(LaunchRow.id == launch_id)
        end = clock().replace(microsecond=0)
        session.execute(wanted.values(created_at=end, expires_at=end + timedelta(hours=12)))
    return student


def test_a_visit_lasts_while_it_is_used(begun: Browser, clock: Clock) -> None:
    for _ in range(4):
        clock.pass_by(hours=11)
        assert begun.get("welcome").status_code == 200
    clock.pass_by(hours=12.1)
    assert begun.get("welcome").status_code == 401


def test_a_visit_has_a_last_day(begun: Browser, clock: Clock) -> None:
    for _ in range(15):
        clock.pass_by(hours=11)
        assert begun.get("welcome").status_code == 200
    clock.pass_by(hours=4)
    assert begun.get("welcome").status_code == 401


def test_what_was_written_into_an_ended_visit_can_be_copied(begun: Browser, clock: Clock) -> None:
    token = begun.token()
    clock.pass_by(hours=13)
    sent = {"goal": "Share <b>pizza</b> fairly", "token": token}
    page = begun.client.post(f"{begun.base}goals", data=sent, headers=OWN)
    assert page.status_code == 401
    assert "Share &lt;b&gt;pizza&lt;/b&gt; fairly" in page.text
    foreign = begun.client.post(f"{begun.base}goals", data=sent, headers={"Origin": "https://evil.example"})
    assert "pizza" not in foreign.text
