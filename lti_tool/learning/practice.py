"""Practice: which question comes next inside an activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from math import exp, log

from .activities import Activity, CourseContent, Item
from .evidence import Evidence
from .history import first_answers, in_order
from .ids import ItemId

TARGET_SUCCESS = 0.78
"""Hard enough to learn from, easy enough to go on: about eight of ten right."""

PLACE_SPREAD = 1.5
"""How far learners lie apart before any answer, in logits."""

FADE = 0.9
"""What an answer counts for when one newer answer is there, and so on back."""

SHUFFLE = 0.3
"""Items whose difficulty differs by less than this (logits) are equally good: the seed decides."""


def next_item(content: CourseContent, activity: Activity, history: Sequence[Evidence], *, seed: int) -> Item | None:
    """The next question: unseen ones first, near the learner's place; then the one seen longest ago.

    Never the same question twice in a row where the activity has two. `None` only for an activity without items.
    `history` is the learner's evidence, of these skills or of all.
    """
    ordered = in_order(history)
    last_seen = {evidence.item: number for number, evidence in enumerate(ordered) if evidence.item}
    latest = max(last_seen, key=last_seen.__getitem__, default=None)
    items = [content.items[item_id] for item_id in activity.items]
    pool = [item for item in items if item.id != latest] or items
    unseen = [item for item in pool if item.id not in last_seen]
    if unseen:
        wanted = place_of(_about(activity, ordered)) - log(TARGET_SUCCESS / (1 - TARGET_SUCCESS))
        return min(unseen, key=lambda item: _distance(item, wanted, seed))
    return min(pool, key=lambda item: _age(item, last_seen), default=None)


def place_of(answers: Sequence[Evidence]) -> float:
    """Where the learner stands on the difficulty scale (logits): the most likely place, recent answers first.

    One-parameter logistic model with a normal prior; Newton's method, which settles in a few steps.
    """
    recent = [(FADE**age, one.difficulty, one.score) for age, one in enumerate(reversed(answers[-40:]))]
    place = 0.0
    for _ in range(12):
        slope, curve = -place / PLACE_SPREAD**2, 1 / PLACE_SPREAD**2
        for weight, difficulty, score in recent:
            chance = 1 / (1 + exp(difficulty - place))
            slope += weight * (score - chance)
            curve += weight * chance * (1 - chance)
        place = min(5.0, max(-5.0, place + slope / curve))
    return place


def _about(activity: Activity, ordered: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(one for one in first_answers(ordered) if one.skill in activity.skills)


def _distance(item: Item, wanted: float, seed: int) -> tuple[int, int, ItemId]:
    steps = round(abs(item.difficulty - wanted) / SHUFFLE)
    drawn = blake2b(f"{seed}:{item.id}".encode(), digest_size=8).digest()
    return steps, int.from_bytes(drawn, "big"), item.id


def _age(item: Item, last_seen: Mapping[ItemId, int]) -> int:
    return last_seen[item.id]
