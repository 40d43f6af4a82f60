"""Other gradebook columns that count as evidence: which, for which skill, and what was read from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..learning.evidence import Source
from ..learning.ids import Score
from .database import Session
from .tables import ColumnRow, CourseRow, EvidenceRow, GradeSourceRow, LaunchRow, PlacementRow, SeenGradeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGrade:
    """A grade of another column, ready to become evidence. `share` of the points, `score` as rules see it."""

    person_id: int
    share: float
    score: Score
    at: datetime
    note: str


def of_course(session: Session, course_id: int, content_key: str) -> Sequence[GradeSourceRow]:
    """The sources in use, oldest first."""
    return session.scalars(
        select(GradeSourceRow)
        .where(
            GradeSourceRow.course_id == course_id,
            GradeSourceRow.content_key == content_key,
            GradeSourceRow.ended_at.is_(None),
        )
        .order_by(GradeSourceRow.id)
    ).all()


def find(session: Session, source_id: int, *, lock: bool = False) -> GradeSourceRow | None:
    """One source that is in use; locked, so that two readings come one after the other."""
    query = select(GradeSourceRow).where(GradeSourceRow.id == source_id, GradeSourceRow.ended_at.is_(None))
    return session.scalar(query.with_for_update() if lock else query)


def own_columns(session: Session, course_id: int) -> set[str]:
    """Addresses of the columns we fill ourselves: what we sent cannot be evidence for itself."""
    return set(
        session.scalars(
            select(ColumnRow.line_item_url)
            .join(PlacementRow, PlacementRow.id == ColumnRow.placement_id)
            .where(PlacementRow.course_id == course_id, ColumnRow.line_item_url != "")
        )
    )


def seen(session: Session, source_id: int) -> dict[int, SeenGradeRow]:
    """What was read last, by person."""
    rows = session.scalars(select(SeenGradeRow).where(SeenGradeRow.source_id == source_id))
    return {row.person_id: row for row in rows}


def append(session: Session, source: GradeSourceRow, grade: SourceGrade) -> EvidenceRow:
    """Write a grade down as evidence."""
    row = EvidenceRow(
        person_id=grade.person_id,
        course_id=source.course_id,
        content_key=source.content_key,
        skill_key=source.skill_key,
        score=grade.score,
        at=grade.at,
        source=Source.LMS_GRADE,
        note=grade.note,
        recorded_by=source.chosen_by,
    )
    session.add(row)
    session.flush()
    return row


def to_read(session: Session, visited_since: datetime, read_before: datetime) -> list[int]:
    """Sources of courses somebody opened lately that were not read for a while."""
    visited = select(LaunchRow.course_id).where(LaunchRow.created_at >= visited_since)
    query = (
        select(GradeSourceRow.id)
        .join(CourseRow, CourseRow.id == GradeSourceRow.course_id)
        .where(
            GradeSourceRow.ended_at.is_(None),
            CourseRow.id.in_(visited),
            (GradeSourceRow.read_at.is_(None)) | (GradeSourceRow.read_at < read_before),
        )
        .order_by(GradeSourceRow.id)
    )
    return list(session.scalars(query))
