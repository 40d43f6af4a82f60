"""Candidates: every activity that could be offered to one learner now, and its worth before looking at the others.

What a skill needs decides the kind of step, the kind its place; within a kind the expected gain per minute (`worth`,
through `planning`). The weights are our judgement of what comes before what.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .activities import Activity, Modality
from .arranging import ORDERED, urgency
from .ids import SkillId
from .planning import worths
from .readiness import BEGINNING, Readiness
from .situation import StepKind

AHEAD_SHARE = 0.6
"""With so much of the scope mastered, enrichment is offered beside what is left."""

KIND_WEIGHT = {
    StepKind.BACK: 140.0,
    StepKind.REVIEW: 98.0,
    StepKind.CONTINUE: 75.0,
    StepKind.MIXED: 72.0,
    StepKind.CHECK: 50.0,
    StepKind.NEW: 25.0,
    StepKind.ENRICH: 5.0,
}

GAIN = 20.0
"""What the activity that brings most, in skills kept per minute, has before one that brings nothing. Kinds that one
promise puts before another lie further apart."""

CAN_WAIT = 95.0
"""Between its turns a review waits until something new has been offered."""

NEW_TURN = 50.0
"""Showing what one seems to know and learning something new take turns, from one mastered skill to the next."""

JUST_BEEN_BACK = 90.0
"""After help with a stuck skill the skill itself has its turn: another way in first, then practice again."""

ANOTHER_WAY = 25.0
ANOTHER_WAY_IN = (Modality.WORKED_EXAMPLE, Modality.HANDS_ON, Modality.EXPLANATION, Modality.PARTNER)


class Candidate(NamedTuple):
    """An activity that could be offered, with its worth before looking at the other options. A tuple, because
    thousands are made for each decision in a large course."""

    activity: Activity
    skill: SkillId
    kind: StepKind
    worth: float
    stuck: SkillId | None = None


def candidates(ready: Readiness) -> list[Candidate]:
    """All that is open and needed, in the order of the course; an activity for two skills is there for each."""
    return _weighed(ready, list(_candidates(ready)))


def serves(ready: Readiness, activity: Activity) -> bool:
    """Whether the learner has a use for it: a skill that needs something, or enrichment not done yet."""
    if activity.enrichment:
        return all(map(ready.mastered, activity.skills)) and not ready.done_with(activity)
    return any(ready.need(skill) is not None for skill in activity.skills)


def _weighed(ready: Readiness, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates with what they bring per minute, as a share of the most any brings, added to their worth."""
    table, values = worths(ready)
    most = float(values.max(initial=0.0)) or 1.0
    gains = (GAIN * (values / most)).tolist()
    places = [table.place.get((one.activity.id, one.skill)) for one in candidates]
    wait = 0.0 if ready.review_turn else CAN_WAIT
    return [
        one._replace(
            worth=one.worth + (0.0 if place is None else gains[place]) - wait * (one.kind is StepKind.REVIEW)
        )
        for one, place in zip(candidates, places, strict=True)
    ]


def _candidates(ready: Readiness) -> Iterator[Candidate]:
    for place, (skill, kind) in enumerate(ready.needs.items()):
        early = -2.0 * place / len(ready.scope) + _arranged(ready, skill, kind)
        for activity in _usable(ready, skill, kind):
            yield _candidate(ready, activity, skill, kind, early)
        if ready.stuck(skill):
            yield from _back(ready, skill, early)
    yield from _enrichment(ready)


def _arranged(ready: Readiness, skill: SkillId, kind: StepKind) -> float:
    """What the teacher's order and dates add: the order among what is begun, the date to all that is not mastered."""
    if kind is StepKind.REVIEW:
        return 0.0
    later = kind in BEGINNING and ready.first_waiting not in (None, skill)
    return urgency(ready.dates.get(skill), ready.situation.now) - ORDERED * later


def _usable(ready: Readiness, skill: SkillId, kind: StepKind) -> Iterator[Activity]:
    """Activities for a skill that needs something. To show or refresh knowledge, questions are wanted if there are
    any.
    """
    if kind is StepKind.MIXED:
        if ready.mixed_check is not None and ready.allowed(ready.mixed_check):
            yield ready.mixed_check
        return
    fitting = [
        activity
        for activity in ready.situation.content.activities_by_skill[skill]
        if not activity.enrichment
        and activity.modality is not Modality.BREAK
        and ready.allowed(activity)
        and not ready.done_with(activity, again=ready.stuck(skill))
    ]
    if kind in (StepKind.CHECK, StepKind.REVIEW):
        questions = [activity for activity in fitting if activity.modality is Modality.PRACTICE]
        fitting = questions or fitting
    yield from fitting


def _back(ready: Readiness, skill: SkillId, early: float) -> Iterator[Candidate]:
    foundation = ready.foundation(skill)
    if foundation is None:
        return
    helped = ready.helped(skill) > 0
    for activity in ready.situation.content.activities_by_skill[foundation]:
        usable = not activity.enrichment and ready.allowed(activity) and not ready.done_with(activity, again=True)
        if usable:
            one = _candidate(ready, activity, foundation, StepKind.BACK, early)
            yield one._replace(stuck=skill, worth=one.worth - JUST_BEEN_BACK * helped)


def _enrichment(ready: Readiness) -> Iterator[Candidate]:
    done = 1 - len(ready.unmastered) / len(ready.scope)
    if done < AHEAD_SHARE:
        return
    for activity in ready.situation.content.enrichment:
        in_scope = not ready.inside.isdisjoint(activity.skills)
        if in_scope and ready.allowed(activity) and serves(ready, activity):
            yield _candidate(ready, activity, activity.skills[0], StepKind.ENRICH, 0.0)


def _candidate(ready: Readiness, activity: Activity, skill: SkillId, kind: StepKind, early: float) -> Candidate:
    worth = KIND_WEIGHT[kind] + early + _way_of_working(ready, activity, skill)
    if kind is StepKind.CONTINUE:
        worth += 6.0 * ready.situation.verdicts[skill].progress if skill in ready.situation.verdicts else 0.0
    if kind is StepKind.CHECK and (len(ready.scope) - len(ready.unmastered)) % 2:
        worth -= NEW_TURN
    if activity.id in ready.situation.recent[-1:]:
        worth -= 2.5
    if ready.situation.profile.accommodations.shorter_sets:
        worth -= 0.1 * activity.minutes
    return Candidate(activity=activity, skill=skill, kind=kind, worth=worth)


def _way_of_working(ready: Readiness, activity: Activity, skill: SkillId) -> float:
    """Somebody who is stuck needs another way in, and after that a new try; else what an activity brings decides."""
    if not ready.stuck(skill):
        return 0.0
    if ready.try_again(skill):
        return ANOTHER_WAY * (activity.modality is Modality.PRACTICE)
    other = activity.modality in ANOTHER_WAY_IN and activity.id not in ready.situation.recent
    return ANOTHER_WAY * other
