"""The starter course is correct, complete and kind. What can be worked out again is worked out again."""

from __future__ import annotations

import importlib.util
import json
import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

import lti_tool.content.package as package
from content.arithmetic import holds, relations, value
from content.packages import said
from lti_tool.content.markup import plain, render
from lti_tool.content.package import dump, load, starter, starter_text
from lti_tool.learning.activities import Item, ItemKind, Modality
from lti_tool.learning.errors import AnswerError
from lti_tool.learning.marking import key_list, mark, pair_of, shown_order
from lti_tool.learning.numbers import exact, read

COURSE = starter()
ITEMS = list(COURSE.items.values())
ACTIVITIES = list(COURSE.activities.values())
FOLDER = Path(package.__file__).with_name("starter")


def of_kind(*kinds: ItemKind) -> list[Item]:
    return [item for item in ITEMS if item.kind in kinds]


def number_or_none(text: str) -> Fraction | None:
    words = plain(text)
    try:
        return exact(words)
    except AnswerError:
        return None


def right_answer(item: Item) -> dict[str, object]:
    keys = [choice.key for choice in item.choices]
    right = [choice.key for choice in item.choices if choice.correct]
    match item.kind:
        case ItemKind.ONE_CHOICE:
            return {"choice": right[0]}
        case ItemKind.SEVERAL_CHOICES:
            return {"choices": right}
        case ItemKind.NUMBER:
            assert item.number
            return {"text": item.number.value}
        case ItemKind.SHORT_TEXT:
            return {"text": item.texts[0]}
        case ItemKind.ORDERING:
            return {"order": keys}
        case _:
            return {"pairs": dict(item.pairs)}


def test_it_is_large_enough_for_a_class() -> None:
    assert 16 <= len(COURSE.graph) <= 20
    assert len(ITEMS) >= 120
    assert len(ACTIVITIES) >= 60
    assert 4 <= len(COURSE.parts) <= 5
    assert len(COURSE.misconceptions) >= 30
    assert {item.kind for item in ITEMS} == set(ItemKind)
    assert {activity.modality for activity in ACTIVITIES} == set(Modality)


def test_every_skill_is_well_supplied() -> None:
    for skill in COURSE.graph.order:
        items = COURSE.items_by_skill[skill]
        assert len(items) >= 6, skill
        assert len({item.kind for item in items}) >= 3, skill
        assert min(item.difficulty for item in items) < max(item.difficulty for item in items) - 0.8, skill
        modalities = Counter(activity.modality for activity in COURSE.activities_by_skill[skill])
        assert modalities[Modality.PRACTICE] >= 2, skill
        assert {Modality.EXPLANATION, Modality.WORKED_EXAMPLE} <= set(modalities), skill
        assert modalities[Modality.HANDS_ON] + modalities[Modality.PARTNER] >= 1, skill


def test_skills_rest_on_earlier_ones_and_carry_standards() -> None:
    order = list(COURSE.graph.skills)
    for position, skill in enumerate(COURSE.graph.skills.values()):
        assert all(order.index(before) < position for before in skill.prerequisites), skill.id
        assert skill.standards, skill.id
        assert all(
            re.fullmatch(r"CCSS\.MATH\.CONTENT\.[3-6]\.(NF|G|NS)\.[A-C]\.\d(\.[A-D])?", s) for s in skill.standards
        )
        assert skill.grades, skill.id
    roots = [skill for skill in COURSE.graph.skills.values() if not skill.prerequisites]
    assert len(roots) == 1


def test_each_skill_belongs_to_one_part() -> None:
    assert sorted(skill for part in COURSE.parts for skill in part.skills) == sorted(COURSE.graph.skills)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_the_right_answer_is_right_and_says_why(item: Item) -> None:
    marked = mark(item, right_answer(item))
    assert marked.correct
    assert marked.score == 1.0
    assert len(item.feedback_right) > 10
    assert 2 <= len(item.hints) <= 4


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_each_wrong_answer_is_wrong_and_tells_its_misconception(item: Item) -> None:
    for choice in item.choices:
        if item.kind in {ItemKind.ONE_CHOICE, ItemKind.SEVERAL_CHOICES} and not choice.correct:
            answer = {"choice": choice.key} if item.kind is ItemKind.ONE_CHOICE else {"choices": [choice.key]}
            marked = mark(item, answer)
            assert (marked.score, marked.misconception) == (0.0, choice.misconception)
    for expected in item.expected_wrong:
        answers: dict[ItemKind, dict[str, object]] = {
            ItemKind.NUMBER: {"text": expected.value},
            ItemKind.SHORT_TEXT: {"text": expected.value},
            ItemKind.ORDERING: {"order": key_list(expected.value)},
        }
        marked = mark(item, answers.get(item.kind) or {"pairs": dict([*item.pairs, pair_of(expected.value)])})
        assert not marked.correct
        assert marked.misconception == expected.misconception
        assert expected.feedback in marked.feedback


def test_no_two_choices_have_the_same_value() -> None:
    for item in of_kind(ItemKind.ONE_CHOICE):
        values = [number_or_none(choice.text) for choice in item.choices]
        known = [one for one in values if one is not None]
        assert len(set(known)) == len(known), item.id


def test_numeric_orders_are_really_in_order() -> None:
    checked = 0
    for item in of_kind(ItemKind.ORDERING):
        texts = [plain(choice.text) for choice in item.choices]
        if not all(re.fullmatch(r"[\d ./×+÷−]+", text) for text in texts):
            continue
        values = [value(text) for text in texts]
        if item.id == "simplify-06":
            assert len(set(values)) == 1
            continue
        assert all(first < second for first, second in pairwise(values)), item.id
        checked += 1
    assert checked >= 7


