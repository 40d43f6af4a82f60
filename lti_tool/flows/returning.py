"""An activity that was deleted comes back out of the LMS's bin: it goes on where it was.

An LMS that keeps what was deleted brings it back as something new: another link and another column, with the grades
of before. At its launch that looks like a copy made beside the original (`placing`), where everybody begins anew and
the grades in the column seem to be typed in by a teacher. Whether the original is gone, only the LMS can say, and a
launch does not wait for it: so a worker asks, once, right after the first launch into such a copy.

Where the original has no column nobody can tell; the copy then stays a copy.
"""

from __future__ import annotations

from datetime import datetime

from ..lti import grades as gradebook
from ..lti.connection import Connection
from ..lti.errors import Meaning, PlatformError
from ..store import audit, courses, people, returns
from ..store.database import Session
from ..store.tables import PlacementRow
from ..telemetry import log
from .border import Border
from .service_access import connect


def may_be_one(session: Session, row: PlacementRow | None, now: datetime) -> bool:
    """True when a launch of this moment has made a copy in the course that holds the original, too."""
    if row is None or row.copied_from_id is None or row.created_at != now:
        return False
    original = session.get(PlacementRow, row.copied_from_id)
    return original is not None and original.course_id == row.course_id


def _is_gone(connection: Connection, line_item_url: str, scopes: tuple[str, ...]) -> bool:
    """Whether the LMS knows the column no more; False where it does not let us look."""
    try:
        gradebook.read_column(connection, line_item_url, scopes)
    except PlatformError as error:
        if error.meaning is Meaning.NOT_FOUND:
            return True
        if not error.permanent:
            raise
    return False


def take_back(border: Border, placement_id: int, now: datetime) -> bool:
    """If the original of this copy is gone from the LMS, it goes on under the copy's link. True when it does.

    Raises `PlatformError` when the LMS cannot be asked now; asking again later is safe.
    """
    with border.db.reading() as session:
        copy = session.get(PlacementRow, placement_id)
        if copy is None or copy.copied_from_id is None or returns.was_changed(session, copy):
            return False
        original_id = copy.copied_from_id
        registration_id = people.registration_of_placement(session, placement_id)
        column = courses.column(session, original_id)
        scopes = tuple(courses.course(session, copy.course_id).ags_scopes)
    if registration_id is None or column is None or not column.line_item_url:
        return False
    if not _is_gone(connect(border, registration_id, now), column.line_item_url, scopes):
        return False
    with border.db.writing() as session:
        copy, original = courses.placement(session, placement_id), courses.placement(session, original_id)
        course_id = original.course_id
        returns.merge(session, original, copy, now)
        audit.record(
            session, "placement.returned", now, course_id=course_id, placement=original_id, copy=placement_id
        )
        session.info["poke"] = True
    log.info("placement.returned", placement=original_id, copy=placement_id)
    return True
