"""The first assessment: few questions that tell most about many skills, and what we believe afterwards.

Beliefs are the weighted share of a crowd of plausible learners (`knowledge_states`) who know a skill. The next
question is the one whose answer is expected to take away most uncertainty over all skills; it stops when little is
left to learn, or at about 2.6 questions per square root of skills (12 for 20 skills, 20 for 60). Its result is a
profile in words, never a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import exp, sqrt
from typing import Any

import numpy as np

from .activities import CourseContent, Item, ItemKind
from .ids import ItemId, Score, SkillId
from .knowledge_states import Matrix, crowd_of

FEWEST_QUESTIONS = 3
MOST_QUESTIONS = 24
MOST_WEIGHED = 100
"""So many questions are weighed against each other, so that the next one comes at once in a large course too."""
CERTAIN_ENOUGH = 0.03
"""Expected share of misplaced skills at which we stop asking."""
SURE = 0.97
"""The belief where a teacher says that a skill is known; where they say it is not, what is left to one."""
ADMITS = (0.03, 0.6)
"""The chance that "I do not know yet" is said by somebody who knows, and by somebody who does not. Nobody gets there by
a guess, so it tells a little more than a wrong answer."""
CARELESS, SLIPPING = 0.2, 0.2
"""The share of learners we think careless, and how often they miss a question on top of what anybody does. Who misses
easy things and gets hard ones right is soon taken for one of them, and a wrong answer then tells less."""

_GUESSES = {
    ItemKind.SEVERAL_CHOICES: 0.12,
    ItemKind.NUMBER: 0.03,
    ItemKind.SHORT_TEXT: 0.05,
    ItemKind.ORDERING: 0.12,
    ItemKind.MATCHING: 0.1,
}
_CARE = np.array([1 - CARELESS, CARELESS])
_HITS = np.array([1.0, 1 - SLIPPING])


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """Where the first assessment stands. `beliefs` are probabilities of knowing; `scores` answer `asked`.

    `admitted` are the questions answered with "I do not know yet"; `earlier` those of an assessment before, not asked
    again while there are others. `overruled` is the teacher's word: the skill is known, or is not. `paused` means that
    the learner wants to go on with it later. `began_at` and `ended_at` say from when to when it was last at work on.
    `before` is the last assessment with answers, which this one takes the place of once it has an answer itself.
    """

    scope: tuple[SkillId, ...]
    beliefs: Mapping[SkillId, float]
    asked: tuple[ItemId, ...] = ()
    scores: tuple[Score, ...] = ()
    admitted: tuple[ItemId, ...] = ()
    earlier: tuple[ItemId, ...] = ()
    overruled: Mapping[SkillId, bool] = field(default_factory=dict)
    paused: bool = False
    finished: bool = False
    began_at: datetime | None = None
    ended_at: datetime | None = None
    before: Diagnostic | None = None

    @property
    def believed(self) -> dict[SkillId, float]:
        """The beliefs that rest on something: on answers, or on the teacher's word."""
        told = {
            skill: SURE if knows else 1 - SURE for skill, knows in self.overruled.items() if skill in self.scope
        }
        return {**self.beliefs, **told} if self.asked else told

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "scope": list(self.scope),
            "beliefs": dict(self.beliefs),
            "asked": list(self.asked),
            "scores": list(self.scores),
            "admitted": list(self.admitted),
            "earlier": list(self.earlier),
            "overruled": dict(self.overruled),
            "paused": self.paused,
            "finished": self.finished,
            "began_at": self.began_at.isoformat() if self.began_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "before": self.before.to_dict() if self.before else None,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Diagnostic:
        """From plain JSON."""
        return cls(
            scope=tuple(SkillId(one) for one in plain["scope"]),
            beliefs={SkillId(skill): float(chance) for skill, chance in plain["beliefs"].items()},
            asked=tuple(ItemId(one) for one in plain["asked"]),
            scores=tuple(Score(float(one)) for one in plain["scores"]),
            admitted=tuple(ItemId(one) for one in plain["admitted"]),
            earlier=tuple(ItemId(one) for one in plain["earlier"]),
            overruled={SkillId(skill): bool(knows) for skill, knows in plain["overruled"].items()},
            paused=bool(plain["paused"]),
            finished=bool(plain["finished"]),
            # Those taken before these were noted do without.
            began_at=datetime.fromisoformat(plain["began_at"]) if plain.get("began_at") else None,
            ended_at=datetime.fromisoformat(plain["ended_at"]) if plain.get("ended_at") else None,
            before=cls.from_dict(plain["before"]) if plain.get("before") else None,
        )


