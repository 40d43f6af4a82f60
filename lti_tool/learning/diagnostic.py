"""The first assessment: few questions that tell most about many skills, and what we believe afterwards.

Beliefs are the weighted share of a crowd of plausible learners (`knowledge_states`) who know a skill. The next
question is the one whose answer is expected to take away most uncertainty over all skills; it stops when little is
left to learn, or at about 2.6 questions per square root of skills (12 for 20 skills, 20 for 60). Its result is a
profile in words, never a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import Any

import numpy as np

from .activities import CourseContent, Item, ItemKind
from .ids import ItemId, Score, SkillId
from .knowledge_states import Matrix, crowd_of
from .phrases import Phrase, count, say

FEWEST_QUESTIONS = 3
MOST_QUESTIONS = 24
CERTAIN_ENOUGH = 0.03
"""Expected share of misplaced skills at which we stop asking."""
KNOWN = 0.7
"""The belief from which the summary says "at home with"."""

_GUESSES = {
    ItemKind.SEVERAL_CHOICES: 0.12,
    ItemKind.NUMBER: 0.03,
    ItemKind.SHORT_TEXT: 0.05,
    ItemKind.ORDERING: 0.12,
    ItemKind.MATCHING: 0.1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """Where the first assessment stands. `beliefs` are probabilities of knowing; `scores` answer `asked`."""

    scope: tuple[SkillId, ...]
    beliefs: Mapping[SkillId, float]
    asked: tuple[ItemId, ...] = ()
    scores: tuple[Score, ...] = ()
    finished: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "scope": list(self.scope),
            "beliefs": dict(self.beliefs),
            "asked": list(self.asked),
            "scores": list(self.scores),
            "finished": self.finished,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Diagnostic:
        """From plain JSON."""
        return cls(
            scope=tuple(SkillId(one) for one in plain["scope"]),
            beliefs={SkillId(skill): float(chance) for skill, chance in plain["beliefs"].items()},
            asked=tuple(ItemId(one) for one in plain["asked"]),
            scores=tuple(Score(float(one)) for one in plain["scores"]),
            finished=bool(plain["finished"]),
        )


def start(content: CourseContent, scope: Sequence[SkillId]) -> Diagnostic:
    """The assessment before its first question. It is finished at once where there is nothing to ask."""
    wanted = set(scope)
    skills = tuple(skill for skill in content.graph.order if skill in wanted)
    fresh = Diagnostic(scope=skills, beliefs={})
    return _settled(content, fresh)


def next_question(content: CourseContent, state: Diagnostic) -> Item | None:
    """The question that tells most; `None` when the assessment is finished."""
    if state.finished:
        return None
    return _best(content, state, _weights(content, state))


def record(content: CourseContent, state: Diagnostic, item: Item, score: float) -> Diagnostic:
    """The assessment after one answer (`score` in [0, 1]). An answer that is there already changes nothing."""
    if state.finished or item.id in state.asked:
        return state
    longer = replace(state, asked=(*state.asked, item.id), scores=(*state.scores, Score(score)))
    return _settled(content, longer)


def length_estimate(content: CourseContent, scope: Sequence[SkillId]) -> int:
    """About how many questions there will be, to tell the learner beforehand."""
    state = start(content, scope)
    return 0 if state.finished else _most(content, state.scope)


def summary(content: CourseContent, state: Diagnostic) -> tuple[Phrase, ...]:
    """What the assessment says about the learner, in words to the learner."""
    if not state.asked:
        return (say("We have not asked you anything yet, so we start at the beginning."),)
    title = {skill: content.graph[skill].title for skill in state.scope if skill in content.graph}
    known = [skill for skill in title if state.beliefs[skill] >= KNOWN]
    ready = [skill for skill in title if skill not in known and _stands(content, skill, known, title)]
    later = [skill for skill in title if skill not in known and skill not in ready]
    said = []
    if known:
        said.append(_at_home([title[one] for one in known]))
    else:
        said.append(say("Much here is new to you, and that is fine: we start with the foundations."))
    if ready:
        said.append(say("Good next steps for you: {skills}.", skills=_listed([title[one] for one in ready[:3]])))
    if later:
        said.append(say("Later on: {skills}.", skills=_listed([title[one] for one in later[:3]])))
    if not ready and not later:
        said.append(say("Show what you know, and you will be through soon."))
    return tuple(said)


def _at_home(titles: Sequence[str]) -> Phrase:
    if len(titles) <= 4:
        return say("You seem at home with {skills}.", skills=_listed(titles))
    more = len(titles) - 3
    return count(
        more,
        "You seem at home with {skills} and 1 more.",
        "You seem at home with {skills} and {count} more.",
        skills=_listed(titles[-3:]),
    )


def _stands(content: CourseContent, skill: SkillId, known: Sequence[SkillId], scope: Mapping[SkillId, str]) -> bool:
    return all(one in known for one in content.graph.prerequisites(skill) if one in scope)


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def _settled(content: CourseContent, state: Diagnostic) -> Diagnostic:
    """The state with its beliefs, and whether it is finished."""
    if not state.scope:
        return replace(state, beliefs={}, finished=True)
    weights = _weights(content, state)
    chances = weights @ crowd_of(content.graph, state.scope)
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
    """The crowd's weights after the answers so far."""
    crowd = crowd_of(content.graph, state.scope)
    weights = np.full(len(crowd), 1 / len(crowd))
    place = {skill: number for number, skill in enumerate(state.scope)}
    for item_id, score in zip(state.asked, state.scores, strict=True):
        item = content.items.get(item_id)
        columns = [place[skill] for skill in item.skills if skill in place] if item else []
        if item is None or not columns:
            continue
        if_known, if_not = chances_of(item)
        right = np.where(crowd[:, columns].all(axis=1), if_known, if_not)
        weights = weights * right**score * (1 - right) ** (1 - score)
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
    """One question for each skill: middling in difficulty and hard to guess, not asked yet."""
    asked = set(state.asked)
    for place, skill in enumerate(state.scope):
        free = [item for item in content.items_by_skill[skill] if item.id not in asked]
        if free:
            yield place, max(free, key=_sharpness)


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
    chance = weights @ crowd
    together = crowd.T @ (crowd * weights[:, None])
    places = [place for place, _ in offers]
    known, unknown = np.array([chances_of(item) for _, item in offers]).T
    right = unknown + (known - unknown) * chance[places]
    both = unknown[:, None] * chance[None, :] + (known - unknown)[:, None] * together[places]
    after_right = both / right[:, None]
    after_wrong = (chance[None, :] - both) / (1 - right)[:, None]
    left = right * _doubt(after_right).sum(axis=1) + (1 - right) * _doubt(after_wrong).sum(axis=1)
    return offers[int(np.argmin(left))][1]


def _doubt(chances: Matrix) -> Matrix:
    """Binary entropy in nats."""
    safe = np.clip(chances, 1e-9, 1 - 1e-9)
    return np.asarray(-safe * np.log(safe) - (1 - safe) * np.log(1 - safe))
