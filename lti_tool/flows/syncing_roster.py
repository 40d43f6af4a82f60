"""LMS members -> joined, changed, left. Those who left turn inactive; nobody and nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from ..lti import roster as lms_roster
from ..lti.connection import NOBODY_WAITS_SECONDS, Connection
from ..lti.errors import Meaning, PlatformError
from ..lti.groups import course_groups
from ..lti.roles import fullest
from ..lti.values import Member, RoleKind
from ..store import audit, courses, launches, people
from ..store.database import Session
from ..store.launches import STAFF_PLACES
from ..store.tables import CourseRow, EnrolmentRow, PersonRow
from ..telemetry import log
from .border import Border
from .errors import FlowError
from .service_access import connect

SLICE = 200
"""Members written in one transaction."""
WHOLE_AFTER = timedelta(hours=20)
"""Changes are only followed for so long after a whole reading: what was missed is then made good every night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterResult:
    """What a sync changed. `problem` is a sentence for the teacher, empty when all went well."""

    joined: int = 0
    changed: int = 0
    left: int = 0
    total: int = 0
    problem: str = ""


def sync(
    border: Border, course_id: int, now: datetime, *, patience_seconds: float = NOBODY_WAITS_SECONDS
) -> RosterResult:
    """Read the roster and apply it: what changed where the LMS lists that, else, and once a day, the whole.

    Pages are applied as they come, so memory stays bounded; people turn inactive only after the *whole* roster
    was read. A partial read therefore changes nobody to inactive.
    """
    with border.db.reading() as session:
        course = session.get(CourseRow, course_id)
        registration_id = people.registration_of_course(session, course_id)
    if course is None:
        return RosterResult(problem=_NO_MORE)  # it went on as another one since this was asked for
    if not course.memberships_url or registration_id is None:
        return _note(border, course, RosterResult(problem=_NOT_OFFERED), now)
    try:
        connection = connect(border, registration_id, now, patience_seconds=patience_seconds)
        reading = _Reading(course=course, sure=connection.platform.roster_roles_are_sure)
        whole = not _may_ask_for_changes(course, now) or not _follow_changes(border, connection, reading, now)
        if whole:
            _read_whole(border, connection, reading, now)
    except (PlatformError, FlowError) as error:
        lasting = isinstance(error, PlatformError) and error.permanent
        return _note(border, course, RosterResult(problem=str(error)), now, lasting=lasting)
    if whole and not reading.seen:
        return _note(border, course, RosterResult(problem=_EMPTY), now)
    if whole and reading.ends_empty and _is_news(border, reading):
        return _note(border, course, RosterResult(problem=_CUT_SHORT), now)
    with border.db.writing() as session:
        if whole:
            reading.left += people.deactivate_others(session, course_id, reading.seen.keys(), now)
        total = people.count_active(session, course_id)
        row = courses.course(session, course_id)
        row.roster_changes_url, row.roster_failures = reading.changes_url, 0
        row.roster_whole_at = now if whole else row.roster_whole_at
    return _note(
        border,
        course,
        RosterResult(joined=reading.joined, changed=reading.changed, left=reading.left, total=total),
        now,
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    """How far a reading is. `sure`: the roster's roles are those of launches; `seen`: who is there, and as what.

    `is_whole`: everybody is named with all that the LMS shares of them, so what is not said is withdrawn. A list of
    changes may say of somebody who left that they did, and no more.
    """

    course: CourseRow
    sure: bool
    is_whole: bool = False
    seen: dict[int, RoleKind] = field(default_factory=dict)
    joined: int = 0
    changed: int = 0
    left: int = 0
    changes_url: str = ""
    ends_empty: bool = False

    def count(self, news: people.Followed) -> None:
        """One more who joined, changed or left."""
        self.joined += news == "joined"
        self.changed += news == "changed"
        self.left += news == "left"

    def with_earlier(self, person_id: int, member: Member) -> Member:
        """The member with what the same roster said of them before: some LMSs name people once for each section."""
        earlier = self.seen.get(person_id)
        if earlier is None:
            return member
        return replace(member, active=True, role=fullest((earlier, member.role)) if member.says_role else earlier)

    def hear(self, url: str) -> None:
        """The address that will list what changes from now on."""
        self.changes_url = url

    def end_empty(self) -> None:
        """The last page named nobody."""
        self.ends_empty = True


def _may_ask_for_changes(course: CourseRow, now: datetime) -> bool:
    return bool(course.roster_changes_url and course.roster_whole_at and now - course.roster_whole_at < WHOLE_AFTER)


def _follow_changes(border: Border, connection: Connection, reading: _Reading, now: datetime) -> bool:
    """False when the LMS cannot say what changed, or no longer knows the moment we ask from: the whole is due then.

    One that asks for patience is not asked for more.
    """
    members = lms_roster.changed_members(connection, reading.course.roster_changes_url, reading.hear)
    try:
        _take(border, reading, members, now)
    except PlatformError as error:
        if error.retry_after_seconds is not None or error.meaning is Meaning.SLOW_DOWN:
            raise
        return False
    return True


def _read_whole(border: Border, connection: Connection, reading: _Reading, now: datetime) -> None:
    reading.is_whole = True
    groups = bool(reading.course.groups_url) and _read_groups(border, connection, reading.course)
    url = reading.course.memberships_url
    members = lms_roster.members(connection, url, groups=groups, changes=reading.hear, ends_empty=reading.end_empty)
    _take(border, reading, members, now)


def _is_news(border: Border, reading: _Reading) -> bool:
    """True when somebody would be gone of whom the reading before this one did not say so in the same way."""
    with border.db.reading() as session:
        would_leave = people.count_active(session, reading.course.id) > len(reading.seen)
    return would_leave and reading.course.roster_problem != _CUT_SHORT


def _read_groups(border: Border, connection: Connection, course: CourseRow) -> bool:
    """Names of the course's groups. Without them the roster is read all the same, without groups."""
    try:
        names = course_groups(connection, course.groups_url)
    except PlatformError as error:
        log.warning("groups.not_read", course=course.id, status=error.status)
        return False
    with border.db.writing() as session:
        courses.course(session, course.id).groups = names
    return True


def _take(border: Border, reading: _Reading, members: Iterable[Member], now: datetime) -> None:
    for page in _slices(members, SLICE):
        with border.db.writing() as session:
            _apply(session, reading, page, now)


_NOT_OFFERED = "The LMS does not share the roster with this tool. Your LMS admin can allow “Names and Roles”."
_NO_MORE = "This course is known under another number now. Open the activity again from your LMS."
_EMPTY = "The LMS sent an empty roster, so nobody was changed. Try again later, or tell your LMS admin."

_CUT_SHORT = (
    "The LMS’s list of people ended with an empty page, so nobody was marked as gone. Read the roster once more: "
    "what it says twice counts."
)


def _slices(members: Iterable[Member], size: int) -> Iterator[list[Member]]:
    """Slices of `size`; what came before a roster broke off is the last one."""
    page: list[Member] = []
    try:
        for member in members:
            page.append(member)
            if len(page) == size:
                yield page
                page = []
    except PlatformError:
        if page:
            yield page
        raise
    if page:
        yield page


def _apply(session: Session, reading: _Reading, page: list[Member], now: datetime) -> None:
    """Write one slice, newcomers in two statements: a large course must not keep others from writing for long."""
    course = reading.course
    known = _people(session, course.deployment_id, page, now)
    renamed, here = set(), dict[int, Member]()
    for member in page:
        row = known[member.subject]
        is_whole = reading.is_whole and member.active and row.id not in reading.seen
        if people.update_person(row, asdict(member), "roster", whole=is_whole):
            renamed.add(row.id)
        here[row.id] = reading.with_earlier(row.id, member)
        if here[row.id].active:
            reading.seen[row.id] = here[row.id].role
    enrolled = people.enrolments(session, course.id, list(here))
    fresh = {one: member for one, member in here.items() if one not in enrolled}
    places = {one: (member.role.value, member.active, member.groups or ()) for one, member in fresh.items()}
    people.add_enrolments(session, course.id, places, now)
    reading.joined += sum(member.active for member in fresh.values())
    came_as = _roles_of_staff(session, course.id, enrolled, here)
    for person_id, place in enrolled.items():
        member = here[person_id]
        sure = (reading.sure or came_as.get(person_id) == "student") and member.says_role
        news = people.follow_enrolment(place, member.role.value, member.active, now, sure=sure)
        reading.count(news or ("changed" if person_id in renamed else ""))
        if member.groups is not None and place.groups != list(member.groups):
            place.groups = list(member.groups)
    session.flush()


def _roles_of_staff(
    session: Session, course_id: int, enrolled: Mapping[int, EnrolmentRow], here: Mapping[int, Member]
) -> Mapping[int, str]:
    """As what staff came last whom the roster calls students: where the launch said so too, that is what they are."""
    doubtful = [
        one for one, place in enrolled.items() if place.role in STAFF_PLACES and here[one].role is RoleKind.STUDENT
    ]
    return launches.newest_roles(session, course_id, doubtful) if doubtful else {}


def _people(session: Session, deployment_id: int, page: list[Member], now: datetime) -> dict[str, PersonRow]:
    """Everybody on the page, by the names the LMS gives them; those who are new are made."""
    subjects = {member.subject: asdict(member) for member in page}
    known = people.by_subjects(session, deployment_id, list(subjects))
    new = {subject: facts for subject, facts in subjects.items() if subject not in known}
    if not new:
        return known
    people.add_people(session, deployment_id, new, now)
    return known | people.by_subjects(session, deployment_id, list(new))


def _note(
    border: Border, course: CourseRow, result: RosterResult, now: datetime, *, lasting: bool = False
) -> RosterResult:
    with border.db.writing() as session:
        row = courses.course(session, course.id)
        row.roster_problem = result.problem
        row.roster_summary = {
            "joined": result.joined,
            "changed": result.changed,
            "left": result.left,
            "total": result.total,
        }
        row.roster_failures += lasting
        if not result.problem:
            row.roster_read_at = now
        audit.record(session, "roster.read", now, course_id=course.id, **asdict(result))
    return result
