"""Everything about one learner in one placement that a decision needs, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..learning.activities import Activity, CourseContent, Modality, Part
from ..learning.diagnostic import Diagnostic
from ..learning.ids import ActivityId, SkillId
from ..learning.mixed_check import MIXED_CHECK, mixed_check
from ..learning.playlist import Situation, Wishes
from ..learning.profile import LearnerProfile
from ..learning.strength_record import day_of, followed
from ..learning.verdicts import Verdict
from . import contents, courses, desks, mastery
from .database import Session
from .tables import ActivityVisitRow, DeskRow, PlacementRow

_LONGEST_SITTING = timedelta(minutes=30)
"""A visit left open counts as this much work at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerState:
    """One learner in one configured placement."""

    placement: PlacementRow
    content: CourseContent
    part: Part
    desk: DeskRow | None
    verdicts: Mapping[SkillId, Verdict]
    profile: LearnerProfile
    visits: Sequence[ActivityVisitRow]

    @property
    def diagnostic(self) -> Diagnostic | None:
        """The first assessment as far as it went."""
        if self.desk is None or not self.desk.diagnostic:
            return None
        return Diagnostic.from_dict(self.desk.diagnostic)

    def activity(self, key: str) -> Activity | None:
        """An activity by its key: one of the content, or the mixed check as this learner would take it now."""
        if key == MIXED_CHECK:
            blocked = _wishes(self.placement.wishes).blocked_skills
            return mixed_check(self.content, self.part.skills, self.verdicts, blocked)
        return self.content.activities.get(ActivityId(key))


def load(session: Session, placement_id: int, person_id: int) -> LearnerState | None:
    """The learner's state; None while the placement is not configured."""
    placement = courses.placement(session, placement_id)
    if placement.content_id is None or not placement.rule_version:
        return None
    content = contents.get(session, placement.content_id)
    return LearnerState(
        placement=placement,
        content=content,
        part=content.part(placement.part),
        desk=desks.find(session, placement_id, person_id),
        verdicts=mastery.verdicts(session, placement_id, person_id),
        profile=desks.profile(session, person_id),
        visits=desks.visits(session, placement_id, person_id),
    )


def situation(state: LearnerState, now: datetime) -> Situation:
    """The state as the playlist wants it."""
    diagnostic = state.diagnostic
    record = state.desk.strengths if state.desk else {}
    done = [row for row in state.visits if row.finished_at]
    done.sort(key=lambda row: (row.finished_at, row.id))
    current = ActivityId(state.desk.activity_key) if state.desk and state.desk.activity_key else None
    return Situation(
        content=state.content,
        scope=state.part.skills,
        verdicts=state.verdicts,
        beliefs=diagnostic.believed if diagnostic else {},
        followed=followed(record, day_of(now)),
        told=diagnostic.overruled if diagnostic else {},
        finished=desks.finished(state.visits),
        recent=tuple(ActivityId(row.activity_key) for row in done[-20:]),
        profile=state.profile,
        wishes=_wishes(state.placement.wishes),
        minutes_since_break=_minutes_since_break(state, now),
        current=current,
        now=now,
    )


def _wishes(body: Mapping[str, object]) -> Wishes:
    def names(key: str) -> tuple[str, ...]:
        listed = body.get(key)
        return tuple(str(one) for one in listed) if isinstance(listed, list) else ()

    minutes = body.get("minutes")
    return Wishes(
        pins=tuple(ActivityId(one) for one in names("pins")),
        blocks=tuple(ActivityId(one) for one in names("blocks")),
        blocked_skills=tuple(SkillId(one) for one in names("blocked_skills")),
        minutes=minutes if isinstance(minutes, int) else None,
    )


def _minutes_since_break(state: LearnerState, now: datetime) -> float:
    """Minutes of work in this sitting since the last break; a pause of half an hour is a break too."""
    total = timedelta()
    previous = now
    for row in reversed(state.visits):
        end = row.finished_at or min(now, row.started_at + _LONGEST_SITTING)
        is_break = state.content.activities.get(ActivityId(row.activity_key))
        if previous - end > _LONGEST_SITTING or (is_break and is_break.modality is Modality.BREAK):
            break
        total += min(end - row.started_at, _LONGEST_SITTING)
        previous = row.started_at
    return total.total_seconds() / 60
