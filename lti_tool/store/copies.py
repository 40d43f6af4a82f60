"""Courses and placements that were made from others: finding the original."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from .database import Session
from .tables import CourseRow, PlacementRow

_MOST_TERMS = 50
"""As far back as anybody looks."""


def nearest_course(session: Session, course: CourseRow, history: Sequence[str]) -> int | None:
    """The first course of `history` (context ids) that this deployment has."""
    known = _known_courses(session, course, history)
    return next((known[one] for one in history if one in known), None)


def _known_courses(session: Session, course: CourseRow, history: Sequence[str]) -> dict[str, int]:
    """Those of `history` that this deployment has, by their context ids."""
    if not history:
        return {}
    rows = session.execute(
        select(CourseRow.context_id, CourseRow.id).where(
            CourseRow.deployment_id == course.deployment_id,
            CourseRow.context_id.in_(history),
            CourseRow.id != course.id,
        )
    )
    return {row[0]: row[1] for row in rows}


def earlier_courses(session: Session, course: CourseRow, history: Sequence[str]) -> list[int]:
    """The courses this one goes back to, nearest first: by what we noted, then by its `history`."""
    found: list[int] = []
    earlier = course.copied_from_id
    while earlier is not None and earlier not in {course.id, *found} and len(found) < _MOST_TERMS:
        found.append(earlier)
        earlier = session.get_one(CourseRow, earlier).copied_from_id
    known = _known_courses(session, course, history)
    return [*found, *(known[one] for one in history if one in known and known[one] not in found)]


def nearest_placement(session: Session, deployment_id: int, history: Sequence[str]) -> PlacementRow | None:
    """The first placement of `history` (resource link ids) that this deployment has, set up or not."""
    if not history:
        return None
    rows = session.scalars(
        select(PlacementRow)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .where(CourseRow.deployment_id == deployment_id, PlacementRow.resource_link_id.in_(history))
    )
    known = {row.resource_link_id: row for row in rows}
    return next((known[one] for one in history if one in known), None)


def in_course(session: Session, course_id: int, *, line: str = "", title: str = "") -> PlacementRow | None:
    """The placement of a course that is of a `line` of copies, or the only one that is set up under a `title`.

    What was chosen and never opened may never have been added: it counts only where there is no other.
    """
    query = select(PlacementRow).where(PlacementRow.course_id == course_id, PlacementRow.content_id.is_not(None))
    if line:
        query = query.where(or_(PlacementRow.key == line, PlacementRow.origin_key == line))
        return session.scalars(query.order_by(PlacementRow.id.desc()).limit(1)).first()
    found = session.scalars(query.where(PlacementRow.title == title)).all() if title else []
    opened = [row for row in found if row.resource_link_id is not None] or found
    return opened[0] if len(opened) == 1 else None


def one_at_a_time(session: Session, course: CourseRow) -> None:
    """Hold the course until the transaction ends, so that two who come at once do not copy into it twice."""
    session.execute(select(CourseRow.id).where(CourseRow.id == course.id).with_for_update())


def copy_here(session: Session, course_id: int, line: str) -> PlacementRow | None:
    """The first copy of a `line` in a course, set up or not."""
    query = select(PlacementRow).where(PlacementRow.course_id == course_id, PlacementRow.origin_key == line)
    return session.scalars(query.order_by(PlacementRow.id).limit(1)).first()


def knows(session: Session, deployment_id: int, contexts: Sequence[str]) -> bool:
    """True when one of these contexts is a course here."""
    query = select(CourseRow.id).where(CourseRow.deployment_id == deployment_id, CourseRow.context_id.in_(contexts))
    return session.scalars(query.limit(1)).first() is not None
