"""What a parent or mentor sees: their own children here, nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .. import contents, courses, evidence, grades, learners, people
from ..database import Session
from ..launches import Visit
from .class_lines import display_name
from .reading import grade_view, placement_view, skill_views
from .views import GradeView, PlacementView, SkillView


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildView:
    """One child's skills and grade."""

    name: str
    skills: tuple[SkillView, ...]
    mastered: int
    grade: GradeView


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverPage:
    """The LMS says whom this visitor mentors (`role_scope_mentor`); without it, nobody is shown."""

    placement: PlacementView
    children: tuple[ChildView, ...]


def load(session: Session, visit: Visit, now: datetime) -> ObserverPage:
    """Read the page."""
    assert visit.placement_id is not None
    assert visit.course_id is not None
    row = courses.placement(session, visit.placement_id)
    mentored = [str(subject) for subject in visit.details.get("mentored") or ()]
    known = people.by_subjects(session, visit.deployment_id, mentored)
    children = [
        _child(session, visit.placement_id, person.id, display_name(person), now)
        for person in known.values()
        if people.student(session, visit.course_id, person.id)
    ]
    return ObserverPage(
        placement=placement_view(session, row, contents.get(session, row.content_id) if row.content_id else None),
        children=tuple(child for child in children if child),
    )


def _child(session: Session, placement_id: int, person_id: int, name: str, now: datetime) -> ChildView | None:
    state = learners.load(session, placement_id, person_id)
    if state is None:
        return None
    column = courses.column(session, placement_id)
    promise = grades.find(session, column.id, person_id) if column else None
    counts = evidence.counts(session, state.placement.course_id, person_id, state.content.key)
    skills = skill_views(state, counts, now)
    return ChildView(
        name=name,
        skills=skills,
        mastered=sum(skill.level.value == "mastered" for skill in skills),
        grade=grade_view(state.placement, column, promise),
    )
