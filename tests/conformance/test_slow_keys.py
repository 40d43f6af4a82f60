"""A class opens an activity of an LMS that takes seconds to show its keys, just after the tool was started."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests

from conformance.cases import Town
from road import open_road
from sandbox_platform.browsing import Browser, LaunchForm, only_form, send

CLASS = 10
SECONDS = 2.0


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, log_output: io.StringIO) -> Iterator[Town]:
    with open_road(tmp_path_factory.mktemp("tool"), class_size=1) as road:
        yield Town(road=road.install(), log=log_output)


def test_everybody_who_comes_meanwhile_gets_in_and_the_lms_is_asked_once(town: Town, link: str) -> None:
    town.lms.rotate_keys()
    arriving = []
    for _ in range(CLASS):
        browser = town.road.browser()
        arriving.append((town.lms.signed_launch(town.newcomer(), link, browser), browser))
    town.lms.misbehave("jwks", "slow", seconds=SECONDS)
    town.lms.clear_calls()
    at_once = Barrier(CLASS)

    def come(one: tuple[LaunchForm, Browser]) -> tuple[requests.Response, int]:
        form, browser = one
        at_once.wait(20)
        page, waits = send(form, browser), 0
        while "This page goes on by itself" in page.text and waits < 20:
            assert page.elapsed.total_seconds() < SECONDS, "nobody's page holds a place for long"
            time.sleep(0.3)
            page, waits = send(only_form(page), browser), waits + 1
        return page, waits

    with ThreadPoolExecutor(CLASS) as pool:
        came = list(pool.map(come, arriving))
    assert {page.status_code for page, _ in came} == {200}
    assert all("/l/" in page.url for page, _ in came)
    assert len(town.lms.calls(service="jwks")["calls"]) == 1
    assert any(waits for _, waits in came)


def test_a_launch_still_works_only_once(town: Town, link: str) -> None:
    browser = town.road.browser()
    form = town.lms.signed_launch(town.newcomer(), link, browser)
    assert send(form, browser).status_code == 200
    assert send(form, browser).status_code == 403
