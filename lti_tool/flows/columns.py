"""The one gradebook column of a placement: its address, found or made on first need."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from ..lti import grades as gradebook
from ..lti.connection import Connection
from ..lti.errors import ColumnLost, Meaning, PlatformError
from ..lti.values import Column, ColumnWish
from ..store import courses, grades
from ..store.tables import ColumnRow, GradePromiseRow
from ..telemetry import log
from .border import Border

MAKING = timedelta(minutes=1)
"""Longer than an LMS may take to list its columns and make one. A worker that died holds up the others no longer."""
LOOK_AGAIN = timedelta(minutes=15)
"""How long a column that is gone is believed to stay so: a class at work there does not ask with every answer."""
_PATIENCE_SECONDS = 45.0
_LOOK_SECONDS = 0.1
_making: defaultdict[int, Lock] = defaultdict(Lock)
"""One thread at a time per placement makes its column in this process, so that only one waits for other processes."""


def column_address(border: Border, connection: Connection, placement_id: int, now: datetime) -> str:
    """The column's address; empty where nobody has opened the activity yet and the LMS has no column for it.

    Raises `PlatformError` when the LMS neither gave one nor lets us make one.
    """
    known = _known(border, placement_id)
    if known:
        return known
    with _making[placement_id]:
        return _made_by_one(border, connection, placement_id, now)


def _made_by_one(border: Border, connection: Connection, placement_id: int, now: datetime) -> str:
    """Found or made by us, or by another worker that was first: thirty first grades must not make two columns."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < _PATIENCE_SECONDS:
        known = _known(border, placement_id)
        if known:
            return known
        moment = now + timedelta(seconds=waited)
        with border.db.writing() as session:
            ours = courses.begin_making(session, placement_id, moment, moment + MAKING)
        if ours:
            return _made_alone(border, connection, placement_id, now)
        time.sleep(_LOOK_SECONDS)
    raise PlatformError("The gradebook column of this activity is still being made.", permanent=False)


def _made_alone(border: Border, connection: Connection, placement_id: int, now: datetime) -> str:
    try:
        return _made(border, connection, placement_id, now)
    finally:
        with border.db.writing() as session:
            courses.end_making(session, placement_id)


def _known(border: Border, placement_id: int) -> str:
    with border.db.reading() as session:
        column = courses.column(session, placement_id)
        return column.line_item_url if column else ""


def _made(border: Border, connection: Connection, placement_id: int, now: datetime) -> str:
    with border.db.reading() as session:
        row = courses.placement(session, placement_id)
        course = courses.course(session, row.course_id)
        wish = ColumnWish(
            label=row.title or "Cairn",
            score_maximum=row.points,
            tag="cairn",
            resource_id=row.key,
            resource_link_id=row.resource_link_id or "",
        )
        origin, is_there = row.origin_key, courses.was_opened(session, row)
        line_items_url, scopes = course.line_items_url, tuple(course.ags_scopes)
        kept = courses.column(session, placement_id)
        lost = kept.problem if kept else ""
    if not is_there:
        # Chosen in the picker, and perhaps never added: a new column would belong to nothing.
        made = line_items_url and gradebook.find_column(connection, line_items_url, wish, scopes)
        return _kept(border, placement_id, made, now) if made else ""
    if not line_items_url:
        raise PlatformError(
            "The LMS has not given this activity a gradebook column. Add the activity again with a grade, or ask "
            "your LMS admin to allow the tool to use the gradebook.",
            permanent=True,
        )
    # A copied course brings its columns along, and they carry the key of the original.
    copied = replace(wish, resource_id=origin) if origin else None
    column = copied and gradebook.find_column(connection, line_items_url, copied, scopes)
    if column is None and lost:
        column = gradebook.find_column(connection, line_items_url, wish, scopes)
        if column is None:
            raise PlatformError(lost, permanent=False)
    try:
        column = column or gradebook.find_or_create_column(connection, line_items_url, wish, scopes)
    except ColumnLost as error:
        _note(border, placement_id, error.message)
        raise
    return _kept(border, placement_id, column, now)


def _kept(border: Border, placement_id: int, column: Column, now: datetime) -> str:
    with border.db.writing() as session:
        courses.keep_column(
            session, courses.placement(session, placement_id), now, line_item_url=column.line_item_url
        )
    return column.line_item_url


def _note(border: Border, placement_id: int, problem: str) -> None:
    """A column is somewhere. Until somebody asks for another, we only look for it: a class must not make thirty."""
    with border.db.writing() as session:
        column = courses.column(session, placement_id)
        if column is not None:
            column.problem = problem


def is_still_gone(border: Border, connection: Connection, placement_id: int, now: datetime) -> bool:
    """Whether a column that was gone is so still. One look tells all grades that are due until the next.

    False also where the LMS does not let us look: then a grade that is sent tells.
    """
    column, scopes = _column(border, placement_id)
    if column is None:
        return False
    with border.db.writing() as session:
        ours = courses.begin_looking(session, placement_id, now, now + LOOK_AGAIN)
    if not ours:
        return True
    try:
        gradebook.read_column(connection, column.line_item_url, scopes)
    except PlatformError as error:
        return error.meaning is Meaning.NOT_FOUND
    return False


