"""Other gradebook columns that count as evidence here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...learning.activities import CourseContent
from ...learning.ids import SkillId
from .. import contents, courses, grade_sources, people
from ..database import Session
from ..launches import Visit
from .class_lines import display_name
from .reading import placement_view
from .views import PlacementView


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One column in use. `points` of `maximum` are enough to speak for the skill."""

    id: int
    label: str
    skill_title: str
    points: float
    maximum: float
    by: str
    read_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGrades:
    """The page. `offered` is False where the LMS shares no columns at all."""

    placement: PlacementView
    skills: tuple[tuple[SkillId, str], ...]
    sources: tuple[SourceView, ...]
    offered: bool


def load(session: Session, visit: Visit) -> OtherGrades | None:
    """Read the page; None while the placement is not configured."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        return None
    content = contents.get(session, row.content_id)
    rows = grade_sources.of_course(session, row.course_id, content.key)
    known = people.names(session, {one.chosen_by for one in rows if one.chosen_by})
    return OtherGrades(
        placement=placement_view(session, row, content),
        skills=tuple((skill, content.graph[skill].title) for skill in content.part(row.part).skills),
        sources=tuple(
            SourceView(
                id=one.id,
                label=one.label,
                skill_title=_title(content, SkillId(one.skill_key)),
                points=round(one.enough * one.maximum, 2),
                maximum=one.maximum,
                by=display_name(known[one.chosen_by]) if one.chosen_by in known else "",
                read_at=one.read_at,
                problem=one.problem,
            )
            for one in rows
        ),
        offered=bool(courses.course(session, row.course_id).line_items_url),
    )


def _title(content: CourseContent, skill: SkillId) -> str:
    """A newer version of the content may know the skill no longer."""
    return content.graph[skill].title if skill in content.graph else str(skill)
