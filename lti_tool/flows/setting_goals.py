"""A learner sets a goal, and looks back on it when it is reached or let go. Goals belong to a course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..learning.ids import SkillId
from ..store import contents, courses, goals
from ..store.database import Session
from ..store.launches import Visit
from .errors import NotAllowed, NotFound, Refused

MOST_OPEN = 3
"""More goals at once are none."""
LONGEST_GOAL, LONGEST_LOOK_BACK = 300, 2000
FARTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGoal:
    """What the learner typed: own words, a skill of this place, or both; and by when."""

    text: str = ""
    skill: SkillId | None = None
    until: datetime | None = None


def set_goal(session: Session, visit: Visit, wanted: NewGoal, now: datetime) -> None:
    """Keep a goal. Raises `Refused` when it says nothing, when there are enough, or when its date is over."""
    course_id, placement_id = _where(visit)
    row = courses.placement(session, placement_id)
    content = contents.get(session, row.content_id) if row.content_id else None
    scope = content.part(row.part).skills if content else ()
    problems = {}
    if wanted.skill is not None and wanted.skill not in scope:
        problems["goal_skill"] = "Choose one of the skills listed."
    if not wanted.text.strip() and wanted.skill is None:
        problems["goal"] = "Say in a few words what you want to reach, or choose a skill."
    if wanted.until is not None and not now - timedelta(days=1) <= wanted.until <= now + FARTHEST:
        problems["until"] = "Choose a day that is still to come."
    known = goals.of_learner(session, course_id, visit.person_id)
    if sum(one.closed_at is None for one in known) >= MOST_OPEN:
        problems["goal"] = f"You have {MOST_OPEN} goals already. Finish one of them, or let it go."
    if problems:
        raise Refused("This goal cannot be kept yet.", problems=problems)
    skill = (content.key, wanted.skill) if content and wanted.skill else None
    text = wanted.text.strip()[:LONGEST_GOAL]
    goals.add(session, (course_id, visit.person_id), text, skill, wanted.until, now)


def hope(session: Session, visit: Visit, text: str, now: datetime) -> None:
    """What a learner says at the welcome: kept as a goal, unless it says what an open one says already."""
    course_id, _ = _where(visit)
    said = text.strip()[:LONGEST_GOAL]
    still_open = [one for one in goals.of_learner(session, course_id, visit.person_id) if one.closed_at is None]
    if said and len(still_open) < MOST_OPEN and said not in {one.text for one in still_open}:
        goals.add(session, (course_id, visit.person_id), said, None, None, now)


def close_goal(
    session: Session, visit: Visit, goal_id: int, *, reached: bool, reflection: str, now: datetime
) -> None:
    """Close a goal, reached or let go, with what the learner wrote looking back (may be empty)."""
    course_id, _ = _where(visit)
    row = goals.find(session, course_id, visit.person_id, goal_id)
    if row is None:
        raise NotFound("This goal is not there.", tell="Load the page again.")
    if row.closed_at is None:
        row.closed_at, row.reached = now, reached
        row.reflection = reflection.strip()[:LONGEST_LOOK_BACK]


def _where(visit: Visit) -> tuple[int, int]:
    if visit.course_id is None or visit.placement_id is None:
        raise NotAllowed("This page is for working on an activity, and this visit has none.")
    return visit.course_id, visit.placement_id
