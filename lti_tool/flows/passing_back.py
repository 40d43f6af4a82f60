"""One grade promise -> LMS -> settled, tried again later, left to the teacher's own grade, or told to the teacher.

The promise row was written with the evidence and claimed with a lease (`store.outbox`). Here: prepare (which
score with which timestamp, written down before anything is sent), look at what the gradebook holds, send, settle.
A worker may die between any two of these. What follows then:

- The lease runs out and another worker claims the promise.
- A try whose outcome is unknown is repeated with the *same* timestamp, so the gradebook sees one score, not two
  (AGS 2.0 §3.4.6: a platform must ignore what is not newer).
- Before every try the gradebook is read. Our own last or attempted value there means nothing was touched; any other
  value is the teacher's, and is left alone.
- Where the teacher wants ours instead, the gradebook is read again afterwards: some say yes and show theirs still,
  until they undo it there.
  Likewise where columns may show another number than was sent: what ours became there is no teacher's grade.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ..lti import grades as gradebook
from ..lti.connection import SOMEBODY_WAITS_SECONDS, Connection
from ..lti.errors import Meaning, PlatformError, PlatformSilent, ScoreOutdated, ScoreRefused
from ..lti.values import ActivityProgress, GradingProgress, ScoreToSend, SeenResult
from ..store import grades, outbox
from ..store.database import Session
from ..store.grades import Delivery
from ..store.tables import GradePromiseRow
from ..telemetry import log
from .border import Border
from .columns import (
    column_address,
    follow_points,
    is_still_gone,
    known_values,
    note_found,
    note_if_gone,
    same_points,
)
from .service_access import connect

SILENT = "silent"
"""Put off or given up like any other, because the LMS gave no answer in time."""
MOST_TRIES = 14
"""With the waits below this is about two days: longer than any maintenance window."""
_FIRST_WAIT_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 6 * 3600.0
_MOST_LOOKS = 5
"""Tries that fail because the gradebook cannot be read, before a grade goes out without a look: about a minute."""
_MAY_PASS = frozenset({Meaning.TOKEN_OVER})
"""Refusals that a grade outlives all the same: an LMS that is being set up or restarted takes no token for a while."""
_RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What one try carries, and how to recognise later that it arrived."""

    promise_id: int
    registration_id: int
    course_id: int
    placement_id: int
    subject: str
    scopes: tuple[str, ...]
    claim: str
    revision: int
    value: float
    maximum: float
    complete: bool
    comment: str
    evidence_at: datetime
    score_at: datetime
    started_at: datetime | None
    attempts: int
    """Tries before this one."""
    sent: float | None
    """What went out last."""
    ours: tuple[float, ...]
    """Values we sent or may have sent."""
    was_gone: bool
    """The LMS did not know the column at an earlier try."""
    overruled: tuple[float, ...]
    """Of these, what did not surely arrive: earlier tries, and the teacher's own that ours is to replace."""
    reshaped: bool
    """The gradebook made another number of the last one."""


_BROKEN = "Something broke on our side while this grade was sent. The operator of this tool finds it in the log."
_TEST_COPY = "This is a test copy of your LMS. Cairn sends no grades from it, so that nothing real is overwritten."
STAYS = (
    "Your gradebook has taken ours and still shows the one typed in by hand. Undo that one there: then ours shows."
)
"""Said of a grade that arrived behind the teacher's."""


def deliver(border: Border, promise_id: int, now: datetime) -> str:
    """Carry one claimed promise. Returns what became of it: sent, kept, waiting, failed, gone, or `SILENT`."""
    with border.db.writing() as session:
        parcel = _prepare(session, promise_id, now)
    if parcel is None:
        return "gone"
    try:
        outcome = _carry(border, parcel, now)
    except PlatformError as error:
        outcome = _put_off(border, parcel, error, now)
        outcome = SILENT if isinstance(error, PlatformSilent) else outcome
    except Exception:
        # A bug, perhaps met by an answer nobody thought of. The grade must neither stay unseen nor be tried for ever.
        log.exception("grade.delivery_broke", promise=promise_id)
        outcome = _put_off(border, parcel, PlatformError(_BROKEN, permanent=False), now)
    log.info("grade.delivery", promise=promise_id, outcome=outcome)
    return outcome