def start(content: CourseContent, scope: Sequence[SkillId], before: Diagnostic | None = None) -> Diagnostic:
    """The assessment before its first question. It is finished at once where there is nothing to ask.

    After an assessment `before`, other questions are asked as long as there are any, and the teacher's word stays.
    """
    wanted = set(scope)
    skills = tuple(skill for skill in content.graph.order if skill in wanted)
    earlier = (*before.earlier, *before.asked) if before else ()
    fresh = Diagnostic(
        scope=skills,
        beliefs={},
        earlier=tuple(dict.fromkeys(earlier)),
        overruled=before.overruled if before else {},
        before=before if before and before.asked else None,
    )
    return _settled(content, fresh)


def left(content: CourseContent, state: Diagnostic) -> Diagnostic:
    """The assessment that holds when the learner turns away from this one: without an answer the one before it, with
    the teacher's word of now."""
    if state.asked or state.before is None:
        return state
    return _with_words(content, state.before, state.overruled)


def overrule(content: CourseContent, state: Diagnostic, skill: SkillId, knows: bool | None) -> Diagnostic:
    """The assessment with the teacher's word on one skill; with None that word is taken back.

    It counts like an answer that leaves hardly a doubt, so it speaks for foundations and successors too.
    """
    others = {one: word for one, word in state.overruled.items() if one != skill}
    return _with_words(content, state, others if knows is None else {**others, skill: knows})


def _with_words(content: CourseContent, state: Diagnostic, words: Mapping[SkillId, bool]) -> Diagnostic:
    return replace(_settled(content, replace(state, overruled=words)), finished=state.finished)


def next_question(content: CourseContent, state: Diagnostic) -> Item | None:
    """The question that tells most; `None` when the assessment is finished."""
    if state.finished:
        return None
    return _best(content, state, _weights(content, state))


def record(
    content: CourseContent, state: Diagnostic, item: Item, score: float, *, admitted: bool = False
) -> Diagnostic:
    """The assessment after one answer (`score` in [0, 1]), or after an `admitted` "I do not know yet".

    An answer that is there already changes nothing.
    """
    if state.finished or item.id in state.asked:
        return state
    longer = replace(
        state,
        asked=(*state.asked, item.id),
        scores=(*state.scores, Score(0.0 if admitted else score)),
        admitted=(*state.admitted, item.id) if admitted else state.admitted,
        before=None,
    )
    return _settled(content, longer)


def length_estimate(content: CourseContent, scope: Sequence[SkillId]) -> int:
    """About how many questions there will be, to tell the learner beforehand."""
    state = start(content, scope)
    return 0 if state.finished else _most(content, state.scope)


def _settled(content: CourseContent, state: Diagnostic) -> Diagnostic:
    """The state with its beliefs, and whether it is finished."""
    if not state.scope:
        return replace(state, beliefs={}, finished=True)
    chances = _weights(content, state).sum(axis=1) @ crowd_of(content.graph, state.scope)
    beliefs = {skill: round(float(chance), 4) for skill, chance in zip(state.scope, chances, strict=True)}
    asked = len(state.asked)
    misplaced = float(np.minimum(chances, 1 - chances).mean())
    enough = asked >= _most(content, state.scope) or (asked >= FEWEST_QUESTIONS and misplaced <= CERTAIN_ENOUGH)
    return replace(state, beliefs=beliefs, finished=enough or not any(_candidates(content, state)))


def _most(content: CourseContent, scope: Sequence[SkillId]) -> int:
    items = sum(len(content.items_by_skill[skill]) for skill in scope)
    wanted = max(FEWEST_QUESTIONS, int(2.6 * sqrt(len(scope)) + 0.4))
    return min(items, wanted, MOST_QUESTIONS)


