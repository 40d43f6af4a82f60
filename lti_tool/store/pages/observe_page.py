"""Writing down what was seen: the class and the skills of this place, to fill in for one or for many."""

from __future__ import annotations

from dataclasses import dataclass

from .. import contents, courses, people
from ..database import Session
from ..launches import Visit
from .class_lines import display_name, name_order, plain_letters
from .reading import placement_view
from .views import PlacementView


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservePage:
    """The page. `students` are those with `find` in their names, of `total` in the class."""

    placement: PlacementView
    skills: tuple[tuple[str, str], ...]
    students: tuple[tuple[int, str], ...]
    find: str
    total: int


def load(session: Session, visit: Visit, find: str = "") -> ObservePage | None:
    """Read the page; None while the placement is not configured."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        return None
    content = contents.get(session, row.content_id)
    students = [(one.id, display_name(one)) for one in people.students(session, row.course_id) if one.active]
    wanted = plain_letters(find.strip())
    return ObservePage(
        placement=placement_view(session, row, content),
        skills=tuple((skill, content.graph[skill].title) for skill in content.part(row.part).skills),
        students=tuple(
            sorted(
                (one for one in students if wanted in plain_letters(one[1])),
                key=lambda one: (name_order(one[1]), one[0]),
            )
        ),
        find=find.strip(),
        total=len(students),
    )
