"""Whom a teacher speaks about: a student of this course and a skill of this place, or nobody."""

from __future__ import annotations

from dataclasses import dataclass

from ..learning.activities import CourseContent
from ..learning.ids import SkillId
from ..store import contents, courses, people
from ..store.database import Session
from ..store.launches import Visit
from ..store.tables import PlacementRow
from ..store.teaching import About
from .errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A configured placement with its content."""

    row: PlacementRow
    content: CourseContent

    @property
    def skills(self) -> tuple[SkillId, ...]:
        """What this place is for."""
        return self.content.part(self.row.part).skills


def staff_place(session: Session, visit: Visit, *, teachers_only: bool = True) -> Place:
    """The placement a teacher (or assistant) stands at. Raises `NotAllowed`."""
    roles = {"teacher"} if teachers_only else {"teacher", "assistant"}
    if visit.role not in roles or visit.placement_id is None or visit.course_id is None:
        raise NotAllowed("Only a teacher of this course can do that.", who="teacher")
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        raise NotAllowed("A teacher has to choose first what this activity is for.", who="teacher")
    return Place(row=row, content=contents.get(session, row.content_id))


def student_here(session: Session, visit: Visit, person_id: int) -> tuple[int, bool]:
    """The student's person id, and whether they get grades. Raises `NotFound` for anybody else."""
    found = people.place_of_student(session, visit.course_id, person_id) if visit.course_id else None
    if found is None:
        raise NotFound("This student is not in this course.", tell="Go back to the class and look there.")
    return person_id, not found[1].is_test_user


def about(place: Place, person_id: int, skill: SkillId) -> About:
    """The pair of learner and skill. Raises `NotFound` when the skill is not part of this place."""
    if skill not in place.skills:
        raise NotFound("This skill is not part of this activity.", tell="Go back to the student and choose there.")
    return About(course_id=place.row.course_id, person_id=person_id, content_key=place.content.key, skill=skill)
