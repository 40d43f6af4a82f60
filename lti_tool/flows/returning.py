"""An activity that was deleted, or its whole course, comes back out of the LMS's bin: it goes on where it was.

An LMS that keeps what was deleted brings it back as something new: another link and another column, with the grades
of before; a course with another context. At its launch that looks like a copy (`placing`), where everybody begins
anew and the grades in the column seem to be typed in by a teacher. Whether the original is gone, only the LMS can say,
and a launch does not wait for it: so a worker asks, once, right after the first launch into such a copy.

A course also looks gone when it was copied for a new term and then put away. What came back out of the bin has the
grades that we sent (`_brought_grades`); a new term has none.

Where the original has no column, or nobody has a grade in it, nobody can tell; the copy then stays a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..lti import grades as gradebook
from ..lti.connection import Connection
from ..lti.errors import Meaning, PlatformError
from ..store import audit, courses, people, returns
from ..store.database import Session
from ..store.tables import PlacementRow
from ..telemetry import log
from .border import Border
from .columns import same_points
from .service_access import connect


def may_be_one(session: Session, row: PlacementRow | None, now: datetime) -> bool:
    """True when a launch of this moment has made a copy of something that may have been deleted."""
    if row is None or row.copied_from_id is None or row.created_at != now:
        return False
    return session.get(PlacementRow, row.copied_from_id) is not None


def take_back(border: Border, placement_id: int, now: datetime) -> bool:
    """If the original of this copy is gone from the LMS, it goes on under the copy's link. True when it does.

    Where the copy is in another course, that is the whole course of the original. Raises `PlatformError` when the
    LMS cannot be asked now; asking again later is safe.
    """
    with border.db.reading() as session:
        found = returns.pair(session, placement_id)
        registration_id = people.registration_of_placement(session, placement_id) if found else None
    if found is None or registration_id is None:
        return False
    connection = connect(border, registration_id, now)
    if found.whole_course:
        if not (_brought_grades(connection, found) and _is_course_gone(connection, found)):
            return False
    elif not _is_gone(connection, found.lost_url, found.scopes):
        return False
    with border.db.writing() as session:
        copy, original = courses.placement(session, placement_id), courses.placement(session, found.original_id)
        course_id = original.course_id
        if found.whole_course:
            returns.merge_course(session, course_id, copy.course_id, now)
        else:
            returns.merge(session, original, copy, now)
        event = "course.returned" if found.whole_course else "placement.returned"
        audit.record(session, event, now, course_id=course_id, placement=found.original_id, copy=placement_id)
        session.info["poke"] = True
    log.info(event, placement=found.original_id, copy=placement_id)
    return True


def _is_gone(connection: Connection, line_item_url: str, scopes: tuple[str, ...]) -> bool:
    """Whether the LMS knows the column no more; False where it does not let us look."""
    return _is_unknown(lambda: gradebook.read_column(connection, line_item_url, scopes))


def _is_course_gone(connection: Connection, found: returns.Pair) -> bool:
    """Whether the LMS knows the course of the original no more; False where it does not let us look."""
    if not found.lost_columns_url:
        return False
    return _is_unknown(lambda: next(gradebook.columns(connection, found.lost_columns_url, found.scopes), None))


def _is_unknown(look: Callable[[], object]) -> bool:
    try:
        look()
    except PlatformError as error:
        if error.meaning is Meaning.NOT_FOUND:
            return True
        if not error.permanent:
            raise
    return False


def _brought_grades(connection: Connection, found: returns.Pair) -> bool:
    """Whether the column of the copy holds what we sent to the original's: most of it, since teachers change some.

    An empty cell is no zero here, whatever an LMS makes of zeros: most copies are empty.
    """
    if not found.sent or gradebook.RESULT_SCOPE not in found.scopes or not found.found_url:
        return False
    try:
        points = gradebook.points_now(connection, found.found_url, found.scopes)
        seen = {one.subject: one.score for one in gradebook.results(connection, found.found_url, points=points)}
    except PlatformError as error:
        if not error.permanent:
            raise
        return False
    here = {one: score for one, score in seen.items() if one in found.sent and score is not None}
    same = [one for one, score in here.items() if same_points(score, found.sent[one], found.maximum)]
    return bool(same) and 2 * len(same) >= len(here)
