"""What people see beyond the words: one row of tabs, times by their own clock, names of any kind, wide and narrow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from conformance.cases import Town
from conformance.pupils import item_of, pupil
from journeys.conftest import OpenWindow
from journeys.screens import WIDTHS, at_all_widths, in_own_tab, visit_address
from lti_tool.learning.activities import ItemKind

TABS = ".tabs a"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_tabs_are_one_row_and_show_where_we_are(
    open_window: OpenWindow, strict_chromium: Browser, town: Town, fractions: str, scripts: bool
) -> None:
    first = in_own_tab(town, open_window(), "teacher", fractions)
    known = first.context.storage_state()
    context = strict_chromium.new_context(
        storage_state=known, java_script_enabled=scripts, viewport={"width": 320, "height": 900}
    )
    page = context.new_page()
    page.goto(visit_address(first) + "rules")
    tops = page.locator(TABS).evaluate_all("all => [...new Set(all.map(one => one.offsetTop))]")
    assert len(tops) == 1
    expect(page.locator(TABS, has_text="Rules")).to_be_in_viewport(ratio=1)
    page.locator(TABS, has_text="Class").focus()
    expect(page.locator(TABS, has_text="Class")).to_be_in_viewport(ratio=0.9)
    context.close()


def test_times_are_told_by_the_readers_own_clock(strict_chromium: Browser, town: Town, fractions: str) -> None:
    one = pupil(town, fractions)
    one.practise(1)
    for zone, country in (("Pacific/Kiritimati", "de-DE"), ("America/Denver", "en-US")):
        context = strict_chromium.new_context(timezone_id=zone, locale=country)
        page = in_own_tab(town, context.new_page(), "teacher", fractions)
        page.goto(f"{visit_address(page)}learner/{one.visit.person_id}")
        shown = page.locator("time").first
        exact = shown.evaluate("one => new Date(one.dateTime).toLocaleTimeString('en', {timeStyle: 'short'})")
        expect(shown).to_have_attribute("title", re.compile(re.escape(exact)))
        page.goto(visit_address(page) + "observe")
        today = page.evaluate("() => new Intl.DateTimeFormat('sv').format(new Date())")
        expect(page.get_by_label("Day")).to_have_value(today)
        expect(page.get_by_label("Day")).to_have_attribute("max", today)
        context.close()


def test_days_in_reasons_are_the_readers_days(strict_chromium: Browser, town: Town, fractions: str) -> None:
    """Fourteen hours before UTC and ten behind: in one of them it is another day now."""
    one = pupil(town, fractions)
    one.practise(7)
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"):
        context = strict_chromium.new_context(timezone_id=zone, locale="en-US")
        page = in_own_tab(town, context.new_page(), "teacher", fractions)
        page.goto(f"{visit_address(page)}learner/{one.visit.person_id}")
        today = page.evaluate("() => new Date().toLocaleDateString('en', { dateStyle: 'medium' })")
        expect(page.get_by_text(f"Mastered on {today}.")).to_be_visible()
        context.close()


def test_paper_says_of_when_it_is_and_can_hang_on_the_wall(
    open_window: OpenWindow, town: Town, fractions: str
) -> None:
    """Printed groups say who works with whom. How far each student is stays on the screen, for the teacher."""
    for one in (pupil(town, fractions), pupil(town, fractions)):
        one.practise(1)
    page = in_own_tab(town, open_window(), "teacher", fractions)
    page.goto(visit_address(page) + "groups?size=2")
    name = page.locator(".groups .needs a").first
    why = page.locator(".groups .needs .why").first
    printed = page.get_by_text("As it stood on")
    expect(why).to_be_visible()
    expect(printed).to_be_hidden()
    today = page.evaluate("() => new Date().toLocaleDateString('en', { dateStyle: 'medium' })")
    page.emulate_media(media="print")
    expect(name).to_be_visible()
    expect(why).to_be_hidden()
    expect(printed).to_contain_text(today)


LONG = "Maria del Carmen Wolfeschlegelsteinhausenbergerdorff"
FROM_RIGHT = "فاطمة الزهراء"


def test_names_of_any_kind_fit(open_window: OpenWindow, town: Town, fractions: str) -> None:
    """Long ones, and ones written from right to left."""
    people = []
    for given, family in ((LONG, "Papadimitriou-Featherstonehaugh"), (FROM_RIGHT, "بن عبد العزيز")):
        one = pupil(town, fractions)
        town.lms.change_person(one.key, given_name=given, family_name=family)
        one.learner.home()
        in_own_tab(town, open_window(), one.key, fractions)
        people.append(one.visit.person_id)
    page = in_own_tab(town, open_window(width=WIDTHS[0]), "teacher", fractions)
    own = visit_address(page)
    page.goto(own + "?sort=visit")
    at_all_widths(page, "teacher", "class-names")
    for person, name in zip(people, ("long", "from-right"), strict=True):
        for path in (f"learner/{person}", f"learner/{person}/skill/equal-parts", f"learner/{person}/arrangements"):
            page.goto(own + path)
            expect(page.get_by_text(LONG if name == "long" else FROM_RIGHT).first).to_be_visible()
            at_all_widths(page, "teacher", f"{path.split('/')[-1]}-{name}")
    for path in ("groups?size=2", "observe", "grades"):
        page.goto(own + path)
        at_all_widths(page, "teacher", f"{path.split('?')[0]}-names")


def test_a_name_of_one_long_word_leaves_the_grades_in_view(
    open_window: OpenWindow, town: Town, fractions: str
) -> None:
    one = pupil(town, fractions)
    town.lms.change_person(one.key, given_name="Llanfair" * 9, family_name="")
    one.learner.home()
    in_own_tab(town, open_window(), one.key, fractions)
    page = in_own_tab(town, open_window(), "teacher", fractions)
    page.goto(visit_address(page) + "grades")
    row = page.get_by_role("row").filter(has_text="Llanfair" * 9)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        row.scroll_into_view_if_needed()
        expect(row.get_by_role("cell").first).to_be_in_viewport(ratio=1)
    expect(row.get_by_role("cell").last).to_be_in_viewport(ratio=1)
    at_all_widths(page, "teacher", "grades-long-word")


def test_each_guide(open_window: OpenWindow, town: Town) -> None:
    page = open_window()
    page.goto(town.road.tool_url + "/install/")
    for place in page.locator(".doors a").evaluate_all("all => all.map(one => one.href)"):
        page.goto(place)
        at_all_widths(page, "installer", "guide-" + place.rstrip("/").split("/")[-1])


@pytest.mark.parametrize("kind", list(ItemKind), ids=lambda kind: kind.value)
def test_what_many_answered_wrong_fits(open_window: OpenWindow, town: Town, fractions: str, kind: ItemKind) -> None:
    """Two students give the same wrong answer, so the report of questions shows it."""
    for one in (pupil(town, fractions), pupil(town, fractions)):
        one.lay(item_of(kind))
        one.learner.wrong()
    page = in_own_tab(town, open_window(), "teacher", fractions)
    page.goto(visit_address(page) + "items?sort=answers")
    row = page.get_by_role("row", name=item_of(kind))
    expect(row.get_by_text(re.compile(r"× \d")).first).to_be_visible()
    at_all_widths(page, "teacher", f"questions-{kind.value}")
