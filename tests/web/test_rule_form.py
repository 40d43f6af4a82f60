"""The rule form: presets, every rule with every condition, and what is refused."""

from __future__ import annotations

import re
from dataclasses import fields as dataclass_fields

import pytest

from lti_tool.learning.rules import PRESETS, RULES, MasteryRule, Statistical, Streak
from lti_tool.learning.rules.gates import GATES
from lti_tool.store import courses
from lti_tool.web.rule_sentences import OWN_RULES, own_numbers
from school import School
from web.visits import Enter, chosen_part


def test_a_preset_is_in_force_after_one_form(enter: Enter, school: School) -> None:
    page = enter("teacher").send(
        "rules", part=chosen_part(school), preset="five_in_a_row", graded="yes", points="20"
    )
    assert "Saved" in page.text
    assert "Mastered after 5 right answers in a row" in page.text
    with school.db.reading() as session:
        assert courses.placement(session, school.placement_id).points == 20


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_put_in_force_and_shown_again(enter: Enter, school: School, preset: str) -> None:
    page = enter("teacher").send("rules", part=chosen_part(school), preset=preset, points="10").text
    assert "Saved" in page
    assert re.search(rf'value="{preset}" checked', page)


def test_a_rule_of_ones_own_takes_numbers_and_conditions(enter: Enter, school: School) -> None:
    own = {"m_of_n.m": "7", "m_of_n.n": "9", "without_hints": "1", "minimum_answers": "8", "different_days": "2"}
    page = enter("teacher").send(
        "rules", part=chosen_part(school), preset="own", kind="m_of_n", points="10", more=own
    )
    assert "7 of the last 9 answers are right, without hints, after at least 8 answers, on 2" in page.text


@pytest.mark.parametrize(
    ("kind", "number", "typed", "told"),
    [
        ("streak", "n", "x", "In a row: Choose a whole number from 1 to 20."),
        ("m_of_n", "m", "9", "So many of the latest: Cannot be more than the number of answers looked at."),
        ("latest", "threshold", "300", "The latest work: Choose a number from 5 to 100."),
        ("latest", "threshold", "many", "The latest work: Choose a number from 1 to 100."),
        ("decaying_average", "window", "1", "Choose a whole number from 2 to 50, or leave it empty."),
        ("fading_average", "fade", "1", "Choose a number from 30 to 97."),
    ],
)
def test_a_number_at_fault_is_named_linked_and_the_only_one_marked(
    enter: Enter, school: School, kind: str, number: str, typed: str, told: str
) -> None:
    """Many rules have numbers of the same name, and shares are typed as percents."""
    usual = own_numbers(MasteryRule(rule=Streak()))[kind] | {number: typed}
    more = {f"{kind}.{name}": value for name, value in usual.items()}
    page = enter("teacher").send("rules", part=chosen_part(school), preset="own", kind=kind, more=more).text
    assert told in page
    field = f"{kind}.{number}"
    assert f'<a href="#{field}">' in page
    (marked,) = re.findall(r"<input[^>]*aria-invalid[^>]*>", page)
    assert f'id="{field}"' in marked
    assert f'aria-describedby="{field}-wrong"' in marked
    assert f'id="{field}-wrong"' in page


def test_points_at_fault_are_marked_where_they_were_typed(enter: Enter, school: School) -> None:
    page = enter("teacher").send("rules", part=chosen_part(school), preset="three_in_a_row", points="ten").text
    assert "Points for all of it: Choose a number above 0, up to 1000." in page
    (marked,) = re.findall(r"<input[^>]*aria-invalid[^>]*>", page)
    assert 'id="points"' in marked
    assert 'value="ten"' in marked


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("streak", {"n": "0"}),
        ("m_of_n", {"m": "9", "n": "7"}),
        ("latest", {"over": "5", "threshold": "many"}),
        ("nonsense", {}),
    ],
)
def test_numbers_that_cannot_be_come_back_with_a_sentence(
    enter: Enter, school: School, kind: str, numbers: dict[str, str]
) -> None:
    fields = {f"{kind}.{name}": value for name, value in numbers.items()}
    page = enter("teacher").send(
        "rules", part=chosen_part(school), preset="own", kind=kind, points="10", more=fields
    )
    assert page.status_code == 422
    assert "Please look at this again" in page.text


