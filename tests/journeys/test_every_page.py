"""Every page, as everybody who may see it, at every width: axe, one heading, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from conformance.cases import Town
from conformance.pupils import Pupil, carry, pupil
from journeys.conftest import OpenWindow
from journeys.screens import at_all_widths, fill_in, in_own_tab, press, question, unfold, visit_address
from lti_tool.content.package import starter
from lti_tool.flows import registering
from lti_tool.learning.activities import ItemKind
from lti_tool.store.tables import DeskRow
from road import utc_now


@pytest.fixture(scope="module")
def class_at_work(town: Town, fractions: str) -> list[Pupil]:
    """Students at different places: one far, one stuck, one just begun; one child has a parent here."""
    far, stuck, fresh = (pupil(town, fractions) for _ in range(3))
    far.practise(7)
    stuck.practise(6, right=False)
    fresh.practise(1)
    carry(town)
    fresh.practise(1)
    return [far, stuck, fresh]


def test_student_pages(open_window: OpenWindow, town: Town, fractions: str, newcomer: str) -> None:
    page = in_own_tab(town, open_window(), newcomer, fractions)
    at_all_widths(page, "student", "welcome")
    press(page, "Skip this")
    at_all_widths(page, "student", "first-questions")
    press(page, "I do not know yet")
    expect(page.get_by_text("Question 2 of about")).to_be_visible()
    press(page, "Go on with these later")
    at_all_widths(page, "student", "questions-paused")
    press(page, "Go on with them")
    press(page, "Skip these questions")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    at_all_widths(page, "student", "next-steps")
    press(page, "Start")
    at_all_widths(page, "student", "activity")


def test_student_pages_later(
    open_window: OpenWindow, town: Town, fractions: str, class_at_work: list[Pupil]
) -> None:
    for one, name in zip(class_at_work, ("far", "stuck", "begun"), strict=True):
        page = in_own_tab(town, open_window(), one.key, fractions)
        at_all_widths(page, "student", f"next-steps-{name}")
        page.goto(visit_address(page) + "me")
        at_all_widths(page, "student", f"my-learning-{name}")


PART = next(part for part in starter().parts if part.key == "meaning")


def items_of(kind: ItemKind) -> str:
    """A question of this kind in the part; with a figure where there is one."""
    found = [
        item for item in starter().items.values() if item.kind is kind and set(item.skills) <= set(PART.skills)
    ]
    return str(max(found, key=lambda item: bool(item.figure)).id)


@pytest.mark.parametrize("kind", list(ItemKind), ids=lambda kind: kind.value)
def test_each_kind_of_question(open_window: OpenWindow, town: Town, fractions: str, kind: ItemKind) -> None:
    ada = pupil(town, fractions)
    ada.learner.open_practice()
    with town.road.db.writing() as session:
        desk = session.query(DeskRow).filter_by(person_id=ada.visit.person_id).one()
        desk.item_key = items_of(kind)
    page = in_own_tab(town, open_window(), ada.key, fractions)
    press(page, "Carry on")
    name = kind.value.replace("_", "-")
    at_all_widths(page, "student", f"question-{name}")
    fill_in(page, question(page), right=False)
    press(page, "Check")
    expect(page.get_by_role("heading", name="Not yet")).to_be_visible()
    hint = page.locator('button[formaction$="/hint"]')
    if hint.count():
        hint.click()
        expect(page.locator("ol.hints")).to_be_visible()
    at_all_widths(page, "student", f"not-yet-{name}")
    if page.locator('input[name="item"]').count():
        fill_in(page, question(page))
        press(page, "Check again")
        expect(page.get_by_role("heading", name="Correct")).to_be_visible()
        at_all_widths(page, "student", f"correct-{name}")


def test_student_page_without_set_up(open_window: OpenWindow, town: Town, newcomer: str) -> None:
    activity = str(town.lms.add_activity(town.road.client_id, title="Waits for its teacher")["id"])
    at_all_widths(in_own_tab(town, open_window(), newcomer, activity), "student", "waiting")
    at_all_widths(in_own_tab(town, open_window(), "assistant", activity), "assistant", "waiting")
    at_all_widths(in_own_tab(town, open_window(), "teacher", activity), "teacher", "set-up")


@pytest.mark.parametrize("role", ["teacher", "assistant"])
def test_staff_pages(
    open_window: OpenWindow, town: Town, fractions: str, class_at_work: list[Pupil], role: str
) -> None:
    page = in_own_tab(town, open_window(), role, fractions)
    at_all_widths(page, role, "class")
    own = visit_address(page)
    for one, name in zip(class_at_work, ("far", "stuck", "begun"), strict=True):
        page.goto(f"{own}learner/{one.visit.person_id}")
        at_all_widths(page, role, f"learner-{name}")
    unfold(page)
    at_all_widths(page, role, "learner-open")
    page.goto(own + "items")
    at_all_widths(page, role, "questions")
    page.goto(own + "rules")
    at_all_widths(page, role, "rules")
    unfold(page)
    at_all_widths(page, role, "rules-open")
    page.goto(own + "grades")
    at_all_widths(page, role, "grades")
    page.goto(own + "student/")
    at_all_widths(page, role, "preview")


def test_parent_sees_only_their_child(
    open_window: OpenWindow, town: Town, fractions: str, class_at_work: list[Pupil]
) -> None:
    in_own_tab(town, open_window(), "student-1", fractions)
    page = in_own_tab(town, open_window(), "parent", fractions)
    child = next(one for one in town.lms.people() if one["key"] == "student-1")
    expect(page.get_by_role("heading", level=2)).to_have_text([str(child["name"])])
    for other in class_at_work:
        assert other.visit.person_name not in page.content()
        answer = page.request.get(f"{visit_address(page)}learner/{other.visit.person_id}")
        assert answer.status in {401, 403}
    at_all_widths(page, "parent", "children")


def test_admin_page(open_window: OpenWindow, town: Town, fractions: str) -> None:
    page = in_own_tab(town, open_window(), "admin", fractions)
    at_all_widths(page, "admin", "health")
    unfold(page)
    at_all_widths(page, "admin", "health-open")


def test_picker_pages(open_window: OpenWindow, town: Town) -> None:
    page = open_window()
    page.goto(f"{town.road.lms_url}/as/teacher?next=/course")
    page.goto(f"{town.road.lms_url}/launch/deep-link/{town.road.client_id}")
    page.wait_for_url("**/l/**")
    at_all_widths(page, "teacher", "picker")
    press(page, "Add")
    at_all_widths(page, "teacher", "picker-complaint")


def test_public_pages(open_window: OpenWindow, town: Town) -> None:
    page = open_window()
    page.goto(town.road.tool_url)
    at_all_widths(page, "public", "home")
    page.goto(registering.invite(town.road.border, "Hill School", utc_now()))
    at_all_widths(page, "installer", "address-by-hand")


def _not_for_you(page: Page, town: Town, fractions: str) -> None:
    in_own_tab(town, page, "student-2", fractions)
    page.goto(visit_address(page) + "class")


def _unknown_page(page: Page, town: Town, fractions: str) -> None:
    page.goto(town.road.tool_url + "/nothing-here")


def _ended(page: Page, town: Town, fractions: str) -> None:
    page.goto(town.road.tool_url + "/l/an-old-visit/")


def _by_hand(page: Page, town: Town, fractions: str) -> None:
    page.goto(town.road.tool_url + "/lti/launch")


def _unknown_lms(page: Page, town: Town, fractions: str) -> None:
    target = f"{town.road.tool_url}/lti/launch"
    page.goto(f"{town.road.tool_url}/lti/login?iss=https://x.example&login_hint=1&target_link_uri={target}")


def _used_invite(page: Page, town: Town, fractions: str) -> None:
    page.goto(town.road.tool_url + "/lti/register?invite=unknown")


def _no_such_learner(page: Page, town: Town, fractions: str) -> None:
    in_own_tab(town, page, "teacher", fractions)
    page.goto(visit_address(page) + "learner/999999")


ERRORS = (_not_for_you, _unknown_page, _ended, _by_hand, _unknown_lms, _used_invite, _no_such_learner)


@pytest.mark.parametrize("happen", ERRORS, ids=lambda one: one.__name__.strip("_"))
def test_error_pages(
    open_window: OpenWindow, town: Town, fractions: str, happen: Callable[[Page, Town, str], None]
) -> None:
    page = open_window()
    happen(page, town, fractions)
    expect(page.get_by_text("Who can mend it")).to_be_visible()
    at_all_widths(page, "error", happen.__name__.strip("_").replace("_", "-"))