def _weights(content: CourseContent, state: Diagnostic) -> Matrix:
    """The crowd's weights after the answers so far, [learner, careful or careless]."""
    crowd = crowd_of(content.graph, state.scope)
    weights = np.tile(_CARE / len(crowd), (len(crowd), 1))
    place = {skill: number for number, skill in enumerate(state.scope)}
    for item_id, score in zip(state.asked, state.scores, strict=True):
        item = content.items.get(item_id)
        columns = [place[skill] for skill in item.skills if skill in place] if item else []
        if item is None or not columns:
            continue
        knows = crowd[:, columns].all(axis=1, keepdims=True)
        if item_id in state.admitted:
            weights = weights * np.where(knows, *ADMITS)
        else:
            right = np.where(knows, *chances_of(item)) * _HITS
            weights = weights * right**score * (1 - right) ** (1 - score)
        weights /= weights.sum()
    for skill, said in state.overruled.items():
        if skill in place:
            weights = weights * np.where(crowd[:, place[skill]] == said, SURE, 1 - SURE)[:, None]
            weights /= weights.sum()
    return weights


def chances_of(item: Item) -> tuple[float, float]:
    """The chance of a right answer for one who knows the skill, and for one who does not."""
    guess = 1 / len(item.choices) if item.kind is ItemKind.ONE_CHOICE and item.choices else 0.0
    guess = max(guess, _GUESSES.get(item.kind, 0.03))
    slip = 1 / (1 + exp(2.4 - 0.6 * item.difficulty))
    lucky = 1 / (1 + exp(2.6 + 0.8 * item.difficulty))
    return 1 - slip, min(0.9 * (1 - slip), guess + (1 - guess) * lucky)


def _candidates(content: CourseContent, state: Diagnostic) -> Iterator[tuple[int, Item]]:
    """One question for each skill the teacher has not spoken about: middling in difficulty, hard to guess, not asked
    yet."""
    asked = set(state.asked)
    for place, skill in enumerate(state.scope):
        free = [item for item in content.items_by_skill[skill] if item.id not in asked]
        if free and skill not in state.overruled:
            yield place, max(free, key=lambda item: (item.id not in state.earlier, _sharpness(item)))


def _sharpness(item: Item) -> float:
    """How well one answer tells those who know from those who do not."""
    if_known, if_not = chances_of(item)
    return if_known - if_not - 0.1 * abs(item.difficulty)


def _best(content: CourseContent, state: Diagnostic, weights: Matrix) -> Item | None:
    """The question after whose answer the least uncertainty (nats over all skills) is expected to be left."""
    offers = list(_candidates(content, state))
    if not offers:
        return None
    crowd = crowd_of(content.graph, state.scope)
    hits = float(weights.sum(axis=0) @ _HITS)
    weights = weights.sum(axis=1)
    chance = weights @ crowd
    offers = _most_open(offers, chance)
    places = [place for place, _ in offers]
    together = (crowd[:, places] * weights[:, None]).T @ crowd
    known, unknown = hits * np.array([chances_of(item) for _, item in offers]).T
    right = unknown + (known - unknown) * chance[places]
    both = unknown[:, None] * chance[None, :] + (known - unknown)[:, None] * together
    after_right = both / right[:, None]
    after_wrong = (chance[None, :] - both) / (1 - right)[:, None]
    left = right * _doubt(after_right).sum(axis=1) + (1 - right) * _doubt(after_wrong).sum(axis=1)
    return offers[int(np.argmin(left))][1]


def _most_open(offers: list[tuple[int, Item]], chance: Matrix) -> list[tuple[int, Item]]:
    """The questions worth weighing against each other: about the skills we know least of."""
    if len(offers) <= MOST_WEIGHED:
        return offers
    sure = np.abs(chance[[place for place, _ in offers]] - 0.5)
    return [offers[number] for number in np.sort(np.argsort(sure, kind="stable")[:MOST_WEIGHED])]


def _doubt(chances: Matrix) -> Matrix:
    """Binary entropy in nats."""
    safe = np.clip(chances, 1e-9, 1 - 1e-9)
    return np.asarray(-safe * np.log(safe) - (1 - safe) * np.log(1 - safe))
