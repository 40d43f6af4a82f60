"""Who may open an activity, and in which groups those are who have not come yet (NRPS 2.0 §3).

The roster stays the only word on who is in the course: here nobody joins or leaves. A list that is refused, breaks
off, cannot be read or names nobody changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from ..lti import roster as lms_roster
from ..lti.connection import Connection
from ..lti.errors import PlatformError
from ..lti.platforms import Platform
from ..lti.values import LinkMember
from ..store import courses, openers, people
from ..store.database import Database
from ..store.openers import Known
from ..store.tables import CourseRow, PlacementRow
from ..telemetry import log
from .border import Border
from .errors import FlowError
from .service_access import connect

T = TypeVar("T")

SLICE = 200
"""People looked up, or written, in one statement or transaction."""
LATELY = timedelta(days=14)
"""A placement that nobody opened for so long is left in peace until somebody does; a teacher's visit counts."""
MOST_PLACEMENTS = 5
"""In one go; the others have their turn the next time."""
MOST_MEMBERS = 10_000
"""Once lists of so many people were read, the next placement has to wait for another time."""
FRESH_FOR = timedelta(minutes=10)
"""Not sooner is a placement asked about again, for each thousand people of the course."""


@dataclass(slots=True, kw_only=True)
class _Heard:
    """What a list says: whether it names anybody we know, the students who may open the link, and of groups what is
    news (by the groups, those who are in them) and their names."""

    anybody: bool = False
    students: set[int] = field(default_factory=set)
    regrouped: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    count: int = 0


def read_lately_opened(border: Border, course_id: int, now: datetime) -> int:
    """Ask about the placements of a course that were opened lately. Returns about how many the LMS answered."""
    with border.db.reading() as session:
        course = courses.course(session, course_id)
        size = int(course.roster_summary.get("total") or 0)
        fresh_since = now - FRESH_FOR * max(1, size // 1000)
        since = now - LATELY
        due = openers.due(session, course_id, opened_since=since, asked_before=fresh_since, most=MOST_PLACEMENTS)
    return _read(border, course, list(due), now)


def read_one(border: Border, placement_id: int, now: datetime) -> bool:
    """Ask about one placement, however lately it was asked about. True when the LMS answered."""
    with border.db.reading() as session:
        placement = session.get(PlacementRow, placement_id)
        if placement is None:  # it went on as another one since this was asked for
            return False
        course = courses.course(session, placement.course_id)
    return _read(border, course, [placement] if placement.resource_link_id else [], now) == 1


def _read(border: Border, course: CourseRow, placements: list[PlacementRow], now: datetime) -> int:
    connection = _way(border, course, now) if placements and course.memberships_url else None
    if connection is None:
        return 0
    answered = read = 0
    for placement in placements:
        if read >= MOST_MEMBERS:
            break
        with border.db.writing() as session:
            openers.note_asked(session, placement.id, now)
        try:
            heard = _hear(border.db, connection, course, placement)
        except PlatformError as error:
            log.warning("openers.not_read", placement=placement.id, status=error.status, problem=str(error))
            if not error.permanent:
                break  # an LMS in trouble, or one that asks for patience, is not asked for more
            continue
        read += heard.count
        if heard.anybody:
            _follow(border.db, course, placement.id, heard, now)
            answered += 1
    return answered


def _way(border: Border, course: CourseRow, now: datetime) -> Connection | None:
    """The way to an LMS that lists who may open a link; None when it does not, or cannot be reached."""
    with border.db.reading() as session:
        registration_id = people.registration_of_course(session, course.id)
    try:
        connection = connect(border, registration_id or 0, now)
    except FlowError:
        return None
    return connection if connection.platform.lists_link_members else None


def _hear(db: Database, connection: Connection, course: CourseRow, placement: PlacementRow) -> _Heard:
    """Read the whole list. Of each page only ids of students stay, and what is new of groups."""
    heard = _Heard()
    members = lms_roster.link_members(connection, course.memberships_url, placement.resource_link_id or "")
    for page in _slices(members):
        with db.reading() as session:
            known = openers.known(session, course, [member.subject for member in page])
        heard.count += len(page)
        heard.anybody = heard.anybody or bool(known)
        students = {subject: one for subject, one in known.items() if one.is_student}
        heard.students.update(one.person_id for one in students.values())
        if not course.groups_url:  # where the LMS has a service for groups, that one counts
            _hear_of_groups(heard, connection.platform, page, students)
    return heard


def _hear_of_groups(
    heard: _Heard, platform: Platform, page: Iterable[LinkMember], students: Mapping[str, Known]
) -> None:
    for member in page:
        one, groups = students.get(member.subject), platform.group_ids_of(member.custom)
        if one is None or groups is None:
            continue
        heard.names |= platform.group_names_of(member.custom)
        if not one.has_come and list(groups) != one.groups:
            heard.regrouped.setdefault(groups, []).append(one.person_id)


def _slices(some: Iterable[T]) -> Iterator[list[T]]:
    left = iter(some)
    while page := list(islice(left, SLICE)):
        yield page


def _follow(db: Database, course: CourseRow, placement_id: int, heard: _Heard, now: datetime) -> None:
    with db.reading() as session:
        shut_out = openers.students(session, course.id)
        before = openers.kept(session, placement_id)
    shut_out -= heard.students
    for some in _slices(sorted(shut_out - before)):
        with db.writing() as session:
            openers.shut(session, placement_id, some)
    for some in _slices(sorted(before - shut_out)):
        with db.writing() as session:
            openers.let_in(session, placement_id, some)
    for ids, members in heard.regrouped.items():
        for some in _slices(members):
            with db.writing() as session:
                openers.group(session, course.id, some, ids)
    with db.writing() as session:
        openers.note_read(session, placement_id, now)
        row = courses.course(session, course.id)
        if not heard.names.items() <= row.groups.items():
            row.groups = {**row.groups, **heard.names}
