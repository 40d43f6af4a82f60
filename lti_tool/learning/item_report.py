"""Item report: what a course's answers say about its questions, and which of them look broken.

Difficulty is a Rasch estimate held near the author's word (`difficulty`), so that few answers do not shout.
Discrimination is the correlation of success here with success elsewhere, elsewhere meaning the learner's surprise on
all other questions, because learners meet different ones (corrected item-total correlation; Henrysson 1963).
Only first answers count, and of a learner only the first to each question: later ones show what was learned from it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from .activities import Item
from .answers import Answers
from .difficulty import estimate
from .ids import ItemId
from .phrases import Phrase, count, say
from .response_features import Index, Vector, totals
from .response_parameters import stated_ease

LEAST_ANSWERS = 8
"""Fewer answers say nothing about a question."""
LEAST_LEARNERS = 12
"""Fewer learners say nothing about how well it tells them apart."""
LEAST_ELSEWHERE = 3
LEAST_ALIKE = 2
"""A wrong answer of one learner alone is common to nobody."""
HARDLY_ANYBODY, NEARLY_EVERYBODY = 0.1, 0.97
AGAINST = -0.1
"""Those who know get it wrong, from this correlation down."""
HARDLY_CHANCE = 1.28
"""And by so many standard errors, 1 / sqrt(learners - 1) each: chance alone does that to one unrelated question in ten.
In simulated classes of 24 it clears five of six healthy questions that look broken, and leaves three of four wrong keys
found; with 60 learners nearly all are."""
FAR_OFF = 1.5
"""Logits between what the author said and what the answers say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One first answer of one learner (any number) to one question. `score` in [0, 1]; `given` is what a wrong answer
    said, with the misconception behind it, where these are known."""

    learner: int
    item: ItemId
    score: float
    hints: int
    seconds: float | None
    at: datetime
    given: str = ""
    misconception: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonWrong:
    """The wrong answer given most often, by how many learners (two at least), and the misconception its author saw
    behind it."""

    given: str
    times: int
    misconception: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReport:
    """One question. What cannot be said yet is `None`.

    `right` is the share of full points, `difficulty` in logits (0 is the course's middle, higher is harder),
    `discrimination` a correlation in [-1, 1], `seconds` the median time, `hinted` the share that took hints.
    `flaws` are reasons to look at the question; empty for a healthy one.
    """

    item: ItemId
    answers: int = 0
    right: float | None = None
    difficulty: float | None = None
    discrimination: float | None = None
    seconds: float | None = None
    hinted: float = 0.0
    wrong: CommonWrong | None = None
    flaws: tuple[Phrase, ...] = ()


def report(
    items: Mapping[ItemId, Item], wanted: Sequence[ItemId], sightings: Iterable[Sighting]
) -> tuple[ItemReport, ...]:
    """The reports on the wanted questions, in their order, from the answers to all `items` of the course."""
    seen = _first_of_each(one for one in sightings if one.item in items)
    if not seen:
        return tuple(ItemReport(item=key) for key in wanted)
    code = {key: number for number, key in enumerate(items)}
    table = _Table.of(seen, code, [stated_ease(item.difficulty) for item in items.values()], list(items.values()))
    wrong = _common_wrong(seen)
    return tuple(_one(items[key], code[key], table, wrong.get(key)) for key in wanted)


def _first_of_each(sightings: Iterable[Sighting]) -> list[Sighting]:
    first: dict[tuple[int, ItemId], Sighting] = {}
    for one in sightings:
        known = first.get((one.learner, one.item))
        if known is None or one.at < known.at:
            first[one.learner, one.item] = one
    return list(first.values())


def _common_wrong(seen: Sequence[Sighting]) -> dict[ItemId, CommonWrong]:
    """For each question the wrong answer given most often; among equals the first by its words."""
    times = Counter((one.item, one.given) for one in seen if one.given)
    behind = {(one.item, one.given): one.misconception for one in seen if one.given and one.misconception}
    found: dict[ItemId, CommonWrong] = {}
    for (item, given), number in sorted(times.items(), key=lambda one: (-one[1], one[0][1])):
        if number >= LEAST_ALIKE:
            misconception = behind.get((item, given), "")
            found.setdefault(item, CommonWrong(given=given, times=number, misconception=misconception))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Everything by item code: counts, shares, estimates."""

    answers: Vector
    right: Vector
    hinted: Vector
    hardness: Vector
    apart: Vector
    learners: Vector
    seconds: dict[int, float]

    @classmethod
    def of(
        cls, seen: Sequence[Sighting], code: Mapping[ItemId, int], stated: list[float], items: list[Item]
    ) -> _Table:
        item = np.array([code[one.item] for one in seen])
        learner = np.unique([one.learner for one in seen], return_inverse=True)[1].astype(np.int64)
        score = np.array([one.score for one in seen])
        size = len(code)
        number = totals(item, np.ones(len(seen)), size)
        ease = _ease(item, learner, score, np.array(stated), items)
        apart, learners = _apart(item, learner, score - _chance(ease[item]), size)
        middle = float(np.average(ease, weights=number))
        return cls(
            answers=number,
            right=totals(item, (score >= 1).astype(np.float64), size) / np.maximum(number, 1),
            hinted=totals(item, np.array([float(one.hints > 0) for one in seen]), size) / np.maximum(number, 1),
            hardness=middle - ease,
            apart=apart,
            learners=learners,
            seconds=_medians(seen, code),
        )


def _ease(item: Index, learner: Index, score: Vector, stated: Vector, items: list[Item]) -> Vector:
    """Ease of each item in logits for the course's middle learner: of the course, its skill and its own."""
    skills = {key: number for number, key in enumerate(dict.fromkeys(one.skills[0] for one in items))}
    skill_of = np.array([skills[one.skills[0]] for one in items])
    everything = np.arange(len(item))
    answers = Answers(
        learner=learner,
        item=item,
        row=everything,
        skill=skill_of[item],
        worth=score,
        hints=np.zeros(len(item)),
        at=np.zeros(len(item)),
    )
    found, _ = estimate(answers, stated)
    by_skill = np.zeros(len(skills))
    by_skill[: len(found.skill)] = found.skill
    return np.asarray(found.course + by_skill[skill_of] + found.item)


def _chance(logit: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-logit)))


