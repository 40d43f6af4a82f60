"""A course's evidence as columns of numbers, ready for calibration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .evidence import Evidence
from .history import in_order
from .ids import ItemId, SkillId
from .response import worth_of
from .response_features import Vector
from .response_parameters import stated_ease
from .response_traces import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAnswers:
    """Answers by code, and what the codes mean. `stated` is the ease of each item by its author's word, in logits."""

    answers: Answers
    skills: tuple[SkillId, ...]
    items: tuple[ItemId, ...]
    stated: Vector


def gather(histories: Iterable[Sequence[Evidence]]) -> CourseAnswers:
    """Answers of a course from its evidence, one history a learner, in any order and with doubles.

    Evidence about the same item at the same moment is one answer that speaks for several skills. Evidence without an
    item (a teacher's observation) counts as an item of its skill. Later tries at an item are left out.
    """
    collected = _Collected()
    for learner, history in enumerate(histories):
        collected.take(learner, history)
    return collected.course()


class _Collected:
    """Columns while they grow, and the codes given so far."""

    def __init__(self) -> None:
        self.skills: dict[SkillId, int] = {}
        self.items: dict[ItemId, int] = {}
        self.stated: list[float] = []
        self.rows: list[tuple[int, int, float, float, float]] = []
        self.pairs: list[tuple[int, int]] = []

    def take(self, learner: int, history: Sequence[Evidence]) -> None:
        """Add one learner."""
        same: object = None
        for one in in_order(history):
            if one.attempt != 1:
                continue
            item = one.item or ItemId(f"skill:{one.skill}")
            if (one.at, item) != same:
                same = (one.at, item)
                self._row(learner, item, one)
            pair = (len(self.rows) - 1, self.skills.setdefault(one.skill, len(self.skills)))
            if pair not in self.pairs[-8:]:
                self.pairs.append(pair)

    def _row(self, learner: int, item: ItemId, one: Evidence) -> None:
        code = self.items.setdefault(item, len(self.items))
        if code == len(self.stated):
            self.stated.append(stated_ease(one.difficulty))
        worth = worth_of(one.score, one.hints_used)
        self.rows.append((learner, code, worth, float(one.hints_used), one.at.timestamp()))

    def course(self) -> CourseAnswers:
        """All of it as arrays."""
        columns = np.array(self.rows, dtype=np.float64).reshape(-1, 5).T
        row, skill = np.array(self.pairs, dtype=np.int64).reshape(-1, 2).T
        answers = Answers(
            learner=columns[0].astype(np.int64),
            item=columns[1].astype(np.int64),
            row=row,
            skill=skill,
            worth=columns[2],
            hints=columns[3],
            at=columns[4],
        )
        return CourseAnswers(
            answers=answers,
            skills=tuple(self.skills),
            items=tuple(self.items),
            stated=np.array(self.stated, dtype=np.float64),
        )
