"""Will the next answer be right? One small step per answer, a few numbers per learner and skill, and words for it.

`Memory` is what is remembered of a learner: fading sums of surprise, overall, per skill and per item. `learn` moves
it on by one answer in some ten microseconds; `forecast` gives the chance of success for any questions; `explain` says
in words what speaks for and against. The numbers are the same that calibration computes for a million answers at
once (`response_traces`): a prediction does not depend on which of the two made it.

A new course begins with `SHIPPED`: weights from simulated courses and difficulty by the author's word. Calibration
replaces all of it, bit by bit, by what the course's own answers say. After a calibration call `remember` again, since
surprise is measured against difficulty; with ten microseconds an answer that is cheap enough to be done whenever a
page wants a prediction, so no memory is ever stored that could disagree with the evidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from .evidence import Evidence
from .history import in_order
from .ids import ItemId, SkillId
from .phrases import Phrase, count, say
from .response_chance import Weights, chance
from .response_features import (
    ITEM_KEEP,
    LEARNER_KEEPS,
    SKILL_KEEPS,
    Difficulty,
    ItemPast,
    LearnerPast,
    Past,
    SkillPast,
    features,
)
from .response_parameters import SHIPPED, ItemShape, Parameters, SkillShape, stated_ease

HINT_WORTH = 0.5
"""What each hint leaves of the worth of an answer."""
HINTS_KEEP = 0.8
RECENT = 5
NOTHING = SkillShape()
UNKNOWN = ItemShape()

Four = tuple[float, float, float, float]
Three = tuple[float, float, float]
ZERO4: Four = (0.0, 0.0, 0.0, 0.0)
ZERO3: Three = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to answer: its item and skills, and how hard its author says it is (logits, 0 is middling)."""

    item: ItemId
    skills: tuple[SkillId, ...]
    difficulty: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMemory:
    """One learner and one item. `number` is the learner's running number of the last answer to it, from 1."""

    surprise: float = 0.0
    information: float = 0.0
    answers: int = 0
    right: float = 0.0
    latest: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillMemory:
    """One learner and one skill. `recent` is the worth of the last five answers, the newest first."""

    surprise: Four = ZERO4
    information: Four = ZERO4
    answers: int = 0
    right: float = 0.0
    recent: tuple[float, ...] = ()
    hints: float = 0.0
    hint_answers: float = 0.0
    number: int = 0
    at: datetime | None = None
    items: Mapping[ItemId, ItemMemory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered of one learner in one course. Items lie with the first of their skills."""

    surprise: Four = ZERO4
    information: Four = ZERO4
    answers: int = 0
    latest: Three = ZERO3
    at: datetime | None = None
    skills: Mapping[SkillId, SkillMemory] = field(default_factory=dict)


NEW_LEARNER = Memory()
NEW_SKILL = SkillMemory()
NEW_ITEM = ItemMemory()


def worth_of(score: float, hints: int) -> float:
    """What an answer is worth as a sign of knowing, in [0, 1]: its score, halved by each hint."""
    return min(max(score, 0.0), 1.0) * HINT_WORTH ** max(hints, 0)


def remember(history: Iterable[Evidence], parameters: Parameters = SHIPPED) -> Memory:
    """The memory after a history of first answers, whatever order and however often it was delivered."""
    memory = NEW_LEARNER
    for question, worth, hints, at in _answers(history):
        memory = learn(memory, question, parameters, worth=worth, hints=hints, at=at)
    return memory


def _answers(history: Iterable[Evidence]) -> list[tuple[Question, float, int, datetime]]:
    """Evidence about one item at one moment, put together as one answer."""
    merged: list[tuple[Question, float, int, datetime]] = []
    for one in in_order(history):
        if one.attempt != 1:
            continue
        item = one.item or ItemId(f"skill:{one.skill}")
        question = Question(item=item, skills=(one.skill,), difficulty=one.difficulty)
        if merged and merged[-1][3] == one.at and merged[-1][0].item == item:
            before = merged[-1][0]
            if one.skill not in before.skills:
                merged[-1] = (replace(before, skills=(*before.skills, one.skill)), *merged[-1][1:])
            continue
        merged.append((question, worth_of(one.score, one.hints_used), one.hints_used, one.at))
    return merged


def learn(
    memory: Memory, question: Question, parameters: Parameters, *, worth: float, hints: int, at: datetime
) -> Memory:
    """The memory after one more answer. `worth` in [0, 1] (see `worth_of`)."""
    likely = _bare_chance(question, parameters)
    surprise, information = worth - likely, likely * (1 - likely)
    number = memory.answers + 1
    skills = dict(memory.skills)
    for place, key in enumerate(question.skills):
        before = skills.get(key, NEW_SKILL)
        items = before.items
        if place == 0:
            item = _item_after(items.get(question.item, NEW_ITEM), surprise, information, worth, number)
            items = {**items, question.item: item}
        skills[key] = SkillMemory(
            surprise=_faded(before.surprise, SKILL_KEEPS, surprise),
            information=_faded(before.information, SKILL_KEEPS, information),
            answers=before.answers + 1,
            right=before.right + worth,
            recent=(worth, *before.recent[: RECENT - 1]),
            hints=HINTS_KEEP * before.hints + hints,
            hint_answers=HINTS_KEEP * before.hint_answers + 1,
            number=number,
            at=at,
            items=items,
        )
    return Memory(
        surprise=_faded(memory.surprise, LEARNER_KEEPS, surprise),
        information=_faded(memory.information, LEARNER_KEEPS, information),
        answers=number,
        latest=(2 * worth - 1, memory.latest[0], memory.latest[1]),
        at=at,
        skills=skills,
    )


def _faded(sums: Four, keeps: Four, new: float) -> Four:
    return (
        keeps[0] * sums[0] + new,
        keeps[1] * sums[1] + new,
        keeps[2] * sums[2] + new,
        keeps[3] * sums[3] + new,
    )


def _item_after(before: ItemMemory, surprise: float, information: float, worth: float, number: int) -> ItemMemory:
    return ItemMemory(
        surprise=ITEM_KEEP * before.surprise + surprise,
        information=ITEM_KEEP * before.information + information,
        answers=before.answers + 1,
        right=before.right + worth,
        latest=2 * worth - 1,
        number=number,
    )


def _ease(question: Question, parameters: Parameters) -> tuple[float, float]:
    """Ease of the skills and of the item."""
    skill = sum(parameters.skills.get(key, NOTHING).ease for key in question.skills) / len(question.skills)
    shape = parameters.items.get(question.item)
    return skill, shape.ease if shape else stated_ease(question.difficulty)


def _bare_chance(question: Question, parameters: Parameters) -> float:
    """The chance of nobody in particular."""
    skill, item = _ease(question, parameters)
    return 1 / (1 + math.exp(-(parameters.course + skill + item)))


def forecast(
    memory: Memory, questions: Sequence[Question], parameters: Parameters, *, now: datetime
) -> tuple[float, ...]:
    """The chance of an unaided right answer to each question, if it were asked now."""
    if not questions:
        return ()
    columns = features(_past(memory, questions, parameters, now))
    weights = Weights(intercept=parameters.intercept, features=np.array(parameters.weights))
    skill = np.array([_mean_slopes(question, parameters) for question in questions])
    item = np.array([parameters.items.get(question.item, UNKNOWN).slopes for question in questions])
    return tuple(chance(columns, parameters.course, weights, skill, item).tolist())


def _mean_slopes(question: Question, parameters: Parameters) -> list[float]:
    each = [parameters.skills.get(key, NOTHING).slopes for key in question.skills]
    return [sum(column) / len(each) for column in zip(*each, strict=True)]


def _past(memory: Memory, questions: Sequence[Question], parameters: Parameters, now: datetime) -> Past:
    number = len(questions)
    each = [len(question.skills) for question in questions]
    pairs = [memory.skills.get(key, NEW_SKILL) for question in questions for key in question.skills]
    ease = np.array([_ease(question, parameters) for question in questions]).T
    return Past(
        row=np.repeat(np.arange(number), each),
        share=np.repeat(1.0 / np.array(each), each),
        difficulty=Difficulty(
            skill=ease[0],
            item=ease[1],
            information=np.array([parameters.items.get(one.item, UNKNOWN).information for one in questions]),
        ),
        learner=_learner_past(memory, number, now),
        skill=_skill_past(memory, pairs, now),
        item=_item_past(memory, questions),
    )


def _since(now: datetime, at: datetime | None) -> float:
    """Seconds of pause; a clock that went back is no pause."""
    return max((now - at).total_seconds(), 0.0) if at else 0.0


def _learner_past(memory: Memory, number: int, now: datetime) -> LearnerPast:
    def repeated(values: Sequence[float]) -> np.typing.NDArray[np.float64]:
        return np.repeat(np.array(values, dtype=np.float64)[:, None], number, axis=1)

    return LearnerPast(
        surprise=repeated(memory.surprise),
        information=repeated(memory.information),
        answers=np.full(number, float(memory.answers)),
        latest=repeated(memory.latest),
        hours=np.full(number, _since(now, memory.at) / 3600),
    )


def _skill_past(memory: Memory, pairs: Sequence[SkillMemory], now: datetime) -> SkillPast:
    latest = [[2 * worth - 1 for worth in one.recent[:3]] + [0.0] * (3 - len(one.recent[:3])) for one in pairs]
    return SkillPast(
        surprise=np.array([one.surprise for one in pairs]).T,
        information=np.array([one.information for one in pairs]).T,
        answers=np.array([float(one.answers) for one in pairs]),
        right=np.array([one.right for one in pairs]),
        latest=np.array(latest).T,
        since=np.array([float(memory.answers + 1 - one.number) if one.number else 0.0 for one in pairs]),
        days=np.array([_since(now, one.at) / 86400 for one in pairs]),
        hints=np.array([one.hints / (one.hint_answers + 1) for one in pairs]),
    )


def _item_past(memory: Memory, questions: Sequence[Question]) -> ItemPast:
    items = [memory.skills.get(one.skills[0], NEW_SKILL).items.get(one.item, NEW_ITEM) for one in questions]
    return ItemPast(
        surprise=np.array([one.surprise for one in items]),
        information=np.array([one.information for one in items]),
        answers=np.array([float(one.answers) for one in items]),
        right=np.array([one.right for one in items]),
        latest=np.array([one.latest for one in items]),
        since=np.array([float(memory.answers + 1 - one.number) if one.number else 0.0 for one in items]),
    )


EASIER, HARDER = 0.35, -0.35
"""Logits from which an item is called easier or harder than average."""


def explain(memory: Memory, question: Question, parameters: Parameters, *, now: datetime) -> tuple[Phrase, ...]:
    """What speaks for and against a right answer, for a teacher: "4 of the last 5 right", "harder than average" ...

    The weakest of several skills is the one spoken of.
    """
    pairs = [memory.skills.get(key, NEW_SKILL) for key in question.skills]
    weakest = min(pairs, key=lambda one: one.surprise[1] / (one.information[1] + 0.5))
    reasons = [_recent(memory, weakest), _hardness(question, parameters), _pause(weakest, now)]
    if weakest.hint_answers and weakest.hints / weakest.hint_answers >= HINTS_TOLD:
        reasons.append(say("often with hints lately"))
    return tuple(reason for reason in reasons if reason is not None)


HINTS_TOLD = 0.5
"""Hints per answer from which they are mentioned."""
PAUSE_TOLD_DAYS = 2


def _recent(memory: Memory, skill: SkillMemory) -> Phrase:
    if not skill.recent:
        if memory.answers:
            return say("new skill, so judged by the answers to others")
        return say("no answers yet, so judged as anybody’s")
    right = sum(worth >= 1 for worth in skill.recent)
    helped = any(0 < worth < 1 for worth in skill.recent)
    return count(
        len(skill.recent),
        "the last answer was right" if right else "the last answer was not right without help",
        "{right} of the last {count} right without help" if helped else "{right} of the last {count} right",
        right=right,
    )


def _hardness(question: Question, parameters: Parameters) -> Phrase | None:
    ease = sum(_ease(question, parameters))
    if ease <= HARDER:
        return say("harder than average")
    if ease >= EASIER:
        return say("easier than average")
    return None


def _pause(skill: SkillMemory, now: datetime) -> Phrase | None:
    days = int(_since(now, skill.at) // 86400)
    if days < PAUSE_TOLD_DAYS:
        return None
    return count(days, "1 day since practice", "{count} days since practice")
