"""A placement goes on under the link of its copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from . import courses, grades
from .database import Session
from .tables import DeskRow, GradePromiseRow, LaunchRow, PlacementRow, RuleVersionRow


def was_changed(session: Session, copy: PlacementRow) -> bool:
    """True when a teacher has given the copy another rule than it came with: then it has a life of its own."""
    versions = select(RuleVersionRow.id).where(RuleVersionRow.placement_id == copy.id).limit(2)
    return len(session.scalars(versions).all()) > 1


def change_places(session: Session, original: PlacementRow, copy: PlacementRow, now: datetime) -> None:
    """Links and columns are exchanged, and whoever stands in the copy stands in the original from now on.

    Nothing is deleted but the grades that were promised to the new column as if it were another one: what was shown
    in the copy is evidence in the whole course, and the original has been judged by it too.
    """
    back, gone = copy.resource_link_id, original.resource_link_id
    copy.resource_link_id = None
    session.flush()  # a link is unique in its course
    original.resource_link_id = back
    session.flush()
    copy.resource_link_id, original.title = gone, copy.title
    _move_people(session, original.id, copy.id)
    _exchange_columns(session, original, copy, now)


def _move_people(session: Session, original_id: int, copy_id: int) -> None:
    """Open visits; and desks of those who had none before."""
    session.execute(
        update(LaunchRow).where(LaunchRow.placement_id == copy_id).values(placement_id=original_id),
        execution_options={"synchronize_session": False},
    )
    known = select(DeskRow.person_id).where(DeskRow.placement_id == original_id).scalar_subquery()
    session.execute(
        update(DeskRow)
        .where(DeskRow.placement_id == copy_id, DeskRow.person_id.not_in(known))
        .values(placement_id=original_id),
        execution_options={"synchronize_session": False},
    )


def _exchange_columns(session: Session, original: PlacementRow, copy: PlacementRow, now: datetime) -> None:
    """The lost column's grades go to the one that came back. Most stand in it already, and then nothing changes."""
    lost, found = courses.column(session, original.id), courses.column(session, copy.id)
    if lost is None:
        return
    url, gone, problem = found.line_item_url if found else "", lost.line_item_url, lost.problem
    grades.leave_column(session, lost, now)
    lost.line_item_url = url
    if found is not None:
        session.execute(delete(GradePromiseRow).where(GradePromiseRow.column_id == found.id))
        found.line_item_url, found.problem = gone, problem
