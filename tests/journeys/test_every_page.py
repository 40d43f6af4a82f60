"""Every page, as everybody who may see it, at every width: axe, one heading, nothing wider than the window."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from conformance.cases import Town
from conformance.pupils import Pupil, carry, item_of, pupil
from journeys.conftest import THREE_IN_A_ROW, OpenWindow
from journeys.screens import (
    at_all_widths,
    click,
    fill_in,
    fits_with_big_letters,
    in_own_tab,
    press,
    question,
    tick,
    unfold,
    visit_address,
)
from lti_tool.content.package import starter
from lti_tool.flows import recalculating, registering
from lti_tool.learning.activities import ItemKind
from lti_tool.learning.mixed_check import MIXED_CHECK
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


@pytest.mark.parametrize("kind", list(ItemKind), ids=lambda kind: kind.value)
def test_each_kind_of_question(open_window: OpenWindow, town: Town, fractions: str, kind: ItemKind) -> None:
    ada = pupil(town, fractions)
    ada.lay(item_of(kind))
    page = in_own_tab(town, open_window(), ada.key, fractions)
    press(page, "Carry on")
    name = kind.value.replace("_", "-")
    at_all_widths(page, "student", f"question-{name}")
    fill_in(page, question(page), right=False)
    press(page, "Check")
    expect(page.get_by_role("heading", name="Not yet")).to_be_visible()
    hint = page.locator('button[formaction$="/hint"]')
    if hint.count():
        click(hint)
        expect(page.locator("ol.hints")).to_be_visible()
    at_all_widths(page, "student", f"not-yet-{name}")
    if page.locator('input[name="item"]').count():
        fill_in(page, question(page))
        press(page, "Check again")
        expect(page.get_by_role("heading", name="Correct")).to_be_visible()
        at_all_widths(page, "student", f"correct-{name}")


@pytest.mark.parametrize("where", ["stem", "hints", "feedback_right"])
def test_the_longest_formula_fits(open_window: OpenWindow, town: Town, fractions: str, where: str) -> None:
    """At twice the size it is scrolled within its paragraph; the page around it stays still."""
    ada = pupil(town, fractions)
    ada.lay(max(starter().items.values(), key=lambda item: longest_formula(getattr(item, where))).id)
    page = in_own_tab(town, open_window(), ada.key, fractions)
    press(page, "Carry on")
    fits_with_big_letters(page, "question")
    for number in range(1, len(question(page).hints) + 1):
        click(page.locator('button[formaction$="/hint"]'))
        expect(page.locator("ol.hints > li")).to_have_count(number)
    at_all_widths(page, "student", f"long-formula-{where}")
    fill_in(page, question(page))
    press(page, "Check")
    expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    at_all_widths(page, "student", f"long-formula-{where}-correct")


def test_formulas_have_names_that_can_be_read_out(open_window: OpenWindow, town: Town, fractions: str) -> None:
    """A browser takes no name from MathML: without one of its own a choice would be “radio button” and no more."""
    ada = pupil(town, fractions)
    ada.lay("add-mixed-04")
    page = in_own_tab(town, open_window(), ada.key, fractions)
    press(page, "Carry on")
    group = page.get_by_role("radiogroup", name="To work out 4 1/3 − 2 2/3, Sam breaks up one whole.")
    expect(group).to_be_visible()
    tick(group.get_by_role("radio", name="3 4/3", exact=True))


def longest_formula(text: str | tuple[str, ...]) -> int:
    """Letters of the longest formula in the text or texts."""
    texts = (text,) if isinstance(text, str) else text
    return max((len(found) for one in texts for found in re.findall(r"\$[^$]+\$", one)), default=0)


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
    page.goto(own + "other-grades")
    at_all_widths(page, role, "other-grades")
    page.goto(own + "student/")
    at_all_widths(page, role, "preview")


@pytest.mark.parametrize("rule", ["Very sure", "Two in a row", "As the class learns"])
def test_rule_preview(
    open_window: OpenWindow, town: Town, fractions: str, class_at_work: list[Pupil], rule: str
) -> None:
    page = in_own_tab(town, open_window(), "teacher", fractions)
    page.goto(visit_address(page) + "rules")
    unfold(page)
    if rule == "Two in a row":
        page.get_by_role("radio", name="A rule of my own").check()
        page.locator("#kind-streak").check()
        page.locator('input[name="streak.n"]').fill("2")
    elif rule == "As the class learns":
        page.get_by_role("radio", name="A rule of my own").check()
        page.locator("#kind-tracing").check()
        page.get_by_label("Whether skills differ").last.select_option("class")
    else:
        page.get_by_role("radio", name=rule).check()
    press(page, "See what would change")
    expect(page.get_by_role("heading", name="For this class")).to_be_visible()
    name = rule.lower().replace(" ", "-")
    at_all_widths(page, "teacher", f"rule-preview-{name}")
    if page.locator("#agreed").count():
        press(page, "Put in force")
        expect(page.get_by_role("link", name="Say first whether these grades may go down.")).to_be_visible()
        at_all_widths(page, "teacher", f"rule-preview-{name}-complaint")


def test_rule_just_saved(open_window: OpenWindow, town: Town) -> None:
    activity = str(town.road.place(part="same-value", preset=THREE_IN_A_ROW, points=10.0))
    pupil(town, activity).practise(4)
    page = in_own_tab(town, open_window(), "teacher", activity)
    page.goto(visit_address(page) + "rules")
    page.get_by_role("radio", name="Very sure").check()
    press(page, "See what would change")
    page.locator("#agreed input").check()
    press(page, "Put in force")
    expect(page.get_by_text(re.compile(r"Judging everybody again: 0 of \d+ students?"))).to_be_visible()
    expect(page.get_by_role("link", name="Undo: back to the rule before")).to_be_visible()
    at_all_widths(page, "teacher", "rules-saved")
    page.goto(visit_address(page) + "class")
    expect(page.get_by_text(re.compile(r"Judging everybody again: 0 of \d+ students?"))).to_be_visible()
    expect(page.get_by_text("judged again soon")).to_be_visible()
    at_all_widths(page, "teacher", "class-judging")
    for waiting in recalculating.lost(town.road.db, utc_now() + recalculating.LOST_AFTER):
        recalculating.run(town.road.db, waiting, utc_now)
    # The notice follows by itself, without a new page.
    expect(page.get_by_text(re.compile("(was|were) judged again by this rule"))).to_be_visible()
    expect(page.get_by_text("judged again soon")).to_have_count(0)
    page.goto(visit_address(page) + "rules/preview?version=1")
    at_all_widths(page, "teacher", "rule-undo")


def test_mixed_check(open_window: OpenWindow, town: Town) -> None:
    activity = str(town.road.place(part="meaning", preset="mixed", points=10.0))
    ada = pupil(town, activity)
    for _ in range(30):
        steps = ada.learner.home().steps
        if any(step.activity == MIXED_CHECK for step in steps):
            break
        ada.learner.work_through(1)
    page = in_own_tab(town, open_window(), ada.key, activity)
    expect(page.get_by_role("heading", name="Mixed check")).to_be_visible()
    at_all_widths(page, "student", "next-steps-mixed-check")
    page.locator('button[value="mixed-check"], form:has(input[value="mixed-check"]) button').first.click()
    expect(page.get_by_text("Questions about several things you have learned")).to_be_visible()
    at_all_widths(page, "student", "mixed-check")


@pytest.mark.parametrize("role", ["teacher", "assistant"])
def test_staff_pages_about_people(
    open_window: OpenWindow, town: Town, fractions: str, class_at_work: list[Pupil], role: str
) -> None:
    page = in_own_tab(town, open_window(), role, fractions)
    own = visit_address(page)
    someone = class_at_work[0].visit.person_id
    for path, name in (
        ("groups?size=2", "groups"),
        ("plan", "plan"),
        ("observe", "observe"),
        ("observe?find=a", "observe-found"),
        (f"learner/{someone}/skill/equal-parts", "skill"),
        (f"learner/{someone}/arrangements", "arrangements"),
    ):
        page.goto(own + path)
        at_all_widths(page, role, name)
        unfold(page)
        at_all_widths(page, role, f"{name}-open")
    if role == "teacher":
        page.goto(own + "other-grades/choose")
        at_all_widths(page, role, "other-grades-choose")


def test_student_goals(open_window: OpenWindow, town: Town, fractions: str, class_at_work: list[Pupil]) -> None:
    page = in_own_tab(town, open_window(), class_at_work[0].key, fractions)
    page.goto(visit_address(page) + "goals")
    at_all_widths(page, "student", "goals")
    page.get_by_label("What would you like to be able to do?").fill("Share a pizza fairly")
    press(page, "This is my goal")
    expect(page.get_by_role("heading", name="Share a pizza fairly")).to_be_visible()
    unfold(page)
    at_all_widths(page, "student", "goals-open")


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
    unfold(page)
    at_all_widths(page, "teacher", "picker-open")
    press(page, "Add")
    at_all_widths(page, "teacher", "picker-complaint")
    page.get_by_role("checkbox").first.check()
    # The reply posts itself to the LMS; an LMS that says nothing leaves it on the screen.
    page.route(f"{town.road.lms_url}/**", lambda route: route.fulfill(status=204))
    press(page, "Add")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    at_all_widths(page, "teacher", "picker-reply")


def test_public_pages(open_window: OpenWindow, town: Town) -> None:
    page = open_window()
    page.goto(town.road.tool_url)
    at_all_widths(page, "public", "home")
    page.goto(registering.invite(town.road.border, "Hill School", utc_now()))
    at_all_widths(page, "installer", "address-by-hand")
    page.get_by_role("link", name="Install Cairn by hand").click()
    at_all_widths(page, "installer", "all-lmss")
    page.get_by_role("link", name="Another LMS").click()
    at_all_widths(page, "installer", "guide")
    press(page, "Install")
    at_all_widths(page, "installer", "guide-complaint")


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
    expect(page.get_by_text("Who can fix it")).to_be_visible()
    at_all_widths(page, "error", happen.__name__.strip("_").replace("_", "-"))
