"""Versions of a course's response model: the one in force, and new ones."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from ..learning.errors import LearningError
from ..learning.response_parameters import SHIPPED, Parameters, as_document, from_document
from .database import Session
from .tables import ParametersRow

if TYPE_CHECKING:
    from ..learning.calibration import Calibration

KEPT_VERSIONS = 5
"""Older ones go: a version is some hundred kilobytes for a thousand items."""

_known: dict[tuple[str, int, datetime], Parameters] = {}
"""Versions never change, so (database, row, its moment) -> parameters stays true; every next question needs them.

With the moment, because the number of a row that went with its course may be given to another one."""
_MOST_KNOWN = 200


def current(session: Session, course_id: int, content_key: str) -> Parameters:
    """The parameters in force: the course's newest, or those that ship with the tool."""
    newest = session.execute(
        select(ParametersRow.id, ParametersRow.made_at)
        .where(ParametersRow.course_id == course_id, ParametersRow.content_key == content_key)
        .order_by(ParametersRow.version.desc())
        .limit(1)
    ).one_or_none()
    return SHIPPED if newest is None else _read(session, newest.id, newest.made_at)


def _read(session: Session, row_id: int, made_at: datetime) -> Parameters:
    place = (str(session.get_bind().engine.url), row_id, made_at)
    if place in _known:
        return _known[place]
    try:
        found = from_document(session.get_one(ParametersRow, row_id).body)
    except LearningError:
        # Made by an older model: begin again from what ships; the next calibration replaces it.
        return SHIPPED
    # A row made in this transaction may still be rolled back and its number given to another.
    if not session.info.get("parameters_changed"):
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[place] = found
    return found


def version_in_force(session: Session, course_id: int, content_key: str) -> int:
    """The number of the newest version; 0 before the first."""
    found = session.scalar(
        select(ParametersRow.version)
        .where(ParametersRow.course_id == course_id, ParametersRow.content_key == content_key)
        .order_by(ParametersRow.version.desc())
        .limit(1)
    )
    return found or 0


def keep(session: Session, course_id: int, content_key: str, made: Calibration, now: datetime) -> int:
    """Put new parameters in force. Returns their version, one above the newest there is."""
    version = version_in_force(session, course_id, content_key) + 1
    session.info["parameters_changed"] = True
    session.add(
        ParametersRow(
            course_id=course_id,
            content_key=content_key,
            version=version,
            body={**as_document(made.parameters), "version": version},
            answers=made.answers,
            held_out=made.held_out,
            loss_before=made.loss_before,
            loss_after=made.loss_after,
            made_at=now,
        )
    )
    session.flush()
    session.execute(
        delete(ParametersRow).where(
            ParametersRow.course_id == course_id,
            ParametersRow.content_key == content_key,
            ParametersRow.version <= version - KEPT_VERSIONS,
        ),
        execution_options={"synchronize_session": False},
    )
    return version