def test_numeric_pairs_really_match() -> None:
    checked = 0
    for item in of_kind(ItemKind.MATCHING):
        sides = [(plain(left), plain(right)) for left, right in item.pairs]
        if item.id != "build-fractions-05" and all(re.fullmatch(r"[\d ./×+÷−-]+", a + b) for a, b in sides):
            assert all(value(left) == value(right) for left, right in sides), item.id
            checked += 1
    assert checked >= 5
    missing = COURSE.items["build-fractions-05"].pairs  # type: ignore[index]
    assert all(value(plain(left)) + value(plain(right)) == 1 for left, right in missing)


def test_number_questions_that_can_be_worked_out() -> None:
    checked = 0
    for item in of_kind(ItemKind.NUMBER):
        found = re.match(r"\$([^$?]+) = \?\$", item.stem)
        if found:
            assert item.number
            assert value(found[1]) == exact(item.number.value), item.id
            checked += 1
        box = re.search(r"\$(\d+/\d+|\d+) = (?:\?/(\d+)|(\d+)/\?)\$", item.stem)
        if box:
            assert item.number
            answer = exact(item.number.value)
            filled = answer / int(box[2]) if box[2] else int(box[3]) / answer
            assert value(box[1]) == filled, item.id
            checked += 1
    assert checked >= 20


def test_every_relation_in_the_course_is_true() -> None:
    texts: list[tuple[str, str]] = []
    for item in ITEMS:
        said = [item.feedback_right, *item.hints, *(one.feedback for one in (*item.choices, *item.expected_wrong))]
        texts += [(item.id, text) for text in said]
        for choice in item.choices:
            for relation in relations(choice.text) if item.kind is not ItemKind.ORDERING else []:
                assert holds(relation) is choice.correct, (item.id, relation)
    texts += [(activity.id, activity.body) for activity in ACTIVITIES]
    found = [(place, relation) for place, text in texts for relation in relations(text)]
    assert len(found) > 150
    assert [one for one in found if not holds(one[1])] == []


def test_texts_are_short_plain_and_whole() -> None:
    for item in ITEMS:
        texts = [item.stem, item.feedback_right, item.feedback_wrong, *item.hints]
        texts += [one.feedback for one in (*item.choices, *item.expected_wrong)]
        for text in filter(None, texts):
            assert len(text) <= 320, (item.id, text)
            assert text == text.strip(), item.id
            assert "  " not in text, item.id
            assert re.search(r"[.!?)”…$☐\d]$", text), (item.id, text)
            assert text.lower() not in {"x", "todo"}, item.id


def test_questions_are_not_clones_of_each_other() -> None:
    shapes = Counter(re.sub(r"[\d/. ]+", "#", item.stem) for item in ITEMS if item.kind is not ItemKind.SHORT_TEXT)
    assert max(shapes.values()) <= 6, shapes.most_common(3)
    assert len({item.stem + item.figure_alt + str(item.choices or item.pairs) for item in ITEMS}) == len(ITEMS)


def test_misconceptions_and_topics_are_all_used() -> None:
    used = {choice.misconception for item in ITEMS for choice in item.choices}
    used |= {expected.misconception for item in ITEMS for expected in item.expected_wrong}
    assert set(COURSE.misconceptions) <= used
    assert set(COURSE.topics) == {topic for activity in ACTIVITIES for topic in activity.topics}


def test_figures_are_drawn_described_and_all_shown() -> None:
    shown = {one.figure for one in (*ITEMS, *ACTIVITIES) if one.figure}
    assert len(shown) >= 40
    assert len(list((FOLDER / "figures").glob("*.svg"))) == len(shown)
    assert all('viewBox="0 0 280 ' in figure for figure in shown)
    sizes = [float(size) for figure in shown for size in re.findall(r'font-size="([\d.]+)"', figure)]
    assert min(sizes) >= 13, "letters in figures must be legible on a phone"
    for skill in COURSE.graph.order:
        explanation = COURSE.activities_by_skill[skill][0]
        assert explanation.modality is Modality.EXPLANATION, skill
        assert explanation.figure, skill


def test_every_text_renders_without_leftovers() -> None:
    for activity in ACTIVITIES:
        assert "$" not in render(activity.body), activity.id
    for item in ITEMS:
        assert "$" not in render(item.stem), item.id
        for text in (*(choice.text for choice in item.choices), *(text for pair in item.pairs for text in pair)):
            assert "$" not in plain(text), item.id


def test_keys_are_readable_and_orders_can_be_shuffled() -> None:
    for item in of_kind(ItemKind.NUMBER):
        assert item.number
        assert read(f"{item.number.value} {item.number.unit}", unit=item.number.unit), item.id
    for item in of_kind(ItemKind.ORDERING):
        assert shown_order(item, 1) != tuple(choice.key for choice in item.choices)


def test_it_goes_round_as_one_text() -> None:
    assert said(load(starter_text())) == said(COURSE)
    assert said(load(json.dumps(dump(COURSE)))) == said(COURSE)


def test_it_ships_inside_the_package() -> None:
    spec = importlib.util.find_spec("lti_tool.content")
    assert spec is not None
    assert spec.submodule_search_locations
    assert (Path(spec.submodule_search_locations[0]) / "starter" / "course.json").is_file()
