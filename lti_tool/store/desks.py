"""A learner's desk in one placement, their profile, and the activities they did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from ..learning.ids import ActivityId
from .database import Connection, Session
from .tables import ActivityVisitRow, DeskRow, ProfileRow
from .upserts import find_or_add

UNTOUCHED = "welcome"
"""The stage of a desk until its learner's first word, be it “skip this”."""


def find(session: Session, placement_id: int, person_id: int) -> DeskRow | None:
    """The desk, if the learner was ever here."""
    return session.scalar(
        select(DeskRow).where(DeskRow.placement_id == placement_id, DeskRow.person_id == person_id)
    )


def keep(session: Session, placement_id: int, person_id: int, now: datetime) -> DeskRow:
    """The desk of somebody at work, made when missing. Locked, so that two answers of one learner come one after the
    other."""
    row = reach(session, placement_id, person_id, now)
    row.updated_at = now
    return row


def reach(session: Session, placement_id: int, person_id: int, now: datetime) -> DeskRow:
    """The same desk for a teacher who lays something on it: that is no work of the learner."""
    key = {"placement_id": placement_id, "person_id": person_id}
    return find_or_add(session, DeskRow, key, {"updated_at": now}, lock=True)


def has_begun(row: DeskRow | None) -> bool:
    """Whether the learner has done anything here; a desk may be there before, with a teacher's word on it."""
    return row is not None and row.stage != UNTOUCHED


def worked_at(session: Session, placement_id: int) -> dict[int, datetime]:
    """When each of those who have begun here was last at work here, by the person's id."""
    rows = session.execute(
        select(DeskRow.person_id, DeskRow.updated_at).where(
            DeskRow.placement_id == placement_id, DeskRow.stage != UNTOUCHED
        )
    )
    return {row.person_id: row.updated_at for row in rows}


def clear(row: DeskRow) -> None:
    """Take the activity and its question off the desk."""
    row.activity_key, row.activity_started_at, row.answered_in_activity = "", None, 0
    clear_item(row)


def clear_item(row: DeskRow) -> None:
    """Take the question off the desk."""
    row.item_key, row.item_served_at, row.attempt, row.hints_shown = "", None, 1, 0
    row.last_mark, row.draft = {}, {}


def keep_profile(session: Session, person_id: int, now: datetime) -> ProfileRow:
    """The profile row, made when missing."""
    row = find_or_add(session, ProfileRow, {"person_id": person_id}, {"updated_at": now})
    row.updated_at = now
    return row


def was_asked(session: Session, person_id: int) -> bool:
    """Whether the learner was asked what they like, here or at another activity; they may have said nothing."""
    return session.get(ProfileRow, person_id) is not None


_VISITS = ActivityVisitRow.__table__.c
_OF_LEARNER = (
    select(*_VISITS)
    .where(_VISITS.placement_id == bindparam("placement"), _VISITS.person_id == bindparam("person"))
    .order_by(_VISITS.id)
)


def visits(session: Session | Connection, placement_id: int, person_id: int) -> Sequence[ActivityVisitRow]:
    """Every activity the learner opened here, oldest first; bare columns, to be read only."""
    found: Sequence[Any] = session.execute(_OF_LEARNER, {"placement": placement_id, "person": person_id}).all()
    return found


def finished(rows: Sequence[ActivityVisitRow]) -> Counter[ActivityId]:
    """How often each activity was finished."""
    return Counter(ActivityId(row.activity_key) for row in rows if row.finished_at)


def open_visit(session: Session, desk: DeskRow, now: datetime) -> None:
    """Note that an activity was begun."""
    session.add(
        ActivityVisitRow(
            placement_id=desk.placement_id,
            person_id=desk.person_id,
            activity_key=desk.activity_key,
            started_at=now,
        )
    )


def close_visit(session: Session, desk: DeskRow, reflection: str, now: datetime) -> None:
    """Note that the open activity is done, with what the learner wrote looking back."""
    row = session.scalars(
        select(ActivityVisitRow)
        .where(
            ActivityVisitRow.placement_id == desk.placement_id,
            ActivityVisitRow.person_id == desk.person_id,
            ActivityVisitRow.activity_key == desk.activity_key,
            ActivityVisitRow.finished_at.is_(None),
        )
        .order_by(ActivityVisitRow.id.desc())
        .limit(1)
    ).first()
    if row is not None:
        row.finished_at, row.reflection = now, reflection
