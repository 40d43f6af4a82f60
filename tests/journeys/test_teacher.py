"""A teacher's and an installer's road: install, add an activity, mind the class, the rule and the grades."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from conformance.cases import Town
from conformance.pupils import carry, hurry, pupil
from journeys.conftest import OpenWindow
from journeys.screens import check_page, click, heading, in_course, press, said, tick, tool_frame
from lti_tool.flows import registering, syncing_roster
from lti_tool.store.tables import CourseRow
from road import open_road, utc_now


def test_an_administrator_installs_the_tool(open_window: OpenWindow, tmp_path: Path) -> None:
    with open_road(tmp_path / "tool", class_size=2) as road:
        address = registering.invite(road.border, "Hill School", utc_now())
        page = open_window()
        page.goto(f"{road.lms_url}/as/admin?next=/install")
        page.get_by_role("textbox", name="Registration address").fill(address)
        click(page.get_by_role("button", name="Install", exact=True))
        frame = page.frame_locator("iframe.tool")
        expect(heading(frame)).to_have_text("Cairn is installed")
        check_page(tool_frame(page), "installed page")
        press(frame, "Close")
        page.wait_for_url("**/install")
        expect(page.get_by_role("link", name="Cairn")).to_be_visible()

        page.goto(f"{road.lms_url}/as/teacher?next=/add")
        picker = page.frame_locator("iframe.tool")
        tick(picker.get_by_role("checkbox").first)
        press(picker, "Add")
        page.wait_for_url("**/course")
        click(page.locator("ol.cards a").first)
        tool = page.frame_locator("iframe.tool")
        expect(tool.get_by_role("heading", name="Needs you today")).to_be_visible()

        # The roster is read for the first time meanwhile: nobody has to think of a reload.
        said(tool, "they appear here in a moment")
        with road.db.reading() as session:
            (course,) = session.query(CourseRow).all()
        assert syncing_roster.sync(road.border, course.id, utc_now()).problem == ""
        expect(tool.locator("th[scope=row]")).to_have_count(2)
        assert Town(road=road, log=io.StringIO()).lms.gradebook()


def added(page: Page, town: Town) -> FrameLocator:
    """The picker in the dialog of the course page."""
    page.goto(f"{town.road.lms_url}/as/teacher?next=/add")
    return page.frame_locator("iframe.tool")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_teacher_adds_an_activity(open_window: OpenWindow, town: Town, scripts: bool) -> None:
    page = open_window(scripts=scripts)
    frame = added(page, town)
    title = "Fractions in place" if scripts else "Fractions page by page"
    if not scripts:
        press(frame, "Choose activities") if frame.get_by_role("button", name="Choose activities").count() else None
        click(frame.get_by_role("button").first)
        click(frame.get_by_role("button", name="Continue to the activity"))
    expect(heading(frame)).to_have_text("Add to your course")
    tick(frame.get_by_role("checkbox").first)
    frame.get_by_label("Title in the course").fill(title)
    frame.get_by_label("Points for all of it").fill("20")
    press(frame, "Add")
    if scripts:
        page.wait_for_url("**/course")
    else:
        click(frame.get_by_role("button").first)
        expect(frame.get_by_role("heading", name="Added 1 activity")).to_be_visible()
        page.goto(f"{town.road.lms_url}/course")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    click(page.get_by_role("link", name="Gradebook"))
    expect(page.get_by_role("columnheader", name=title)).to_contain_text("of 20")


def test_a_teacher_changes_their_mind_in_the_picker(open_window: OpenWindow, town: Town) -> None:
    page = open_window()
    frame = added(page, town)
    press(frame, "Add")
    expect(frame.get_by_role("heading", name="Add to your course")).to_be_visible()
    said(frame, "Choose what this is for.")
    check_page(tool_frame(page), "picker with a complaint")
    press(frame, "Cancel")
    expect(frame.get_by_role("heading", name="Nothing was chosen")).to_be_visible()


def test_a_teacher_minds_the_class(open_window: OpenWindow, town: Town, fractions: str) -> None:
    ada, ben = pupil(town, fractions), pupil(town, fractions)
    ada.practise(3)
    ben.practise(1, right=False)
    page = open_window()
    frame = in_course(town, page, "teacher", fractions)

    # The roster, read now.
    press(frame, "Read the roster now")
    said(frame, "Roster read:")
    expect(frame.get_by_role("link", name=ada.visit.person_name).first).to_be_visible()

    # One learner and the reasons.
    click(frame.get_by_role("link", name=ada.visit.person_name).first)
    expect(heading(frame)).to_have_text(ada.visit.person_name)
    said(frame, "Skills, and why we say so")
    expect(frame.get_by_role("heading", name="Every answer, newest first")).to_be_visible()

    # Grades: one cannot arrive, the teacher sees why and sends it again.
    town.lms.misbehave("scores", "500")
    hurry(town)
    town.road.deliver_all(rounds=1)
    town.lms.behave()
    click(frame.get_by_role("link", name="Grades", exact=True))
    expect(heading(frame)).to_have_text("Grades")
    said(frame, "Trying again")
    row = frame.get_by_role("row", name=ada.visit.person_name)
    if row.get_by_role("button").count():
        click(row.get_by_role("button").first)
    carry(town)
    press(frame, "Read the gradebook now")
    said(frame, "Gradebook read.")
    expect(frame.get_by_role("row", name=ada.visit.person_name)).to_contain_text("Sent")
    assert ada.arrived_right()


def test_a_student_who_left_is_told_to_the_teacher(open_window: OpenWindow, town: Town, fractions: str) -> None:
    gone = pupil(town, fractions)
    gone.practise(2)
    town.lms.change_person(gone.key, status="Removed")
    carry(town)
    page = open_window()
    frame = in_course(town, page, "teacher", fractions)
    click(frame.get_by_role("link", name="Grades", exact=True))
    row = frame.get_by_role("row", name=gone.visit.person_name)
    expect(row).to_contain_text("Not in the gradebook")
    expect(row).to_contain_text("Only enrolled students can get a grade.")
    click(row.get_by_role("button", name="Send again"))
    said(frame, "One grade will be sent again")


def test_a_teacher_sets_up_and_changes_the_rule(open_window: OpenWindow, town: Town) -> None:
    activity = str(town.lms.add_activity(town.road.client_id, title="Not set up yet")["id"])
    page = open_window()
    frame = in_course(town, page, "teacher", activity)
    expect(heading(frame)).to_have_text("What is this activity for?")
    # Answers count wherever they were given: a part that nobody here works on.
    tick(frame.get_by_role("radio", name="Multiply and divide"))
    press(frame, "Start")
    said(frame, "Saved.")
    tick(frame.get_by_role("radio", name="A rule of my own"))
    # Its numbers open by themselves.
    tick(frame.locator("#kind-streak"))
    frame.locator('input[name="streak.n"]').fill("0")
    press(frame, "See what would change")
    expect(frame.locator('[aria-invalid="true"]').first).to_be_visible()
    check_page(tool_frame(page), "rules with a complaint")
    # A changed number says by itself which rule it belongs to.
    tick(frame.get_by_role("radio", name="Very sure"))
    frame.locator('input[name="streak.n"]').fill("4")
    frame.locator('input[name="points"]').focus()
    expect(frame.get_by_role("radio", name="A rule of my own")).to_be_checked()
    press(frame, "See what would change")
    said(frame, "Nobody has answered anything here yet")
    press(frame, "Put in force")
    said(frame, "Saved.")
    said(frame, "Mastered after 4 right answers in a row")
    # Back finds the preview, and nothing has to be sent again.
    tool_frame(page).evaluate("history.back()")
    expect(heading(frame)).to_have_text("What would change")
    tool_frame(page).evaluate("history.forward()")
    said(frame, "Saved.")
    click(frame.get_by_role("link", name="Undo: back to the rule before"))
    press(frame, "Put in force")
    said(frame, "Saved.")
    expect(frame.locator("main")).not_to_contain_text("Now in force: Mastered after 4")
    click(frame.get_by_role("link", name="Preview"))
    expect(frame.locator("main")).to_contain_text("Skip this")


def test_the_way_back_and_the_review_from_the_gradebook(
    open_window: OpenWindow, town: Town, fractions: str
) -> None:
    ada = pupil(town, fractions)
    ada.practise(2)
    carry(town)
    page = open_window()
    page.goto(f"{town.road.lms_url}/as/teacher?next=/gradebook/{ada.column['id']}/{ada.key}")
    page.goto(f"{town.road.lms_url}/launch/review/{ada.column['id']}/{ada.key}")
    page.wait_for_url("**/l/**")
    expect(heading(page)).to_have_text(ada.visit.person_name)
