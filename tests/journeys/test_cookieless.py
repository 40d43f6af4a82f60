"""Launching and working where the browser keeps no cookies for pages in a frame, way by way."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from sqlalchemy import update

from conformance.cases import Town
from journeys.browsers import without_cookies, without_partitions
from journeys.conftest import THREE_IN_A_ROW, OpenWindow
from journeys.screens import (
    WIDTHS,
    check_page,
    click,
    fill_in,
    in_course,
    photograph,
    press,
    question,
    tick,
    tool_frame,
    visit_address,
)
from lti_tool.store.tables import LaunchRow
from lti_tool.telemetry import configure_logging
from road import open_road, utc_now

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


def _kept(page: Page) -> str | None:
    """How many values the LMS's window keeps."""
    keepers = [one for one in page.frames if one.evaluate("'kept' in document.documentElement.dataset")]
    return keepers[0].evaluate("document.documentElement.dataset.kept") if keepers else None


@pytest.mark.parametrize("manner", ["proper", "parent", "announced"])
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
    assert _kept(page) == "0", "a secret that was used is kept no longer"
    click(frame.get_by_role("link", name="Next steps"))
    click(frame.get_by_role("link", name="My learning"))
    expect(frame.get_by_role("heading", level=1)).to_have_text("My learning")


def test_storage_that_loads_more_slowly_than_the_tool_is_waited_for(
    open_window: OpenWindow, bare: Town, places: dict[str, str]
) -> None:
    _storage(bare, "late")
    frame = _open(bare, open_window(), bare.newcomer(), _activity(bare, places))
    expect(frame.get_by_role("button", name="Skip this")).to_be_visible()


GOAL = "What would you like to be able to do?"


def _type_goal(frame: FrameLocator, words: str) -> None:
    """From the page of one's learning to that of goals, and type one."""
    click(frame.get_by_role("link", name="Set a goal, look back"))
    frame.get_by_label(GOAL).fill(words)


def test_reload_and_back_find_the_visit_again(open_window: OpenWindow, bare: Town, places: dict[str, str]) -> None:
    _storage(bare, "proper")
    page = open_window()
    frame = _open(bare, page, bare.newcomer(), _activity(bare, places))
    _work_a_little(frame)
    click(frame.get_by_role("link", name="Next steps"))
    click(frame.get_by_role("link", name="My learning"))
    expect(frame.get_by_role("heading", level=1)).to_have_text("My learning")
    tool_frame(page).evaluate("location.reload()")
    expect(frame.get_by_role("heading", level=1)).to_have_text("My learning")
    _type_goal(frame, "Bake for seven")
    press(frame, "This is my goal")
    expect(frame.get_by_role("heading", name="Bake for seven")).to_be_visible()
    tool_frame(page).evaluate("history.back()")
    expect(frame.get_by_role("link", name="My learning")).to_be_visible()
    page.reload()
    expect(frame.get_by_role("link", name="My learning")).to_be_visible()


def test_a_teacher_works_through_the_header_too(
    open_window: OpenWindow, bare: Town, places: dict[str, str]
) -> None:
    activity = _activity(bare, places)
    _storage(bare, "proper")
    page = open_window()
    frame = _open(bare, page, "teacher", activity)
    click(frame.get_by_role("link", name="Change"))
    expect(frame.get_by_role("heading", level=1)).to_have_text("What counts as mastered")
    tick(frame.locator('input[name="preset"][value="own"]'))
    tick(frame.locator("#kind-streak"))
    frame.locator('input[name="streak.n"]').fill("4")
    press(frame, "See what would change")
    expect(frame.get_by_role("button", name="Put in force")).to_be_visible()
    if frame.locator("#agreed input").count():
        tick(frame.locator("#agreed input"))
    press(frame, "Put in force")
    expect(frame.get_by_role("link", name="Undo: back to the rule before")).to_be_visible()
    for name in ("Grades", "Class"):
        click(frame.get_by_role("link", name=name, exact=True).first)
        expect(frame.locator("nav [aria-current=page]")).to_have_text(name)
    click(frame.get_by_role("link", name="Groups"))
    press(frame, "Make groups")
    expect(frame.get_by_role("heading", name="Who could work together now")).to_be_visible()
    expect(frame.get_by_label("Students in a group")).to_have_value("3")


