"""A placement goes on under the link of its copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from . import courses, grades
from .database import Session
from .tables import ActivityVisitRow, AnswerRow, DeskRow, LaunchRow, PlacementRow, RuleVersionRow

_MOVED = (LaunchRow, AnswerRow, ActivityVisitRow)
"""What people did in the copy meanwhile, and their open visits."""


def was_changed(session: Session, copy: PlacementRow) -> bool:
    """True when a teacher has given the copy another rule than it came with: then it has a life of its own."""
    versions = select(RuleVersionRow.id).where(RuleVersionRow.placement_id == copy.id).limit(2)
    return len(session.scalars(versions).all()) > 1


def merge(session: Session, original: PlacementRow, copy: PlacementRow, now: datetime) -> None:
    """The original takes over the copy's link and column, and whoever stands in the copy; the copy is no more.

    Its verdicts and promised grades go with it: what was shown there is evidence in the whole course, by which the
    original has been judged, too.
    """
    lost, found = courses.column(session, original.id), courses.column(session, copy.id)
    link, title, url = copy.resource_link_id, copy.title, found.line_item_url if found else ""
    _move_people(session, original.id, copy.id)
    session.execute(
        update(PlacementRow).where(PlacementRow.copied_from_id == copy.id).values(copied_from_id=original.id)
    )
    session.execute(delete(PlacementRow).where(PlacementRow.id == copy.id))
    original.resource_link_id, original.title = link, title
    if lost is not None:
        grades.lose_column(session, lost)
        # Most grades stand in the new one already; to send them again changes nothing then.
        grades.leave_column(session, lost, now)
        lost.line_item_url = url


def _move_people(session: Session, original_id: int, copy_id: int) -> None:
    for table in _MOVED:
        session.execute(
            update(table).where(table.placement_id == copy_id).values(placement_id=original_id),
            execution_options={"synchronize_session": False},
        )
    known = select(DeskRow.person_id).where(DeskRow.placement_id == original_id).scalar_subquery()
    session.execute(
        update(DeskRow)
        .where(DeskRow.placement_id == copy_id, DeskRow.person_id.not_in(known))
        .values(placement_id=original_id),
        execution_options={"synchronize_session": False},
    )
