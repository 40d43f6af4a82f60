"""What a teacher arranges: the plan of the class, and the arrangements for one learner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ...learning.activities import CourseContent, Modality
from ...learning.ids import ActivityId, SkillId
from ...learning.playlist import Wishes
from ...learning.profile import Accommodations, LearnerPlan
from ...learning.rules import PRESETS, Preset
from .. import arrangements, contents, courses, people
from ..database import Session
from ..launches import Visit
from ..readiness import readiness_of
from ..tables import PlacementRow
from .class_lines import display_name, name_order
from .pin_views import Named, PinView, for_class, for_learner
from .reading import placement_view
from .rule_editor import preset_of
from .views import PlacementView


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChoice:
    """An activity that can be put first or left out."""

    id: ActivityId
    title: str
    modality: Modality
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillChoice:
    """A skill with its activities, each activity under the first of its skills that is asked here."""

    id: SkillId
    title: str
    activities: tuple[ActivityChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """The plan of the class, and how far each of its pins gets."""

    placement: PlacementView
    skills: tuple[SkillChoice, ...]
    wishes: Wishes
    pins: tuple[PinView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerArrangements:
    """What is arranged for one learner. `preset` is the key of the modified goal's rule, empty for the class's."""

    placement: PlacementView
    person_id: int
    name: str
    skills: tuple[SkillChoice, ...]
    modalities: tuple[Modality, ...]
    accommodations: Accommodations
    plan: LearnerPlan
    presets: tuple[Preset, ...]
    preset: str
    pins: tuple[PinView, ...]


def class_plan(session: Session, visit: Visit, now: datetime) -> ClassPlan | None:
    """Read the class's plan; None while the placement is not configured."""
    found = _place(session, visit)
    if found is None:
        return None
    row, content = found
    wishes = arrangements.wishes(row.wishes)
    ready = _class_at(session, row, content, now) if wishes.pins else ()
    return ClassPlan(
        placement=placement_view(session, row, content),
        skills=_choices(row, content),
        wishes=wishes,
        pins=for_class(content, wishes.pins, ready, wishes.blocked_skills),
    )


def _class_at(session: Session, row: PlacementRow, content: CourseContent, now: datetime) -> Iterator[Named]:
    """Where every student of the class stands, in the order of names."""
    names = {one.id: display_name(one) for one in people.students(session, row.course_id) if one.active}
    ordered = sorted(names, key=lambda person_id: (name_order(names[person_id]), person_id))
    for person_id, ready in readiness_of(session, row, content, ordered, now):
        yield names[person_id], ready


def learner_arrangements(
    session: Session, visit: Visit, person_id: int, now: datetime
) -> LearnerArrangements | None:
    """Read what is arranged for one learner; None for somebody who is no student here."""
    assert visit.course_id is not None
    place = people.place_of_student(session, visit.course_id, person_id)
    found = _place(session, visit) if place else None
    if place is None or found is None:
        return None
    row, content = found
    profile, plan = arrangements.of_learner(session, row, person_id)
    used = {one.modality for one in content.activities.values()} - {Modality.PRACTICE, Modality.BREAK}
    return LearnerArrangements(
        placement=placement_view(session, row, content),
        person_id=person_id,
        name=display_name(place[1]),
        skills=_choices(row, content),
        modalities=tuple(one for one in Modality if one in used),
        accommodations=profile.accommodations,
        plan=plan,
        presets=tuple(PRESETS.values()),
        preset=preset_of(plan.rule) if plan.rule else "",
        pins=tuple(
            view
            for _, ready in readiness_of(session, row, content, [person_id] if plan.pins else [], now)
            for view in for_learner(content, plan.pins, ready)
        ),
    )


def _place(session: Session, visit: Visit) -> tuple[PlacementRow, CourseContent] | None:
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        return None
    return row, contents.get(session, row.content_id)


def _choices(row: PlacementRow, content: CourseContent) -> tuple[SkillChoice, ...]:
    seen: set[ActivityId] = set()
    found = []
    for skill in content.part(row.part).skills:
        fresh = [one for one in content.activities_by_skill[skill] if one.id not in seen]
        seen |= {one.id for one in fresh}
        choices = tuple(
            ActivityChoice(id=one.id, title=one.title, modality=one.modality, minutes=one.minutes) for one in fresh
        )
        found.append(SkillChoice(id=skill, title=content.graph[skill].title, activities=choices))
    return tuple(found)