def _apart(item: Index, learner: Index, surprise: Vector, size: int) -> tuple[Vector, Vector]:
    """Correlation of surprise here with mean surprise elsewhere, and from how many learners, by item."""
    people = int(learner.max()) + 1
    total, number = totals(learner, surprise, people), totals(learner, np.ones(len(item)), people)
    known = number[learner] > LEAST_ELSEWHERE
    here, code = surprise[known], item[known]
    elsewhere = (total[learner] - surprise)[known] / (number[learner] - 1)[known]
    many = totals(code, np.ones(len(code)), size)
    least = np.maximum(many, 1)
    one = here - (totals(code, here, size) / least)[code]
    other = elsewhere - (totals(code, elsewhere, size) / least)[code]
    spread = np.sqrt(totals(code, one * one, size) * totals(code, other * other, size))
    together = totals(code, one * other, size)
    return np.asarray(np.divide(together, spread, out=np.zeros(size), where=spread > 1e-9)), many


def _medians(seen: Sequence[Sighting], code: Mapping[ItemId, int]) -> dict[int, float]:
    times: dict[int, list[float]] = {}
    for one in seen:
        if one.seconds is not None:
            times.setdefault(code[one.item], []).append(one.seconds)
    return {key: float(np.median(found)) for key, found in times.items()}


def _one(item: Item, code: int, table: _Table, wrong: CommonWrong | None) -> ItemReport:
    answers = int(table.answers[code])
    enough = answers >= LEAST_ANSWERS
    found = ItemReport(
        item=item.id,
        answers=answers,
        right=float(table.right[code]) if answers else None,
        difficulty=float(table.hardness[code]) if enough else None,
        discrimination=float(table.apart[code]) if table.learners[code] >= LEAST_LEARNERS else None,
        seconds=table.seconds.get(code),
        hinted=float(table.hinted[code]),
        wrong=wrong,
    )
    return replace(found, flaws=tuple(_flaws(found, item, int(table.learners[code])))) if enough else found


def _against(discrimination: float | None, learners: int) -> bool:
    """Whether those who do well elsewhere get it wrong, more clearly than chance would have it."""
    if discrimination is None:
        return False
    return discrimination <= min(AGAINST, -HARDLY_CHANCE / math.sqrt(learners - 1))


def _flaws(found: ItemReport, item: Item, learners: int) -> Iterable[Phrase]:
    right, wrong = found.right or 0.0, found.wrong
    if right <= HARDLY_ANYBODY:
        yield say("Hardly anybody gets it right. Is the key right, and was it taught?")
    if _against(found.discrimination, learners):
        yield say("Those who do well elsewhere get it wrong more often than others. Is the key right?")
    if wrong is not None and wrong.times >= LEAST_ANSWERS / 2 and wrong.times > right * found.answers:
        yield count(
            wrong.times,
            "“{given}” is given more often than the right answer ({count} time).",
            "“{given}” is given more often than the right answer ({count} times).",
            given=wrong.given,
        )
    if found.difficulty is not None and found.answers >= 2 * LEAST_ANSWERS:
        off = found.difficulty + stated_ease(item.difficulty)
        if off >= FAR_OFF:
            yield say("Much harder here than its author thought.")
        elif off <= -FAR_OFF:
            yield say("Much easier here than its author thought.")
    if right >= NEARLY_EVERYBODY and found.answers >= 2 * LEAST_ANSWERS:
        yield say("Nearly everybody gets it right, so it tells little.")
