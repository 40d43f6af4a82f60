"""One browser and one road for a file of journeys."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from chromium import FLAGS, PATIENCE_MILLISECONDS, chromium_path
from conformance.cases import Town
from lti_tool.learning.rules import PRESETS, Streak
from lti_tool.telemetry import configure_logging
from road import open_road

OpenWindow = Callable[..., Page]
THREE_IN_A_ROW = next(key for key, preset in PRESETS.items() if preset.rule.rule == Streak(n=3))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="module")
def machine() -> Iterator[Playwright]:
    """Playwright, for one file at a time: other files start their own."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def strict_chromium(machine: Playwright) -> Iterator[Browser]:
    """Chromium as it comes: private windows, in which third-party cookies are blocked."""
    browser = machine.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def lenient_chromium(
    machine: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., BrowserContext]]:
    """Starts Chromium with a profile that allows third-party cookies, as schools may set it."""
    opened: list[BrowserContext] = []

    def start(**how: Any) -> BrowserContext:
        profile = tmp_path_factory.mktemp("profile")
        (profile / "Default").mkdir()
        allowed = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
        (profile / "Default" / "Preferences").write_text(json.dumps(allowed))
        context = machine.chromium.launch_persistent_context(
            profile, executable_path=chromium_path(), args=FLAGS, **how
        )
        opened.append(context)
        return context

    yield start
    for context in opened:
        context.close()


@pytest.fixture
def open_window(strict_chromium: Browser, lenient_chromium: Callable[..., BrowserContext]) -> Iterator[OpenWindow]:
    """Opens a browser of somebody's own: `open_window(width=900, cookies="blocked", scripts=True)`."""
    opened: list[BrowserContext] = []

    def start(*, width: int = 900, cookies: str = "blocked", scripts: bool = True) -> Page:
        how: dict[str, Any] = {
            "viewport": {"width": width, "height": 900},
            "java_script_enabled": scripts,
            "reduced_motion": "reduce",
        }
        context = lenient_chromium(**how) if cookies == "allowed" else strict_chromium.new_context(**how)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        opened.append(context)
        return context.new_page()

    yield start
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A school with the tool installed. The log stays readable when something breaks."""
    log = io.StringIO()
    with contextlib.redirect_stderr(log):
        configure_logging("INFO", "json")
    with open_road(tmp_path_factory.mktemp("tool"), class_size=6) as road:
        yield Town(road=road.install(), log=log)


@pytest.fixture(scope="module")
def fractions(town: Town) -> str:
    """An activity on what a fraction is, for ten points, mastered by three right answers in a row."""
    return str(town.road.place(part="meaning", preset=THREE_IN_A_ROW, points=10.0))


@pytest.fixture
def newcomer(town: Town) -> str:
    """A student nobody else uses."""
    return town.newcomer()
