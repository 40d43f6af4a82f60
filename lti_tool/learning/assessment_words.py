"""What the first assessment and the teacher's word say about a learner, as a profile in words: never a score."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .activities import CourseContent
from .diagnostic import Diagnostic
from .ids import SkillId
from .phrases import Phrase, count, say

KNOWN = 0.7
"""The belief from which we say "at home with"."""
NAMED = 3
"""So many skills of a kind are named; lists longer than that are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Titles of the skills that seem known, that come next, and that lie further off, foundations first."""

    known: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


def profile(content: CourseContent, state: Diagnostic, mastered: Collection[SkillId] = ()) -> Profile | None:
    """Where the learner seemed to stand; `None` when nothing was asked and the teacher has said nothing. What was
    `mastered` since is no step any more."""
    believed = state.believed
    if not believed:
        return None
    scope = [skill for skill in state.scope if skill in content.graph]
    known = {skill for skill in scope if believed.get(skill, 0.0) >= KNOWN}
    here = set(scope)
    ready = [
        skill
        for skill in scope
        if skill not in known and known.issuperset(here & {*content.graph.prerequisites(skill)})
    ]
    later = [skill for skill in scope if skill not in known and skill not in ready]
    return Profile(
        known=_titles(content, [skill for skill in scope if skill in known]),
        ready=_titles(content, [skill for skill in ready if skill not in mastered]),
        later=_titles(content, [skill for skill in later if skill not in mastered]),
    )


def to_learner(content: CourseContent, state: Diagnostic, mastered: Collection[SkillId] = ()) -> tuple[Phrase, ...]:
    """The profile in words to the learner, who has `mastered` these skills since."""
    found = profile(content, state, mastered)
    if found is None:
        return (say("We have not asked you anything yet, so we start at the beginning."),)
    said = [
        _known(found, "You seem at home with {skills}.", "You seem at home with {skills} and {count} more.")
        or say("Much here is new to you, and that is fine: we start with the foundations.")
    ]
    if found.ready:
        named = found.ready[:NAMED]
        words = "A good next step for you: {skills}.", "Good next steps for you: {skills}."
        said.append(count(len(named), *words, skills=_listed(named)))
    if found.later:
        said.append(say("Later on: {skills}.", skills=_listed(found.later[:NAMED])))
    if not found.ready and not found.later and not all(skill in mastered for skill in state.scope):
        said.append(say("Show what you know, and you will be through soon."))
    return tuple(said)


def to_begin_with(
    content: CourseContent, state: Diagnostic, mastered: Collection[SkillId] = ()
) -> tuple[Phrase, ...]:
    """What is said to the learner right after the first questions, or when they were skipped: where things start."""
    said = to_learner(content, state, mastered)
    if state.finished or state.paused:
        return said
    return (*said, say("You can answer the first questions at any time under “My learning”."))


def to_teacher(content: CourseContent, state: Diagnostic) -> tuple[Phrase, ...]:
    """The profile in words to the teacher, with how much it rests on. Empty when there is nothing to say."""
    found = profile(content, state)
    if found is None:
        return ()
    said = [
        _known(found, "Seems at home with {skills}.", "Seems at home with {skills} and {count} more.")
        or say("Much here seems new, so it starts with the foundations.")
    ]
    if found.ready:
        said.append(say("Ready for {skills}.", skills=_listed(found.ready[:NAMED])))
    if found.later:
        said.append(say("Not yet ready for {skills}.", skills=_listed(found.later[:NAMED])))
    return (*said, *_rests_on(state))


def _rests_on(state: Diagnostic) -> tuple[Phrase, ...]:
    said = []
    if state.asked:
        said.append(count(len(state.asked), "Rests on 1 question.", "Rests on {count} questions."))
    if state.admitted:
        said.append(
            count(
                len(state.admitted), "Said once: “I do not know yet”.", "Said {count} times: “I do not know yet”."
            )
        )
    if state.paused:
        said.append(say("Paused: the rest is still to come."))
    return tuple(said)


def _known(found: Profile, all_named: str, some_named: str) -> Phrase | None:
    if not found.known:
        return None
    more = len(found.known) - NAMED
    if more <= 1:
        return say(all_named, skills=_listed(found.known))
    return count(more, some_named, some_named, skills=_listed(found.known[-NAMED:]))


def _titles(content: CourseContent, skills: Sequence[SkillId]) -> tuple[str, ...]:
    return tuple(content.graph[skill].title for skill in skills)


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)
