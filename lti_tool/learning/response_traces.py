"""What was known before each of many answers: the pasts of whole courses at once.

Sums that fade inside a learner, skill or item are one linear filter over answers sorted by group, less what the
filter carried over from the group before. Nothing at or after an answer enters its own past.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from .answers import Answers
from .response_features import (
    ITEM_KEEP,
    LEARNER_KEEPS,
    SKILL_KEEPS,
    Difficulty,
    Index,
    ItemPast,
    LearnerPast,
    Matrix,
    Past,
    SkillPast,
    Vector,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groups:
    """Rows sorted into groups, order kept inside: `order` sorts, `back` undoes it, `place` counts inside a group."""

    order: Index
    back: Index
    start: Index
    place: Index
    longest: int


def _groups(key: Index) -> _Groups:
    count = len(key)
    everyone = np.arange(count)
    ordered = bool(np.all(key[1:] >= key[:-1]))
    order = everyone if ordered else np.argsort(key, kind="stable")
    back = everyone
    if not ordered:
        back = np.empty(count, np.int64)
        back[order] = everyone
    line = key[order]
    first = np.r_[True, line[1:] != line[:-1]] if count else np.zeros(0, bool)
    start = np.maximum.accumulate(np.where(first, everyone, 0)) if count else everyone
    place = everyone - start
    return _Groups(order=order, back=back, start=start, place=place, longest=int(place.max(initial=-1)) + 1)


def _sum_before(groups: _Groups, line: Vector, keep: float) -> Vector:
    """Fading sum of what came before, within the group; takes values in group order, returns the same order."""
    if keep == 1.0:
        total = np.cumsum(line) - line
        return np.asarray(total - total[groups.start])
    total = lfilter((0.0, 1.0), (1.0, -keep), line)
    faded = keep ** np.arange(groups.longest)
    return np.asarray(total - faded[groups.place] * total[groups.start])


def _earlier(groups: _Groups, line: Vector, steps: int, otherwise: float) -> Vector:
    """The value so many steps earlier in the group."""
    moved = np.full(len(line), otherwise)
    moved[steps:] = line[:-steps] if len(line) > steps else line[:0]
    moved[groups.place < steps] = otherwise
    return moved


def trace(answers: Answers, difficulty: Difficulty, course: float) -> Past:
    """What was known before each answer. `course` is the logit of success of nobody in particular."""
    chance = 1 / (1 + np.exp(-(course + difficulty.skill + difficulty.item)))
    surprise, information = answers.worth - chance, chance * (1 - chance)
    return Past(
        row=answers.row,
        share=1.0 / answers.skills_each()[answers.row],
        difficulty=difficulty,
        learner=_learner_past(answers, surprise, information),
        skill=_skill_past(answers, surprise, information),
        item=_item_past(answers, surprise, information),
    )


def _fading(groups: _Groups, line: Vector, keeps: tuple[float, ...]) -> Matrix:
    return np.stack([_sum_before(groups, line, keep)[groups.back] for keep in keeps])


def _last_three(groups: _Groups, sign: Vector) -> Matrix:
    return np.stack([_earlier(groups, sign, steps, 0.0)[groups.back] for steps in (1, 2, 3)])


def _learner_past(answers: Answers, surprise: Vector, information: Vector) -> LearnerPast:
    groups = _groups(answers.learner)
    before = _earlier(groups, answers.at[groups.order], 1, np.nan)[groups.back]
    hours = np.nan_to_num(np.maximum(answers.at - before, 0.0)) / 3600
    return LearnerPast(
        surprise=_fading(groups, surprise[groups.order], LEARNER_KEEPS),
        information=_fading(groups, information[groups.order], LEARNER_KEEPS),
        answers=groups.place[groups.back].astype(np.float64),
        latest=_last_three(groups, (2 * answers.worth - 1)[groups.order]),
        hours=hours,
    )


def _skill_past(answers: Answers, surprise: Vector, information: Vector) -> SkillPast:
    row = answers.row
    width = int(answers.skill.max(initial=0)) + 1
    groups = _groups(answers.learner[row] * width + answers.skill)
    source = row[groups.order]
    worth = answers.worth[source]
    number = source.astype(np.float64)
    last = _earlier(groups, number, 1, np.nan)
    before = _earlier(groups, answers.at[source], 1, np.nan)
    hints = _sum_before(groups, answers.hints[source], 0.8) / (_sum_before(groups, np.ones(len(source)), 0.8) + 1)
    return SkillPast(
        surprise=_fading(groups, surprise[source], SKILL_KEEPS),
        information=_fading(groups, information[source], SKILL_KEEPS),
        answers=groups.place[groups.back].astype(np.float64),
        right=_sum_before(groups, worth, 1.0)[groups.back],
        latest=_last_three(groups, 2 * worth - 1),
        since=np.nan_to_num(number - last)[groups.back],
        days=(np.nan_to_num(np.maximum(answers.at[source] - before, 0.0)) / 86400)[groups.back],
        hints=hints[groups.back],
    )


def _item_past(answers: Answers, surprise: Vector, information: Vector) -> ItemPast:
    width = int(answers.item.max(initial=0)) + 1
    groups = _groups(answers.learner * width + answers.item)
    order, back = groups.order, groups.back
    number = order.astype(np.float64)
    return ItemPast(
        surprise=_sum_before(groups, surprise[order], ITEM_KEEP)[back],
        information=_sum_before(groups, information[order], ITEM_KEEP)[back],
        answers=groups.place[back].astype(np.float64),
        right=_sum_before(groups, answers.worth[order], 1.0)[back],
        latest=_earlier(groups, 2 * answers.worth[order] - 1, 1, 0.0)[back],
        since=np.nan_to_num(number - _earlier(groups, number, 1, np.nan))[back],
    )
