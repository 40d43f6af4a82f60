"""Groups a course has in the LMS, as its teacher knows them: with their names, or with who is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..people import Student
from ..tables import CourseRow
from .class_lines import name_order

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


def course_groups(course: CourseRow, students: Sequence[Student], chosen: str = "") -> CourseGroups:
    """The groups these students are in. An id that is none of them shows everybody."""
    members: dict[str, list[str]] = {}
    for student in sorted(students, key=lambda one: (name_order(_called(one)), one.id)):
        for one in student.groups:
            members.setdefault(one, []).append(_called(student))
    without = sum(not one.groups for one in students)
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


def _called(student: Student) -> str:
    return student.given_name or student.name.split(" ")[0] or f"Student {student.id}"


def _in_order(group: str) -> tuple[int, int, str]:
    """As they were made, where the LMS counts them."""
    return (0, int(group), "") if group.isascii() and group.isdecimal() else (1, 0, group)
