"""Everything about one learner in one placement that a decision needs, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select

from ..learning.activities import Activity, CourseContent, Modality, Part
from ..learning.arranging import together
from ..learning.diagnostic import Diagnostic
from ..learning.ids import ActivityId, SkillId
from ..learning.mixed_check import MIXED_CHECK, mixed_check
from ..learning.playlist import Situation
from ..learning.profile import LearnerPlan, LearnerProfile
from ..learning.strength_record import day_of, followed
from ..learning.verdicts import Verdict
from . import arrangements, contents, desks, mastery
from .database import Session
from .tables import (
    AccommodationRow,
    ActivityVisitRow,
    ColumnRow,
    CourseRow,
    DeskRow,
    GoalRow,
    GradePromiseRow,
    LearnerPlanRow,
    PlacementRow,
    ProfileRow,
)

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
    plan: LearnerPlan
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
            blocked = arrangements.wishes(self.placement.wishes).blocked_skills
            return mixed_check(self.content, self.part.skills, self.verdicts, blocked)
        return self.content.activities.get(ActivityId(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A learner's state with what a page shows around it: the course's title, the column and the grade promised."""

    state: LearnerState
    course_title: str
    column: ColumnRow | None
    promise: GradePromiseRow | None


_goal = (
    select(GoalRow.text)
    .where(
        GoalRow.course_id == PlacementRow.course_id,
        GoalRow.person_id == bindparam("person"),
        GoalRow.closed_at.is_(None),
    )
    .order_by(GoalRow.id.desc())
    .limit(1)
    .scalar_subquery()
    .correlate(PlacementRow)
)
_LEARNER = (
    select(PlacementRow, DeskRow, ProfileRow, AccommodationRow, LearnerPlanRow, _goal.label("goal"))
    .outerjoin(DeskRow, and_(DeskRow.placement_id == PlacementRow.id, DeskRow.person_id == bindparam("person")))
    .outerjoin(ProfileRow, ProfileRow.person_id == bindparam("person"))
    .outerjoin(
        AccommodationRow,
        and_(
            AccommodationRow.course_id == PlacementRow.course_id, AccommodationRow.person_id == bindparam("person")
        ),
    )
    .outerjoin(
        LearnerPlanRow,
        and_(LearnerPlanRow.placement_id == PlacementRow.id, LearnerPlanRow.person_id == bindparam("person")),
    )
    .where(PlacementRow.id == bindparam("placement"))
)
_STAND = (
    _LEARNER.add_columns(CourseRow.title, ColumnRow, GradePromiseRow)
    .join(CourseRow, CourseRow.id == PlacementRow.course_id)
    .outerjoin(ColumnRow, ColumnRow.placement_id == PlacementRow.id)
    .outerjoin(
        GradePromiseRow,
        and_(GradePromiseRow.column_id == ColumnRow.id, GradePromiseRow.person_id == bindparam("person")),
    )
)
"""For reading only: flows lock a promise as they first read it, so that no worker changes it under their hands."""


def load(session: Session, placement_id: int, person_id: int) -> LearnerState | None:
    """The learner's state; None while the placement is not configured."""
    found = session.execute(_LEARNER, {"placement": placement_id, "person": person_id}).one()
    return _state(session, person_id, found)


def stand(session: Session, placement_id: int, person_id: int) -> Stand | None:
    """The learner's state and what pages show around it; None while the placement is not configured."""
    found = session.execute(_STAND, {"placement": placement_id, "person": person_id}).one()
    state = _state(session, person_id, found[:6])
    if state is None:
        return None
    return Stand(state=state, course_title=found[6], column=found[7], promise=found[8])


def _state(session: Session, person_id: int, found: Sequence[Any]) -> LearnerState | None:
    placement, desk, profile, arranged, planned, goal = found
    if placement.content_id is None or not placement.rule_version:
        return None
    content = contents.get(session, placement.content_id)
    plan = arrangements.plan(planned) if planned else LearnerPlan()
    return LearnerState(
        placement=placement,
        content=content,
        part=_asked(content.part(placement.part), plan),
        desk=desk,
        verdicts=mastery.verdicts(session, placement.id, person_id),
        profile=arrangements.profile(profile, arranged, goal),
        plan=plan,
        visits=desks.visits(session, placement.id, person_id),
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
        wishes=together(arrangements.wishes(state.placement.wishes), state.plan.pins, state.plan.blocks),
        minutes_since_break=_minutes_since_break(state, now),
        current=current,
        now=now,
    )


def _asked(part: Part, plan: LearnerPlan) -> Part:
    """The part without the skills this learner is excused from."""
    return replace(part, skills=tuple(skill for skill in part.skills if skill not in plan.excused))


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
