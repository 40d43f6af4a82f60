"""Planning: a situation in the arrays of `worth`, so that pages and simulations choose by the same arithmetic.

Verdicts become strengths: mastered is strong, what is on the way lies between, what the first assessment believes
counts until work says more. A mastered skill's stability is read from its review date: at that date recall is where
the review asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .activities import Activity, Modality
from .ids import ActivityId, SkillId
from .readiness import Readiness
from .review import TARGET_RECALL
from .strength import EASE, FIRST_STABILITY_DAYS, SLOPE
from .worth import Offers, Standing, Vector, worth

NEW_STRENGTH, MASTERED_STRENGTH, NEARLY_STRENGTH = 0.15, 0.85, 0.72
"""Before any sign, when mastered, and just before."""

LIKED = 0.8
"""Logits of finishing that an interest or a liked way of working adds."""

WAYS = {Modality.EXPLANATION: 0, Modality.WORKED_EXAMPLE: 1, Modality.PRACTICE: 2, Modality.PROJECT: 3}
HANDS_AND_PARTNERS = 1
"""Working with one's hands or with somebody introduces, as a worked example does."""

_DAY_SECONDS = 86400.0


def worths(ready: Readiness) -> Mapping[tuple[ActivityId, SkillId], float]:
    """What each activity would bring to each skill in play, in skills kept per minute."""
    number = {skill: place for place, skill in enumerate(ready.scope)}
    pairs = [
        (activity, skill)
        for skill in ready.scope
        for activity in ready.situation.content.activities_by_skill[skill]
        if activity.modality is not Modality.BREAK
    ]
    if not pairs:
        return {}
    times = np.array([float(ready.situation.finished.get(activity.id, 0)) for activity, _ in pairs])
    values = worth(_offers(ready, pairs, number), _standing(ready, number), times)
    return {(one.id, skill): float(value) for (one, skill), value in zip(pairs, values, strict=True)}


def _offers(ready: Readiness, pairs: list[tuple[Activity, SkillId]], number: Mapping[SkillId, int]) -> Offers:
    return Offers(
        skill=np.array([number[skill] for _, skill in pairs], dtype=np.int64),
        hardness=np.array([_hardness(activity) for activity, _ in pairs]),
        minutes=np.array([float(ready.minutes(activity)) for activity, _ in pairs]),
        way=np.array([WAYS.get(activity.modality, HANDS_AND_PARTNERS) for activity, _ in pairs], dtype=np.int64),
        liking=np.array([_liking(ready, activity) for activity, _ in pairs]),
    )


def _hardness(activity: Activity) -> float:
    """Where an activity lies on the strength scale: middling practice asks for middling strength."""
    middle = 0.3 if activity.modality in (Modality.EXPLANATION, Modality.WORKED_EXAMPLE) else 0.5
    return min(1.0, max(0.0, middle + (activity.difficulty + EASE / 2) / SLOPE))


def _liking(ready: Readiness, activity: Activity) -> float:
    profile = ready.situation.profile
    liked = any(topic in profile.interests for topic in activity.topics)
    return LIKED * (liked + (activity.modality in profile.modalities))


def _standing(ready: Readiness, number: Mapping[SkillId, int]) -> Standing:
    graph = ready.situation.content.graph
    strength = np.array([_strength(ready, skill) for skill in number])
    memory = np.array([_memory(ready, skill) for skill in number])
    return Standing(
        strength=strength,
        stability=memory[:, 0],
        days=memory[:, 1],
        foundation=np.array([_foundation(ready, skill, number, strength) for skill in number]),
        begun=np.array([skill in ready.worked_on for skill in number]),
        opens=np.array([sum(one in number for one in graph.successors(skill)) for skill in number], dtype=np.int64),
    )


def _foundation(ready: Readiness, skill: SkillId, number: Mapping[SkillId, int], strength: Vector) -> float:
    """How firm the weakest foundation is; what is known is firm enough, whatever the numbers say."""
    below = [one for one in ready.situation.content.graph.prerequisites(skill) if one in number]
    firm = (max(float(strength[number[one]]), MASTERED_STRENGTH * ready.known(one)) for one in below)
    return min(firm, default=1.0)


def _strength(ready: Readiness, skill: SkillId) -> float:
    if ready.mastered(skill):
        return MASTERED_STRENGTH
    verdict = ready.situation.verdicts.get(skill)
    believed = ready.situation.beliefs.get(skill, 0.0)
    shown = verdict.progress if verdict is not None else 0.0
    way = max(shown, believed) if skill not in ready.worked_on else shown
    return NEW_STRENGTH + (NEARLY_STRENGTH - NEW_STRENGTH) * way


def _memory(ready: Readiness, skill: SkillId) -> tuple[float, float]:
    """Stability, and days since mastery; a skill on its way was seen just now."""
    verdict = ready.situation.verdicts.get(skill)
    if verdict is None or verdict.mastered_at is None or verdict.review_due_at is None:
        return FIRST_STABILITY_DAYS, 0.0
    pause = (verdict.review_due_at - verdict.mastered_at).total_seconds() / _DAY_SECONDS
    since = (ready.situation.now - verdict.mastered_at).total_seconds() / _DAY_SECONDS
    return max(1.0, pause) / (TARGET_RECALL**-2 - 1), max(0.0, since)


def best(values: Mapping[tuple[ActivityId, SkillId], float]) -> float:
    """The most any activity would bring; 1 where none brings anything, so that shares can be taken."""
    return max(values.values(), default=0.0) or 1.0
