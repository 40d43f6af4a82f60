"""A teacher copies the course for a new term and opens the activity in it."""

from __future__ import annotations

import io
from pathlib import Path

from playwright.sync_api import expect

from conformance.cases import Town
from journeys.conftest import OpenWindow
from journeys.screens import at_all_widths, in_own_tab, press
from road import open_road


def test_the_teacher_of_a_copied_course(open_window: OpenWindow, tmp_path: Path) -> None:
    with open_road(tmp_path, class_size=2, http_timeout_seconds=5.0) as road:
        town = Town(road=road.install(), log=io.StringIO())
        activity = town.road.place(points=10.0)
        page = in_own_tab(town, open_window(), "teacher", activity)
        page.goto(f"{road.lms_url}/course")
        page.get_by_text("New term").click()
        press(page, "Copy the course")
        copied = str(town.lms.activities()[0]["id"])
        assert copied != activity
        page = in_own_tab(town, page, "teacher", copied)
        expect(page.get_by_role("heading", name="Copied from last term")).to_be_visible()
        at_all_widths(page, "teacher", "copied-course")
        press(page, "Keep it")
        expect(page.get_by_role("status")).to_contain_text("Kept as it is")
