"""A course's evidence as columns of numbers, ready for calibration."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .answers import Answers
from .evidence import Evidence
from .history import in_order
from .ids import ItemId, SkillId
from .response import worth_of
from .response_features import Vector
from .response_parameters import stated_ease


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
    """Columns while they grow, eight bytes a number, and the codes given so far."""

    def __init__(self) -> None:
        self.skills: dict[SkillId, int] = {}
        self.items: dict[ItemId, int] = {}
        self.stated = array("d")
        self.learner, self.item = array("q"), array("q")
        self.worth, self.hints, self.at = array("d"), array("d"), array("d")
        self.row, self.skill = array("q"), array("q")

    def take(self, learner: int, history: Sequence[Evidence]) -> None:
        """Add one learner."""
        same: object = None
        spoken_for: set[int] = set()
        for one in in_order(history):
            if one.attempt != 1:
                continue
            item = one.item or ItemId(f"skill:{one.skill}")
            if (one.at, item) != same:
                same, spoken_for = (one.at, item), set()
                self._add(learner, item, one)
            skill = self.skills.setdefault(one.skill, len(self.skills))
            if skill not in spoken_for:
                spoken_for.add(skill)
                self.row.append(len(self.worth) - 1)
                self.skill.append(skill)

    def _add(self, learner: int, item: ItemId, one: Evidence) -> None:
        code = self.items.setdefault(item, len(self.items))
        if code == len(self.stated):
            self.stated.append(stated_ease(one.difficulty))
        self.learner.append(learner)
        self.item.append(code)
        self.worth.append(worth_of(one.score, one.hints_used))
        self.hints.append(one.hints_used)
        self.at.append(one.at.timestamp())

    def course(self) -> CourseAnswers:
        """All of it as arrays, over the same memory."""
        answers = Answers(
            learner=np.frombuffer(self.learner, np.int64),
            item=np.frombuffer(self.item, np.int64),
            row=np.frombuffer(self.row, np.int64),
            skill=np.frombuffer(self.skill, np.int64),
            worth=np.frombuffer(self.worth),
            hints=np.frombuffer(self.hints),
            at=np.frombuffer(self.at),
        )
        return CourseAnswers(
            answers=answers, skills=tuple(self.skills), items=tuple(self.items), stated=np.frombuffer(self.stated)
        )
