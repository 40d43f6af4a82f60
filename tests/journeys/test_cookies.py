"""Cookies in frames: what the browser really does here, and that the tool works either way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect
from werkzeug.serving import make_server

from conformance.cases import Town
from journeys.conftest import OpenWindow
from journeys.screens import click, fill_in, in_course, press, question, tool_frame

MODES = ("blocked", "allowed")


def _two_cookies(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """On any host: a page with a frame of 127.0.0.1, which sets two cookies and shows which came back."""
    port = environ["HTTP_HOST"].split(":")[1]
    if environ["PATH_INFO"] == "/":
        start_response("200 OK", [("Content-Type", "text/html")])
        return [f'<iframe name="other" src="http://127.0.0.1:{port}/set"></iframe>'.encode()]
    if environ["PATH_INFO"] == "/set":
        manners = "Secure; SameSite=None; Path=/"
        cookies = [("Set-Cookie", f"plain=1; {manners}"), ("Set-Cookie", f"parted=1; {manners}; Partitioned")]
        start_response("303 See Other", [("Location", "/echo"), *cookies])
        return [b""]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"came: {environ.get('HTTP_COOKIE', '')}".encode()]


@pytest.fixture(scope="module")
def cookie_site() -> Iterator[str]:
    """The address of a page on `localhost` with a frame of `127.0.0.1`."""
    server = make_server("127.0.0.1", 0, _two_cookies, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.port}/"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


WHAT_COMES_BACK = {"blocked": "came: parted=1", "allowed": "came: plain=1; parted=1"}


@pytest.mark.parametrize("cookies", MODES)
def test_the_browser_does_what_these_journeys_say(open_window: OpenWindow, cookie_site: str, cookies: str) -> None:
    page = open_window(cookies=cookies)
    page.goto(cookie_site)
    expect(page.frame_locator("iframe").locator("body")).to_have_text(WHAT_COMES_BACK[cookies])


@pytest.mark.parametrize("cookies", MODES)
def test_a_student_gets_in_and_on(
    open_window: OpenWindow, town: Town, fractions: str, newcomer: str, cookies: str
) -> None:
    page = open_window(cookies=cookies)
    frame = in_course(town, page, newcomer, fractions)
    press(frame, "Skip this")
    expect(frame.get_by_role("heading", name="A few questions first")).to_be_visible()
    item = question(frame)
    fill_in(frame, item)
    press(frame, "Check")
    expect(frame.locator('input[name="item"]').first).not_to_have_value(str(item.id))


@pytest.mark.parametrize("cookies", MODES)
def test_teacher_and_student_side_by_side(
    open_window: OpenWindow, town: Town, fractions: str, newcomer: str, cookies: str
) -> None:
    first = open_window(cookies=cookies)
    teacher = in_course(town, first, "teacher", fractions)
    expect(teacher.get_by_role("heading", name="Needs you today")).to_be_visible()
    second = first.context.new_page()
    student = in_course(town, second, newcomer, fractions)
    press(student, "Skip this")
    press(student, "Skip these questions")
    click(teacher.get_by_role("link", name="Grades"))
    expect(teacher.get_by_role("heading", level=1)).to_have_text("Grades")
    press(student, "Start")
    expect(student.get_by_role("link", name="Next steps")).to_be_visible()
    click(teacher.get_by_role("link", name="Class", exact=True))
    expect(teacher.get_by_role("heading", name="Needs you today")).to_be_visible()


def _without_cookie(route: Route) -> None:
    """Send the request on as the browser would, and drop the cookies of the answer."""
    answer = route.fetch(headers={**route.request.headers, "sec-fetch-dest": "iframe"}, max_redirects=0)
    kept = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    route.fulfill(status=answer.status, headers=kept, body="")


def test_without_any_cookie_a_tab_of_its_own_is_offered(
    open_window: OpenWindow, town: Town, fractions: str, newcomer: str
) -> None:
    """Some browsers keep no cookie in frames at all: here the one of the login never arrives."""
    page = open_window()
    page.route("**/lti/login", _without_cookie)
    page.goto(f"{town.road.lms_url}/as/{newcomer}?next=/activity/{fractions}")
    frame = page.frame_locator("iframe.tool")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Your browser did not let Cairn remember you")
    with page.expect_popup() as opening:
        click(frame.get_by_role("link", name="Open in a new tab"))
    tab = opening.value
    tab.wait_for_url("**/l/**")
    expect(tab.get_by_role("button", name="Skip this")).to_be_visible()
    assert tool_frame(page)
