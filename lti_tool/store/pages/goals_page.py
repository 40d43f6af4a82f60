"""A learner's goals and a look back at the last days. Their teacher reads the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...learning.activities import CourseContent
from ...learning.ids import SkillId
from ...learning.verdicts import Level
from .. import evidence, goals, learners
from ..database import Session
from ..launches import Visit
from ..learners import LearnerState
from ..tables import GoalRow
from .reading import placement_view
from .timeline import work_of
from .views import PlacementView

LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalView:
    """One goal. `level` is that of its skill, where it has one in this place."""

    id: int
    text: str
    skill_title: str
    level: Level | None
    until: datetime | None
    late: bool
    set_at: datetime
    closed_at: datetime | None
    reached: bool
    reflection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """What the last seven days brought. `mastered` are titles of skills."""

    answers: int
    right: int
    finished: int
    mastered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalsPage:
    """The page. `skills` are those that can be a goal still."""

    placement: PlacementView
    open: tuple[GoalView, ...]
    closed: tuple[GoalView, ...]
    skills: tuple[tuple[SkillId, str], ...]
    look_back: LookBack


def load(session: Session, visit: Visit, now: datetime) -> GoalsPage | None:
    """Read the page; None while the placement is not configured."""
    assert visit.placement_id is not None
    state = learners.load(session, visit.placement_id, visit.person_id)
    if state is None:
        return None
    shown = goal_views(session, state, visit.person_id, now)
    left = [skill for skill in state.part.skills if not _mastered(state, skill)]
    return GoalsPage(
        placement=placement_view(session, state.placement, state.content),
        open=tuple(one for one in shown if one.closed_at is None),
        closed=tuple(one for one in shown if one.closed_at is not None),
        skills=tuple((skill, state.content.graph[skill].title) for skill in left),
        look_back=_look_back(session, state, visit.person_id, now),
    )


def goal_views(session: Session, state: LearnerState, person_id: int, now: datetime) -> tuple[GoalView, ...]:
    """All goals of a learner in this course, newest first."""
    rows = goals.of_learner(session, state.placement.course_id, person_id)
    return tuple(_view(state, row, now) for row in rows)


def _view(state: LearnerState, row: GoalRow, now: datetime) -> GoalView:
    skill = SkillId(row.skill_key) if row.content_key == state.content.key and row.skill_key else None
    verdict = state.verdicts.get(skill) if skill else None
    return GoalView(
        id=row.id,
        text=row.text,
        skill_title=_title(state.content, skill),
        level=(verdict.level if verdict else Level.NONE) if skill in state.part.skills else None,
        until=row.until,
        late=row.until is not None and row.until < now and row.closed_at is None,
        set_at=row.set_at,
        closed_at=row.closed_at,
        reached=row.reached,
        reflection=row.reflection,
    )


def _title(content: CourseContent, skill: SkillId | None) -> str:
    return content.graph[skill].title if skill in content.graph and skill else ""


def _mastered(state: LearnerState, skill: SkillId) -> bool:
    verdict = state.verdicts.get(skill)
    return verdict is not None and verdict.mastered


def _look_back(session: Session, state: LearnerState, person_id: int, now: datetime) -> LookBack:
    since = now - LOOK_BACK
    answers, right = evidence.questions_since(session, work_of(state, person_id), since)
    return LookBack(
        answers=answers,
        right=right,
        finished=evidence.finished_since(session, person_id, state.placement.course_id, since),
        mastered=_lately_mastered(state, state.part.skills, since),
    )


def _lately_mastered(state: LearnerState, skills: Sequence[SkillId], since: datetime) -> tuple[str, ...]:
    found = (skill for skill in skills if skill in state.verdicts)
    return tuple(
        state.content.graph[skill].title
        for skill in found
        if (at := state.verdicts[skill].mastered_at) is not None and at >= since
    )
