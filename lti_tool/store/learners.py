"""Everything about one learner in one placement that a decision needs, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, select

from ..learning.activities import Activity, CourseContent, Modality, Part
from ..learning.arranging import together
from ..learning.diagnostic import Diagnostic
from ..learning.ids import ActivityId, SkillId
from ..learning.mixed_check import MIXED_CHECK, mixed_check
from ..learning.playlist import Situation
from ..learning.profile import LearnerPlan, LearnerProfile
from ..learning.sittings import Stretch, minutes_for, minutes_of_sitting, minutes_of_work
from ..learning.strength_record import day_of, followed
from ..learning.verdicts import Verdict
from . import arrangements, bare, contents, desks, mastery
from .database import Connection, Session
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

    @property
    def all_mastered(self) -> bool:
        """Whether every skill asked of the learner here is mastered: then there is nothing to find out first."""
        return all(skill in self.verdicts and self.verdicts[skill].mastered for skill in self.part.skills)

    def activity(self, key: str) -> Activity | None:
        """An activity by its key: one of the content, or the mixed check as this learner would take it now."""
        if key == MIXED_CHECK:
            blocked = arrangements.wishes(self.placement.wishes).blocked_skills
            return mixed_check(self.content, self.part.skills, self.verdicts, blocked)
        return self.content.activities.get(ActivityId(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A learner's state with what a page shows around it: the course's title, the column and the grade promised.

    `state` is None while the placement is not configured.
    """

    placement: PlacementRow
    state: LearnerState | None
    course_title: str
    column: ColumnRow | None
    promise: GradePromiseRow | None


_ROWS = (PlacementRow, DeskRow, ProfileRow, AccommodationRow, LearnerPlanRow)
_TABLES = [cast(Table, row.__table__) for row in _ROWS]
_PLACEMENTS, _DESKS, _PROFILES, _ARRANGED, _PLANS = _TABLES
_AROUND = [cast(Table, row.__table__) for row in (CourseRow, ColumnRow, GradePromiseRow)]
_COURSES, _COLUMNS, _PROMISES = _AROUND
_GOALS = cast(Table, GoalRow.__table__)
_person: Any = bindparam("person")
_goal = (
    select(_GOALS.c.text)
    .where(
        _GOALS.c.course_id == _PLACEMENTS.c.course_id,
        _GOALS.c.person_id == _person,
        _GOALS.c.closed_at.is_(None),
    )
    .order_by(_GOALS.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .correlate(_PLACEMENTS)
)
_here = (
    _PLACEMENTS.outerjoin(_DESKS, and_(_DESKS.c.placement_id == _PLACEMENTS.c.id, _DESKS.c.person_id == _person))
    .outerjoin(_PROFILES, _PROFILES.c.person_id == _person)
    .outerjoin(_ARRANGED, and_(_ARRANGED.c.course_id == _PLACEMENTS.c.course_id, _ARRANGED.c.person_id == _person))
    .outerjoin(_PLANS, and_(_PLANS.c.placement_id == _PLACEMENTS.c.id, _PLANS.c.person_id == _person))
)
_around = (
    _here.join(_COURSES, _COURSES.c.id == _PLACEMENTS.c.course_id)
    .outerjoin(_COLUMNS, _COLUMNS.c.placement_id == _PLACEMENTS.c.id)
    .outerjoin(_PROMISES, and_(_PROMISES.c.column_id == _COLUMNS.c.id, _PROMISES.c.person_id == _person))
)
_only = _PLACEMENTS.c.id == bindparam("placement")
_LEARNER = select(*_ROWS, _goal.label("goal")).select_from(_here).where(_only)
_STAND = select(*bare.columns(*_TABLES, *_AROUND), _goal.label("goal")).select_from(_around).where(_only)
_cut = bare.cutter(*_TABLES, *_AROUND)


def load(session: Session, placement_id: int, person_id: int) -> LearnerState | None:
    """The learner's state for those who may change it; None while the placement is not configured."""
    placement, *rest = session.execute(_LEARNER, {"placement": placement_id, "person": person_id}).one()
    return _state(session, person_id, placement, rest) if _is_configured(placement) else None


def stand(asked: Session | Connection, placement_id: int, person_id: int) -> Stand:
    """The learner's state with what a page shows around it: bare columns, to be read only.

    Flows lock a promise as they first read it, so that no worker changes it under their hands; here it is not.
    """
    found = asked.execute(_STAND, {"placement": placement_id, "person": person_id}).one()
    placement, *rows, course, column, promise = _cut(found)
    return Stand(
        placement=placement,
        state=_state(asked, person_id, placement, (*rows, found.goal)) if _is_configured(placement) else None,
        course_title=course.title,
        column=column,
        promise=promise,
    )


def _is_configured(placement: PlacementRow) -> bool:
    return bool(placement.content_id is not None and placement.rule_version)


def _state(
    asked: Session | Connection, person_id: int, placement: PlacementRow, found: Sequence[Any]
) -> LearnerState:
    desk, profile, arranged, planned, goal = found
    content = contents.get(asked, placement.content_id or 0)
    plan = arrangements.plan(planned) if planned else LearnerPlan()
    return LearnerState(
        placement=placement,
        content=content,
        part=_asked(content.part(placement.part), plan),
        desk=desk,
        verdicts=mastery.verdicts(asked, placement.id, person_id),
        profile=arrangements.profile(profile, arranged, goal),
        plan=plan,
        visits=desks.visits(asked, placement.id, person_id),
    )


def situation(state: LearnerState, now: datetime) -> Situation:
    """The state as the playlist wants it."""
    diagnostic = state.diagnostic
    record = state.desk.strengths if state.desk else {}
    done = [row for row in state.visits if row.finished_at]
    done.sort(key=lambda row: (row.finished_at, row.id))
    current = ActivityId(state.desk.activity_key) if state.desk and state.desk.activity_key else None
    stretches = _stretches(state, diagnostic)
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
        minutes_since_break=minutes_of_work(stretches, now),
        minutes_in_sitting=minutes_of_sitting(stretches, now),
        current=current,
        now=now,
    )


def _asked(part: Part, plan: LearnerPlan) -> Part:
    """The part without the skills this learner is excused from."""
    return replace(part, skills=tuple(skill for skill in part.skills if skill not in plan.excused))


def _stretches(state: LearnerState, diagnostic: Diagnostic | None) -> list[Stretch]:
    """What the learner spent time on here, oldest first: the first questions and the activities."""
    found = [_stretch(state, row) for row in state.visits]
    if diagnostic is not None and diagnostic.began_at is not None:
        found.append(Stretch(began=diagnostic.began_at, ended=diagnostic.ended_at))
    return sorted(found, key=lambda one: one.began)


def _stretch(state: LearnerState, row: Any) -> Stretch:
    activity = state.activity(row.activity_key)
    return Stretch(
        began=row.started_at,
        ended=row.finished_at,
        rest=activity is not None and activity.modality is Modality.BREAK,
        takes=timedelta(minutes=minutes_for(activity, state.profile.accommodations) if activity else 0),
    )