def _prepare(session: Session, promise_id: int, now: datetime) -> Parcel | None:
    """Decide value and timestamp and write them down before anything is sent."""
    found = grades.delivery(session, promise_id)
    if found is None or found.promise.state != "sending":
        return None
    row = found.promise
    if row.score_revision != row.revision or row.score_at is None:
        row.score_at = _timestamp(row)
        row.score_revision, row.tried_values = row.revision, [*row.tried_values, row.value]
    return _parcel(found, row.score_at)


def _timestamp(row: GradePromiseRow) -> datetime:
    """Strictly later than the last one, by a whole second: some gradebooks compare whole seconds."""
    at = max(row.promised_at, row.evidence_at).astimezone(UTC)
    if row.score_at is not None and at < row.score_at + timedelta(seconds=1):
        at = row.score_at + timedelta(seconds=1)
    return at


def _parcel(found: Delivery, score_at: datetime) -> Parcel:
    row = found.promise
    ours = known_values(row)
    return Parcel(
        promise_id=row.id,
        registration_id=found.registration_id,
        course_id=found.course.id,
        placement_id=found.placement.id,
        subject=found.person.subject,
        scopes=tuple(found.course.ags_scopes),
        claim=row.claim,
        revision=row.revision,
        value=row.value,
        maximum=found.column.maximum,
        complete=row.complete,
        comment=row.comment,
        evidence_at=row.evidence_at,
        score_at=score_at,
        started_at=found.started_at,
        attempts=row.attempts,
        sent=row.sent_value,
        ours=ours,
        was_gone=bool(found.column.problem),
        overruled=tuple(row.tried_values),
        reshaped=row.became_value != row.sent_value,
    )


def _carry(border: Border, parcel: Parcel, now: datetime) -> str:
    if parcel.score_at > now + timedelta(seconds=2):
        return _wait_for(border, parcel, parcel.score_at, now)
    connection = connect(border, parcel.registration_id, now, patience_seconds=SOMEBODY_WAITS_SECONDS)
    if connection.platform.is_test_installation(connection.registration):
        raise PlatformError(_TEST_COPY, permanent=True)
    address = column_address(border, connection, parcel.placement_id, now)
    if not address:
        return _wait_for(border, parcel, _look_again(parcel, now), now)
    if parcel.was_gone and is_still_gone(border, connection, parcel.placement_id, now):
        raise PlatformError(gradebook.COLUMN_GONE, permanent=True)
    return _hand_over(border, connection, address, parcel, now)


def _hand_over(border: Border, connection: Connection, address: str, parcel: Parcel, now: datetime) -> str:
    if follow_points(border, connection, parcel.placement_id):
        parcel = _with_ours_of_now(border, parcel)
    seen = _look(connection, address, parcel)
    if _is_foreign(seen, parcel):
        return _settle(border, parcel, "kept", now, seen)
    try:
        gradebook.send(connection, address, _score(parcel), parcel.scopes)
    except ScoreOutdated as error:
        return _after_outdated(border, connection, address, parcel, error, now)
    except ScoreRefused as error:
        if error.meaning is Meaning.NOT_FOUND:
            note_if_gone(border, connection, parcel.placement_id, now, refused=True)
        raise
    if parcel.was_gone:
        note_found(border, parcel.placement_id, now)
    return _after_taken(border, connection, address, parcel, seen, now)


def _with_ours_of_now(border: Border, parcel: Parcel) -> Parcel:
    """The same, knowing what became of ours when the column got other points."""
    with border.db.reading() as session:
        row = session.get(GradePromiseRow, parcel.promise_id)
        return replace(parcel, ours=known_values(row), overruled=tuple(row.tried_values)) if row else parcel


