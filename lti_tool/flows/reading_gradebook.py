"""What the gradebook holds beside what we sent: a teacher's own grade is recognised and left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..lti import grades as gradebook
from ..lti.connection import SOMEBODY_WAITS_SECONDS
from ..lti.errors import Meaning, PlatformError
from ..store import courses, grades, people
from ..store.tables import EnrolmentRow, GradePromiseRow
from .border import Border
from .columns import known_values, note_found, note_if_gone, same_points, take_points
from .errors import FlowError
from .passing_back import STAYS, held_score
from .service_access import connect


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookRead:
    """How many results were seen, how many of them are the teacher's own, and what went wrong (a sentence).

    `missing` counts those of ours that were there and are not any more: they are sent again.
    """

    seen: int = 0
    overridden: int = 0
    missing: int = 0
    problem: str = ""
    gone: bool = False
    """The whole column is."""


def read_results(border: Border, placement_id: int, now: datetime) -> GradebookRead:
    """Read the column's results and compare them with what we sent."""
    with border.db.reading() as session:
        column = courses.column(session, placement_id)
        registration_id = people.registration_of_placement(session, placement_id)
        course = courses.course(session, courses.placement(session, placement_id).course_id)
        scopes = tuple(course.ags_scopes)
    if column is None or not column.line_item_url or registration_id is None:
        return GradebookRead(problem="There is no gradebook column for this activity yet.")
    try:
        connection = connect(border, registration_id, now, patience_seconds=SOMEBODY_WAITS_SECONDS)
    except (PlatformError, FlowError) as error:
        return GradebookRead(problem=str(error))
    try:
        points = take_points(border, connection, placement_id)
        url = column.line_item_url
        now_worth = gradebook.points_now(connection, url, scopes)
        found = {one.subject: one for one in gradebook.results(connection, url, points=now_worth)}
    except PlatformError as error:
        gone = error.meaning is Meaning.NOT_FOUND and note_if_gone(border, connection, placement_id, now)
        return GradebookRead(problem=str(error), gone=gone)
    if column.problem:
        note_found(border, placement_id, now)
    with border.db.writing() as session:
        placement = courses.placement(session, placement_id)
        rows = grades.with_places(session, column.id, placement.course_id)
        reshapes = connection.platform.reshapes_scores
        now_is = []
        for row, subject, place in rows:
            held = held_score(found.get(subject), row.sent_value, connection)
            if not _has_left(row, held, place, now):
                now_is.append(_compare(row, held, points, now, reshapes=reshapes))
        courses.course(session, placement.course_id).results_read_at = now
        if any(row.state == "waiting" for row, _, _ in rows):
            session.info["poke"] = True
    return GradebookRead(seen=len(found), overridden=now_is.count("kept"), missing=now_is.count("missing"))


def _has_left(row: GradePromiseRow, held: float | None, place: EnrolmentRow | None, now: datetime) -> bool:
    """Whoever left the course takes their row of the gradebook along: nothing is missing, and nothing could be sent."""
    if held is not None or place is None or (place.active and place.role == "student"):
        return False
    row.seen_value, row.seen_at = None, now
    return True


def _compare(
    row: GradePromiseRow, held: float | None, maximum: float, now: datetime, *, reshapes: bool
) -> Literal["kept", "missing", ""]:
    """Note what is there: the teacher's own grade, none where ours was, or what was expected.

    Where a column `reshapes` grades, ours may lie behind the teacher's without anybody having seen what became of it.
    She asked for ours and was told to undo her own: when that one is not there any more, what shows is ours.
    """
    if reshapes and row.state == "kept" and row.problem == STAYS and held is not None and row.became_value is None:
        hers = row.seen_value
        if hers is not None and not same_points(held, hers, maximum):
            row.became_value = held
    ours = known_values(row)
    row.seen_value, row.seen_at = held, now
    if row.state == "sending":
        return ""
    if held is not None and not any(same_points(held, one, maximum) for one in ours):
        row.state, row.overridden_at = "kept", row.overridden_at or now
        return "kept"
    if row.state == "kept":
        # The teacher took their own grade back: ours is due again.
        row.overridden_at = None
        row.revision += 1
        grades.make_due(row, now)
    elif row.state == "sent" and row.seen_value is None:
        # Somebody cleared the cell, or reset the course; the promise still stands.
        row.revision += 1
        grades.make_due(row, now)
        return "missing"
    return ""
