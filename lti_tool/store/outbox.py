"""Who carries which promise: claims with a lease, so that a killed worker's promises come back by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Select, and_, exists, func, not_, or_, select, update

from .database import Session
from .tables import (
    ColumnRow,
    CourseRow,
    DeploymentRow,
    EnrolmentRow,
    GradePromiseRow,
    PlacementRow,
    RegistrationRow,
)

LONGEST_HOLD_SECONDS = 3600.0
"""An absurd wish of one answer must not silence a whole LMS for a day."""


def _due(now: datetime):  # type: ignore[no-untyped-def]
    return or_(
        and_(GradePromiseRow.state == "waiting", GradePromiseRow.due_at <= now),
        and_(GradePromiseRow.state == "sending", GradePromiseRow.claimed_until <= now),
    )


def claim_due(
    session: Session, now: datetime, limit: int = 50, lease_seconds: float = 120.0, *, busy: Collection[int] = ()
) -> list[int]:
    """Claim up to `limit` due promises of active LMSs, oldest first. Returns their ids.

    Registrations in `busy` are passed over: an LMS that is slow now must not make the others wait.

    A claim is a conditional update; on PostgreSQL rows another worker is claiming are skipped, on SQLite
    writers wait for each other. After `lease_seconds` an unsettled claim counts as lost.
    """
    candidates = (
        select(GradePromiseRow.id)
        .join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
        .join(PlacementRow, PlacementRow.id == ColumnRow.placement_id)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .join(DeploymentRow, DeploymentRow.id == CourseRow.deployment_id)
        .join(RegistrationRow, RegistrationRow.id == DeploymentRow.registration_id)
        .where(_due(now), RegistrationRow.status == "active", RegistrationRow.id.not_in(busy))
        .order_by(GradePromiseRow.due_at, GradePromiseRow.id)
        .limit(limit)
        .with_for_update(of=GradePromiseRow, skip_locked=True)
    )
    ids = list(session.scalars(candidates))
    if not ids:
        return []
    claimed = session.scalars(
        update(GradePromiseRow)
        .where(GradePromiseRow.id.in_(ids), _due(now))
        .values(state="sending", claim=str(uuid.uuid4()), claimed_until=now + timedelta(seconds=lease_seconds))
        .returning(GradePromiseRow.id),
        execution_options={"synchronize_session": False},
    )
    kept = set(claimed)
    return [one for one in ids if one in kept]


def renew(session: Session, promise_ids: Collection[int], now: datetime, lease_seconds: float) -> None:
    """A worker still carries these: lengthen its lease. Settled ones are left alone."""
    session.execute(
        update(GradePromiseRow)
        .where(GradePromiseRow.id.in_(promise_ids), GradePromiseRow.state == "sending")
        .values(claimed_until=now + timedelta(seconds=lease_seconds)),
        execution_options={"synchronize_session": False},
    )


def hold_back(session: Session, registration_id: int, now: datetime, seconds: float) -> None:
    """An LMS asks us to come back later: what waits for it waits as well, an hour at most."""
    until = now + timedelta(seconds=min(seconds, LONGEST_HOLD_SECONDS))
    session.execute(
        update(GradePromiseRow)
        .where(
            GradePromiseRow.state == "waiting",
            GradePromiseRow.due_at < until,
            GradePromiseRow.column_id.in_(_columns_of(registration_id)),
        )
        .values(due_at=until),
        execution_options={"synchronize_session": False},
    )


def release(session: Session, registration_id: int, problem: str, now: datetime) -> None:
    """What kept a grade from its LMS is over: those that wait because of the same `problem` go out now.

    Whom somebody else holds right now is passed over; that one is seen to anyway.
    """
    alike = (
        select(GradePromiseRow.id)
        .where(
            GradePromiseRow.state == "waiting",
            GradePromiseRow.due_at > now,
            GradePromiseRow.problem == problem,
            GradePromiseRow.column_id.in_(_columns_of(registration_id)),
        )
        .order_by(GradePromiseRow.id)
        .with_for_update(of=GradePromiseRow, skip_locked=True)
    )
    session.execute(
        update(GradePromiseRow).where(GradePromiseRow.id.in_(alike)).values(due_at=now),
        execution_options={"synchronize_session": False},
    )


def _columns_of(registration_id: int) -> Select[int]:
    return (
        select(ColumnRow.id)
        .join(PlacementRow, PlacementRow.id == ColumnRow.placement_id)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .join(DeploymentRow, DeploymentRow.id == CourseRow.deployment_id)
        .where(DeploymentRow.registration_id == registration_id)
    )


def wake(session: Session, placement_id: int, now: datetime) -> None:
    """Somebody opens an activity: grades that waited for that go out now.

    Only those without a column yet; where there is one, who waits has another reason.
    """
    asleep = (
        select(GradePromiseRow.id)
        .join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
        .where(ColumnRow.placement_id == placement_id, ColumnRow.line_item_url == "")
        .where(GradePromiseRow.state == "waiting", GradePromiseRow.due_at > now)
        .order_by(
            GradePromiseRow.id
        )  # always in the same order, so that two who open it do not wait for each other
        .with_for_update(of=GradePromiseRow)
    )
    woken = session.execute(
        update(GradePromiseRow).where(GradePromiseRow.id.in_(asleep)).values(due_at=now),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(woken, CursorResult)
    if woken.rowcount:
        session.info["poke"] = True


def registrations_of(session: Session, promise_ids: Collection[int]) -> dict[int, int]:
    """Which LMS (registration id) each promise goes to."""
    rows = session.execute(
        select(GradePromiseRow.id, DeploymentRow.registration_id)
        .join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
        .join(PlacementRow, PlacementRow.id == ColumnRow.placement_id)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .join(DeploymentRow, DeploymentRow.id == CourseRow.deployment_id)
        .where(GradePromiseRow.id.in_(promise_ids))
    )
    return {row[0]: row[1] for row in rows}


def take_up_failed(session: Session, now: datetime, *, promised_since: datetime, attempts: int) -> int:
    """Put promises that were given up back in the queue, with so many tries behind them. Returns how many.

    Left alone: those older than `promised_since`, and those of people without a row in the gradebook.
    """
    result = session.execute(
        update(GradePromiseRow)
        .where(
            GradePromiseRow.state == "failed",
            GradePromiseRow.promised_at >= promised_since,
            not_(has_no_row()),
        )
        .values(state="waiting", due_at=now, attempts=attempts),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def has_no_row() -> ColumnElement[bool]:
    """A promise to somebody whom the gradebook cannot show: nobody can or need do anything about it.

    They have left the course, or teach it: some LMSs let teachers look on as a student, and do not say so.
    """
    return (
        exists()
        .where(ColumnRow.id == GradePromiseRow.column_id)
        .where(PlacementRow.id == ColumnRow.placement_id)
        .where(EnrolmentRow.course_id == PlacementRow.course_id)
        .where(EnrolmentRow.person_id == GradePromiseRow.person_id)
        .where(or_(EnrolmentRow.active.is_(False), EnrolmentRow.role != "student"))
    )


def waiting(session: Session, now: datetime) -> int:
    """How many promises are due and not delivered."""
    return session.scalar(select(func.count()).select_from(GradePromiseRow).where(_due(now))) or 0


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the longest-waiting promise is due."""
    return session.scalar(select(func.min(GradePromiseRow.due_at)).where(_due(now)))


def failed(session: Session) -> int:
    """How many promises were given up, and told to their teachers."""
    return (
        session.scalar(select(func.count()).select_from(GradePromiseRow).where(GradePromiseRow.state == "failed"))
        or 0
    )


def unsettled(session: Session) -> int:
    """Promises that are waiting or under way, due or not."""
    return (
        session.scalar(
            select(func.count())
            .select_from(GradePromiseRow)
            .where(GradePromiseRow.state.in_(["waiting", "sending"]))
        )
        or 0
    )
