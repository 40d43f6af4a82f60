"""What a teacher put first, and who can have it: each pinned activity with where the class stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ...learning.activities import Activity, CourseContent, Modality
from ...learning.ids import ActivityId, SkillId
from ...learning.phrases import Phrase, count, say
from ...learning.pins import PinState, missing, pin_state
from ...learning.readiness import Readiness

NAMED = 4
"""So many students are named; more are counted."""


Named = tuple[str, Readiness]
"""A student's name, which two may share, and where they stand."""

Places = dict[tuple[PinState, tuple[SkillId, ...]], list[str]]
"""Who stands where with one activity, and what they wait for: names in the order to name them in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinView:
    """An activity put first, and in words who can have it now, who has to wait, and for what."""

    title: str
    told: tuple[Phrase, ...]


def for_class(
    content: CourseContent, pins: Sequence[ActivityId], ready: Iterable[Named], paused: Collection[SkillId]
) -> tuple[PinView, ...]:
    """Every pin of the class. `ready` are its students, in the order to name them in and gone through once; `paused`
    are skills paused for all."""
    known = _known(content, pins)
    places: list[Places] = [{} for _ in known]
    for name, one in ready:
        for activity, place in zip(known, places, strict=True):
            place.setdefault(_place(one, activity), []).append(name)
    return tuple(
        PinView(title=one.title, told=_paused(content, one, paused) or tuple(_told(content, place)))
        for one, place in zip(known, places, strict=True)
    )


def for_learner(content: CourseContent, pins: Sequence[ActivityId], ready: Readiness) -> tuple[PinView, ...]:
    """The pins of one student."""
    paused = ready.situation.wishes.blocked_skills
    return tuple(
        PinView(title=one.title, told=_paused(content, one, paused) or (_told_of_one(content, one, ready),))
        for one in _known(content, pins)
    )


def _known(content: CourseContent, pins: Sequence[ActivityId]) -> list[Activity]:
    found = [content.activities[key] for key in pins if key in content.activities]
    return [one for one in found if one.modality is not Modality.BREAK]


def _paused(content: CourseContent, activity: Activity, paused: Collection[SkillId]) -> tuple[Phrase, ...]:
    """That nobody gets it, because the skill it is for is paused; empty where none is."""
    titles = [content.graph[skill].title for skill in activity.skills if skill in paused]
    if not titles:
        return ()
    return (say("Nobody gets it, as this is paused in the plan: {skills}.", skills=_listed(titles)),)


def _place(ready: Readiness, activity: Activity) -> tuple[PinState, tuple[SkillId, ...]]:
    state = pin_state(ready, activity)
    return state, missing(ready, activity) if state is PinState.WAITS else ()


def _told(content: CourseContent, where: Places) -> list[Phrase]:
    said = [
        _counted(state, len(names))
        for (state, _), names in where.items()
        if state in (PinState.OPEN, PinState.DONE, PinState.NEEDLESS)
    ]
    for (state, waits_for), names in sorted(where.items(), key=lambda pair: -len(pair[1])):
        who = _people(names)
        if state is PinState.WAITS:
            said.append(
                say("First {skills}, and they are led there: {who}.", skills=_skills(content, waits_for), who=who)
            )
        elif state is PinState.SET_ASIDE:
            said.append(say("Not offered, as this form is set aside for them: {who}.", who=who))
        elif state is PinState.LEFT_OUT:
            said.append(say("Not offered, as it is left out for them: {who}.", who=who))
    return said


def _counted(state: PinState, students: int) -> Phrase:
    if state is PinState.OPEN:
        return count(students, "1 student can do it now.", "{count} students can do it now.")
    if state is PinState.DONE:
        return count(students, "1 has done it.", "{count} have done it.")
    return count(students, "1 does not need it now.", "{count} do not need it now.")


def _told_of_one(content: CourseContent, activity: Activity, ready: Readiness) -> Phrase:
    match pin_state(ready, activity):
        case PinState.OPEN:
            return say("It is offered now.")
        case PinState.DONE:
            return say("It is done.")
        case PinState.NEEDLESS:
            return say("It is not needed now: what it is for is mastered, or not asked.")
        case PinState.SET_ASIDE:
            return say("It is not offered: this form is set aside above.")
        case PinState.LEFT_OUT:
            return say("It is not offered: it is left out.")
        case PinState.WAITS:
            waits_for = _skills(content, missing(ready, activity))
            return say("First {skills}; next steps lead there.", skills=waits_for)


def _skills(content: CourseContent, skills: Sequence[SkillId]) -> str:
    return _listed([content.graph[skill].title for skill in skills])


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def _people(names: Sequence[str]) -> str:
    named = ", ".join(names[:NAMED])
    more = len(names) - NAMED
    return named if more <= 0 else f"{named} and {more} more"
