"""A student's road in the frame of the course page: from the first hello to the grade in the gradebook."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from conformance.cases import Town
from conformance.pupils import carry, pupil
from journeys.conftest import OpenWindow
from journeys.screens import (
    Place,
    check_page,
    click,
    fill_in,
    heading,
    in_course,
    in_own_tab,
    press,
    question,
    said,
    tick,
    tool_frame,
    visit_address,
)


def start_working(place: Place) -> None:
    """Past welcome and first questions, by the buttons that skip them."""
    press(place, "Skip this")
    press(place, "Skip these questions")
    expect(place.get_by_role("button", name="Start")).to_be_visible()


def open_question(place: Place) -> None:
    """Take next steps until a question lies on the desk."""
    for _ in range(8):
        press(place, "Start") if place.get_by_role("button", name="Start").count() else press(place, "Carry on")
        expect(place.get_by_role("link", name="Next steps")).to_be_visible()
        if place.locator('input[name="item"]').count():
            return
        click(place.locator('form[action$="/finish"] button').first)
        expect(place.locator('form[action$="/choose"]').first).to_be_visible()
    raise AssertionError("no question came")


def answer_right(place: Place) -> None:
    """Answer the question on the desk, and see that it was right."""
    fill_in(place, question(place))
    press(place, "Check")
    expect(place.get_by_role("heading", name="Correct")).to_be_visible()


def test_the_first_visit(open_window: OpenWindow, town: Town, fractions: str, newcomer: str) -> None:
    page = open_window()
    frame = in_course(town, page, newcomer, fractions)

    # Welcome: interests, favourite ways, a goal.
    expect(heading(frame)).to_have_text(re.compile("Hello"))
    tick(frame.get_by_role("group", name="What do you like?").get_by_role("checkbox").first)
    frame.get_by_label("What would you like to be able to do?").fill("Share a pizza fairly")
    press(frame, "Next")

    # The first questions.
    expect(heading(frame)).to_have_text("A few questions first")
    for _ in range(25):
        expect(frame.locator("main h1")).to_be_visible()
        if heading(frame).inner_text() != "A few questions first":
            break
        item = question(frame)
        fill_in(frame, item, right=False)
        press(frame, "Check")
        expect(frame.locator(f'input[name="item"][value="{item.id}"]')).to_have_count(0)
    else:
        raise AssertionError("the first questions do not end")

    # Where I am, and one thing to do next with its reason.
    expect(frame.get_by_role("button", name="Start")).to_be_visible()
    said(frame, "Your grade in the course: none yet")
    open_question(frame)

    # Wrong: what to look at again. A hint. Then right.
    item = question(frame)
    fill_in(frame, item, right=False)
    press(frame, "Check")
    expect(frame.get_by_role("heading", name="Not yet")).to_be_visible()
    assert len(frame.locator("#result .prose").first.inner_text().strip()) > 10, "feedback says something"
    expect(frame.get_by_role("heading", name="Not yet")).to_be_focused()
    if frame.get_by_role("button", name=re.compile("Hint")).count():
        press(frame, "Hint")
        expect(frame.locator("ol.hints li").first).to_be_visible()
    fill_in(frame, item)
    press(frame, "Check again")
    expect(frame.get_by_role("heading", name="Correct")).to_be_visible()


def test_mastery_and_the_grade_in_the_gradebook(
    open_window: OpenWindow, town: Town, fractions: str, newcomer: str
) -> None:
    page = open_window()
    frame = in_course(town, page, newcomer, fractions)
    start_working(frame)
    open_question(frame)
    for _ in range(3):
        answer_right(frame)
        if frame.get_by_text("Mastered").count():
            break
        click(frame.locator('form[action$="/next"] button'))
        if not frame.locator('input[name="item"]').count():
            click(frame.locator('form[action$="/finish"] button').first)
            open_question(frame)
    said(frame, "Mastered")
    said(frame, "on its way to the course")
    carry(town)
    click(frame.get_by_role("link", name="Next steps"))
    expect(frame.locator("footer")).to_contain_text(
        re.compile(r"Your grade in the course: .+ of 10, sent .*(now|ago)")
    )
    page.goto(f"{town.road.lms_url}/grades")
    column = next(one for one in town.lms.gradebook() if one["activity_id"] == fractions)
    shown = column["grades"][newcomer]["shown"]
    assert shown > 0
    expect(page.locator("main")).to_contain_text(f"{shown:g}"[:4])


def test_reload_and_back_repeat_nothing(open_window: OpenWindow, town: Town, fractions: str, newcomer: str) -> None:
    page = in_own_tab(town, open_window(), newcomer, fractions)
    start_working(page)
    open_question(page)
    item = question(page)
    answer_right(page)
    page.reload()
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    click(page.locator('form[action$="/next"] button'))
    expect(page.get_by_role("heading", name="Correct")).to_have_count(0)
    page.go_back()
    expect(page.locator("main h1")).to_be_visible()
    page.goto(visit_address(page) + "me")
    expect(page.get_by_role("heading", name="My answers")).to_be_visible()
    assert len(answers_of(town, newcomer)) == 1, "one answer, whatever was reloaded"
    assert item


def answers_of(town: Town, key: str) -> list[Any]:
    """What this student answered, from the tool's own books."""
    from lti_tool.store.tables import EvidenceRow, PersonRow

    subject = next(one["user_id"] for one in town.lms.people() if one["key"] == key)
    with town.road.db.reading() as session:
        return (
            session.query(EvidenceRow)
            .join(PersonRow, PersonRow.id == EvidenceRow.person_id)
            .filter(PersonRow.subject == subject)
            .all()
        )


