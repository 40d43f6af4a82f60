"""Who could work together now, and on what: a round of groups with reasons, for one class."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...learning.grouping import LATELY, Purpose, Wanted, groups_for
from ...learning.ids import LearnerId
from ...learning.phrases import Phrase
from ...learning.standing import NOTHING, Standing
from .. import arrangements, contents, courses, openers, people, standings
from ..database import Session
from ..launches import Visit
from ..people import Student
from .class_lines import display_name, name_order
from .course_groups import CourseGroup, CourseGroups, course_groups
from .reading import placement_view
from .views import PlacementView


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One learner in a group, or alone, with the reason."""

    person_id: int
    name: str
    why: Phrase
    guides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """One group and what it works on. `within` is the group of the LMS it was made in, if everybody stays in theirs."""

    within: CourseGroup | None
    purpose: Purpose
    skill_title: str
    reason: Phrase
    members: tuple[MemberView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsPage:
    """The page. `students` are all who are asked about, each with whether they are away today.

    `apart`: nobody leaves their group of the LMS. `elsewhere`: how many are not asked about, because the LMS does not
    let them open this activity and nothing is known of them here.
    """

    placement: PlacementView
    groups: tuple[GroupView, ...]
    alone: tuple[MemberView, ...]
    students: tuple[tuple[int, str, bool], ...]
    wanted: Wanted
    groups_of_course: CourseGroups
    apart: bool
    elsewhere: int


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Who may be grouped: students of one `group` of the LMS (its id), each staying in theirs (`apart`), not `away`."""

    group: str = ""
    apart: bool = False
    away: Collection[int] = ()


EVERYBODY = From()


def load(
    session: Session, visit: Visit, now: datetime, wanted: Wanted, chosen: From = EVERYBODY
) -> GroupsPage | None:
    """Read the class and group it; None while the placement is not configured."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        return None
    content = contents.get(session, row.content_id)
    there = standings.to_group(session, row.id, now, now - LATELY)
    here = [one for one in people.students(session, row.course_id) if one.active]
    shut_out = openers.shut_out(session, row, now)
    students = [one for one in here if one.id not in shut_out or one.id in there]
    elsewhere = len(here) - len(students)
    course = courses.course(session, row.course_id)
    of_course = course_groups(course, students, chosen.group)
    students = [one for one in students if of_course.shows(one.groups)]
    names = {one.id: display_name(one) for one in students}
    known = {LearnerId(one): there.get(one, NOTHING) for one in names if one not in chosen.away}
    paused = arrangements.wishes(row.wishes).blocked_skills
    skills = [skill for skill in content.part(row.part).skills if skill not in paused]
    excused = {LearnerId(one): spared for one, spared in arrangements.excused(session, row.id).items()}
    apart = chosen.apart and bool(of_course.groups) and not of_course.chosen
    parts = _parts(of_course, students) if apart else [(None, set(names))]
    rounds = [
        (within, groups_for(content.graph, skills, _among(known, ids), now, wanted, excused))
        for within, ids in parts
    ]
    return GroupsPage(
        placement=placement_view(session, row, content),
        groups=tuple(
            GroupView(
                within=within,
                purpose=group.purpose,
                skill_title=content.graph[group.skill].title,
                reason=group.reason,
                members=tuple(
                    MemberView(person_id=one.learner, name=names[one.learner], why=one.why, guides=one.guides)
                    for one in group.members
                ),
            )
            for within, made in rounds
            for group in made.groups
        ),
        alone=tuple(
            MemberView(person_id=one.learner, name=names[one.learner], why=one.why)
            for _, made in rounds
            for one in sorted(made.alone, key=lambda one: (name_order(names[one.learner]), one.learner))
        ),
        students=tuple(sorted(((one, name, one in chosen.away) for one, name in names.items()), key=_by_name)),
        wanted=wanted,
        groups_of_course=of_course,
        apart=apart,
        elsewhere=elsewhere,
    )


def _parts(of_course: CourseGroups, students: Sequence[Student]) -> list[tuple[CourseGroup | None, set[int]]]:
    """The class by the LMS's groups. Who is in several is counted to the smallest, which says most of them; who is in
    none is among their like."""
    sizes = {one.id: one.count for one in of_course.groups}
    mine = {one.id: min(one.groups, key=lambda group: sizes[group], default="") for one in students}
    parts: list[tuple[CourseGroup | None, set[int]]] = [
        (one, {person for person, group in mine.items() if group == one.id}) for one in of_course.groups
    ]
    return [*parts, (None, {person for person, group in mine.items() if not group})]


def _among(known: Mapping[LearnerId, Standing], ids: Collection[int]) -> dict[LearnerId, Standing]:
    return {one: standing for one, standing in known.items() if one in ids}


def _by_name(student: tuple[int, str, bool]) -> tuple[tuple[str, str], int]:
    return name_order(student[1]), student[0]
