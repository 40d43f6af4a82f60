"""Grade promises: what the gradebook should show for each learner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from .database import Session
from .tables import (
    ActivityVisitRow,
    ColumnRow,
    CourseRow,
    DeploymentRow,
    EnrolmentRow,
    GradePromiseRow,
    PersonRow,
    PlacementRow,
)
from .upserts import add_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The grade as it should be: `value` in [0, 1], since `evidence_at`."""

    value: float
    complete: bool
    comment: str
    evidence_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One claimed promise with all that is needed to carry it to its LMS."""

    promise: GradePromiseRow
    column: ColumnRow
    placement: PlacementRow
    course: CourseRow
    person: PersonRow
    registration_id: int
    started_at: datetime | None
    """When the learner took up the first activity there."""


def find(session: Session, column_id: int, person_id: int) -> GradePromiseRow | None:
    """The promise for one learner in one column."""
    return session.scalar(
        select(GradePromiseRow).where(
            GradePromiseRow.column_id == column_id, GradePromiseRow.person_id == person_id
        )
    )


def of_column(session: Session, column_id: int) -> Sequence[GradePromiseRow]:
    """All promises of a column."""
    return session.scalars(select(GradePromiseRow).where(GradePromiseRow.column_id == column_id)).all()


def any_of_column(session: Session, column_id: int) -> bool:
    """Whether anybody has a promise in a column."""
    return (
        session.scalar(select(GradePromiseRow.id).where(GradePromiseRow.column_id == column_id).limit(1))
        is not None
    )


def states(session: Session, column_id: int) -> dict[int, str]:
    """The state of every promise of a column, by person."""
    rows = session.execute(
        select(GradePromiseRow.person_id, GradePromiseRow.state).where(GradePromiseRow.column_id == column_id)
    )
    return {row.person_id: row.state for row in rows}


def with_places(
    session: Session, column_id: int, course_id: int
) -> Sequence[tuple[GradePromiseRow, str, EnrolmentRow | None]]:
    """All promises of a column, each with what the LMS calls the person and their place in the course."""
    here = and_(EnrolmentRow.person_id == GradePromiseRow.person_id, EnrolmentRow.course_id == course_id)
    rows = session.execute(
        select(GradePromiseRow, PersonRow.subject, EnrolmentRow)
        .join(PersonRow, PersonRow.id == GradePromiseRow.person_id)
        .outerjoin(EnrolmentRow, here)
        .where(GradePromiseRow.column_id == column_id)
    )
    return [(promise, subject, place) for promise, subject, place in rows]


def of_people(session: Session, column_id: int, person_ids: Collection[int]) -> dict[int, GradePromiseRow]:
    """The promises of some people in a column, by person."""
    rows = session.scalars(
        select(GradePromiseRow).where(
            GradePromiseRow.column_id == column_id, GradePromiseRow.person_id.in_(person_ids)
        )
    )
    return {row.person_id: row for row in rows}


def promised_to(session: Session, placement_id: int, person_ids: Sequence[int]) -> set[int]:
    """Those of these people who have a grade in a placement's column, or soon will."""
    return set(
        session.scalars(
            select(GradePromiseRow.person_id)
            .join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
            .where(ColumnRow.placement_id == placement_id, GradePromiseRow.person_id.in_(person_ids))
        )
    )


def promised_since(session: Session, placement_id: int, at: datetime) -> set[int]:
    """Whose grade in a placement's column changed since then."""
    wanted = select(GradePromiseRow.person_id).join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
    return set(
        session.scalars(wanted.where(ColumnRow.placement_id == placement_id, GradePromiseRow.promised_at >= at))
    )


def promise(session: Session, column_id: int, person_id: int, wish: Wish, now: datetime) -> bool:
    """Promise a grade; the newest wish wins. True when something has to be sent."""
    return promise_all(session, column_id, {person_id: wish}, now)


def promise_all(session: Session, column_id: int, wishes: Mapping[int, Wish], now: datetime) -> bool:
    """Promise grades, by person; the newest wish wins. True when something has to be sent.

    A grade the teacher set in the gradebook stays untouched: the wish is kept, but not sent.
    """
    rows = _locked(session, column_id, wishes)
    missing = [person_id for person_id in wishes if person_id not in rows]
    add_missing(session, GradePromiseRow, [_fresh(column_id, one, wishes[one], now) for one in missing])
    if missing:
        rows |= _locked(session, column_id, missing)
    changed = [rows[person_id] for person_id, wish in wishes.items() if _follow(rows[person_id], wish, now)]
    if not changed:
        return False
    session.flush()
    session.info["poke"] = True
    return True


