"""Answers of many learners in columns of numbers, and parts of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .response_features import Index, Vector

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers in columns, each learner's in order and together.

    `learner`, `item` are codes from 0, `worth` the score in [0, 1] less what hints gave away, `at` seconds from
    any origin. Pair j says that answer `row[j]` speaks for skill code `skill[j]`; every answer has one or more.
    """

    learner: Index
    item: Index
    row: Index
    skill: Index
    worth: Vector
    hints: Vector
    at: Vector

    def __len__(self) -> int:
        return len(self.worth)

    def skills_each(self) -> Index:
        """The number of skills of each answer."""
        return np.bincount(self.row, minlength=len(self)).astype(np.int64)

    def witnesses(self) -> float:
        """How many learners with equally many answers these would be (Kish's effective number)."""
        each = np.bincount(self.learner).astype(np.float64)
        return float(each.sum() ** 2 / max((each**2).sum(), 1.0))

    def witnesses_each(self) -> Vector:
        """The same for the answers of each skill code."""
        width = int(self.skill.max(initial=-1)) + 1
        both, number = np.unique(self.learner[self.row] * width + self.skill, return_counts=True)
        skill = both % width
        total, squared = (np.bincount(skill, one, width) for one in (number, number.astype(np.float64) ** 2))
        return np.asarray(total**2 / np.maximum(squared, 1.0))


def part(answers: Answers, start: int, stop: int) -> Answers:
    """The answers from `start` up to `stop`, learner codes kept."""
    low, high = np.searchsorted(answers.row, (start, stop))
    span, pairs = slice(start, stop), slice(low, high)
    return Answers(
        learner=answers.learner[span],
        item=answers.item[span],
        row=answers.row[pairs] - start,
        skill=answers.skill[pairs],
        worth=answers.worth[span],
        hints=answers.hints[span],
        at=answers.at[span],
    )


def of_learners(answers: Answers, wanted: Flags) -> Answers:
    """The answers of the learners whose code is marked."""
    keep = wanted[answers.learner]
    pairs = keep[answers.row]
    number = np.cumsum(keep) - 1
    return Answers(
        learner=answers.learner[keep],
        item=answers.item[keep],
        row=number[answers.row[pairs]],
        skill=answers.skill[pairs],
        worth=answers.worth[keep],
        hints=answers.hints[keep],
        at=answers.at[keep],
    )


def slices(answers: Answers, about: int) -> list[tuple[int, int]]:
    """Where to cut so that each part holds whole learners and about so many answers."""
    if not len(answers):
        return []
    starts = np.flatnonzero(np.r_[True, answers.learner[1:] != answers.learner[:-1]])
    cuts = [0]
    while cuts[-1] < len(answers):
        place = np.searchsorted(starts, cuts[-1] + about)
        cuts.append(int(starts[place]) if place < len(starts) else len(answers))
    return list(pairwise(cuts))
