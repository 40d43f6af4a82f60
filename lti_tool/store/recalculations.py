"""Recalculations: everybody judged again after a change, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from .database import Session
from .tables import PlacementRow, RecalculationRow

OPEN = ("waiting", "working")


def add(
    session: Session, placement: PlacementRow, total: int, actor_id: int | None, now: datetime
) -> RecalculationRow:
    """Note that `total` people are to be judged again. One under way for the same placement is replaced."""
    session.execute(
        update(RecalculationRow)
        .where(RecalculationRow.placement_id == placement.id, RecalculationRow.state.in_(OPEN))
        .values(state="replaced", touched_at=now)
    )
    row = RecalculationRow(
        placement_id=placement.id,
        rule_version=placement.rule_version,
        state="waiting" if total else "done",
        total=total,
        created_by=actor_id,
        created_at=now,
        touched_at=now,
    )
    session.add(row)
    session.flush()
    return row


def take(session: Session, recalculation_id: int) -> RecalculationRow | None:
    """One that is still to be done, locked: two workers do one slice after the other, not the same."""
    return session.scalar(
        select(RecalculationRow)
        .where(RecalculationRow.id == recalculation_id, RecalculationRow.state.in_(OPEN))
        .with_for_update()
    )


def latest(session: Session, placement_id: int) -> RecalculationRow | None:
    """The newest of a placement."""
    return session.scalar(
        select(RecalculationRow)
        .where(RecalculationRow.placement_id == placement_id)
        .order_by(RecalculationRow.id.desc())
        .limit(1)
    )


def untouched_since(session: Session, before: datetime) -> Sequence[int]:
    """Those nobody has worked on for a while, the oldest first: the queue lost them, or a worker was killed."""
    return session.scalars(
        select(RecalculationRow.id)
        .where(RecalculationRow.state.in_(OPEN), RecalculationRow.touched_at <= before)
        .order_by(RecalculationRow.id)
    ).all()
