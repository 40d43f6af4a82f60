"""Every grade of a column: promised, sent, seen in the gradebook, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .. import contents, courses, grades, people
from ..database import Session
from ..launches import Visit
from ..people import Student
from .class_lines import display_name, name_order
from .reading import grade_view, placement_view
from .views import GradeView, PlacementView

PAGE_SIZE = 50


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
    """The grades page: one `page` of `rows`, and of all of them how many there are by state."""

    placement: PlacementView
    has_column: bool
    column_problem: str
    rows: tuple[GradeRow, ...]
    page: int
    pages: int
    read_at: datetime | None
    counts: Mapping[str, int]


def load(session: Session, visit: Visit, page: int = 1) -> GradebookState:
    """Read one page of the grades."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    course = courses.course(session, row.course_id)
    column = courses.column(session, row.id)
    graded = column is not None and row.points > 0
    states = grades.states(session, column.id) if column is not None and graded else {}
    students = [one for one in people.students(session, row.course_id) if one.active or one.id in states]
    pages = max(1, -(-len(students) // PAGE_SIZE))
    shown = min(max(1, page), pages)
    ordered = sorted(students, key=lambda one: _place(one, states))[(shown - 1) * PAGE_SIZE : shown * PAGE_SIZE]
    promises = grades.of_people(session, column.id, [one.id for one in ordered]) if column else {}
    return GradebookState(
        placement=placement_view(session, row, contents.get(session, row.content_id) if row.content_id else None),
        has_column=graded,
        column_problem=column.problem if column else "",
        rows=tuple(
            GradeRow(
                person_id=one.id,
                name=display_name(one),
                active=one.active,
                promise_id=promises[one.id].id if one.id in promises else None,
                grade=grade_view(row, column, promises.get(one.id)),
            )
            for one in ordered
        ),
        page=shown,
        pages=pages,
        read_at=course.results_read_at,
        counts=Counter(states.get(one.id, "none") for one in students),
    )


def _place(student: Student, states: Mapping[int, str]) -> tuple[bool, tuple[str, str], int]:
    """Grades that somebody must look at come first, then names in their order."""
    return states.get(student.id) != "failed", name_order(display_name(student)), student.id
