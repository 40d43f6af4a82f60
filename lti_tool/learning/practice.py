"""Practice: which question comes next inside an activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from math import log

from .activities import Activity, CourseContent, Item
from .evidence import Evidence
from .history import in_order
from .ids import ItemId
from .outlook import question_of
from .response import forecast, remember
from .response_parameters import SHIPPED, Parameters

TARGET_SUCCESS = 0.78
"""Hard enough to learn from, easy enough to go on: about eight of ten right."""

SHUFFLE = 0.6
"""Items whose chance to go right differs by less than this (logits) are equally good: the seed decides."""


def next_item(
    content: CourseContent,
    activity: Activity,
    history: Sequence[Evidence],
    *,
    seed: int,
    now: datetime,
    parameters: Parameters = SHIPPED,
) -> Item | None:
    """The next question: unseen ones first, the one most likely to go right about eight times in ten; then the one
    seen longest ago.

    Never the same question twice in a row where the activity has two. `None` only for an activity without items.
    `history` is the learner's evidence on all skills; `parameters` are the course's.
    """
    ordered = in_order(history)
    last_seen = {evidence.item: number for number, evidence in enumerate(ordered) if evidence.item}
    latest = max(last_seen, key=last_seen.__getitem__, default=None)
    items = [content.items[item_id] for item_id in activity.items]
    pool = [item for item in items if item.id != latest] or items
    unseen = [item for item in pool if item.id not in last_seen]
    if not unseen:
        return min(pool, key=lambda item: _age(item, last_seen), default=None)
    memory = remember(ordered, parameters)
    chances = forecast(memory, [question_of(item) for item in unseen], parameters, now=now)
    ranked = [
        (_distance(chance), _drawn(item, seed), item.id) for item, chance in zip(unseen, chances, strict=True)
    ]
    return content.items[min(ranked)[2]]


def _distance(chance: float) -> int:
    """Steps of `SHUFFLE` logits away from the wanted chance."""
    return round(abs(_logit(chance) - _logit(TARGET_SUCCESS)) / SHUFFLE)


def _logit(chance: float) -> float:
    return log(chance / (1 - chance))


def _drawn(item: Item, seed: int) -> int:
    return int.from_bytes(blake2b(f"{seed}:{item.id}".encode(), digest_size=8).digest(), "big")


def _age(item: Item, last_seen: Mapping[ItemId, int]) -> int:
    return last_seen[item.id]
