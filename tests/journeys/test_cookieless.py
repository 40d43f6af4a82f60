"""Launching and working where the browser keeps no cookies for pages in a frame, way by way."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from conformance.cases import Town
from journeys.browsers import without_cookies, without_partitions
from journeys.conftest import THREE_IN_A_ROW, OpenWindow
from journeys.screens import fill_in, in_course, press, question, tool_frame
from lti_tool.telemetry import configure_logging
from road import open_road

MODES = ("blocked", "allowed")
NOBODY = "Your browser did not let Cairn remember you"


def _town(folder: object, browser_sees: object) -> Iterator[Town]:
    log = io.StringIO()
    with contextlib.redirect_stderr(log):
        configure_logging("INFO", "json")
    with open_road(folder, class_size=4, browser_sees=browser_sees) as road:  # type: ignore[arg-type]
        yield Town(road=road.install(), log=log)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A school whose browsers keep no cookies in frames at all."""
    yield from _town(tmp_path_factory.mktemp("bare"), without_cookies)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A school whose browsers know no partitioned cookies."""
    yield from _town(tmp_path_factory.mktemp("old"), without_partitions)


@pytest.fixture(scope="module")
def places() -> dict[str, str]:
    """The activity of each school, once it is placed."""
    return {}


def _activity(town: Town, places: dict[str, str]) -> str:
    if town.road.tool_url not in places:
        places[town.road.tool_url] = str(town.road.place(part="meaning", preset=THREE_IN_A_ROW, points=10.0))
    return places[town.road.tool_url]


def _storage(town: Town, manner: str | None) -> None:
    town.lms.set_options(platform_storage=manner is not None, storage_manner=manner or "proper")


def _open(town: Town, page: Page, person: str, activity: str) -> FrameLocator:
    return in_course(town, page, person, activity)


def _work_a_little(frame: FrameLocator) -> None:
    """Welcome, first questions, one answer."""
    press(frame, "Skip this")
    item = question(frame)
    fill_in(frame, item)
    press(frame, "Check")
    expect(frame.locator('input[name="item"]').first).not_to_have_value(str(item.id))
    press(frame, "Skip these questions")
    press(frame, "Start")
    expect(frame.get_by_role("link", name="Next steps")).to_be_visible()


@pytest.mark.parametrize("manner", ["proper", "parent"])
@pytest.mark.parametrize("cookies", MODES)
def test_storage_of_the_lms_and_a_header_carry_the_whole_work(
    open_window: OpenWindow, bare: Town, places: dict[str, str], cookies: str, manner: str
) -> None:
    activity = _activity(bare, places)
    _storage(bare, manner)
    page = open_window(cookies=cookies)
    frame = _open(bare, page, bare.newcomer(), activity)
    expect(frame.get_by_role("button", name="Skip this")).to_be_visible()
    assert "/l/" in tool_frame(page).url
    _work_a_little(frame)
    assert not [one for one in page.context.cookies(bare.road.tool_url) if one["name"] == "cairn"]
    frame.get_by_role("link", name="Next steps").click()
    frame.get_by_role("link", name="My learning").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("My learning")
