"""Cross-checks of questions: each has a right answer, and each wrong one tells what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lti_tool.learning import numbers
from lti_tool.learning.activities import ExpectedWrong, Item, ItemKind
from lti_tool.learning.errors import AnswerError
from lti_tool.learning.marking import fold, key_list, mark, pair_of

from .problems import Place, Problem

_NEEDS = {
    ItemKind.ONE_CHOICE: "choices",
    ItemKind.SEVERAL_CHOICES: "choices",
    ItemKind.ORDERING: "choices",
    ItemKind.NUMBER: "number",
    ItemKind.SHORT_TEXT: "texts",
    ItemKind.MATCHING: "pairs",
}


def check_item(item: Item, place: Place, misconceptions: Mapping[str, str]) -> Iterator[Problem]:
    """Everything wrong with the key of one question."""
    needed = _NEEDS[item.kind]
    for name in ("choices", "number", "texts", "pairs"):
        if name != needed and getattr(item, name):
            yield Problem(place.at(name), f"is not used by questions of the kind {item.kind}")
    if not getattr(item, needed):
        yield Problem(place, f"a question of the kind {item.kind} needs {needed}")
        return
    yield from _CHECKS[item.kind](item, place)
    for number, choice in enumerate(item.choices):
        if item.kind is not ItemKind.ORDERING and not choice.correct:
            here = place.at("choices").at(number)
            if not choice.feedback:
                yield Problem(here.at("feedback"), "a wrong choice needs words for the learner")
            yield from _named(choice.misconception, here, misconceptions)
    for number, expected in enumerate(item.expected_wrong):
        here = place.at("expected_wrong").at(number)
        yield from _named(expected.misconception, here, misconceptions)
        yield from _check_expected(item, expected, here.at("value"))


def _named(misconception: str, place: Place, known: Mapping[str, str]) -> Iterator[Problem]:
    if not misconception:
        yield Problem(place.at("misconception"), "a wrong answer needs the misconception it tells of")
    elif misconception not in known:
        yield Problem(place.at("misconception"), f"unknown misconception “{misconception}”")


def _check_choices(item: Item, place: Place) -> Iterator[Problem]:
    yield from _doubles([choice.key for choice in item.choices], place.at("choices"), "key")
    yield from _doubles([choice.text for choice in item.choices], place.at("choices"), "text")
    right = sum(choice.correct for choice in item.choices)
    if item.kind is ItemKind.ONE_CHOICE and right != 1:
        yield Problem(place.at("choices"), f"one choice must be right, here {right} are")
    if item.kind is ItemKind.SEVERAL_CHOICES and right == 0:
        yield Problem(place.at("choices"), "no choice is right")
    if len(item.choices) == right:
        yield Problem(place.at("choices"), "no choice is wrong, so there is nothing to decide")


def _check_ordering(item: Item, place: Place) -> Iterator[Problem]:
    yield from _doubles([choice.key for choice in item.choices], place.at("choices"), "key")
    yield from _doubles([choice.text for choice in item.choices], place.at("choices"), "text")
    if len(item.choices) < 3:
        yield Problem(place.at("choices"), "an order needs three cards or more")
    for number, choice in enumerate(item.choices):
        if choice.correct or choice.feedback or choice.misconception:
            yield Problem(place.at("choices").at(number), "a card of an order has only a key and a text")


def _check_number(item: Item, place: Place) -> Iterator[Problem]:
    key = item.number
    if key is None:
        return
    here = place.at("number")
    try:
        if numbers.exact(key.tolerance) < 0:
            yield Problem(here.at("tolerance"), "must not be negative")
    except AnswerError:
        yield Problem(here.at("tolerance"), "cannot be read as a number")
        return
    try:
        if not mark(item, {"text": key.value}).correct:
            yield Problem(here.at("value"), f"is not written in the form {key.form} that it asks for")
    except AnswerError:
        yield Problem(here.at("value"), "cannot be read as a number")


def _check_texts(item: Item, place: Place) -> Iterator[Problem]:
    for number, text in enumerate(item.texts):
        if not fold(text):
            yield Problem(place.at("texts").at(number), "holds nothing that could be compared")


def _check_pairs(item: Item, place: Place) -> Iterator[Problem]:
    if len(item.pairs) < 2:
        yield Problem(place.at("pairs"), "matching needs two pairs or more")
    yield from _doubles([left for left, _ in item.pairs], place.at("pairs"), "left side")
    yield from _doubles([right for _, right in item.pairs], place.at("pairs"), "right side")


def _check_expected(item: Item, expected: ExpectedWrong, place: Place) -> Iterator[Problem]:
    """An expected wrong answer must be readable, possible and really wrong."""
    if item.kind in {ItemKind.NUMBER, ItemKind.SHORT_TEXT}:
        try:
            marked = mark(item, {"text": expected.value})
        except AnswerError as error:
            yield Problem(place, str(error))
            return
        if marked.correct or marked.feedback != expected.feedback:
            yield Problem(place, "is right, or is already named by an entry above")
    elif item.kind is ItemKind.ORDERING:
        right = [choice.key for choice in item.choices]
        order = key_list(expected.value)
        if sorted(order) != sorted(right) or order == right:
            yield Problem(place, "must be the keys of all cards in another order, joined by commas")
    elif item.kind is ItemKind.MATCHING:
        left, right_side = pair_of(expected.value)
        wanted = dict(item.pairs)
        if left not in wanted or right_side not in wanted.values() or wanted[left] == right_side:
            yield Problem(place, "must be a wrong pair of this question, written as left -> right")
    else:
        yield Problem(place, "choices carry their own feedback; expected_wrong is for other kinds")


def _doubles(values: list[str], place: Place, what: str) -> Iterator[Problem]:
    for number, value in enumerate(values):
        if value in values[:number]:
            yield Problem(place.at(number), f"the {what} “{value}” is there twice")


_CHECKS = {
    ItemKind.ONE_CHOICE: _check_choices,
    ItemKind.SEVERAL_CHOICES: _check_choices,
    ItemKind.ORDERING: _check_ordering,
    ItemKind.NUMBER: _check_number,
    ItemKind.SHORT_TEXT: _check_texts,
    ItemKind.MATCHING: _check_pairs,
}
