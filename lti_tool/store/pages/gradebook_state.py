"""Every grade of a column: promised, sent, seen in the gradebook, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .. import contents, courses, grades, people
from ..database import Session
from ..launches import Visit
from .class_lines import display_name
from .reading import grade_view, placement_view
from .views import GradeView, PlacementView


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """One learner's grade. `promise_id` is empty while there is nothing to send."""

    person_id: int
    name: str
    active: bool
    promise_id: int | None
    grade: GradeView


@dataclass(frozen=True, slots=True, kw_only=True)
class GradebookState:
    """The grades page. `counts` is by state."""

    placement: PlacementView
    has_column: bool
    column_problem: str
    rows: tuple[GradeRow, ...]
    read_at: datetime | None
    counts: Mapping[str, int]


def load(session: Session, visit: Visit) -> GradebookState:
    """Read the page."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    course = courses.course(session, row.course_id)
    column = courses.column(session, row.id)
    promises = {one.person_id: one for one in grades.of_column(session, column.id)} if column else {}
    rows = [
        GradeRow(
            person_id=person.id,
            name=display_name(person),
            active=enrolment.active,
            promise_id=promises[person.id].id if person.id in promises else None,
            grade=grade_view(row, column, promises.get(person.id)),
        )
        for enrolment, person in people.roster(session, row.course_id)
        if enrolment.role == "student" and (enrolment.active or person.id in promises) and not person.is_test_user
    ]
    rows.sort(key=lambda one: (one.name.casefold(), one.person_id))
    return GradebookState(
        placement=placement_view(session, row, contents.get(session, row.content_id) if row.content_id else None),
        has_column=column is not None and row.points > 0,
        column_problem=column.problem if column else "",
        rows=tuple(rows),
        read_at=course.results_read_at,
        counts=Counter(one.grade.state for one in rows),
    )