def test_the_picker_hands_its_choice_over_without_cookies(open_window: OpenWindow, bare: Town) -> None:
    _storage(bare, "proper")
    page = open_window()
    page.goto(f"{bare.road.lms_url}/as/teacher?next=/add/{bare.road.client_id}")
    frame = page.frame_locator("iframe.tool")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Add to your course")
    tick(frame.locator('input[name="part"]').first)
    frame.get_by_label("Points for all of it").fill("many")
    press(frame, "Add")
    expect(frame.locator("[aria-invalid=true], .bad").first).to_be_visible()
    frame.get_by_label("Points for all of it").fill("7")
    before = len(bare.lms.gradebook())
    press(frame, "Add")
    page.wait_for_url("**/course**")
    assert len(bare.lms.gradebook()) > before


@pytest.mark.parametrize("manner", ["silent", "foreign", "refusing", "missing"])
def test_storage_that_does_not_keep_falls_through_to_the_cookie(
    open_window: OpenWindow, town: Town, fractions: str, manner: str
) -> None:
    _storage(town, manner)
    try:
        page = open_window()
        frame = _open(town, page, town.newcomer(), fractions)
        expect(frame.get_by_role("button", name="Skip this")).to_be_visible()
        assert [one for one in page.context.cookies() if one["name"] == "cairn"], "a cookie carries this visit"
    finally:
        _storage(town, None)


@pytest.mark.parametrize("manner", [None, "silent", "foreign", "refusing", "missing"])
def test_with_nobody_to_keep_it_the_new_tab_works_and_comes_back(
    open_window: OpenWindow, bare: Town, places: dict[str, str], manner: str | None
) -> None:
    activity = _activity(bare, places)
    _storage(bare, manner)
    page = open_window()
    frame = _open(bare, page, bare.newcomer(), activity)
    expect(frame.get_by_role("heading", level=1)).to_have_text(NOBODY)
    with page.expect_popup() as opening:
        click(frame.get_by_role("link", name="Open in a new tab"))
    tab = opening.value
    tab.wait_for_url("**/l/**")
    press(tab, "Skip this")
    expect(tab.get_by_role("heading", name="A few questions first")).to_be_visible()
    tab.get_by_role("link", name="Back to the course").click()
    tab.wait_for_url(f"{bare.road.lms_url}/**")


def _be_there_once(page: Page, town: Town) -> None:
    """Browsers give access only to a site one has met as a page of its own."""
    page.goto(f"{town.road.tool_url}/")
    page.locator("main").click()


def _say_yes(page: Page, town: Town) -> None:
    """Answer the browser's question as a person would; a browser without a screen asks nobody."""
    assert page.context.browser is not None
    target = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    answer = {
        "permission": {"name": "storage-access"},
        "setting": "granted",
        "origin": town.road.lms_url,
        "embeddedOrigin": town.road.tool_url,
        "browserContextId": target["browserContextId"],
    }
    page.context.browser.new_browser_cdp_session().send("Browser.setPermission", answer)


def test_a_browser_that_knows_no_partitions_gets_in_by_storage_access(
    open_window: OpenWindow, old: Town, places: dict[str, str]
) -> None:
    activity = _activity(old, places)
    _storage(old, None)
    page = open_window(cookies="blocked")
    _be_there_once(page, old)
    frame = _open(old, page, old.newcomer(), activity)
    expect(frame.get_by_role("heading", level=1)).to_have_text(NOBODY)
    _say_yes(page, old)
    press(frame, "Allow cookies here")
    expect(frame.get_by_role("button", name="Skip this")).to_be_visible()
    _work_a_little(frame)
    tool_frame(page).evaluate("location.reload()")
    expect(frame.get_by_role("link", name="Next steps")).to_be_visible()


def test_a_browser_that_says_no_is_told_and_the_tab_remains(
    open_window: OpenWindow, old: Town, places: dict[str, str]
) -> None:
    activity = _activity(old, places)
    _storage(old, None)
    page = open_window(cookies="blocked")
    frame = _open(old, page, old.newcomer(), activity)
    press(frame, "Allow cookies here")
    expect(frame.get_by_role("status")).to_have_text("Your browser said no. Open a new tab instead.")
    expect(frame.get_by_role("link", name="Open in a new tab")).to_be_visible()


