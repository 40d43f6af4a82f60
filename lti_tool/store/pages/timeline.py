"""A learner's history: what they answered, what they did, what they wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ...learning.activities import CourseContent
from ...learning.assessment_words import to_begin_with, to_learner, to_teacher
from ...learning.diagnostic import Diagnostic, length_estimate
from ...learning.evidence import Source
from ...learning.ids import ItemId, SkillId
from ...learning.mixed_check import MIXED_CHECK
from ...learning.phrases import Phrase
from .. import evidence
from ..database import Session
from ..learners import LearnerState
from ..tables import AnswerRow

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One answer. `title` is the skill, `question` the stem (Markdown); `misconception` a sentence for teachers."""

    at: datetime
    title: str
    question: str
    given: str
    score: float
    correct: bool
    source: str
    hints_used: int
    attempt: int
    misconception: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The latest answers, newest first, and how many `older` ones are not shown."""

    entries: tuple[TimelineEntry, ...]
    older: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEntry:
    """One finished activity with what the learner wrote looking back."""

    title: str
    modality: str
    finished_at: datetime
    reflection: str


def work_of(state: LearnerState, person_id: int) -> evidence.Work:
    """The answers that this place is about, wherever in the course they were given."""
    return evidence.Work(
        person_id=person_id,
        placement=state.placement,
        content_key=state.content.key,
        skills=state.content.part(state.placement.part).skills,
    )


def timeline(session: Session, state: LearnerState, person_id: int) -> Timeline:
    """What the learner answered, here and on the same skills elsewhere in the course."""
    rows, total = evidence.answers_of(session, work_of(state, person_id), MOST_SHOWN)
    return Timeline(entries=_entries(state, rows), older=total - len(rows))


def _entries(state: LearnerState, rows: Sequence[AnswerRow]) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(
            at=row.at,
            title=_skill_title(state.content, row.item_key),
            question=_stem(state.content, row.item_key),
            given=row.given,
            score=row.score,
            correct=row.correct,
            source=_source(row.activity_key),
            hints_used=row.hints_used,
            attempt=row.attempt,
            misconception=state.content.misconceptions.get(row.misconception, ""),
        )
        for row in rows
    )


def _source(activity_key: str) -> str:
    if activity_key == MIXED_CHECK:
        return Source.CHALLENGE.value
    return Source.PRACTICE.value if activity_key else Source.ASSESSMENT.value


def _stem(content: CourseContent, item_key: str) -> str:
    item = content.items.get(ItemId(item_key))
    return item.stem if item else ""


def _skill_title(content: CourseContent, item_key: str) -> str:
    item = content.items.get(ItemId(item_key))
    return content.graph[item.skills[0]].title if item else ""


def visit_entries(state: LearnerState) -> tuple[VisitEntry, ...]:
    """Finished activities, newest first."""
    done = [row for row in state.visits if row.finished_at]
    return tuple(
        VisitEntry(
            title=activity.title,
            modality=activity.modality.value,
            finished_at=row.finished_at,
            reflection=row.reflection,
        )
        for row in reversed(done)
        if row.finished_at and (activity := state.activity(row.activity_key)) is not None
    )


def assessment_words(state: LearnerState, *, to_staff: bool = False) -> tuple[Phrase, ...]:
    """What the first assessment and the teacher's word say about the learner; empty when neither has spoken."""
    if state.diagnostic is None or not state.diagnostic.believed:
        return ()
    if to_staff:
        return to_teacher(state.content, state.diagnostic)
    return to_learner(state.content, state.diagnostic, _mastered(state))


def first_words(state: LearnerState) -> tuple[Phrase, ...]:
    """What came of the first questions, or of skipping them; empty from the first activity begun afterwards on, and
    for whoever has mastered everything already.
    """
    found = state.diagnostic or Diagnostic(scope=state.part.skills, beliefs={})
    begun = any(found.ended_at is None or row.started_at >= found.ended_at for row in state.visits)
    return () if begun or state.all_mastered else to_begin_with(state.content, found, _mastered(state))


def _mastered(state: LearnerState) -> set[SkillId]:
    return {skill for skill, verdict in state.verdicts.items() if verdict.mastered}


def questions_left(state: LearnerState) -> int:
    """About how many of the first questions are still to come, when the learner paused them; else 0.

    Nobody is reminded of them who has mastered everything meanwhile.
    """
    found = state.diagnostic
    if found is None or not found.paused or state.all_mastered:
        return 0
    return max(1, length_estimate(state.content, state.part.skills) - len(found.asked))
