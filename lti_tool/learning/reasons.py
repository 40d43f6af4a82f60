"""Reasons: one short warm sentence for each step, saying why it is offered."""

from __future__ import annotations

from collections.abc import Mapping

from .activities import Activity, Modality
from .arranging import urgency
from .ids import SkillId
from .phrases import Phrase, count, say
from .readiness import Readiness
from .situation import StepKind
from .verdicts import Level

ANOTHER_WAY: Mapping[Modality, Phrase] = {
    Modality.EXPLANATION: say("Read how it works first."),
    Modality.WORKED_EXAMPLE: say("See it done step by step."),
    Modality.PRACTICE: say("Or try it straight away."),
    Modality.HANDS_ON: say("Do it with your hands, away from the screen."),
    Modality.PARTNER: say("Work on it together with somebody."),
    Modality.PROJECT: say("Use it in something bigger."),
    Modality.BREAK: say("Rest a little."),
}

OPEN = say("You are in the middle of this.")


def pinned(ready: Readiness, activity: Activity, *, too_long: bool = False) -> Phrase:
    """Why a pinned activity: the teacher's choice, with its date; and that it is `too_long` for one lesson."""
    at = ready.situation.wishes.pin_due_at.get(activity.id)
    if at is None and too_long:
        return say("Your teacher has chosen this for you. It takes longer than a lesson; you can go on next time.")
    if at is None:
        return say("Your teacher has chosen this for you.")
    if too_long:
        return say(
            "Your teacher has chosen this for you, to be done by {date}. It takes longer than a lesson; you can go on "
            "next time.",
            date=at.date().isoformat(),
        )
    return say("Your teacher has chosen this for you, to be done by {date}.", date=at.date().isoformat())


def leading_to(ready: Readiness, goal: Activity, skill: SkillId) -> Phrase:
    """Why work on this skill: an activity the teacher has chosen waits for it, with its date."""
    title, at = ready.situation.content.graph[skill].title, ready.situation.wishes.pin_due_at.get(goal.id)
    if at is None:
        return say("Your teacher has chosen “{goal}” for you. “{skill}” leads there.", goal=goal.title, skill=title)
    return say(
        "Your teacher has chosen “{goal}” for you, to be done by {date}. “{skill}” leads there.",
        goal=goal.title,
        skill=title,
        date=at.date().isoformat(),
    )


def resting(minutes: float) -> Phrase:
    """Why a break."""
    return say("You have worked for {minutes} minutes. A short break helps.", minutes=int(minutes))


def reason_for(
    ready: Readiness, activity: Activity, skill: SkillId, kind: StepKind, stuck: SkillId | None
) -> Phrase:
    """Why this activity for this skill. `stuck` is the skill that calls for a step back."""
    title = ready.situation.content.graph[skill].title
    wanted = _wanted_by(ready, skill) if kind in (StepKind.NEW, StepKind.CONTINUE, StepKind.CHECK) else None
    if wanted is not None:
        return wanted
    match kind:
        case StepKind.BACK if stuck is not None:
            above = ready.situation.content.graph[stuck].title
            return say("A step back to “{skill}” makes “{above}” easier.", skill=title, above=above)
        case StepKind.MIXED:
            return say("“{skill}” goes well. Show it once more among other questions.", skill=title)
        case StepKind.REVIEW:
            return say("You mastered “{skill}”. A quick look keeps it fresh.", skill=title)
        case StepKind.CHECK:
            return say("You seem to know “{skill}” already. Show it and move on.", skill=title)
        case StepKind.ENRICH:
            return say("You know “{skill}” well. This goes further.", skill=title)
        case StepKind.CONTINUE:
            return _going_on(ready, activity, skill)
        case _:
            return _next_on_the_way(ready, skill)


def alternative(ready: Readiness, activity: Activity, kind: StepKind) -> Phrase:
    """Why another activity for the skill just offered: an interest it touches, or another way of working."""
    liked = [topic for topic in activity.topics if topic in ready.situation.profile.interests]
    for topic in liked:
        words = ready.situation.content.topics.get(topic)
        if words:
            return say("It has to do with “{topic}”, which you like.", topic=words)
    if activity.modality is Modality.PRACTICE and kind is not StepKind.NEW:
        return say("Or practise a little more.")
    return ANOTHER_WAY[activity.modality]


def _wanted_by(ready: Readiness, skill: SkillId) -> Phrase | None:
    """The teacher's date, once it is near."""
    at = ready.dates.get(skill)
    if at is None or not urgency(at, ready.situation.now) or ready.stuck(skill):
        return None
    title, date = ready.situation.content.graph[skill].title, at.date().isoformat()
    if ready.situation.wishes.due_at.get(skill) != at:
        return say("“{skill}” comes first: something that builds on it is due on {date}.", skill=title, date=date)
    if at < ready.situation.now:
        return say("“{skill}” was wanted by {date}. Now is a good time for it.", skill=title, date=date)
    return say("“{skill}” is wanted by {date}.", skill=title, date=date)


def _going_on(ready: Readiness, activity: Activity, skill: SkillId) -> Phrase:
    title = ready.situation.content.graph[skill].title
    verdict = ready.situation.verdicts.get(skill)
    if ready.stuck(skill) and activity.modality is Modality.PRACTICE:
        if ready.try_again(skill):
            return say("You have looked at “{skill}” from another side. Try it once more.", skill=title)
        return say("“{skill}” takes time. Small steps are fine.", skill=title)
    if ready.stuck(skill):
        return say("“{skill}” is hard just now. Another way in may help.", skill=title)
    if verdict is None or verdict.level is Level.NONE:
        return say("You have met “{skill}” already. Carry on with it before something new.", skill=title)
    if verdict.answers_expected is None or activity.modality is not Modality.PRACTICE:
        return say("You have begun “{skill}”. Finish it before something new.", skill=title)
    if verdict.answers_expected <= 3:
        return count(
            verdict.answers_expected,
            "Almost there: 1 right answer may do for “{skill}”.",
            "Almost there: {count} right answers may do for “{skill}”.",
            skill=title,
        )
    return say("You are on your way with “{skill}”. Keep going.", skill=title)


def _next_on_the_way(ready: Readiness, skill: SkillId) -> Phrase:
    graph = ready.situation.content.graph
    title = graph[skill].title
    known = [one for one in graph.prerequisites(skill) if ready.known(one)]
    if known:
        return say(
            "Next on your way: “{skill}” builds on “{known}”, which you know.",
            skill=title,
            known=graph[known[-1]].title,
        )
    return say("“{skill}” is a good place to start.", skill=title)
