"""Who could work together now, and on what: a round of groups with reasons, for one class."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ...learning.grouping import LATELY, Purpose, Wanted, groups_for
from ...learning.ids import LearnerId
from ...learning.phrases import Phrase
from ...learning.standing import NOTHING
from .. import arrangements, contents, courses, people, standings
from ..database import Session
from ..launches import Visit
from .class_lines import display_name
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
    """One group and what it works on."""

    purpose: Purpose
    skill_title: str
    reason: Phrase
    members: tuple[MemberView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsPage:
    """The page. `students` are all who belong to the class, each with whether they are away today."""

    placement: PlacementView
    groups: tuple[GroupView, ...]
    alone: tuple[MemberView, ...]
    students: tuple[tuple[int, str, bool], ...]
    wanted: Wanted


def load(
    session: Session, visit: Visit, now: datetime, wanted: Wanted, away: Collection[int] = ()
) -> GroupsPage | None:
    """Read the class and group it; None while the placement is not configured."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    if row.content_id is None or not row.rule_version:
        return None
    content = contents.get(session, row.content_id)
    names = {one.id: display_name(one) for one in people.students(session, row.course_id) if one.active}
    there = standings.to_group(session, row.id, now, now - LATELY)
    known = {LearnerId(one): there.get(one, NOTHING) for one in names if one not in away}
    paused = arrangements.wishes(row.wishes).blocked_skills
    skills = [skill for skill in content.part(row.part).skills if skill not in paused]
    excused = {LearnerId(one): spared for one, spared in arrangements.excused(session, row.id).items()}
    made = groups_for(content.graph, skills, known, now, wanted, excused)
    return GroupsPage(
        placement=placement_view(session, row, content),
        groups=tuple(
            GroupView(
                purpose=group.purpose,
                skill_title=content.graph[group.skill].title,
                reason=group.reason,
                members=tuple(
                    MemberView(person_id=one.learner, name=names[one.learner], why=one.why, guides=one.guides)
                    for one in group.members
                ),
            )
            for group in made.groups
        ),
        alone=tuple(MemberView(person_id=one.learner, name=names[one.learner], why=one.why) for one in made.alone),
        students=tuple(sorted(((one, name, one in away) for one, name in names.items()), key=_by_name)),
        wanted=wanted,
    )


def _by_name(student: tuple[int, str, bool]) -> tuple[str, int]:
    return student[1].casefold(), student[0]
