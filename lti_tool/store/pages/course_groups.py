"""Groups a course has in the LMS, as its teacher knows them: with their names, or with who is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..tables import CourseRow, EnrolmentRow, PersonRow

NO_GROUP = "~"
"""What stands for students of whom the LMS has said no group (yet), where a group's id is asked for."""
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseGroup:
    """One group. `name` is empty where nobody has said it: then it goes by `number` and its first `members`.

    `is_ours`: the LMS does not say the name, so that teachers may.
    """

    id: str
    name: str
    number: int
    members: tuple[str, ...]
    count: int
    is_ours: bool

    @property
    def has_more(self) -> bool:
        """There are more members than those listed."""
        return self.count > len(self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseGroups:
    """All groups with students in them, in a lasting order; none when they would tell nobody apart.

    `chosen` is the id of the group that is shown, `NO_GROUP`, or empty for everybody. `without` counts students in no
    group; of those who have not opened Cairn yet, some LMSs do not say theirs.
    """

    groups: tuple[CourseGroup, ...] = ()
    chosen: str = ""
    without: int = 0

    def shows(self, group_ids: Collection[str]) -> bool:
        """True when somebody of these groups is to be shown."""
        if self.chosen == NO_GROUP:
            return not group_ids
        return not self.chosen or self.chosen in group_ids


def course_groups(
    course: CourseRow, students: Sequence[tuple[EnrolmentRow, PersonRow]], chosen: str = ""
) -> CourseGroups:
    """The groups these students are in. An id that is none of them shows everybody."""
    members: dict[str, list[str]] = {}
    for place, person in sorted(students, key=lambda pair: (_called(pair[1]).casefold(), pair[1].id)):
        for one in place.groups:
            members.setdefault(one, []).append(_called(person))
    without = sum(not place.groups for place, _ in students)
    found: list[CourseGroup] = []
    for one in sorted(members, key=_in_order):
        said = course.groups.get(one, "")
        found.append(
            CourseGroup(
                id=one,
                name=said or course.own_group_names.get(one, ""),
                number=len(found) + 1,
                members=tuple(members[one][:_SHOWN]),
                count=len(members[one]),
                is_ours=not said,
            )
        )
    if all(one.count == len(students) for one in found):
        return CourseGroups()
    known = {one.id for one in found} | ({NO_GROUP} if without else set())
    return CourseGroups(groups=tuple(found), chosen=chosen if chosen in known else "", without=without)


def _called(person: PersonRow) -> str:
    return person.given_name or person.name.split(" ")[0] or f"Student {person.id}"


def _in_order(group: str) -> tuple[int, int, str]:
    """As they were made, where the LMS counts them."""
    return (0, int(group), "") if group.isascii() and group.isdecimal() else (1, 0, group)
