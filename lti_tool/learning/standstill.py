"""Standstill: what is said when there is nothing to offer, when all is mastered, or when nothing fits the lesson.

An empty page says what is in the way and who can clear it, which is the teacher: only a teacher leaves things out,
sets forms aside, chooses the content, or says what is known already.
"""

from __future__ import annotations

from collections.abc import Sequence

from .activities import Modality
from .ids import SkillId
from .lesson import Lesson
from .phrases import Phrase, count, say
from .readiness import Readiness
from .situation import Situation, Step, StepKind


def nothing_in_play(situation: Situation) -> Phrase:
    """Why no skill is in play."""
    if any(skill in situation.content.graph for skill in situation.scope):
        return say("Your teacher has paused everything here for now.")
    return say("Nothing is set up here yet. Your teacher chooses what this place is for.")


def note(ready: Readiness, steps: Sequence[Step], lesson: Lesson) -> Phrase | None:
    """What stands beside the steps, or in their place; `None` when they speak for themselves."""
    work = [step for step in steps if step.kind is not StepKind.BREAK]
    limit = lesson.limit
    too_long = bool(work) and limit is not None and all(step.minutes > limit for step in work)
    if not ready.unmastered:
        return _all_mastered(ready, too_long)
    if not work:
        return _in_the_way(ready, _waiting(ready))
    if limit is not None and too_long:
        return count(
            limit,
            "A lesson has 1 minute here, and this takes longer. You can go on next time.",
            "A lesson has {count} minutes here, and this takes longer. You can go on next time.",
        )
    return None


def _all_mastered(ready: Readiness, too_long: bool) -> Phrase:
    if all(map(ready.mastered, ready.situation.scope)):
        if too_long:
            return say(
                "You have mastered everything here. Well done! What else there is takes longer than a lesson; you can "
                "go on next time."
            )
        return say("You have mastered everything here. Well done!")
    if too_long:
        return say(
            "You have mastered everything that is open now. Your teacher has paused the rest. What else there is takes "
            "longer than a lesson; you can go on next time."
        )
    return say("You have mastered everything that is open now. Your teacher has paused the rest.")


def _waiting(ready: Readiness) -> SkillId:
    """The skill that would be next."""
    return next((skill for skill in ready.unmastered if skill in ready.needs), ready.unmastered[0])


def _in_the_way(ready: Readiness, skill: SkillId) -> Phrase:
    """Why nothing is offered for a skill that is left to master: the first thing that leaves nothing over."""
    title = ready.situation.content.graph[skill].title
    if ready.awaits_check(skill):
        return say(
            "Only the mixed check of “{skill}” is missing, and it cannot be taken now. Please tell your teacher.",
            skill=title,
        )
    there = [
        one
        for one in ready.situation.content.activities_by_skill[skill]
        if not one.enrichment and one.modality is not Modality.BREAK
    ]
    if not there:
        return say(
            "There is nothing to do for “{skill}” in this course yet. Please tell your teacher, who can add something.",
            skill=title,
        )
    kept = [one for one in there if ready.left_in(one)]
    if not kept:
        return say(
            "Your teacher has left out everything there is for “{skill}”. Please ask for something back.",
            skill=title,
        )
    if not any(ready.suits(one) for one in kept):
        return say(
            "All there is for “{skill}” comes in a form that was set aside for you. Please ask your teacher for "
            "another one.",
            skill=title,
        )
    if not any(ready.allowed(one) for one in kept):
        return say(
            "What there is for “{skill}” asks for other skills as well, which you do not know yet. Please tell your "
            "teacher, who can add something.",
            skill=title,
        )
    return say(
        "You have done all there is for “{skill}”. Please tell your teacher, who can add something or see what you "
        "know.",
        skill=title,
    )