def _look_again(parcel: Parcel, now: datetime) -> datetime:
    """When to look for the column of an activity that nobody has opened yet; its first visit wakes us before.

    The longer it was so the later, because most such activities were never added to their course.
    """
    return now + min(max(now - parcel.evidence_at, timedelta(hours=1)), timedelta(days=30))


def _after_taken(
    border: Border, connection: Connection, address: str, parcel: Parcel, before: SeenResult | None, now: datetime
) -> str:
    """Ours was taken. See what the gradebook shows now where that may be something else."""
    was = before.score if before else None
    in_question = was is not None and not _is(was, (parcel.value, parcel.sent), parcel)
    to_replace = in_question and _is(was, parcel.overruled, parcel)
    may_differ = connection.platform.reshapes_scores and (parcel.sent is None or parcel.reshaped)
    try:
        after = _look(connection, address, parcel) if to_replace or may_differ else None
    except PlatformError:
        after = None  # it was taken all the same
    if after is None or after.score is None:
        return _settle(border, parcel, "sent", now, None, taken=True)
    stays = to_replace and _is(after.score, (was,), parcel)
    return _settle(border, parcel, "kept" if stays else "sent", now, after, taken=True)


def _look(connection: Connection, address: str, parcel: Parcel) -> SeenResult | None:
    """What the gradebook holds for this learner; None when it is empty or we may not look.

    A gradebook that takes grades and shows none must not keep a grade back: one that refuses is asked no further,
    one that cannot be read is asked a few times. An LMS that asks us to slow down is heard.
    """
    if _RESULT_SCOPE not in parcel.scopes:
        return None
    try:
        seen = next(iter(gradebook.results(connection, address, subject=parcel.subject)), None)
    except PlatformError as error:
        is_lasting = error.permanent or parcel.attempts >= _MOST_LOOKS
        if not is_lasting or error.retry_after_seconds is not None:
            raise
        log.warning("grade.not_looked", promise=parcel.promise_id, status=error.status)
        return None
    if _is_foreign(seen, parcel):
        seen = _in_points_of_now(connection, address, parcel, seen)
    return seen and replace(seen, score=held_score(seen, parcel.sent, connection))


def _in_points_of_now(
    connection: Connection, address: str, parcel: Parcel, seen: SeenResult | None
) -> SeenResult | None:
    """The same result, where the column may have got other points since ours went there."""
    points = gradebook.points_now(connection, address, parcel.scopes)
    if seen is None or seen.points is None or points is None:
        return seen
    return replace(seen, score=seen.points / points)


def held_score(seen: SeenResult | None, sent: float | None, connection: Connection) -> float | None:
    """The grade a result stands for, None when there is none.

    Some gradebooks leave out the number of a zero. Where we sent a grade before, such a result is a zero; where we
    never did, it may as well be an empty row.
    """
    blank = seen is not None and seen.score is None
    if blank and sent is not None and not connection.platform.shows_zero_results:
        return 0.0
    return seen.score if seen else None


def _score(parcel: Parcel) -> ScoreToSend:
    return ScoreToSend(
        subject=parcel.subject,
        given=parcel.value,
        maximum=parcel.maximum,
        comment=parcel.comment,
        activity=ActivityProgress.COMPLETED if parcel.complete else ActivityProgress.IN_PROGRESS,
        grading=GradingProgress.FULLY_GRADED,
        at=parcel.score_at,
        submitted_at=parcel.evidence_at,
        started_at=parcel.started_at,
        gives_way=parcel.sent is None and set(parcel.overruled) == {parcel.value},
    )


def _is_foreign(seen: SeenResult | None, parcel: Parcel) -> bool:
    """True when the gradebook holds a grade that cannot be ours."""
    return seen is not None and seen.score is not None and not _is(seen.score, parcel.ours, parcel)


def _is(score: float | None, values: Iterable[float | None], parcel: Parcel) -> bool:
    """True when the gradebook's score is one of these."""
    given = [value for value in values if value is not None]
    return score is not None and any(same_points(score, value, parcel.maximum) for value in given)


