"""People and who belongs to which course."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, update

from .database import Session
from .launches import STAFF_PLACES
from .tables import CourseRow, DeploymentRow, EnrolmentRow, PersonRow, PlacementRow
from .upserts import add_missing, find_or_add

_AT_ONCE = 500
"""Ids in one statement; databases have a limit."""
_NAMES = ("name", "given_name", "family_name", "email")
"""What an LMS may share or withhold, and may share no more."""
_FOLLOWED = {"locale": "", "is_test_user": False}
"""What is followed, and never withdrawn."""

Source = Literal["launch", "roster"]
"""Who names people: an administrator may let one of the two say names, or both, or neither."""


def keep_person(
    session: Session, deployment_id: int, subject: str, facts: Mapping[str, Any], now: datetime
) -> PersonRow:
    """The person, made when new, as their launch describes them."""
    key = {"deployment_id": deployment_id, "subject": subject}
    row = find_or_add(session, PersonRow, key, as_newcomer(facts, "launch", now))
    update_person(row, facts, "launch")
    session.flush()
    return row


def as_newcomer(facts: Mapping[str, Any], source: Source, now: datetime) -> dict[str, Any]:
    """Columns of somebody this source speaks of for the first time, all but who they are."""
    return {
        "created_at": now,
        "told": {source: said_names(facts)},
        **{name: facts.get(name) or default for name, default in _FOLLOWED.items()},
        **{name: facts.get(name) or "" for name in _NAMES},
    }


def as_visitor(role: str, now: datetime) -> dict[str, Any]:
    """Columns of a place in a course that somebody takes by a launch, all but whose and where."""
    return {"role": role, "active": True, "first_seen_at": now, "last_visit_at": now}


def said_names(facts: Mapping[str, Any]) -> dict[str, str]:
    """The names among these facts, without those that are withheld."""
    return {name: facts[name] for name in _NAMES if facts.get(name)}


def update_person(row: PersonRow, facts: Mapping[str, Any], source: Source, *, whole: bool = True) -> bool:
    """Follow what the LMS says. True when something changed.

    What a source says anew counts, whatever the other says: names written in two ways do not change back and forth.
    A name that a source says no more is what the other one says, and is gone when neither does. Facts that are not
    `whole` withdraw nothing.
    """
    found = {name: facts[name] for name in _FOLLOWED if facts.get(name)}
    before, said = row.told.get(source, {}), said_names(facts)
    if not whole:
        said = before | said
    if said != before:
        elsewhere = {name: value for one, told in row.told.items() if one != source for name, value in told.items()}
        anew = [name for name in _NAMES if said.get(name) != before.get(name)]
        found |= {name: said.get(name) or elsewhere.get(name, "") for name in anew}
        row.told = {**row.told, source: said}
    changed = {name: value for name, value in found.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def enrol(
    session: Session, course_id: int, person_id: int, role: str, now: datetime, *, sure: bool = True
) -> EnrolmentRow:
    """The person's place in the course, made when missing; a launch shows they are there.

    Some LMSs let staff see the course as a student does: the launch then says student, and nothing of who they are.
    Unless the launch is `sure`, staff therefore keep their place until the roster calls them student as well.
    """
    key = {"course_id": course_id, "person_id": person_id}
    row = find_or_add(session, EnrolmentRow, key, as_visitor(role, now))
    if sure or role != "student" or not _keeps_place(row):
        row.role = role
    row.active, row.left_at, row.last_visit_at = True, None, now
    session.flush()
    return row


def _keeps_place(row: EnrolmentRow) -> bool:
    """Staff of the course, and an administrator from outside; one whom the roster names has a role in the course."""
    return row.role in STAFF_PLACES and not (row.role == "admin" and row.on_roster)


def person(session: Session, person_id: int) -> PersonRow | None:
    """One person by id."""
    return session.get(PersonRow, person_id)


def lock(session: Session, *person_ids: int) -> None:
    """Hold people until the transaction ends, so that two judgements of one learner come one after the other.

    The weaker lock (FOR NO KEY UPDATE) lets others write evidence about a person meanwhile; the full one would
    deadlock with them. Several are held in the order of their numbers, as everybody does who holds more than one.
    On SQLite writers are alone anyway.
    """
    wanted = select(PersonRow.id).where(PersonRow.id.in_(person_ids)).order_by(PersonRow.id)
    session.execute(wanted.with_for_update(key_share=True))


def roster(session: Session, course_id: int) -> Sequence[tuple[EnrolmentRow, PersonRow]]:
    """Everybody who is or was in the course."""
    rows = session.execute(
        select(EnrolmentRow, PersonRow)
        .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
        .where(EnrolmentRow.course_id == course_id)
    )
    return [(enrolment, someone) for enrolment, someone in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One of a class, with what a list of it needs."""

    id: int
    name: str
    given_name: str
    family_name: str
    active: bool
    last_visit_at: datetime | None
    groups: Sequence[str]
    """Ids of the LMS's groups in the course."""


