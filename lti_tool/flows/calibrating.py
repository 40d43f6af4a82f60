"""A course's own answers -> better predictions, by the night, by the hour while a course is new, or by command.

Reading, thinking and writing are three steps: the answers are read in portions, nothing is locked while the new
parameters are worked out, and what is written is one row. So people work on as if nothing happened, and a run killed
half-way leaves the present parameters in force. Parameters that do not predict held-out answers better are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from ..learning.course_answers import gather
from ..learning.evidence import Evidence
from ..store import calibrations, parameters
from ..store.calibrations import CourseKey
from ..store.database import Database
from ..telemetry import log

if TYPE_CHECKING:
    from ..learning.calibration import Calibration

LEAST_ANSWERS = 100
"""Fewer answers than this teach nothing that would hold for others."""
GROWTH = {"hour": 0.5, "night": 0.03}
"""New answers, as a share of those already read, that make another run worth its while: a course on its first day
is looked at every hour, an old one on some nights."""
ALIVE_FOR = timedelta(days=30)
READING = 0.3
"""Share of the work that reading is."""
TELL_EVERY = timedelta(seconds=2)

Hear = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended: kept, unchanged, too_few (answers), or busy (another run is at work on the course)."""

    state: Literal["kept", "unchanged", "too_few", "busy"]
    version: int = 0
    answers: int = 0
    loss_before: float = 0.0
    loss_after: float = 0.0


def due(db: Database, now: datetime, how_often: Literal["hour", "night"] = "night") -> list[CourseKey]:
    """Courses in use with enough new answers to learn from."""
    with db.reading() as session:
        found = calibrations.with_new_answers(session, now - ALIVE_FOR)
    return [one.course for one in found if one.new >= max(LEAST_ANSWERS, GROWTH[how_often] * one.read)]


def with_evidence(db: Database, course_id: int | None = None) -> list[CourseKey]:
    """Every course that has answers nobody learned from yet; or one course, whether its answers are new or not."""
    with db.reading() as session:
        if course_id is not None:
            return calibrations.worked_on(session, course_id)
        return [one.course for one in calibrations.with_new_answers(session)]


def calibrate_course(
    db: Database, course: CourseKey, clock: Callable[[], datetime], hear: Hear = lambda _share: None
) -> Outcome:
    """Learn from all answers of a course. `hear` is told shares of the work from 0 to 1."""
    with db.writing() as session:
        if not calibrations.begin(session, course, clock()):
            return Outcome(state="busy")
    progress = _Progress(db, course, clock, hear)
    try:
        return _run(db, course, clock, progress)
    except Exception as error:
        with db.writing() as session:
            calibrations.fail(session, course, f"{type(error).__name__}: {error}", clock())
        log.exception("calibration.broke", course=course.course_id, content=course.content_key)
        raise


def _run(db: Database, course: CourseKey, clock: Callable[[], datetime], progress: _Progress) -> Outcome:
    # Web processes know this flow and never run it; what it needs takes long to load and much room.
    from ..learning.calibration import MOST_ANSWERS, calibrate

    with db.reading() as session:
        through = calibrations.last_evidence_id(session, course)
        present = parameters.current(session, course.course_id, course.content_key)
        number, learners = calibrations.answers_by_learner(session, course, MOST_ANSWERS, through)
        answers = gather(progress.watched(learners, number))
    if len(answers.answers) < LEAST_ANSWERS:
        return _ended(db, course, "too_few", clock(), through, None)
    progress.tell(READING)
    came = calibrate(answers, present, lambda share: progress.tell(READING + (1 - READING) * share))
    return _ended(db, course, "kept" if came.kept_new else "unchanged", clock(), through, came)


def _ended(
    db: Database,
    course: CourseKey,
    state: Literal["kept", "unchanged", "too_few"],
    now: datetime,
    through: int,
    came: Calibration | None,
) -> Outcome:
    with db.writing() as session:
        if came is not None and came.kept_new:
            parameters.keep(session, course.course_id, course.content_key, came, now)
        calibrations.end(session, course, state, now, through_id=through, came=came)
        version = parameters.version_in_force(session, course.course_id, course.content_key)
    outcome = Outcome(
        state=state,
        version=version,
        answers=came.answers if came else 0,
        loss_before=came.loss_before if came else 0.0,
        loss_after=came.loss_after if came else 0.0,
    )
    log.info(
        "calibration.done",
        course=course.course_id,
        content=course.content_key,
        state=state,
        version=version,
        answers=outcome.answers,
        loss_before=round(outcome.loss_before, 4),
        loss_after=round(outcome.loss_after, 4),
    )
    return outcome


class _Progress:
    """Tells listeners, the log and the database how far a run is, every few seconds."""

    def __init__(self, db: Database, course: CourseKey, clock: Callable[[], datetime], hear: Hear) -> None:
        self._db, self._course, self._clock, self._hear = db, course, clock, hear
        self._told_at = clock()

    def watched(self, learners: Iterator[list[Evidence]], answers: int) -> Iterator[list[Evidence]]:
        """The same learners, with a sign of life now and then; there are about so many `answers`."""
        read = 0
        for history in learners:
            yield history
            read += len(history)
            self.tell(READING * min(1.0, read / max(1, answers)))

    def tell(self, share: float) -> None:
        """So much is done."""
        self._hear(share)
        now = self._clock()
        if now - self._told_at < TELL_EVERY:
            return
        self._told_at = now
        with self._db.writing() as session:
            calibrations.beat(session, self._course, share, now)
        log.info("calibration.at", course=self._course.course_id, percent=round(100 * share))