def _after_outdated(
    border: Border,
    connection: Connection,
    address: str,
    parcel: Parcel,
    error: ScoreOutdated,
    now: datetime,
) -> str:
    """The gradebook has something as new: our own score from a try whose answer was lost, or the teacher's."""
    seen = _look(connection, address, parcel)
    if seen is None or seen.score is None:
        return _put_off(border, parcel, error, now, later_timestamp=True)
    if same_points(seen.score, parcel.value, parcel.maximum):
        return _settle(border, parcel, "sent", now, None, taken=True)
    if _is_foreign(seen, parcel):
        return _settle(border, parcel, "kept", now, seen)
    return _put_off(border, parcel, error, now, later_timestamp=True)


def _settle(
    border: Border, parcel: Parcel, state: str, now: datetime, seen: SeenResult | None, *, taken: bool = False
) -> str:
    """Write down what became of the try; a newer wish that came meanwhile goes out next. `taken`: ours has arrived,
    be it behind a grade of the teacher's."""
    with border.db.writing() as session:
        row = session.get(GradePromiseRow, parcel.promise_id)
        if row is None:
            return "gone"
        if taken:
            row.sent_value, row.sent_at, row.tried_values = parcel.value, now, []
            row.seen_value, row.seen_at = parcel.value, now
            row.became_value = None if state == "kept" else seen.score if seen else parcel.value
        if seen is not None:
            row.seen_value, row.seen_at, row.overridden_at = seen.score, now, now if state == "kept" else None
        if row.claim != parcel.claim:
            return state
        if taken and row.problem and row.attempts:
            outbox.release(session, parcel.registration_id, row.problem, now)
        if state == "sent" and row.revision != parcel.revision:
            grades.make_due(row, now + timedelta(seconds=1))
            return "waiting"
        row.state, row.problem, row.attempts = state, STAYS if taken and state == "kept" else "", 0
        row.claim, row.claimed_until = "", None
    return state


def _wait_for(border: Border, parcel: Parcel, due_at: datetime, now: datetime) -> str:
    with border.db.writing() as session:
        row = session.get(GradePromiseRow, parcel.promise_id)
        if row is not None and row.claim == parcel.claim:
            row.state, row.due_at, row.claim, row.claimed_until = "waiting", due_at, "", None
    return "waiting"


def _put_off(
    border: Border, parcel: Parcel, error: PlatformError, now: datetime, *, later_timestamp: bool = False
) -> str:
    """Try again later, or tell the teacher when trying again cannot help."""
    with border.db.writing() as session:
        row = session.get(GradePromiseRow, parcel.promise_id)
        if row is None or row.claim != parcel.claim:
            return "gone"
        row.attempts += 1
        row.problem = error.message
        is_final = error.permanent and not later_timestamp and error.meaning not in _MAY_PASS
        give_up = is_final or row.attempts >= MOST_TRIES
        row.state = "failed" if give_up and row.revision == parcel.revision else "waiting"
        row.due_at = now + timedelta(seconds=wait_seconds(row.attempts, error.retry_after_seconds))
        row.claim, row.claimed_until = "", None
        if later_timestamp and row.score_at is not None:
            row.score_revision, row.score_at = 0, max(row.score_at, now - timedelta(seconds=1))
        if error.retry_after_seconds:
            outbox.hold_back(session, parcel.registration_id, now, error.retry_after_seconds)
        log.warning("grade.put_off", promise=row.id, attempts=row.attempts, status=error.status, state=row.state)
        return row.state


def wait_seconds(attempts: int, retry_after_seconds: float | None) -> float:
    """Doubling waits with a spread, so that a class does not come back all at once; never before the LMS allows."""
    backoff = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** min(attempts - 1, 20))
    spread = backoff * random.uniform(0.5, 1.0)  # noqa: S311 - a spread needs no secrecy
    return max(spread, min(retry_after_seconds or 0.0, 24 * 3600.0))
