"""What the teacher of a copied course is asked: where this came from, and what came along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .. import contents, courses
from ..database import Session
from ..launches import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedFrom:
    """The original of this placement: its course, since when it was there, what it is for."""

    course_title: str
    since: datetime
    content_title: str


def load(session: Session, visit: Visit) -> CopiedFrom | None:
    """The question, None when there is nothing to ask (any more)."""
    if visit.placement_id is None:
        return None
    row = courses.placement(session, visit.placement_id)
    if row.copy_answer != "asked" or row.copied_from_id is None or row.content_id is None:
        return None
    original = courses.placement(session, row.copied_from_id)
    return CopiedFrom(
        course_title=courses.course(session, original.course_id).title,
        since=original.created_at,
        content_title=contents.get(session, row.content_id).part(row.part).title,
    )
