"""Playlist: up to three next steps for one learner, the best first, each with its reason.

Order of thought: what the teacher has pinned; what lies open; a break after long work; then the best of everything
that is open and needed. Finishing comes before starting anew, a stuck skill first asks for what it rests on, a
skill that is new starts with an explanation or a worked example and has practice as its alternative. Options differ
in skill or in way of working, because a choice between two of the same is none. Interests and liked ways of working
only decide between activities that serve equally well. Nothing locked, blocked, avoided or without need is ever
offered.

Within a kind of step the expected gain per minute decides (`worth`, through `planning`): which skill, which way of
working, whether an interest tips the balance, which review. Reviews that are due have turns as often as is their share
of what could be done now (`Readiness.review_turn`): ranked by gain alone they would wait until nothing new is left,
and in simulations a third of what was learned would be gone by then. `worth.best_few` picks the options. The weights
below are our judgement of what comes before what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .activities import Activity, Modality
from .arranging import ORDERED, pins_by_date, urgency
from .ids import ActivityId, SkillId
from .phrases import Phrase
from .planning import worths
from .readiness import BEGINNING, Readiness
from .reasons import OPEN, alternative, pinned, reason_for, resting
from .situation import Playlist, Situation, Step, StepKind, Wishes
from .standstill import note, nothing_in_play
from .worth import Loss, Numbers, Vector, best_few

__all__ = ["Playlist", "Situation", "Step", "StepKind", "Wishes", "next_for"]

MOST_STEPS = 3
WORK_BEFORE_BREAK_MINUTES = 20
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

LOOKING_BACK = (StepKind.REVIEW, StepKind.CHECK)
"""One of each beside something new: nobody wants to show old things only."""

NEW_TURN = 50.0
"""Showing what one seems to know and learning something new take turns, from one mastered skill to the next."""

JUST_BEEN_BACK = 90.0
"""After help with a stuck skill the skill itself has its turn: another way in first, then practice again."""

SAME_THING, SAME_OLD = 140.0, 100.0
"""What a third option about one thing loses, and a second look back: below everything else."""

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


def next_for(situation: Situation) -> Playlist:
    """The next steps for this learner, at most three; a note when there are none or all is mastered."""
    ready = Readiness(situation=situation)
    if not ready.scope:
        return Playlist(steps=(), note=nothing_in_play(situation))
    steps: list[Step] = []
    for step in (*_pinned(ready), *_open_activity(ready)):
        if step.activity not in {one.activity for one in steps}:
            steps.append(step)
    pause = _break(ready)
    if pause is not None:
        steps = [*steps[: MOST_STEPS - 1], pause]
    steps = _filled(ready, steps[:MOST_STEPS])
    return Playlist(steps=tuple(steps), note=note(ready, steps))


def _pinned(ready: Readiness) -> Iterator[Step]:
    for key in pins_by_date(ready.situation.wishes):
        activity = ready.activity(key)
        if activity is None or not ready.allowed(activity) or ready.done_with(activity):
            continue
        if activity.modality is Modality.BREAK or not _serves(ready, activity):
            continue
        skill = _served_skill(ready, activity)
        kind = (None if activity.enrichment else ready.need(skill)) or StepKind.ENRICH
        if activity.id == ready.situation.current:
            kind = StepKind.CONTINUE
        yield _step(ready, activity, skill, kind, pinned(ready, activity))


def _open_activity(ready: Readiness) -> Iterator[Step]:
    key = ready.situation.current
    activity = ready.activity(key) if key else None
    if activity is None or activity.modality is Modality.BREAK or not ready.allowed(activity):
        return
    if _serves(ready, activity) or _steps_back(ready, activity):
        yield _step(ready, activity, _served_skill(ready, activity), StepKind.CONTINUE, OPEN)


def _serves(ready: Readiness, activity: Activity) -> bool:
    """Whether the learner has a use for it: a skill that needs something, or enrichment not done yet."""
    if activity.enrichment:
        return all(map(ready.mastered, activity.skills)) and not ready.done_with(activity)
    return any(ready.need(skill) is not None for skill in activity.skills)


def _steps_back(ready: Readiness, activity: Activity) -> bool:
    """Whether it strengthens what a stuck skill rests on."""
    return any(ready.foundation(skill) in activity.skills for skill in ready.scope if ready.stuck(skill))


def _served_skill(ready: Readiness, activity: Activity) -> SkillId:
    """The skill an activity is offered for: the first that needs it."""
    needy = (skill for skill in activity.skills if ready.need(skill) is not None)
    return next(needy, activity.skills[0])


def _break(ready: Readiness) -> Step | None:
    arranged = ready.situation.profile.accommodations.breaks_every_minutes
    if ready.situation.minutes_since_break < (arranged or WORK_BEFORE_BREAK_MINUTES):
        return None
    pauses = [activity for activity in ready.situation.content.breaks if ready.allowed(activity)]
    last = ready.situation.recent[-1:]
    times = ready.situation.finished
    pause = min(pauses, key=lambda one: (one.id in last, times.get(one.id, 0)), default=None)
    if pause is None:
        return None
    return Step(
        activity=pause.id,
        skill=None,
        kind=StepKind.BREAK,
        reason=resting(ready.situation.minutes_since_break),
        minutes=ready.minutes(pause),
        modality=pause.modality,
    )


def _filled(ready: Readiness, steps: list[Step]) -> list[Step]:
    """The steps so far and the best candidates, each chosen to differ from those before."""
    taken = {step.activity for step in steps}
    like = {(step.skill, step.modality) for step in steps}
    candidates = [
        one
        for one in _in_time(ready, _weighed(ready, list(_candidates(ready))))
        if one.activity.id not in taken and (one.skill, one.activity.modality) not in like
    ]
    candidates = _best_of_each(candidates)
    if not candidates or len(steps) >= MOST_STEPS:
        return steps
    loss = _sameness(candidates, steps)
    themes = _themes(candidates)
    values = np.array([one.worth for one in candidates]) - loss(())
    for place in best_few(
        values, themes, MOST_STEPS - len(steps), close=None, loss=lambda few: loss(few) - loss(())
    ):
        steps = [*steps, _offer(ready, candidates[place], steps)]
    return steps


def _best_of_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate for each activity: an activity for two skills is offered for the one that needs it most."""
    best: dict[ActivityId, Candidate] = {}
    for one in candidates:
        known = best.get(one.activity.id)
        if known is None or one.worth > known.worth:
            best[one.activity.id] = one
    return list(best.values())