def test_the_same_activity_in_two_tabs(open_window: OpenWindow, town: Town, fractions: str, newcomer: str) -> None:
    """The tab that is behind is told where things stand; nothing counts twice."""
    first = in_own_tab(town, open_window(), newcomer, fractions)
    start_working(first)
    open_question(first)
    second = in_own_tab(town, first.context.new_page(), newcomer, fractions)
    press(second, "Carry on")
    expect(second.locator('input[name="item"]').first).to_be_attached()
    answer_right(first)
    click(first.locator('form[action$="/next"] button'))
    expect(first.get_by_role("heading", name="Correct")).to_have_count(0)
    fill_in(second, question(second))
    press(second, "Check")
    expect(second.locator("main h1")).to_be_visible()
    check_page(second, "a tab that is behind")
    assert len(answers_of(town, newcomer)) == 1


def test_without_scripts(open_window: OpenWindow, town: Town, fractions: str, newcomer: str) -> None:
    page = open_window(scripts=False)
    page.goto(f"{town.road.lms_url}/as/{newcomer}?next=/activity/{fractions}")
    frame = page.frame_locator("iframe.tool")
    press(frame, "Open the activity")
    press(frame, "Continue to the activity")
    start_working(frame)
    open_question(frame)
    item = question(frame)
    fill_in(frame, item, right=False)
    press(frame, "Check")
    expect(frame.get_by_role("heading", name="Not yet")).to_be_visible()
    fill_in(frame, item)
    press(frame, "Check again")
    expect(frame.get_by_role("heading", name="Correct")).to_be_visible()


def focused(page: Page) -> str:
    """What has the keyboard, in words."""
    return str(
        page.evaluate(
            "(e => e.labels?.[0]?.innerText || e.innerText || e.getAttribute('aria-label') || e.tagName)"
            "(document.activeElement)"
        )
    )


