"""What teachers saw and arranged, in the pieces that a learner's and a teacher's page show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...learning.evidence import Source
from ...learning.ids import SkillId
from ...learning.phrases import Phrase, count, say
from ...learning.rules import describe
from .. import teaching
from ..database import Session
from ..learners import LearnerState


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """One observation or one grade from elsewhere, as its learner reads it."""

    skill_title: str
    source: Source
    occasion: str
    note: str
    at: datetime


def seen_entries(session: Session, state: LearnerState, person_id: int) -> tuple[SeenEntry, ...]:
    """What counts from outside the questions, newest first."""
    rows = teaching.from_outside(session, state.placement.course_id, person_id, state.content.key)
    return tuple(
        SeenEntry(
            skill_title=state.content.graph[SkillId(row.skill_key)].title,
            source=Source(row.source),
            occasion=row.occasion,
            note=row.note,
            at=row.at,
        )
        for row in rows
        if row.skill_key in state.content.graph
    )


def arranged_words(state: LearnerState) -> tuple[Phrase, ...]:
    """What is arranged for the learner, one sentence each."""
    kept, plan = state.profile.accommodations, state.plan
    said: list[Phrase] = []
    if kept.extra_time_factor > 1:
        said.append(say("{factor} times the time.", factor=kept.extra_time_factor))
    if kept.shorter_sets:
        said.append(say("Fewer questions in one sitting."))
    if kept.read_aloud:
        said.append(say("Reading aloud."))
    if kept.breaks_every_minutes:
        said.append(say("A break after {minutes} minutes.", minutes=kept.breaks_every_minutes))
    if kept.avoid_modalities:
        left_out = len(kept.avoid_modalities)
        said.append(count(left_out, "One way of working left out.", "{count} ways of working left out."))
    if plan.rule is not None:
        said.append(say("Own goal: {rule}.", rule=str(describe(plan.rule))))
    if plan.excused:
        said.append(count(len(plan.excused), "1 skill not asked.", "{count} skills not asked."))
    if plan.pins or plan.blocks:
        chosen = len(plan.pins) + len(plan.blocks)
        said.append(count(chosen, "1 activity chosen or left out.", "{count} activities chosen or left out."))
    return tuple(said)
