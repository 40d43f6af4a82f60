"""Pages that few people ever see, each on a bad day or only once: they lead on as well as all others."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from werkzeug.exceptions import TooManyRequests

from conformance.cases import Town
from conformance.pupils import Pupil, pupil, visit_of
from journeys.conftest import OpenWindow
from journeys.screens import at_all_widths, heading, in_own_tab, visit_address
from lti_tool.flows import reading_openers, registering, syncing_roster
from lti_tool.lti.values import MessageType
from lti_tool.store import platforms
from lti_tool.store.tables import LaunchRow
from road import open_road, utc_now


def test_installed(open_window: OpenWindow, tmp_path: Path) -> None:
    with open_road(tmp_path / "tool", class_size=1) as road:
        address = registering.invite(road.border, "Hill School", utc_now())
        page = open_window()
        page.goto(str(road.lms.start_registration(tool_url=address)["tool_url"]))
        expect(heading(page)).to_have_text("Cairn is installed")
        at_all_widths(page, "installer", "installed")


def login_address(town: Town) -> str:
    """Where an LMS sends people who open an activity, as if they came from there."""
    with town.road.db.reading() as session:
        (known,) = platforms.registrations(session)
        asked = f"iss={known.issuer}&client_id={known.client_id}&login_hint=1"
    return f"{town.road.tool_url}/lti/login?{asked}&target_link_uri={town.road.tool_url}/lti/launch"


@pytest.mark.parametrize(
    ("status", "title"), [("pending", "Almost there"), ("paused", "This installation is paused")]
)
def test_an_lms_that_may_not_come_in(open_window: OpenWindow, town: Town, status: str, title: str) -> None:
    page = open_window()
    address = login_address(town)
    try:
        _become(town, status)
        page.goto(address)
        expect(heading(page)).to_have_text(title)
        at_all_widths(page, "error", status)
    finally:
        _become(town, "active")


def _become(town: Town, status: str) -> None:
    with town.road.db.writing() as session:
        (known,) = platforms.registrations(session)
        known.status = status


def test_no_cookies_at_all(open_window: OpenWindow, town: Town) -> None:
    page = open_window()
    sent = page.request.get(login_address(town), max_redirects=0).headers["location"]
    page.context.clear_cookies()
    state = parse_qs(urlsplit(sent).query)["state"][0]
    page.set_content(
        f'<form method="post" action="{town.road.tool_url}/lti/launch"><input name="state" value="{state}">'
        '<input name="id_token" value="x.y.z"><button>Go</button></form>'
    )
    page.get_by_role("button", name="Go").click()
    last = page.locator("main:not(:has(#way))")  # The page before it, with this form, asks the browser once more.
    expect(last.get_by_role("heading", name="Your browser keeps no cookies for Cairn")).to_be_visible()
    at_all_widths(page, "error", "no-cookies")


@pytest.mark.parametrize(
    ("failure", "title"),
    [(RuntimeError("broken"), "Something broke on our side"), (TooManyRequests(), "A moment, please")],
    ids=["broken", "too-many"],
)
def test_our_own_bad_days(
    open_window: OpenWindow,
    town: Town,
    fractions: str,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    title: str,
) -> None:
    def fail(*_: object) -> None:
        raise failure

    page = in_own_tab(town, open_window(), "teacher", fractions)
    monkeypatch.setattr("lti_tool.web.people.groups_page.load", fail)
    page.goto(visit_address(page) + "groups")
    expect(heading(page)).to_have_text(title)
    at_all_widths(page, "error", title.split()[0].lower())
    page.get_by_role("link", name="Back to the start").click()
    expect(page.get_by_role("heading", name="Needs you today")).to_be_visible()


def test_what_is_kept(open_window: OpenWindow, town: Town, fractions: str) -> None:
    ada = pupil(town, fractions)
    ada.practise(2)
    page = in_own_tab(town, open_window(), ada.key, fractions)
    _ask_for_privacy(town, ada, page)
    expect(heading(page)).to_have_text("What Cairn keeps about you")
    at_all_widths(page, "student", "privacy")


def _ask_for_privacy(town: Town, ada: Pupil, page: Page) -> None:
    """Open the visit as an LMS would that sends privacy launches."""
    with town.road.db.writing() as session:
        launch = page.url.partition("/l/")[2].split("/")[0]
        session.get_one(LaunchRow, launch).message_type = MessageType.PRIVACY.value
    page.goto(visit_address(page))


def test_an_activity_for_one_group(open_window: OpenWindow, town: Town) -> None:
    activity = town.road.place(part="meaning")
    town.lms.restrict(activity, "group-red")
    visit = visit_of(town, "teacher", activity)
    assert visit.course_id is not None
    assert visit.placement_id is not None
    syncing_roster.sync(town.road.border, visit.course_id, utc_now())
    assert reading_openers.read_one(town.road.border, visit.placement_id, utc_now())
    page = in_own_tab(town, open_window(), "teacher", activity)
    page.locator("#elsewhere summary").click()
    expect(page.locator("#elsewhere a").first).to_be_visible()
    at_all_widths(page, "teacher", "elsewhere")