def _end_visit(town: Town, page: Page) -> None:
    """Twelve hours go by for the visit in the frame."""
    launch_id = visit_address(tool_frame(page)).split("/l/")[1].rstrip("/")
    with town.road.db.writing() as session:
        session.execute(update(LaunchRow).where(LaunchRow.id == launch_id).values(expires_at=utc_now()))


@pytest.mark.parametrize("carrier", ["header", "cookie"])
def test_when_the_visit_ends_what_is_typed_stays(
    request: pytest.FixtureRequest, open_window: OpenWindow, places: dict[str, str], carrier: str
) -> None:
    town: Town = request.getfixturevalue("bare" if carrier == "header" else "town")
    activity = _activity(town, places)
    _storage(town, "proper" if carrier == "header" else None)
    page = open_window()
    frame = _open(town, page, town.newcomer(), activity)
    press(frame, "Skip this")
    press(frame, "Skip these questions")
    click(frame.get_by_role("link", name="My learning"))
    _type_goal(frame, "Share a pizza fairly")
    _end_visit(town, page)
    press(frame, "This is my goal")
    expect(frame.get_by_text("Your visit has ended.").first).to_be_visible()
    kept = frame.get_by_label(GOAL) if carrier == "header" else frame.get_by_role("blockquote")
    if carrier == "header":
        expect(kept).to_have_value("Share a pizza fairly")
    else:
        expect(kept).to_have_text("Share a pizza fairly")


@pytest.mark.parametrize("carrier", ["header", "cookie"])
def test_two_students_in_one_browser_stay_themselves(
    request: pytest.FixtureRequest, open_window: OpenWindow, places: dict[str, str], carrier: str
) -> None:
    town: Town = request.getfixturevalue("bare" if carrier == "header" else "town")
    activity = _activity(town, places)
    _storage(town, "proper" if carrier == "header" else None)
    first = open_window()
    one = _open(town, first, town.newcomer(), activity)
    second = first.context.new_page()
    other = _open(town, second, town.newcomer(), activity)
    both = ((first, one, "Bake for seven"), (second, other, "Build a kite"))
    for page, frame, goal in both:
        page.bring_to_front()
        press(frame, "Skip this")
        press(frame, "Skip these questions")
        click(frame.get_by_role("link", name="My learning"))
        _type_goal(frame, goal)
        press(frame, "This is my goal")
        expect(frame.get_by_role("heading", name=goal)).to_be_visible()
    for page, frame, goal in both:
        page.bring_to_front()
        tool_frame(page).evaluate("location.reload()")
        expect(frame.get_by_role("heading", name=goal)).to_be_visible()


def test_a_teachers_view_and_a_students_view_never_mix_without_cookies(
    open_window: OpenWindow, bare: Town, places: dict[str, str]
) -> None:
    activity = _activity(bare, places)
    _storage(bare, "proper")
    first = open_window()
    teacher = _open(bare, first, "teacher", activity)
    second = first.context.new_page()
    student = _open(bare, second, bare.newcomer(), activity)
    press(student, "Skip this")
    click(teacher.get_by_role("link", name="Grades"))
    expect(teacher.get_by_role("heading", level=1)).to_have_text("Grades")
    press(student, "Skip these questions")
    expect(student.get_by_role("button", name="Start").first).to_be_visible()
    tool_frame(first).evaluate("location.reload()")
    expect(teacher.get_by_role("heading", level=1)).to_have_text("Grades")


def test_the_pages_of_a_launch_without_cookies(open_window: OpenWindow, old: Town, places: dict[str, str]) -> None:
    """As they look: the ways that are left, in a narrow and a wide frame."""
    _storage(old, None)
    page = open_window()
    frame = _open(old, page, old.newcomer(), _activity(old, places))
    expect(frame.get_by_role("heading", level=1)).to_have_text(NOBODY)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        photograph(page, "anybody", "no-cookies", width)
        check_page(tool_frame(page), f"no cookies, {width} px")