def _locked(session: Session, column_id: int, person_ids: Iterable[int]) -> dict[int, GradePromiseRow]:
    """Promises by person, held until the transaction ends; always in the same order, so that two who want several
    do not wait for each other."""
    rows = session.scalars(
        select(GradePromiseRow)
        .where(GradePromiseRow.column_id == column_id, GradePromiseRow.person_id.in_(list(person_ids)))
        .order_by(GradePromiseRow.id)
        .with_for_update()
    )
    return {row.person_id: row for row in rows}


def _fresh(column_id: int, person_id: int, wish: Wish, now: datetime) -> dict[str, Any]:
    return {
        "column_id": column_id,
        "person_id": person_id,
        "revision": 0,
        "state": "new",
        "value": wish.value,
        "evidence_at": wish.evidence_at,
        "promised_at": now,
        "due_at": now,
    }


def _follow(row: GradePromiseRow, wish: Wish, now: datetime) -> bool:
    """The wish into its row. False when it says nothing new."""
    if row.state != "new" and row.value == wish.value and row.complete == wish.complete:
        return False
    row.value, row.complete, row.comment = wish.value, wish.complete, wish.comment
    row.evidence_at, row.promised_at = wish.evidence_at, now
    row.revision += 1
    if row.state in {"new", "waiting", "sent", "failed"}:
        make_due(row, now)
    return True


def make_due(row: GradePromiseRow, now: datetime) -> None:
    """Put a promise back in the queue, with a clean record of tries."""
    row.state, row.due_at, row.attempts, row.problem = "waiting", now, 0, ""
    row.claim, row.claimed_until = "", None


def follow_points(session: Session, column: ColumnRow, before: float, now: datetime) -> None:
    """The column has other points than `before`: what was sent goes out again, a teacher's own grade stays.

    Until then a gradebook shows either the same share of the new points, or the same number: both are ours.
    """
    for row in of_column(session, column.id):
        if row.sent_value is not None:
            row.tried_values = [*row.tried_values, row.sent_value * before / column.maximum]
        if row.state in {"sent", "sending"}:
            row.revision += 1
        if row.state == "sent":
            make_due(row, now)
    session.info["poke"] = True


def lose_column(session: Session, column: ColumnRow) -> None:
    """The column is not in the gradebook any more, and no grade that went there."""
    for row in of_column(session, column.id):
        row.seen_value = row.overridden_at = None
        if row.state in {"sent", "kept"}:
            row.state, row.problem = "failed", ""  # said once, above all of them


def leave_column(session: Session, column: ColumnRow, now: datetime) -> None:
    """What failed because the column is gone goes to another one. Its address is found or made when the first goes."""
    for row in of_column(session, column.id):
        if row.state == "failed":
            row.revision, row.seen_value = row.revision + 1, None
            make_due(row, now)
    column.line_item_url, column.problem, column.making_until = "", "", None
    session.info["poke"] = True


def find_column_again(session: Session, column: ColumnRow, gone: str, now: datetime) -> None:
    """The column was not in the gradebook for a while; what failed for that (`gone` is how it was said) is due."""
    column.problem, column.making_until = "", None
    for row in of_column(session, column.id):
        if row.state == "failed" and row.problem in {"", gone}:
            make_due(row, now)
            session.info["poke"] = True


def delivery(session: Session, promise_id: int) -> Delivery | None:
    """The promise with its column, course and person, in one statement."""
    here = (ActivityVisitRow.placement_id == PlacementRow.id, ActivityVisitRow.person_id == PersonRow.id)
    began = select(func.min(ActivityVisitRow.started_at)).where(*here).scalar_subquery()
    found = session.execute(
        select(GradePromiseRow, ColumnRow, PlacementRow, CourseRow, PersonRow, DeploymentRow.registration_id, began)
        .join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
        .join(PlacementRow, PlacementRow.id == ColumnRow.placement_id)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .join(DeploymentRow, DeploymentRow.id == CourseRow.deployment_id)
        .join(PersonRow, PersonRow.id == GradePromiseRow.person_id)
        .where(GradePromiseRow.id == promise_id)
    ).one_or_none()
    if found is None:
        return None
    row, column, placement, course, person, registration_id, started_at = found
    return Delivery(
        promise=row,
        column=column,
        placement=placement,
        course=course,
        person=person,
        registration_id=registration_id,
        started_at=started_at,
    )
