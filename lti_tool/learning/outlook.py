"""Outlook: how likely the next question on a skill goes right, and why, in one sentence for a teacher.

A skill has easy and hard questions; we speak of the one in the middle, by what the response model expects of this
learner today. The reasons are the model's own (`response.explain`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .activities import CourseContent, Item
from .ids import SkillId
from .phrases import Phrase
from .response import Memory, Question, explain, forecast
from .response_parameters import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The chance of an unaided right answer to a typical question now, in (0, 1), and what speaks for and against."""

    chance: float
    because: tuple[Phrase, ...]


def question_of(item: Item) -> Question:
    """An item as the response model sees it."""
    return Question(item=item.id, skills=item.skills, difficulty=item.difficulty)


def outlooks(
    content: CourseContent, skills: Iterable[SkillId], memory: Memory, parameters: Parameters, *, now: datetime
) -> Mapping[SkillId, Outlook]:
    """The outlook on each skill that has questions, one pass over all of them."""
    wanted = [skill for skill in skills if content.items_by_skill.get(skill)]
    questions = [question_of(item) for skill in wanted for item in content.items_by_skill[skill]]
    chances = forecast(memory, questions, parameters, now=now)
    found: dict[SkillId, Outlook] = {}
    start = 0
    for skill in wanted:
        stop = start + len(content.items_by_skill[skill])
        place = sorted(range(start, stop), key=chances.__getitem__)[(stop - start) // 2]
        found[skill] = Outlook(
            chance=chances[place], because=explain(memory, questions[place], parameters, now=now)
        )
        start = stop
    return found
