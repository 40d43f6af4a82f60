"""Calibrations: which courses have new answers, one run at a time for each, how the latest went, what they read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Update, and_, func, select, true, update

from ..learning.evidence import Evidence
from .database import Session
from .evidence import COUNTS, JUDGED, value
from .tables import CalibrationRow, CourseRow, EvidenceRow, LaunchRow
from .upserts import find_or_add

if TYPE_CHECKING:
    from ..learning.calibration import Calibration

SILENT_FOR = timedelta(minutes=10)
"""A run without a sign of life for so long has died with its worker."""
_PORTION = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseKey:
    """A course and the content worked on there: what one set of parameters is for."""

    course_id: int
    content_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswers:
    """First answers since the latest calibration of a course (`new`), and how many that one had read (`read`)."""

    course: CourseKey
    new: int
    read: int


def with_new_answers(session: Session, visited_since: datetime | None = None) -> list[NewAnswers]:
    """Courses with answers no calibration has read; only those somebody opened lately, when a time is given."""
    query = (
        select(
            EvidenceRow.course_id,
            EvidenceRow.content_key,
            func.count(),
            func.coalesce(func.max(CalibrationRow.answers), 0),
        )
        .outerjoin(
            CalibrationRow,
            and_(
                CalibrationRow.course_id == EvidenceRow.course_id,
                CalibrationRow.content_key == EvidenceRow.content_key,
            ),
        )
        .where(EvidenceRow.attempt == 1, EvidenceRow.id > func.coalesce(CalibrationRow.through_id, 0))
        .group_by(EvidenceRow.course_id, EvidenceRow.content_key)
        .order_by(EvidenceRow.course_id, EvidenceRow.content_key)
    )
    if visited_since is not None:
        visited = select(LaunchRow.course_id).where(LaunchRow.created_at >= visited_since)
        query = query.where(EvidenceRow.course_id.in_(visited))
    return [
        NewAnswers(course=CourseKey(course_id=course_id, content_key=key), new=new, read=read)
        for course_id, key, new, read in session.execute(query)
    ]


def worked_on(session: Session, course_id: int) -> list[CourseKey]:
    """The contents with answers in a course."""
    keys = session.scalars(
        select(EvidenceRow.content_key)
        .where(EvidenceRow.course_id == course_id)
        .distinct()
        .order_by(EvidenceRow.content_key)
    )
    return [CourseKey(course_id=course_id, content_key=key) for key in keys]


def begin(session: Session, course: CourseKey, now: datetime) -> bool:
    """Take the course for one run. False while another run is alive."""
    key = {"course_id": course.course_id, "content_key": course.content_key}
    row = find_or_add(session, CalibrationRow, key, {"started_at": now, "beat_at": now, "state": "new"}, lock=True)
    if row.state == "running" and now - row.beat_at < SILENT_FOR:
        return False
    row.state, row.share, row.problem = "running", 0.0, ""
    row.started_at, row.beat_at, row.finished_at = now, now, None
    session.flush()
    return True


def beat(session: Session, course: CourseKey, share: float, now: datetime) -> None:
    """Say how far the run is, and that it lives."""
    session.execute(_of(course).values(share=share, beat_at=now))


def end(
    session: Session, course: CourseKey, state: str, now: datetime, *, through_id: int, came: Calibration | None
) -> None:
    """Write down how the run ended. `came` is empty when there were too few answers: they stay unread."""
    values = {"state": state, "share": 1.0, "beat_at": now, "finished_at": now}
    if came is not None:
        values |= {
            "through_id": through_id,
            "version": came.parameters.version,
            "answers": came.answers,
            "held_out": came.held_out,
            "loss_before": came.loss_before,
            "loss_after": came.loss_after,
        }
    session.execute(_of(course).values(**values))


def fail(session: Session, course: CourseKey, problem: str, now: datetime) -> None:
    """Write down that the run broke off. What it read counts as unread."""
    session.execute(_of(course).values(state="failed", problem=problem, beat_at=now, finished_at=now))


def _of(course: CourseKey) -> Update:
    return update(CalibrationRow).where(
        CalibrationRow.course_id == course.course_id, CalibrationRow.content_key == course.content_key
    )


def latest(session: Session) -> Sequence[tuple[CalibrationRow, str]]:
    """The latest run of every course with the course's title, the newest first."""
    rows = session.execute(
        select(CalibrationRow, CourseRow.title)
        .join(CourseRow, CourseRow.id == CalibrationRow.course_id)
        .order_by(CalibrationRow.started_at.desc(), CalibrationRow.id)
    )
    return [(row, title) for row, title in rows]


def last_evidence_id(session: Session, course: CourseKey) -> int:
    """The newest observation there is for a course; 0 when there is none."""
    return session.scalar(select(func.max(EvidenceRow.id)).where(_about(course))) or 0


def answers_by_learner(
    session: Session, course: CourseKey, most: int, through_id: int
) -> tuple[int, Iterator[list[Evidence]]]:
    """First answers of the course, one learner after the other, each oldest first; and about how many there are.

    Rows come in portions, so that a course of any size takes the same memory. Of more than `most` answers every
    second (third ...) learner is read.
    """
    wanted = (_about(course), EvidenceRow.attempt == 1, EvidenceRow.id <= through_id, COUNTS)
    number = session.scalar(select(func.count()).where(*wanted)) or 0
    step = max(1, -(-number // most))
    rows = session.execute(
        select(EvidenceRow.person_id, *JUDGED)
        .where(*wanted, EvidenceRow.person_id % step == 0 if step > 1 else true())
        .order_by(EvidenceRow.person_id, EvidenceRow.at, EvidenceRow.id)
        .execution_options(yield_per=_PORTION)
    )
    by_learner = groupby(rows, key=attrgetter("person_id"))
    return number // step, ([value(row) for row in mine] for _, mine in by_learner)


def _about(course: CourseKey) -> ColumnElement[bool]:
    return and_(EvidenceRow.course_id == course.course_id, EvidenceRow.content_key == course.content_key)