_AS_STUDENT = (
    PersonRow.id,
    PersonRow.name,
    PersonRow.given_name,
    PersonRow.family_name,
    EnrolmentRow.active,
    EnrolmentRow.last_visit_at,
    EnrolmentRow.groups,
)


def students(session: Session, course_id: int) -> list[Student]:
    """All who are or were students of the course, without test users."""
    rows = session.execute(
        select(*_AS_STUDENT)
        .join(EnrolmentRow, PersonRow.id == EnrolmentRow.person_id)
        .where(
            EnrolmentRow.course_id == course_id,
            EnrolmentRow.role == "student",
            PersonRow.is_test_user.is_(False),
        )
    )
    return [Student(**row._mapping) for row in rows]


def student(session: Session, course_id: int, person_id: int) -> PersonRow | None:
    """A student of this course; None for anybody else, so that numbers cannot be guessed."""
    return session.scalar(
        select(PersonRow)
        .join(EnrolmentRow, EnrolmentRow.person_id == PersonRow.id)
        .where(EnrolmentRow.course_id == course_id, PersonRow.id == person_id, EnrolmentRow.role == "student")
    )


def learners(
    session: Session, course_id: int, *, after: int = 0, most: int | None = None
) -> list[tuple[int, bool]]:
    """Everybody who is or was in the course: person id, and whether they get grades (students, not test users).
    Sorted by id; with `after` and `most` a stretch of them."""
    rows = session.execute(
        select(EnrolmentRow.person_id, EnrolmentRow.role, PersonRow.is_test_user)
        .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
        .where(EnrolmentRow.course_id == course_id, EnrolmentRow.person_id > after)
        .order_by(EnrolmentRow.person_id)
        .limit(most)
    )
    return [(person_id, role == "student" and not test_user) for person_id, role, test_user in rows]


def registration_of_course(session: Session, course_id: int) -> int | None:
    """The LMS a course belongs to."""
    return session.scalar(
        select(DeploymentRow.registration_id)
        .join(CourseRow, CourseRow.deployment_id == DeploymentRow.id)
        .where(CourseRow.id == course_id)
    )


def registration_of_placement(session: Session, placement_id: int) -> int | None:
    """The LMS a placement belongs to."""
    return session.scalar(
        select(DeploymentRow.registration_id)
        .join(CourseRow, CourseRow.deployment_id == DeploymentRow.id)
        .join(PlacementRow, PlacementRow.course_id == CourseRow.id)
        .where(PlacementRow.id == placement_id)
    )


def by_subjects(session: Session, deployment_id: int, wanted: Sequence[str]) -> dict[str, PersonRow]:
    """People of one LMS deployment by the names the LMS gives them."""
    rows = session.scalars(
        select(PersonRow).where(PersonRow.deployment_id == deployment_id, PersonRow.subject.in_(wanted))
    )
    return {row.subject: row for row in rows}


def enrolments(session: Session, course_id: int, person_ids: Sequence[int]) -> dict[int, EnrolmentRow]:
    """These people's places in a course."""
    rows = session.scalars(
        select(EnrolmentRow).where(EnrolmentRow.course_id == course_id, EnrolmentRow.person_id.in_(person_ids))
    )
    return {row.person_id: row for row in rows}


