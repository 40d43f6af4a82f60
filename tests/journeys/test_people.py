"""What a teacher knows about people, walked without scripts on a phone, and what the student sees of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from conformance.cases import Town
from conformance.pupils import Pupil, pupil
from journeys.conftest import OpenWindow
from journeys.screens import in_own_tab, press, visit_address


@pytest.fixture
def somebody(town: Town, fractions: str) -> Pupil:
    """A student who has begun."""
    ada = pupil(town, fractions)
    ada.practise(1)
    return ada


def test_a_teacher_writes_down_says_a_word_and_takes_both_back_without_scripts(
    open_window: OpenWindow, town: Town, fractions: str, somebody: Pupil
) -> None:
    # The visit begins in a browser with scripts, since the practice LMS's own pages need them.
    page = in_own_tab(town, open_window(), "teacher", fractions)
    own, kept = visit_address(page), page.context.cookies()
    plain = open_window(width=320, scripts=False)
    plain.context.add_cookies(kept)  # type: ignore[arg-type]
    plain.goto(f"{own}learner/{somebody.visit.person_id}")
    plain.get_by_role("link", name="Equal parts", exact=True).click()
    plain.get_by_label("Note").fill("Folded a strip into thirds")
    press(plain, "Save what you saw")
    expect(plain.get_by_text("Say how well it went")).to_be_visible()
    plain.reload()
    assert "/observe" not in plain.url, "the page has an address of its own: no form is sent again"
    expect(plain.get_by_label("Note")).to_have_value("Folded a strip into thirds")
    plain.get_by_label("Did it alone").check()
    press(plain, "Save what you saw")
    expect(plain.get_by_text("Folded a strip into thirds").first).to_be_visible()
    plain.get_by_label("Mastered", exact=True).check()
    plain.get_by_label("Why").first.fill("You explained it to the whole class")
    press(plain, "Save my word")
    expect(plain.get_by_text("by a teacher’s word")).to_be_visible()
    student = in_own_tab(town, open_window(), somebody.key, fractions)
    student.goto(visit_address(student) + "me")
    expect(student.get_by_text("You explained it to the whole class")).to_be_visible()
    expect(student.get_by_text("Folded a strip into thirds")).to_be_visible()
    press(plain, "Take the word back")
    expect(plain.get_by_text("Nothing, so the rule counts")).to_be_visible()
    plain.get_by_text("Withdraw", exact=False).first.click()
    press(plain, "It counts no longer")
    expect(plain.get_by_text("Withdrawn").first).to_be_visible()


def test_texts_are_read_aloud_where_a_teacher_arranged_it(
    open_window: OpenWindow, town: Town, fractions: str, somebody: Pupil
) -> None:
    student = in_own_tab(town, open_window(), somebody.key, fractions)
    press(student, "Carry on")
    expect(student.get_by_role("button", name="Read it aloud")).to_have_count(0)
    teacher = in_own_tab(town, open_window(), "teacher", fractions)
    teacher.goto(f"{visit_address(teacher)}learner/{somebody.visit.person_id}/arrangements")
    teacher.get_by_label("Reading aloud").check()
    press(teacher, "Save")
    expect(teacher.get_by_text("It holds from the next step on")).to_be_visible()
    student.reload()
    button = student.get_by_role("button", name="Read it aloud")
    expect(button).to_be_visible()
    student.evaluate("() => { speechSynthesis.speak = (speech) => { window.told = speech.text } }")
    button.click()
    assert student.evaluate("window.told.length") > 20


def test_a_column_with_points_that_cannot_be_comes_back_with_all_that_was_chosen(
    open_window: OpenWindow, town: Town, fractions: str, somebody: Pupil
) -> None:
    quiz = f"Quiz for {somebody.key}"
    town.lms.add_activity(town.road.client_id, title=quiz, lineItem={"scoreMaximum": 20, "label": quiz})
    teacher = in_own_tab(town, open_window(), "teacher", fractions)
    teacher.goto(visit_address(teacher) + "other-grades/choose")
    teacher.get_by_label("Column").select_option(label=f"{quiz} (20 points)")
    teacher.get_by_label("from this many points on").fill("most")
    press(teacher, "Let it count")
    expect(teacher.get_by_role("alert")).to_contain_text("Write a number, such as 20.")
    assert "/other-grades/choose?" in teacher.url, "Back and Reload send nothing"
    expect(teacher.get_by_label("Column").locator("option:checked")).to_have_text(f"{quiz} (20 points)")
    expect(teacher.get_by_label("from this many points on")).to_have_value("most")


def test_groups_are_made_by_keyboard_alone(
    open_window: OpenWindow, town: Town, fractions: str, somebody: Pupil
) -> None:
    page = in_own_tab(town, open_window(), "teacher", fractions)
    page.get_by_role("link", name="Groups").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who could work together now")).to_be_visible()
    page.get_by_label("Students in a group").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**size=2**")
    expect(page.get_by_text(somebody.visit.person_name).first).to_be_attached()
