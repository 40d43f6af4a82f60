"""LMS members -> joined, changed, left. Those who left turn inactive; nobody and nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from ..lti import roster as lms_roster
from ..lti.errors import PlatformError
from ..lti.values import Member
from ..store import audit, courses, people
from ..store.database import Session
from .border import Border
from .errors import FlowError
from .service_access import connect

SLICE = 200
"""Members written in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterResult:
    """What a sync changed. `problem` is a sentence for the teacher, empty when all went well."""

    joined: int = 0
    changed: int = 0
    left: int = 0
    total: int = 0
    problem: str = ""


def sync(border: Border, course_id: int, now: datetime) -> RosterResult:
    """Read the roster and apply it.

    Pages are applied as they come, so memory stays bounded; people turn inactive only after the *whole* roster
    was read. A partial read therefore changes nobody to inactive.
    """
    with border.db.reading() as session:
        course = courses.course(session, course_id)
        url, deployment_id = course.memberships_url, course.deployment_id
        registration_id = people.registration_of_course(session, course_id)
    if not url or registration_id is None:
        return _note(border, course_id, RosterResult(problem=_NOT_OFFERED), now)
    seen: set[int] = set()
    joined = changed = 0
    try:
        members = lms_roster.members(connect(border, registration_id, now), url)
        for page in _slices(members, SLICE):
            with border.db.writing() as session:
                new, other = _apply(session, course_id, deployment_id, page, seen, now)
            joined, changed = joined + new, changed + other
    except (PlatformError, FlowError) as error:
        result = RosterResult(joined=joined, changed=changed, total=len(seen), problem=str(error))
        return _note(border, course_id, result, now)
    if not seen:
        return _note(border, course_id, RosterResult(problem=_EMPTY), now)
    with border.db.writing() as session:
        left = people.deactivate_others(session, course_id, seen, now)
    return _note(border, course_id, RosterResult(joined=joined, changed=changed, left=left, total=len(seen)), now)


_NOT_OFFERED = "The LMS does not share the roster with this tool. Your LMS admin can allow “Names and Roles”."
_EMPTY = "The LMS sent an empty roster, so nobody was changed. Try again later, or tell your LMS admin."


def _slices(members: Iterable[Member], size: int) -> Iterator[list[Member]]:
    stream = iter(members)
    while page := list(islice(stream, size)):
        yield page


def _apply(
    session: Session, course_id: int, deployment_id: int, page: list[Member], seen: set[int], now: datetime
) -> tuple[int, int]:
    """Write one slice. Returns how many joined and how many changed."""
    known = people.by_subjects(session, deployment_id, [member.subject for member in page])
    enrolled = people.enrolments(session, course_id, [row.id for row in known.values()])
    joined = changed = 0
    for member in page:
        facts = asdict(member)
        row = known.get(member.subject) or people.keep_person(session, deployment_id, member.subject, facts, now)
        renamed = people.update_person(row, facts)
        place = enrolled.get(row.id)
        if place is None:
            people.add_enrolment(session, course_id, row.id, member.role.value, member.active, now)
            joined += member.active
        else:
            changed += people.follow_enrolment(place, member.role.value, member.active, now) or renamed
        if member.active:
            seen.add(row.id)
    session.flush()
    return joined, changed


def _note(border: Border, course_id: int, result: RosterResult, now: datetime) -> RosterResult:
    with border.db.writing() as session:
        course = courses.course(session, course_id)
        course.roster_problem = result.problem
        course.roster_summary = {
            "joined": result.joined,
            "changed": result.changed,
            "left": result.left,
            "total": result.total,
        }
        if not result.problem:
            course.roster_read_at = now
        audit.record(session, "roster.read", now, course_id=course_id, **asdict(result))
    return result
