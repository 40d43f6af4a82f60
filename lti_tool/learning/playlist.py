"""Playlist: up to three next steps for one learner, the best first, each with its reason.

Order of thought: what the teacher has pinned; what lies open; a break after long work; then the best of everything
that is open and needed. Finishing comes before starting anew, a stuck skill first asks for what it rests on, a
skill that is new starts with an explanation or a worked example and has practice as its alternative. Options differ
in skill or in way of working, because a choice between two of the same is none. Interests and liked ways of working
only decide between activities that serve equally well. Nothing locked, blocked, avoided or without need is ever
offered; where the teacher has pinned something that is locked, what leads there comes first.

Within a kind of step the expected gain per minute decides (`worth`, through `planning`): which skill, which way of
working, whether an interest tips the balance, which review. Reviews that are due have turns as often as is their share
of what could be done now (`Readiness.review_turn`): ranked by gain alone they would wait until nothing new is left,
and in simulations a third of what was learned would be gone by then. `worth.best_few` picks the options.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from .activities import Activity, Modality
from .arranging import pins_by_date
from .candidates import Candidate, candidates, serves
from .ids import ActivityId, SkillId
from .lesson import Lesson, in_time, lesson_of, put_off, time_up
from .phrases import Phrase
from .pins import PinState, pin_state, way_to
from .readiness import Readiness
from .reasons import OPEN, alternative, leading_to, pinned, reason_for, resting
from .situation import Playlist, Situation, Step, StepKind, Wishes
from .standstill import note, nothing_in_play
from .worth import Loss, Numbers, Vector, best_few

__all__ = ["Playlist", "Situation", "Step", "StepKind", "Wishes", "may_begin", "next_for"]

MOST_STEPS = 3
WORK_BEFORE_BREAK_MINUTES = 20
LOOKING_BACK = (StepKind.REVIEW, StepKind.CHECK)
"""One of each beside something new: nobody wants to show old things only."""

SAME_THING, SAME_OLD = 140.0, 100.0
"""What a third option about one thing loses, and a second look back: below everything else."""


def next_for(situation: Situation) -> Playlist:
    """The next steps for this learner, at most three; a note when there are none or all is mastered."""
    ready = Readiness(situation=situation)
    if not ready.scope:
        return Playlist(steps=(), note=nothing_in_play(situation))
    found, pins = candidates(ready), _pins(ready)
    lesson = lesson_of(
        ready, (*(one.activity for one in found), *(one for one, state in pins if state is PinState.OPEN))
    )
    in_lesson = in_time(ready, lesson, found)
    steps: list[Step] = []
    for step in (*_pinned(ready, lesson, pins, in_lesson), *_open_activity(ready)):
        if step.activity not in {one.activity for one in steps}:
            steps.append(step)
    pause = _break(ready, lesson)
    if pause is not None:
        steps = [*steps[: MOST_STEPS - 1], pause]
    steps = _filled(ready, in_lesson, steps[:MOST_STEPS])
    waiting = [one.title for one, state in pins if state is PinState.OPEN and _too_long_now(ready, lesson, one)]
    return Playlist(
        steps=tuple(steps),
        note=note(ready, steps, lesson) or put_off(lesson, waiting),
        time_up=time_up(lesson) if steps else None,
    )


def may_begin(situation: Situation, key: ActivityId) -> bool:
    """Whether an activity may be begun that a page offered a while ago: it is open and of use, though time has passed
    and other steps would come first by now."""
    ready = Readiness(situation=situation)
    if not ready.scope:
        return False
    rests = (one.id for one in situation.content.breaks if ready.allowed(one))
    pins = (one.id for one, state in _pins(ready) if state is PinState.OPEN)
    return key in {*(one.activity.id for one in candidates(ready)), *pins, *rests}


def _pins(ready: Readiness) -> list[tuple[Activity, PinState]]:
    """What the teacher wants first, and where each stands."""
    found = [ready.activity(key) for key in pins_by_date(ready.situation.wishes)]
    return [(one, pin_state(ready, one)) for one in found if one is not None and one.modality is not Modality.BREAK]


def _pinned(
    ready: Readiness, lesson: Lesson, pins: Sequence[tuple[Activity, PinState]], found: Sequence[Candidate]
) -> Iterator[Step]:
    """What the teacher wants first, as far as it fits the lesson; where it has to wait, what leads there."""
    for activity, state in pins:
        if state is PinState.WAITS:
            yield from _leading_to(ready, activity, found)
        elif state is PinState.OPEN and not _too_long_now(ready, lesson, activity):
            skill = _served_skill(ready, activity)
            kind = (None if activity.enrichment else ready.need(skill)) or StepKind.ENRICH
            if activity.id == ready.situation.current:
                kind = StepKind.CONTINUE
            reason = pinned(ready, activity, too_long=lesson.never_fits(ready.minutes(activity)))
            yield _step(ready, activity, skill, kind, reason)


def _too_long_now(ready: Readiness, lesson: Lesson, pin: Activity) -> bool:
    """Whether the next lesson has the time for it that this one has no more. What never fits has to be begun some day,
    and what lies open is begun."""
    minutes = ready.minutes(pin)
    return not (lesson.fits(minutes) or lesson.never_fits(minutes) or pin.id == ready.situation.current)


def _leading_to(ready: Readiness, goal: Activity, found: Sequence[Candidate]) -> Iterator[Step]:
    """The best of what a pinned activity waits for; nothing while something of it lies open."""
    way = way_to(ready, goal)
    current = ready.activity(ready.situation.current) if ready.situation.current else None
    if current is not None and not way.isdisjoint(current.skills):
        return
    leading = [one for one in found if (one.stuck or one.skill) in way and one.kind is not StepKind.REVIEW]
    best = max(leading, key=lambda one: one.worth, default=None)
    if best is not None:
        reason = leading_to(ready, goal, best.skill) if best.stuck is None else _reason(ready, best)
        yield _step(ready, best.activity, best.skill, best.kind, reason)


def _open_activity(ready: Readiness) -> Iterator[Step]:
    key = ready.situation.current
    activity = ready.activity(key) if key else None
    if activity is None or activity.modality is Modality.BREAK or not ready.allowed(activity):
        return
    if serves(ready, activity) or _steps_back(ready, activity):
        yield _step(ready, activity, _served_skill(ready, activity), StepKind.CONTINUE, OPEN)


def _steps_back(ready: Readiness, activity: Activity) -> bool:
    """Whether it strengthens what a stuck skill rests on."""
    return any(ready.foundation(skill) in activity.skills for skill in ready.scope if ready.stuck(skill))


def _served_skill(ready: Readiness, activity: Activity) -> SkillId:
    """The skill an activity is offered for: the first that needs it."""
    needy = (skill for skill in activity.skills if ready.need(skill) is not None)
    return next(needy, activity.skills[0])


def _break(ready: Readiness, lesson: Lesson) -> Step | None:
    arranged = ready.situation.profile.accommodations.breaks_every_minutes
    if ready.situation.minutes_since_break < (arranged or WORK_BEFORE_BREAK_MINUTES):
        return None
    pauses = [
        one for one in ready.situation.content.breaks if ready.allowed(one) and lesson.fits(ready.minutes(one))
    ]
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


def _filled(ready: Readiness, found: list[Candidate], steps: list[Step]) -> list[Step]:
    """The steps so far and the best candidates, each chosen to differ from those before."""
    taken = {step.activity for step in steps}
    like = {(step.skill, step.modality) for step in steps}
    others = _best_of_each(
        [one for one in found if one.activity.id not in taken and (one.skill, one.activity.modality) not in like]
    )
    if not others or len(steps) >= MOST_STEPS:
        return steps
    loss = _sameness(others, steps)
    themes = _themes(others)
    values = np.array([one.worth for one in others]) - loss(())
    for place in best_few(
        values, themes, MOST_STEPS - len(steps), close=None, loss=lambda few: loss(few) - loss(())
    ):
        steps = [*steps, _offer(ready, others[place], steps)]
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
    reason = alternative(ready, one.activity, one.kind) if again else _reason(ready, one)
    return _step(ready, one.activity, one.skill, one.kind, reason)


def _reason(ready: Readiness, one: Candidate) -> Phrase:
    return reason_for(ready, one.activity, one.skill, one.kind, one.stuck)


def _step(ready: Readiness, activity: Activity, skill: SkillId, kind: StepKind, reason: Phrase) -> Step:
    return Step(
        activity=activity.id,
        skill=skill,
        kind=kind,
        reason=reason,
        minutes=ready.minutes(activity),
        modality=activity.modality,
    )