def note_if_gone(
    border: Border, connection: Connection, placement_id: int, now: datetime, *, refused: bool = False
) -> bool:
    """Look whether the column is there still. If not, no grade counts as sent any more, and the teacher is told.

    Where a grade was `refused` for want of the column and we cannot look, the teacher is told all the same. It may
    come back by itself; who sends again has another one found or made.
    """
    column, scopes = _column(border, placement_id)
    if column is None or not column.line_item_url:
        return False
    try:
        gradebook.read_column(connection, column.line_item_url, scopes)
    except PlatformError as error:
        gone = error.meaning is Meaning.NOT_FOUND
    else:
        return False
    with border.db.writing() as session:
        kept = courses.column(session, placement_id)
        if kept is None or kept.line_item_url != column.line_item_url:
            return False
        if gone:
            grades.lose_column(session, kept)
        if gone or refused:
            kept.problem, kept.making_until = gradebook.COLUMN_GONE, now + LOOK_AGAIN
    return gone


def note_found(border: Border, placement_id: int, now: datetime) -> None:
    """The column takes grades again: those that failed meanwhile because it was gone go out now."""
    with border.db.writing() as session:
        column = courses.column(session, placement_id)
        if column is not None and column.line_item_url:
            grades.find_column_again(session, column, gradebook.COLUMN_GONE, now)


def follow_points(border: Border, connection: Connection, placement_id: int) -> bool:
    """A teacher gave the activity other points: the gradebook's column follows, under the name it has there.

    Grades arrive all the same when the LMS refuses; they are then scaled to the points the column has. True when there
    may be more values of ours there now (`known_values`).
    """
    column, scopes = _column(border, placement_id)
    if _has_followed(column) or gradebook.COLUMN_SCOPE not in scopes:
        return False
    with _making[placement_id]:  # nobody looks at a grade before it is known what became of it
        _follow_alone(border, connection, placement_id)
    return True


def _has_followed(column: ColumnRow | None) -> bool:
    return column is None or column.told_maximum in {None, column.maximum}


def _follow_alone(border: Border, connection: Connection, placement_id: int) -> None:
    column, scopes = _column(border, placement_id)
    if column is None or _has_followed(column):
        return
    before, points = column.told_maximum or column.maximum, column.maximum
    with border.db.writing() as session:
        if not courses.begin_following(session, placement_id, points):
            return
    try:
        seen = gradebook.read_column(connection, column.line_item_url, scopes)
        wish = ColumnWish(
            label=seen.label,
            score_maximum=points,
            tag=seen.tag,
            resource_id=seen.resource_id,
            resource_link_id=seen.resource_link_id,
        )
        were = _shown(border, connection, column, seen.score_maximum)
        gradebook.update_column(connection, column.line_item_url, wish, scopes)
    except PlatformError as error:
        log.warning("column.points_not_followed", placement=placement_id, status=error.status)
        if not error.permanent:
            with border.db.writing() as session:
                courses.has_not_followed(session, placement_id, points, before)
        return
    _note_rescaled(border, column, were, _shown(border, connection, column, points))


def _shown(border: Border, connection: Connection, column: ColumnRow, points: float) -> dict[str, float]:
    """The grades that the gradebook shows, by subject, as parts of `points`; none where we cannot see them, or where
    none is of ours."""
    with border.db.reading() as session:
        if not any(row.sent_value is not None for row in grades.of_column(session, column.id)):
            return {}
    counted_in = points if connection.platform.keeps_old_maxima and points > 0 else None
    try:
        found = list(gradebook.results(connection, column.line_item_url, points=counted_in))
    except PlatformError as error:
        log.warning("column.grades_not_seen", column=column.id, status=error.status)
        return {}
    return {one.subject: one.score for one in found if one.score is not None}


def _note_rescaled(border: Border, column: ColumnRow, were: Mapping[str, float], are: Mapping[str, float]) -> None:
    """What a gradebook made of ours when its column got other points is ours still.

    Some keep the share, some the number; one may even count from the points of the day a grade came.
    """
    with border.db.writing() as session:
        course_id = courses.placement(session, column.placement_id).course_id
        for row, subject, _ in grades.with_places(session, column.id, course_id):
            was, now_is = were.get(subject), are.get(subject)
            if was is None or now_is is None:
                continue
            if any(same_points(was, one, column.maximum) for one in known_values(row)):
                row.tried_values = [*row.tried_values, now_is]


def known_values(row: GradePromiseRow) -> tuple[float, ...]:
    """What we sent, what it became there, and what we tried to send without learning how it went."""
    return tuple(value for value in (row.sent_value, row.became_value, *row.tried_values) if value is not None)


def same_points(one: float, other: float, maximum: float) -> bool:
    """Equal as a gradebook with two decimals shows it."""
    return math.isclose(one * maximum, other * maximum, abs_tol=0.011)


def take_points(border: Border, connection: Connection, placement_id: int) -> float:
    """Somebody gave the column other points in the gradebook, or the LMS never took ours: its points are ours from
    now on. What a teacher changed here and the gradebook was not told yet stays as it is. Returns the points."""
    column, scopes = _column(border, placement_id)
    ours = column.maximum if column else 0.0
    may_read = {gradebook.COLUMN_READ_SCOPE, gradebook.COLUMN_SCOPE} & set(scopes)
    if column is None or not may_read or column.told_maximum not in {None, ours}:
        return ours
    try:
        points = gradebook.read_column(connection, column.line_item_url, scopes).score_maximum
    except PlatformError as error:
        log.warning("column.points_not_read", placement=placement_id, status=error.status)
        return ours
    if points <= 0 or points == ours:
        return ours
    with border.db.writing() as session:
        return courses.take_points(session, placement_id, points)


def _column(border: Border, placement_id: int) -> tuple[ColumnRow | None, tuple[str, ...]]:
    """The column, and what the course's launches let us do with it."""
    with border.db.reading() as session:
        course = courses.course(session, courses.placement(session, placement_id).course_id)
        return courses.column(session, placement_id), tuple(course.ags_scopes)
