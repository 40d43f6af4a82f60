"""What the response model looks at before an answer: the past as numbers, each one sayable in words.

The past is kept as *surprise*: how much better or worse the answers were than the difficulty of what was asked
(residuals of a Rasch model; Elo: Pelánek 2016), summed with several memories, from the last two or three answers to
all of them (recency weighting: Galyardt & Goldin 2015). Divided by the information in those answers plus a prior,
a sum is a one-step estimate of ability in logits that stays near 0 while little is known. Counts, last answers and
pauses complete it (performance factors: Pavlik, Cen & Koedinger 2009; Best-LR: Gervet et al. 2020).

The same formulas serve one question now and a million answers of the past: everything is a column, and learners
and questions are rows. *n* is the number of questions, *m* the number of (question, skill) pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Index = NDArray[np.int64]

LEARNER_KEEPS = (0.7, 0.9, 0.98, 1.0)
"""What an answer's weight is multiplied by at each later answer, whatever the skill."""
SKILL_KEEPS = (0.5, 0.8, 0.95, 1.0)
"""The same at each later answer to the skill."""
ITEM_KEEP = 0.7
"""The same at each later answer to the very item."""

LEARNER_DOUBT = 0.8
SKILL_DOUBT = 0.5
"""Information (answers times p(1-p)) that the assumption "as everybody else" is worth."""

MOST_COUNTED = 200.0
"""Counts are capped here, so that a thousand answers do not carry a weight beyond what was seen in calibration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """How hard each question is: skill and item offsets in logits (higher is easier) and information on the item."""

    skill: Vector
    item: Vector
    information: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerPast:
    """Before each question: sums of shape (4, n), the last three answers as +1, -1 or 0, hours since the last."""

    surprise: Matrix
    information: Matrix
    answers: Vector
    latest: Matrix
    hours: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillPast:
    """The same for each (question, skill) pair: sums of shape (4, m).

    `since` counts the learner's answers since the last one on the skill (0: never), `hints` is recent hints per answer.
    """

    surprise: Matrix
    information: Matrix
    answers: Vector
    right: Vector
    latest: Matrix
    since: Vector
    days: Vector
    hints: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPast:
    """The same for the very item asked, shape (n,)."""

    surprise: Vector
    information: Vector
    answers: Vector
    right: Vector
    latest: Vector
    since: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All that is known before each of n questions. Pair j belongs to question `row[j]`; `share[j]` is 1 / skills."""

    row: Index
    share: Vector
    difficulty: Difficulty
    learner: LearnerPast
    skill: SkillPast
    item: ItemPast


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLAIN = _words(
    "skill_ease item_ease item_known item_trust "
    "able_now able_lately able_long able_ever answers answer_1 answer_2 answer_3 pause "
    "skill_now skill_lately skill_long skill_ever skill_weakest right_count wrong_count skill_answers first_time "
    "elsewhere same_skill skill_1 skill_2 skill_3 days hints "
    "item_right item_wrong item_last item_able item_elsewhere several second third"
)
"""Looked at as they are."""

PRODUCTS = tuple(
    (pair.split("*")[0], pair.split("*")[1])
    for pair in _words(
        "skill_1*skill_2 skill_2*skill_3 skill_1*skill_3 able_ever*able_ever skill_lately*skill_lately "
        "able_ever*skill_lately able_ever*skill_ease skill_lately*skill_ease able_ever*item_ease "
        "skill_lately*item_ease skill_ease*skill_ease item_ease*item_ease skill_ease*item_ease "
        "same_skill*able_now same_skill*skill_now elsewhere*able_ever first_time*answer_1 first_time*able_ever "
        "skill_now*skill_answers skill_lately*skill_answers able_lately*skill_answers able_ever*skill_answers "
        "able_ever*answers elsewhere*elsewhere same_skill*skill_answers elsewhere*skill_answers answers*answers "
        "skill_answers*skill_answers same_skill*answer_1 item_last*item_right item_elsewhere*item_elsewhere "
        "item_elsewhere*item_right item_elsewhere*item_last right_count*wrong_count elsewhere*right_count "
        "elsewhere*wrong_count elsewhere*skill_lately days*skill_lately days*right_count days*days"
    )
)
"""Looked at together: what one means depends on the other."""

