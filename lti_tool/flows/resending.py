"""Grades that go out once more: by night those that were given up, by day what a teacher asks for.

A teacher may also let our grade stand where they had set their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ..store import audit, courses, grades, outbox
from ..store.database import Database, Session
from ..store.launches import Visit
from .errors import NotAllowed
from .passing_back import MOST_TRIES

NIGHTS = 14
"""So many nights a grade that was given up is tried once more: columns are unlocked, students enrolled, LMSs mended."""


def take_up_failed(db: Database, now: datetime) -> int:
    """One more try for each grade that was given up. Returns how many; who says no again has failed again at once."""
    with db.writing() as session:
        count = outbox.take_up_failed(
            session, now, promised_since=now - timedelta(days=NIGHTS), attempts=MOST_TRIES - 1
        )
        if count:
            session.info["poke"] = True
    return count


def resend(session: Session, visit: Visit, promise_ids: Iterable[int] | None, now: datetime) -> int:
    """Put promises of this placement back in the queue: the named ones, or all that failed. Returns how many.

    A grade the teacher had set in the gradebook is sent over only when named: then the value seen there counts as
    known, and ours replaces it.
    """
    if visit.role != "teacher" or visit.placement_id is None:
        raise NotAllowed("Only a teacher of this course can send grades.", who="teacher")
    column = courses.column(session, visit.placement_id)
    wanted = set(promise_ids) if promise_ids is not None else None
    chosen = [
        row
        for row in (grades.of_column(session, column.id) if column else ())
        if (row.id in wanted if wanted is not None else row.state == "failed")
    ]
    for row in chosen:
        if row.state == "kept":
            # Also what we sent before stays known: it shows again when the teacher took their grade back.
            row.tried_values, row.overridden_at = [*row.tried_values, row.seen_value], None
        row.revision += 1
        grades.make_due(row, now)
    if chosen and column is not None:
        if column.problem and column.line_item_url:
            grades.leave_column(session, column, now)
        column.problem = ""  # who asks again has looked
        session.info["poke"] = True
        audit.record(
            session,
            "grades.resent",
            now,
            organisation_id=visit.organisation_id,
            course_id=visit.course_id,
            actor_id=visit.person_id,
            promises=[row.id for row in chosen],
        )
    return len(chosen)
