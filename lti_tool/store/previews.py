"""Previews of a rule for large classes: one row each, so that no press and no worker does the same work twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select, update

from .database import Session
from .tables import EnrolmentRow, EvidenceRow, PlacementRow, RulePreviewRow

OPEN = ("waiting", "working")
FRESH_FOR = timedelta(minutes=10)
"""Whoever asks the same again so soon sees what was found; the page offers to look anew."""


def find_or_add(
    session: Session, placement: PlacementRow, fresh: RulePreviewRow, *, anew: bool, now: datetime
) -> tuple[RulePreviewRow, bool]:
    """The preview of the same rule that is under way, or was done a moment ago unless it is wanted `anew`; else the
    `fresh` row, kept. Says whether it is new. Two who ask at once get the same: the second waits for the first."""
    session.execute(select(PlacementRow.id).where(PlacementRow.id == placement.id).with_for_update(key_share=True))
    found = session.scalar(
        select(RulePreviewRow)
        .where(RulePreviewRow.placement_id == placement.id, RulePreviewRow.key == fresh.key)
        .order_by(RulePreviewRow.id.desc())
        .limit(1)
    )
    if found is not None:
        just_done = found.state == "done" and found.touched_at > now - FRESH_FOR and not anew
        if found.state in OPEN or just_done:
            return found, False
    session.add(fresh)
    session.flush()
    return fresh, True


def get(session: Session, placement_id: int, number: int) -> RulePreviewRow | None:
    """One of a placement's previews; None for anything else, so that numbers cannot be guessed."""
    return session.scalar(
        select(RulePreviewRow).where(RulePreviewRow.id == number, RulePreviewRow.placement_id == placement_id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How far a preview is, without what it says."""

    id: int
    state: str
    done: int
    total: int
    touched_at: datetime


def latest_of(session: Session, placement_id: int, person_id: int, since: datetime) -> Waiting | None:
    """The newest preview that somebody asked for since then."""
    found = session.execute(
        select(*(getattr(RulePreviewRow, one.name) for one in fields(Waiting)))
        .where(
            RulePreviewRow.placement_id == placement_id,
            RulePreviewRow.created_by == person_id,
            RulePreviewRow.created_at > since,
        )
        .order_by(RulePreviewRow.id.desc())
        .limit(1)
    ).one_or_none()
    return Waiting(**found._mapping) if found else None


def take(session: Session, number: int, now: datetime, alive_since: datetime) -> RulePreviewRow | None:
    """One to work out, marked as taken. None when it is done, or another worker lives and is at it."""
    row = session.scalar(
        select(RulePreviewRow).where(RulePreviewRow.id == number, RulePreviewRow.state.in_(OPEN)).with_for_update()
    )
    if row is None or (row.state == "working" and row.touched_at > alive_since):
        return None
    row.state, row.done, row.touched_at = "working", 0, now
    return row


def beat(session: Session, number: int, done: int, now: datetime) -> None:
    """Say how many students are through, and that the work goes on."""
    session.execute(update(RulePreviewRow).where(RulePreviewRow.id == number).values(done=done, touched_at=now))


def end(session: Session, number: int, now: datetime, state: str, values: Mapping[str, Any]) -> None:
    """Write down how it ended: done with a result, or failed."""
    session.execute(
        update(RulePreviewRow)
        .where(RulePreviewRow.id == number, RulePreviewRow.state == "working")
        .values(state=state, touched_at=now, **values)
    )


def untouched_since(session: Session, before: datetime) -> Sequence[int]:
    """Those nobody has worked on for a while, the oldest first: the queue lost them, or a worker was killed."""
    return session.scalars(
        select(RulePreviewRow.id)
        .where(RulePreviewRow.state.in_(OPEN), RulePreviewRow.touched_at <= before)
        .order_by(RulePreviewRow.id)
    ).all()


def is_large(session: Session, course_id: int, content_key: str, students: int, answers: int) -> bool:
    """Whether a course has more students, or more evidence on a content, than this. Counts no further."""
    here = select(EnrolmentRow.id).where(EnrolmentRow.course_id == course_id, EnrolmentRow.role == "student")
    shown = select(EvidenceRow.id).where(EvidenceRow.course_id == course_id, EvidenceRow.content_key == content_key)
    found = session.execute(select(_number(here, students + 1), _number(shown, answers + 1))).one()
    return found[0] > students or found[1] > answers


def _number(rows: Select[int], most: int) -> ScalarSelect[int]:
    return select(func.count()).select_from(rows.limit(most).subquery()).scalar_subquery()
