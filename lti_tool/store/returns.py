"""A placement goes on under the link of its copy, or a whole course as the course that looked like its copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, or_, select, update

from . import courses, grades
from .database import Session
from .tables import (
    AccommodationRow,
    ActivityVisitRow,
    AnswerRow,
    AuditRow,
    CourseRow,
    DeskRow,
    EnrolmentRow,
    EvidenceRow,
    GoalRow,
    GradePromiseRow,
    GradeSourceRow,
    LaunchRow,
    PersonRow,
    PlacementRow,
    RuleVersionRow,
    TeacherWordRow,
)

_MOVED = (LaunchRow, AnswerRow, ActivityVisitRow)
"""What people did in the copy meanwhile, and their open visits."""


_OF_COURSE = (PlacementRow, LaunchRow, EvidenceRow, GoalRow, AuditRow)
"""What a copied course may hold when it turns out to be the one of before."""
_BY_TEACHER = (TeacherWordRow, GradeSourceRow, AccommodationRow)
"""What a teacher wrote down in a course."""
_FOLLOWED = (
    "context_id",
    "title",
    "label",
    "memberships_url",
    "line_items_url",
    "ags_scopes",
    "groups_url",
    "groups",
)
"""What the launch into the copy said of the course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A copy and its original, with what to ask the LMS about both. Scores are parts of 1."""

    original_id: int
    whole_course: bool
    """They are in two courses."""
    lost_url: str
    """The original's column."""
    lost_columns_url: str
    """The list of columns of the original's course."""
    found_url: str
    """The copy's column."""
    maximum: float
    sent: dict[str, float]
    """What the original's column holds of ours, by what the LMS calls people."""
    scopes: tuple[str, ...]


def pair(session: Session, copy_id: int) -> Pair | None:
    """A copy that may be its original, come back. None where that cannot be, or can never be known."""
    copy = session.get(PlacementRow, copy_id)
    if copy is None or copy.copied_from_id is None or was_changed(session, copy):
        return None
    original = courses.placement(session, copy.copied_from_id)
    lost, found = courses.column(session, original.id), courses.column(session, copy.id)
    if lost is None or not lost.line_item_url:
        return None
    whole_course = original.course_id != copy.course_id
    if whole_course and _has_a_life(session, copy.course_id, copy.created_at):
        return None
    before, here = courses.course(session, original.course_id), courses.course(session, copy.course_id)
    return Pair(
        original_id=original.id,
        whole_course=whole_course,
        lost_url=lost.line_item_url,
        lost_columns_url=before.line_items_url,
        found_url=found.line_item_url if found else "",
        maximum=lost.maximum,
        sent=_sent(session, lost.id),
        scopes=tuple(here.ags_scopes),
    )


def _sent(session: Session, column_id: int) -> dict[str, float]:
    rows = session.execute(
        select(PersonRow.subject, GradePromiseRow.sent_value)
        .join(PersonRow, PersonRow.id == GradePromiseRow.person_id)
        .where(GradePromiseRow.column_id == column_id, GradePromiseRow.sent_value.is_not(None))
    )
    return {row.subject: row.sent_value for row in rows}


def _has_a_life(session: Session, course_id: int, since: datetime) -> bool:
    """True when people worked in a course before, or a teacher wrote something down in it."""
    worked = exists().where(EvidenceRow.course_id == course_id, EvidenceRow.at < since)
    return bool(
        session.scalar(select(or_(worked, *(exists().where(one.course_id == course_id) for one in _BY_TEACHER))))
    )


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


def merge_course(session: Session, course_id: int, copy_id: int, now: datetime) -> None:
    """The course `course_id` is known to the LMS as its copy was, which is no more; what was done there goes with it.

    Activities that were opened there go on under their links. The others follow when somebody opens them, and the
    class when its roster is read at the new address.
    """
    fresh = courses.course(session, copy_id)
    facts = {name: getattr(fresh, name) for name in _FOLLOWED}
    for table in _OF_COURSE:
        _move(session, table, "course_id", copy_id, course_id)
    _move_newcomers(session, EnrolmentRow, "course_id", copy_id, course_id)
    session.execute(
        update(CourseRow)
        .where(CourseRow.copied_from_id == copy_id, CourseRow.id != course_id)
        .values(copied_from_id=course_id)
    )
    session.execute(delete(CourseRow).where(CourseRow.id == copy_id))
    session.expire_all()
    kept = courses.course(session, course_id)
    for name, value in facts.items():
        setattr(kept, name, value)
    kept.roster_read_at = kept.roster_whole_at = kept.results_read_at = None
    kept.roster_problem, kept.roster_changes_url, kept.roster_failures = "", "", 0
    session.flush()
    for copy, original in _copies_within(session, course_id):
        merge(session, original, copy, now)


def _move(session: Session, table: Any, column: str, here: int, there: int, *conditions: Any) -> None:
    session.execute(
        update(table).where(getattr(table, column) == here, *conditions).values({column: there}),
        execution_options={"synchronize_session": False},
    )


def _move_newcomers(session: Session, table: Any, column: str, here: int, there: int) -> None:
    """The rows of people who have none there."""
    known = select(table.person_id).where(getattr(table, column) == there).scalar_subquery()
    _move(session, table, column, here, there, table.person_id.not_in(known))


def _copies_within(session: Session, course_id: int) -> list[tuple[PlacementRow, PlacementRow]]:
    """Copies of activities of the same course that a teacher was asked about: they came with a copy of the course."""
    rows = session.scalars(
        select(PlacementRow).where(PlacementRow.course_id == course_id, PlacementRow.copy_answer == "asked")
    ).all()
    found = []
    for row in rows:
        original = session.get(PlacementRow, row.copied_from_id) if row.copied_from_id else None
        if original is not None and original.course_id == course_id and not was_changed(session, row):
            found.append((row, original))
    return found


def _move_people(session: Session, original_id: int, copy_id: int) -> None:
    for table in _MOVED:
        _move(session, table, "placement_id", copy_id, original_id)
    _move_newcomers(session, DeskRow, "placement_id", copy_id, original_id)
