"""How practice students answer: rightly or with a typical mistake, as the fields of the tool's own form."""

from __future__ import annotations

import math
import random

from ...learning.activities import Item, ItemKind
from .pages import Fields


def chance(ability: float, item: Item, practised: int) -> float:
    """How likely a student of this ability answers rightly (a Rasch curve that practice lifts)."""
    return 1.0 / (1.0 + math.exp(item.difficulty - ability - 0.35 * practised))


def right(item: Item) -> Fields:
    """The fields of a right answer."""
    match item.kind:
        case ItemKind.ONE_CHOICE:
            return [("choice", next(choice.key for choice in item.choices if choice.correct))]
        case ItemKind.SEVERAL_CHOICES:
            return [("choices", choice.key) for choice in item.choices if choice.correct]
        case ItemKind.NUMBER:
            assert item.number is not None
            return [("text", item.number.value)]
        case ItemKind.SHORT_TEXT:
            return [("text", item.texts[0])]
        case ItemKind.ORDERING:
            return [(f"place:{choice.key}", str(place)) for place, choice in enumerate(item.choices, start=1)]
        case ItemKind.MATCHING:
            return [(f"pair:{left}", answer) for left, answer in item.pairs]


def wrong(item: Item, rng: random.Random) -> Fields:
    """The fields of a wrong answer: one that authors expected where they did."""
    match item.kind:
        case ItemKind.ONE_CHOICE | ItemKind.SEVERAL_CHOICES:
            name = "choice" if item.kind is ItemKind.ONE_CHOICE else "choices"
            return [(name, rng.choice([choice.key for choice in item.choices if not choice.correct]))]
        case ItemKind.NUMBER | ItemKind.SHORT_TEXT:
            expected = [one.value for one in item.expected_wrong]
            return [("text", rng.choice(expected) if expected else "0")]
        case ItemKind.ORDERING:
            places = right(item)
            return [(name, place) for (name, _), (_, place) in zip(places, reversed(places), strict=True)]
        case ItemKind.MATCHING:
            pairs = right(item)
            moved = [*pairs[1:], pairs[0]]
            return [(name, answer) for (name, _), (_, answer) in zip(pairs, moved, strict=True)]