def add_people(
    session: Session, deployment_id: int, newcomers: Mapping[str, Mapping[str, Any]], now: datetime
) -> None:
    """People the roster names for the first time: what it says of them, by the names it gives them."""
    rows = [
        {"deployment_id": deployment_id, "subject": subject, **as_newcomer(facts, "roster", now)}
        for subject, facts in newcomers.items()
    ]
    add_missing(session, PersonRow, rows)


def add_enrolments(
    session: Session, course_id: int, newcomers: Mapping[int, tuple[str, bool, Sequence[str]]], now: datetime
) -> None:
    """People the roster names who have not been here yet: role, whether they are there, and groups, by person."""
    rows = [
        {
            "course_id": course_id,
            "person_id": person_id,
            "role": role,
            "active": active,
            "first_seen_at": now,
            "left_at": None if active else now,
            "on_roster": active,
            "groups": list(groups),
        }
        for person_id, (role, active, groups) in newcomers.items()
    ]
    add_missing(session, EnrolmentRow, rows)


Followed = Literal["", "joined", "changed", "left"]
"""What the roster says anew of somebody who is known; those who come back have joined."""


def follow_enrolment(row: EnrolmentRow, role: str, active: bool, now: datetime, *, sure: bool = False) -> Followed:
    """Follow the roster, and say what is new.

    Some rosters call an assistant a learner whom the launch called staff: unless the LMS's roster is `sure`, a
    launch's role is never lowered here. That of an administrator never is: rosters know roles in the course only.
    """
    news: Followed = ""
    kept = row.role == "admin" or (row.role in {"teacher", "assistant"} and role == "student" and not sure)
    if row.role != role and not kept:
        row.role, news = role, "changed"
    if row.on_roster != active:
        row.on_roster = active
    if row.active != active:
        row.active, row.left_at, news = active, None if active else now, "joined" if active else "left"
    return news


def deactivate_others(session: Session, course_id: int, present: Collection[int], now: datetime) -> int:
    """Everybody the complete roster does not name turns inactive. Returns how many it named before.

    Who only ever visited, such as an administrator of the LMS, is in no roster and has left none.
    """
    active = session.execute(
        select(EnrolmentRow.id, EnrolmentRow.person_id, EnrolmentRow.on_roster).where(
            EnrolmentRow.course_id == course_id, EnrolmentRow.active.is_(True)
        )
    )
    missing = [row for row in active if row.person_id not in present]
    gone = [row.id for row in missing]
    for start in range(0, len(gone), _AT_ONCE):
        some = EnrolmentRow.id.in_(gone[start : start + _AT_ONCE])
        session.execute(update(EnrolmentRow).where(some).values(active=False, on_roster=False, left_at=now))
    return sum(row.on_roster for row in missing)


def group_ids(session: Session, course_id: int) -> set[str]:
    """Ids of the LMS's groups that anybody in the course belongs to."""
    listed = session.scalars(select(EnrolmentRow.groups).where(EnrolmentRow.course_id == course_id))
    return {one for groups in listed for one in groups}


def place_of_student(session: Session, course_id: int, person_id: int) -> tuple[EnrolmentRow, PersonRow] | None:
    """A student's place in this course; None for anybody else."""
    found = session.execute(
        select(EnrolmentRow, PersonRow)
        .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
        .where(
            EnrolmentRow.course_id == course_id,
            EnrolmentRow.person_id == person_id,
            EnrolmentRow.role == "student",
        )
    ).one_or_none()
    return (found[0], found[1]) if found else None


def count_active(session: Session, course_id: int) -> int:
    """How many people the course has now."""
    query = select(func.count()).where(EnrolmentRow.course_id == course_id, EnrolmentRow.active.is_(True))
    return session.scalar(query) or 0


def names(session: Session, person_ids: set[int]) -> dict[int, PersonRow]:
    """People by id, in one statement."""
    if not person_ids:
        return {}
    return {row.id: row for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(person_ids)))}
