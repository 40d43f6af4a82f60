"""Who may open a placement, as its LMS says: what is kept are those who cannot, and when that was said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, and_, delete, exists, or_, select, update

from .database import Session
from .desks import UNTOUCHED
from .tables import CourseRow, DeskRow, EnrolmentRow, LaunchRow, PersonRow, PlacementRow, ShutOutRow
from .upserts import add_missing

TRUSTED_FOR = timedelta(days=7)
"""What an LMS said longer ago counts no more: where it stops saying it, nobody stays shut out."""
_AT_ONCE = {"yield_per": 1000}
"""Rows in memory at once, where only their ids stay."""


class Known(NamedTuple):
    """Somebody of whom an LMS speaks, and their place in the course, if they have one."""

    person_id: int
    is_student: bool
    has_come: bool
    groups: list[str]


def due(
    session: Session, course_id: int, *, opened_since: datetime, asked_before: datetime, most: int
) -> Sequence[PlacementRow]:
    """Placements to ask about, those first that were asked about longest ago.

    They are set up and were opened lately, and there is something to learn: a student has not begun, or was shut out.
    """
    opened = exists().where(LaunchRow.placement_id == PlacementRow.id, LaunchRow.created_at >= opened_since)
    begun = exists().where(
        DeskRow.placement_id == PlacementRow.id,
        DeskRow.person_id == EnrolmentRow.person_id,
        DeskRow.stage != UNTOUCHED,
    )
    not_begun = exists().where(
        EnrolmentRow.course_id == PlacementRow.course_id,
        EnrolmentRow.role == "student",
        EnrolmentRow.active.is_(True),
        ~begun,
    )
    return session.scalars(
        select(PlacementRow)
        .where(
            PlacementRow.course_id == course_id,
            PlacementRow.resource_link_id.is_not(None),
            PlacementRow.rule_version > 0,
            or_(PlacementRow.openers_asked_at.is_(None), PlacementRow.openers_asked_at < asked_before),
            opened,
            or_(not_begun, exists().where(ShutOutRow.placement_id == PlacementRow.id)),
        )
        .order_by(PlacementRow.openers_asked_at.asc().nulls_first(), PlacementRow.id)
        .limit(most)
    ).all()


def shut_out(session: Session, placement: PlacementRow, now: datetime) -> frozenset[int]:
    """People who could not open the placement when the LMS was last asked, and have not opened it since."""
    if not _is_trusted(placement, now):
        return frozenset()
    return frozenset(session.scalars(_still_shut_out(placement)))


def is_shut_out(session: Session, placement: PlacementRow, person_id: int, now: datetime) -> bool:
    """The same of one person."""
    if not _is_trusted(placement, now):
        return False
    return session.scalar(_still_shut_out(placement).where(ShutOutRow.person_id == person_id)) is not None


def _is_trusted(placement: PlacementRow, now: datetime) -> bool:
    return placement.openers_read_at is not None and now - placement.openers_read_at <= TRUSTED_FOR


def _still_shut_out(placement: PlacementRow) -> Select[int]:
    came = select(LaunchRow.person_id).where(
        LaunchRow.placement_id == placement.id, LaunchRow.created_at >= placement.openers_read_at
    )
    return select(ShutOutRow.person_id).where(
        ShutOutRow.placement_id == placement.id, ShutOutRow.person_id.not_in(came)
    )


def kept(session: Session, placement_id: int) -> set[int]:
    """Everybody who is written down as shut out."""
    rows = select(ShutOutRow.person_id).where(ShutOutRow.placement_id == placement_id)
    return set(session.scalars(rows, execution_options=_AT_ONCE))


def students(session: Session, course_id: int) -> set[int]:
    """Students whom the roster names as there, without test users."""
    rows = session.scalars(
        select(EnrolmentRow.person_id)
        .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
        .where(
            EnrolmentRow.course_id == course_id,
            EnrolmentRow.role == "student",
            and_(EnrolmentRow.active.is_(True), EnrolmentRow.on_roster.is_(True)),
            PersonRow.is_test_user.is_(False),
        ),
        execution_options=_AT_ONCE,
    )
    return set(rows)


def shut(session: Session, placement_id: int, person_ids: Collection[int]) -> None:
    """Write down that these cannot open it."""
    add_missing(
        session, ShutOutRow, [{"placement_id": placement_id, "person_id": person_id} for person_id in person_ids]
    )


def let_in(session: Session, placement_id: int, person_ids: Collection[int]) -> None:
    """These are not shut out any more."""
    session.execute(
        delete(ShutOutRow).where(ShutOutRow.placement_id == placement_id, ShutOutRow.person_id.in_(person_ids))
    )


def note_asked(session: Session, placement_id: int, now: datetime) -> None:
    """The LMS is being asked, whatever it may answer."""
    session.execute(update(PlacementRow).where(PlacementRow.id == placement_id).values(openers_asked_at=now))


def note_read(session: Session, placement_id: int, asked_at: datetime) -> None:
    """What is written down is what the LMS said when it was asked then."""
    session.execute(update(PlacementRow).where(PlacementRow.id == placement_id).values(openers_read_at=asked_at))


def group(session: Session, course_id: int, person_ids: Collection[int], groups: Sequence[str]) -> None:
    """All these are in these groups, if they have not come yet. A launch says its own, and is not overruled."""
    session.execute(
        update(EnrolmentRow)
        .where(
            EnrolmentRow.course_id == course_id,
            EnrolmentRow.person_id.in_(person_ids),
            EnrolmentRow.last_visit_at.is_(None),
        )
        .values(groups=list(groups))
    )


def known(session: Session, course: CourseRow, subjects: Collection[str]) -> dict[str, Known]:
    """People by the names the LMS gives them; whoever is not here (any more) is no student."""
    place = and_(
        EnrolmentRow.person_id == PersonRow.id,
        EnrolmentRow.course_id == course.id,
        EnrolmentRow.active.is_(True),
    )
    rows = session.execute(
        select(PersonRow.subject, PersonRow.id, EnrolmentRow.role, EnrolmentRow.last_visit_at, EnrolmentRow.groups)
        .outerjoin(EnrolmentRow, place)
        .where(PersonRow.deployment_id == course.deployment_id, PersonRow.subject.in_(subjects))
    )
    return {
        row.subject: Known(row.id, row.role == "student", row.last_visit_at is not None, row.groups or [])
        for row in rows
    }
