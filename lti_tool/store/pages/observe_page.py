"""Writing down what was seen: the class and the skills of this place, to fill in for one or for many."""

from __future__ import annotations

from dataclasses import dataclass

from .. import contents, courses, people
from ..database import Session
from ..launches import Visit
from .class_overview import display_name
from .reading import placement_view
from .views import PlacementView


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservePage:
    """The page."""

    placement: PlacementView
    skills: tuple[tuple[str, str], ...]
    students: tuple[tuple[int, str], ...]


def load(session: Session, visit: Visit) -> ObservePage | None:
    """Read the page; None while the placement is not configured."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        return None
    content = contents.get(session, row.content_id)
    students = [
        (person.id, display_name(person))
        for place, person in people.roster(session, row.course_id)
        if place.role == "student" and place.active and not person.is_test_user
    ]
    return ObservePage(
        placement=placement_view(session, row, content),
        skills=tuple((skill, content.graph[skill].title) for skill in content.part(row.part).skills),
        students=tuple(sorted(students, key=lambda one: (one[1].casefold(), one[0]))),
    )
