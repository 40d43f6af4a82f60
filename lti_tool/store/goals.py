"""Learners' goals: what they set out to do in a course, and how they looked back on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ..learning.ids import SkillId
from .database import Session
from .tables import GoalRow


def of_learner(session: Session, course_id: int, person_id: int) -> Sequence[GoalRow]:
    """All goals of one learner in one course, newest first."""
    return session.scalars(
        select(GoalRow)
        .where(GoalRow.course_id == course_id, GoalRow.person_id == person_id)
        .order_by(GoalRow.id.desc())
    ).all()


def find(session: Session, course_id: int, person_id: int, goal_id: int) -> GoalRow | None:
    """One goal, only if it is this learner's own in this course."""
    return session.scalar(
        select(GoalRow).where(GoalRow.id == goal_id, GoalRow.course_id == course_id, GoalRow.person_id == person_id)
    )


def add(
    session: Session,
    whose: tuple[int, int],
    text: str,
    skill: tuple[str, SkillId] | None,
    until: datetime | None,
    now: datetime,
) -> GoalRow:
    """A new goal. `whose` is course and person; `skill` is content key and skill, if it is about one."""
    course_id, person_id = whose
    row = GoalRow(
        course_id=course_id,
        person_id=person_id,
        text=text,
        content_key=skill[0] if skill else "",
        skill_key=skill[1] if skill else "",
        until=until,
        set_at=now,
    )
    session.add(row)
    session.flush()
    return row