FEATURES = (*PLAIN, *("*".join(pair) for pair in PRODUCTS))
PLACE = {name: place for place, name in enumerate(FEATURES)}
_FACTORS = tuple((PLACE[one], PLACE[other]) for one, other in PRODUCTS)

SKILL_SLOPES = tuple(
    PLACE[name]
    for name in _words(
        "able_ever able_lately able_now skill_lately skill_now right_count wrong_count skill_answers first_time "
        "elsewhere same_skill skill_1 skill_2 skill_3 answers"
    )
)
"""What may count more or less in one skill than in others."""

ITEM_SLOPES = (PLACE["able_ever"], PLACE["skill_lately"])
"""What may count more or less at one item than at others (its discrimination)."""


def totals(code: Index, amounts: Vector, size: int) -> Vector:
    """The amounts summed by code, shape (size,)."""
    return np.bincount(code, amounts, size).astype(np.float64, copy=False)


def features(past: Past) -> Matrix:
    """The past as model columns: shape (features, n), one row a feature in the order of `FEATURES`."""
    count = len(past.learner.answers)
    out = np.empty((len(FEATURES), count))

    def put(name: str, column: Vector) -> None:
        out[PLACE[name]] = column

    _difficulty(put, past.difficulty)
    _learner(put, past.learner)
    _skills(put, past, count)
    _item(put, past.item)
    for place, (one, other) in enumerate(_FACTORS, start=len(PLAIN)):
        np.multiply(out[one], out[other], out=out[place])
    return out


Put = Callable[[str, Vector], None]


def _counted(number: Vector) -> Vector:
    return np.log1p(np.minimum(number, MOST_COUNTED))


def _difficulty(put: Put, difficulty: Difficulty) -> None:
    known = _counted(difficulty.information)
    put("skill_ease", difficulty.skill)
    put("item_ease", difficulty.item)
    put("item_known", known)
    put("item_trust", difficulty.item * np.minimum(1.0, known / 3))


def _learner(put: Put, learner: LearnerPast) -> None:
    for name, surprise, information in zip(
        ("able_now", "able_lately", "able_long", "able_ever"), learner.surprise, learner.information, strict=True
    ):
        put(name, surprise / (information + LEARNER_DOUBT))
    put("answers", _counted(learner.answers))
    for place in range(3):
        put(f"answer_{place + 1}", learner.latest[place])
    put("pause", _counted(learner.hours))


def _skills(put: Put, past: Past, count: int) -> None:
    skill, row, share = past.skill, past.row, past.share
    single = len(row) == count

    def mean(column: Vector) -> Vector:
        return column if single else totals(row, column * share, count)

    for place, name in enumerate(("skill_now", "skill_lately", "skill_long", "skill_ever")):
        able = skill.surprise[place] / (skill.information[place] + SKILL_DOUBT)
        put(name, mean(able))
        if name == "skill_lately":
            put("skill_weakest", able if single else _least(able, row, count))
    answers = mean(skill.answers)
    put("right_count", mean(_counted(skill.right)))
    put("wrong_count", mean(_counted(skill.answers - skill.right)))
    put("skill_answers", mean(_counted(skill.answers)))
    put("first_time", (answers == 0).astype(np.float64))
    put("elsewhere", mean(_counted(skill.since)))
    put("same_skill", mean((skill.since == 1).astype(np.float64)))
    for place in range(3):
        put(f"skill_{place + 1}", mean(skill.latest[place]))
    put("days", mean(_counted(skill.days)))
    put("hints", mean(skill.hints))
    put("several", np.zeros(count) if single else np.minimum(np.bincount(row, minlength=count), 5) - 1.0)
    put("second", (np.abs(answers - 1) < 0.5).astype(np.float64))
    put("third", (np.abs(answers - 2) < 0.5).astype(np.float64))


def _least(column: Vector, row: Index, count: int) -> Vector:
    least = np.full(count, np.inf)
    np.minimum.at(least, row, column)
    return least


def _item(put: Put, item: ItemPast) -> None:
    put("item_right", _counted(item.right))
    put("item_wrong", _counted(item.answers - item.right))
    put("item_last", item.latest)
    put("item_able", item.surprise / (item.information + SKILL_DOUBT))
    put("item_elsewhere", _counted(item.since))