def _themes(candidates: Sequence[Candidate]) -> Numbers:
    """Numbers that are the same for the same skill in the same way of working."""
    number: dict[tuple[SkillId, Modality], int] = {}
    return np.array([number.setdefault((one.skill, one.activity.modality), len(number)) for one in candidates])


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
        if in_scope and ready.allowed(activity) and _serves(ready, activity):
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


def _in_time(ready: Readiness, candidates: list[Candidate]) -> list[Candidate]:
    """Those that fit into the teacher's minutes; where none does, the shortest."""
    if ready.situation.wishes.minutes is None:
        return candidates
    fitting = [one for one in candidates if ready.in_time(ready.minutes(one.activity))]
    if fitting or not candidates:
        return fitting
    shortest = min(one.activity.minutes for one in candidates)
    return [one for one in candidates if one.activity.minutes == shortest]


def _sameness(candidates: Sequence[Candidate], steps: Sequence[Step]) -> Loss:
    """What options lose because something like them is on offer already: a step, or a candidate chosen before.

    A step back counts for the skill that is stuck. A third option about one thing comes only when there is nothing
    else.
    """
    things = _numbers([one.stuck or one.skill for one in candidates], [step.skill for step in steps])
    ways = _numbers([one.activity.modality for one in candidates], [step.modality for step in steps])
    kinds = [one.kind if one.kind in LOOKING_BACK else None for one in candidates]
    old = _numbers(kinds, [step.kind for step in steps if step.kind in LOOKING_BACK])
    looks_back = np.array([kind is not None for kind in kinds])

    def loss(few: Sequence[int]) -> Vector:
        same_thing, same_way = _like(*things, few), _like(*ways, few)
        lost = same_thing + SAME_THING * (same_thing >= 2) + same_way
        return np.asarray(lost + SAME_OLD * _like(*old, few) * looks_back)

    return loss


def _numbers(of_candidates: Sequence[object], of_steps: Sequence[object]) -> tuple[Numbers, Vector]:
    """The candidates' values as numbers, and how many of the steps have the value of each."""
    number: dict[object, int] = {}
    places = np.array([number.setdefault(one, len(number)) for one in of_candidates], dtype=np.int64)
    counts = Counter(of_steps)
    return places, np.array([float(counts[one]) for one in number])[places]


def _like(places: Numbers, before: Vector, few: Sequence[int]) -> Vector:
    """How much of what is on offer each candidate is like."""
    like = before
    for one in few:
        like = like + (places == places[one])
    return like


def _offer(ready: Readiness, one: Candidate, steps: list[Step]) -> Step:
    again = any((step.skill, step.kind) == (one.skill, one.kind) for step in steps)
    reason = (
        alternative(ready, one.activity, one.kind)
        if again
        else reason_for(ready, one.activity, one.skill, one.kind, one.stuck)
    )
    return _step(ready, one.activity, one.skill, one.kind, reason)


def _step(ready: Readiness, activity: Activity, skill: SkillId, kind: StepKind, reason: Phrase) -> Step:
    return Step(
        activity=activity.id,
        skill=skill,
        kind=kind,
        reason=reason,
        minutes=ready.minutes(activity),
        modality=activity.modality,
    )
