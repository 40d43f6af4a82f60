"""Course content: documents in, parsed values out, once per process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from threading import Lock

from sqlalchemy import bindparam, or_, select

from ..content.package import load as parse
from ..content.package import starter_text
from ..learning.activities import CourseContent
from .database import Connection, Session, place_of
from .tables import ContentRow


@lru_cache(maxsize=8)
def _checksum(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


@lru_cache(maxsize=8)
def _parsed(document: str) -> CourseContent:
    """The same document under several numbers is read once; few, because their texts are kept too."""
    return parse(document)


MOST_KEPT = 32
"""Courses held in memory by one process: a large one takes tens of megabytes."""

_by_id: dict[tuple[object, int], CourseContent] = {}
"""Rows never change, so (database, id) -> content stays true; saves reading a large document per request. The one not
asked for the longest makes room."""
_turn = Lock()


def _kept(place: tuple[object, int]) -> CourseContent | None:
    with _turn:
        content = _by_id.pop(place, None)
        if content is not None:
            _by_id[place] = content
        return content


def _keep(place: tuple[object, int], content: CourseContent) -> None:
    with _turn:
        _by_id[place] = content
        while len(_by_id) > MOST_KEPT:
            del _by_id[next(iter(_by_id))]


_with_starter: set[tuple[object, ...]] = set()
"""Databases that have the starter of this very release: contents are never deleted."""


_DOCUMENT = select(ContentRow.__table__.c.document).where(ContentRow.__table__.c.id == bindparam("content"))


def add(session: Session, document: str, organisation_id: int | None, now: datetime) -> ContentRow:
    """Keep a content package; the same document again gives the same row. Raises what the parser raises."""
    checksum = _checksum(document)
    owner = (
        ContentRow.organisation_id.is_(None)
        if organisation_id is None
        else ContentRow.organisation_id == organisation_id
    )
    row = session.scalar(select(ContentRow).where(owner, ContentRow.checksum == checksum))
    if row is None:
        course = _parsed(document)
        row = ContentRow(
            organisation_id=organisation_id,
            key=course.key,
            version=course.version,
            title=course.title,
            checksum=checksum,
            document=document,
            created_at=now,
        )
        session.info["contents_changed"] = True
        session.add(row)
        session.flush()
    return row


def get(session: Session | Connection, content_id: int) -> CourseContent:
    """The parsed content."""
    place = (place_of(session), content_id)
    fresh = session.info.get("contents_changed")
    content = None if fresh else _kept(place)
    if content is None:
        content = _parsed(session.execute(_DOCUMENT, {"content": content_id}).scalar_one())
        # A row made in this transaction may still be rolled back and its number given to another.
        if not fresh:
            _keep(place, content)
    return content


def starter(session: Session, now: datetime) -> ContentRow:
    """The course that ships with the tool."""
    row = add(session, starter_text(), None, now)
    if not session.info.get("contents_changed"):
        _with_starter.add(place_of(session))
    return row


def has_starter(connection: Connection) -> bool:
    """True when this process has seen the course that ships with the tool in the database; asks nothing."""
    return place_of(connection) in _with_starter


def available(session: Session, organisation_id: int) -> Sequence[ContentRow]:
    """Newest version of each content an organisation may use: its own and what ships with the tool."""
    rows = session.scalars(
        select(ContentRow)
        .where(or_(ContentRow.organisation_id.is_(None), ContentRow.organisation_id == organisation_id))
        .order_by(ContentRow.created_at, ContentRow.id)
    )
    return list({row.key: row for row in rows}.values())