def tab_to(page: Page, words: str) -> None:
    """Press Tab until something with these words has the keyboard, and see that this is visible."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if words.lower() in focused(page).lower():
            outline = page.evaluate(
                "(e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).boxShadow])(document.activeElement)"
            )
            assert outline != ["none", "none"], f"{words}: the focus cannot be seen"
            return
    raise AssertionError(f"the keyboard never reached {words}")


def test_with_the_keyboard_only(open_window: OpenWindow, town: Town, fractions: str, newcomer: str) -> None:
    page = in_own_tab(town, open_window(), newcomer, fractions)
    tab_to(page, "Skip this")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("A few questions first")
    tab_to(page, "Skip these questions")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    tab_to(page, "Start")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Next steps")).to_be_visible()
    if page.locator('input[name="item"]').count():
        tab_to(page, "Check")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()  # nothing was chosen: a sentence says so, at once
    else:
        page.locator('form[action$="/finish"] button').first.focus()
        page.keyboard.press("Enter")
        expect(page.locator('form[action$="/choose"]').first).to_be_visible()


def test_an_ended_visit_keeps_what_was_typed(
    open_window: OpenWindow, town: Town, fractions: str, newcomer: str
) -> None:
    from lti_tool.store.tables import LaunchRow

    page = in_own_tab(town, open_window(), newcomer, fractions)
    start_working(page)
    open_question(page)
    fill_in(page, question(page))
    launch_id = visit_address(page).rstrip("/").rsplit("/", 1)[1]
    with town.road.db.writing() as session:
        session.delete(session.get_one(LaunchRow, launch_id))
    press(page, "Check")
    expect(page.get_by_role("alert")).to_contain_text("Your visit has ended")
    expect(page.locator('input[name="item"]').first).to_be_attached()
    distance = page.get_by_role("alert").evaluate(
        "one => one.nextElementSibling.getBoundingClientRect().top - one.getBoundingClientRect().bottom"
    )
    assert distance >= 8, "it does not stick to what is below it"
    page.reload()
    expect(heading(page)).to_have_text("Your visit has ended")
    check_page(page, "ended visit")


def test_another_students_pages_are_closed(open_window: OpenWindow, town: Town, fractions: str) -> None:
    first, second = pupil(town, fractions), pupil(town, fractions)
    page = in_own_tab(town, open_window(), first.key, fractions)
    own = visit_address(page)
    for address in (
        own + f"learner/{second.visit.person_id}",
        own + "class",
        own + "grades",
        own + "rules",
        own + "health",
        own + "student/",
        own.replace(own.rstrip("/").rsplit("/", 1)[1], second.visit.launch_id),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in {401, 403, 404}, address
        assert second.visit.person_name not in page.content()


def frame_height(page: Page) -> float:
    box = page.locator("iframe.tool").bounding_box()
    assert box
    return box["height"]


def test_the_frame_grows_with_the_page(open_window: OpenWindow, town: Town, fractions: str, newcomer: str) -> None:
    page = open_window(width=600)
    frame = in_course(town, page, newcomer, fractions)
    expect(frame.get_by_role("button", name="Skip this")).to_be_visible()
    page.wait_for_function(
        "() => { const f = document.querySelector('iframe.tool'); return f.style.height && f.offsetHeight > 500 }"
    )
    inner = tool_frame(page).evaluate("document.documentElement.scrollHeight - window.innerHeight")
    assert inner <= 8, f"{inner} px are cut off"
    welcome = frame_height(page)
    start_working(frame)
    page.wait_for_function(f"() => Math.abs(document.querySelector('iframe.tool').offsetHeight - {welcome}) > 8")


def test_weight_of_the_first_view(open_window: OpenWindow, town: Town, fractions: str) -> None:
    """At most 60 KB compressed and 8 requests for what a student sees first, launch included."""
    ada = pupil(town, fractions)
    ada.learner.open_practice()
    page = open_window()
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    ours: dict[str, str] = {}
    weight: dict[str, float] = {}

    def asked(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith(town.road.tool_url):
            ours[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        weight[event["requestId"]] = event["encodedDataLength"]

    client.on("Network.requestWillBeSent", asked)
    client.on("Network.loadingFinished", came)
    in_own_tab(town, page, ada.key, fractions)
    page.wait_for_load_state("networkidle")
    first = {request: url for request, url in ours.items() if "/lti/" not in url}
    assert len(first) <= 8, list(first.values())
    assert sum(weight.get(request, 0) for request in first) <= 60_000
    ours.clear()
    click(page.get_by_role("button", name="Carry on"))
    page.wait_for_load_state("networkidle")
    assert sum(weight.get(request, 0) for request in ours) <= 20_000, "the next page brings little but itself"


@pytest.mark.parametrize("width", [320, 900])
def test_in_the_frame_at(open_window: OpenWindow, town: Town, fractions: str, newcomer: str, width: int) -> None:
    page = open_window(width=width)
    frame: FrameLocator = in_course(town, page, newcomer, fractions)
    start_working(frame)
    check_page(tool_frame(page), f"next steps in a frame, {width} px")
    open_question(frame)
    check_page(tool_frame(page), f"question in a frame, {width} px")