@pytest.mark.parametrize("kind", RULES)
def test_the_usual_numbers_of_every_own_rule_can_be_saved(enter: Enter, school: School, kind: str) -> None:
    teacher = enter("teacher")
    fields = gaps(teacher.text("rules"), kind)
    assert fields
    saved = teacher.send("rules", part=chosen_part(school), preset="own", kind=kind, points="10", more=fields)
    assert "Saved" in saved.text
    with school.db.reading() as session:
        rule = courses.current_rule(session, courses.placement(session, school.placement_id))
    assert rule.rule == RULES[kind]() or kind == "streak"


def gaps(page: str, kind: str) -> dict[str, str]:
    """What stands in the gaps of a rule's sentence."""
    typed = dict(re.findall(rf'name="({kind}\.\w+)" id="[^"]+" value="([\d.]*)"', page))
    for name, inside in re.findall(rf'<select name="({kind}\.\w+)"[^>]*>(.*?)</select>', page, re.S):
        picked = re.search(r'<option value="(\w*)" selected', inside)
        typed[name] = picked[1] if picked else ""
    return typed


def test_every_number_of_every_rule_has_a_gap() -> None:
    for kind, rule in RULES.items():
        own = next(one for one in OWN_RULES if one.kind == kind)
        assert {gap.name for gap in own.gaps} == {field.name for field in dataclass_fields(rule)}, kind


def test_every_condition_is_on_the_form(enter: Enter) -> None:
    page = enter("teacher").text("rules")
    for name in GATES:
        assert f'name="{name}"' in page


GATED = {
    "statistical.sureness": "strict",
    "statistical.level": "90",
    "statistical.nature": "gradual",
    "statistical.least": "4",
    "without_hints": "1",
    "minimum_answers": "6",
    "rounds_of": "3",
    "different_days": "2",
    "mixed_check": "2",
    "tries": "best",
    "repeats": "another_day",
}


def test_all_conditions_go_on_top_of_any_rule_and_come_back(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    page = teacher.send(
        "rules", part=chosen_part(school), preset="own", kind="statistical", points="10", more=GATED
    ).text
    assert "Saved" in page
    with school.db.reading() as session:
        rule = courses.current_rule(session, courses.placement(session, school.placement_id))
    assert rule == MasteryRule(
        rule=Statistical(sureness="strict", level=90, nature="gradual", least=4),
        without_hints=True,
        minimum_answers=6,
        rounds_of=3,
        different_days=2,
        mixed_check=2,
        tries="best",
        repeats="another_day",
    )
    for name in ("mixed_check", "tries", "repeats"):
        inside = re.search(rf'<select id="{name}".*?</select>', page, re.S)
        assert inside is not None
        assert f'<option value="{GATED[name]}" selected' in inside[0]
    assert "where 90 of 100 average questions right are mastery" in page


def test_a_level_that_is_not_offered_is_refused(enter: Enter, school: School) -> None:
    for level in ("101", "eighty"):
        more = GATED | {"statistical.level": level}
        sent = {"part": chosen_part(school), "preset": "own", "kind": "statistical", "points": "10"}
        assert "Choose one of those listed." in enter("teacher").send("rules", more=more, **sent).text


def test_an_assistant_reads_the_rules_and_changes_nothing(enter: Enter, school: School) -> None:
    assistant = enter("assistant")
    assert "Only teachers can change this" in assistant.text("rules")
    answer = assistant.send("rules", part=chosen_part(school), preset="four_of_five", points="10")
    assert answer.status_code == 403
