"""A course's answers as the item report reads them: a bounded number of rows, columns only."""

from __future__ import annotations

from sqlalchemy import func, select

from ..learning.ids import ItemId
from ..learning.item_report import CommonWrong, Sighting
from ..learning.marking import NOT_YET
from .database import Session
from .tables import AnswerRow, EvidenceRow

MOST_READ = 50_000
"""The latest answers of a course that a report looks at: years of a class, and half a second."""
_MOST_KINDS = 2_000


def sightings(session: Session, course_id: int, content_key: str) -> list[Sighting]:
    """The latest first answers in a course, in no particular order."""
    rows = session.execute(
        select(
            EvidenceRow.person_id,
            EvidenceRow.item_key,
            EvidenceRow.score,
            EvidenceRow.hints_used,
            EvidenceRow.seconds,
            EvidenceRow.at,
        )
        .where(
            EvidenceRow.course_id == course_id,
            EvidenceRow.content_key == content_key,
            EvidenceRow.attempt == 1,
        )
        .order_by(EvidenceRow.id.desc())
        .limit(MOST_READ)
    )
    return [
        Sighting(learner=person, item=ItemId(item), score=score, hints=hints, seconds=seconds, at=at)
        for person, item, score, hints, seconds, at in rows
        if item
    ]


def common_wrong(session: Session, course_id: int, content_key: str) -> dict[ItemId, CommonWrong]:
    """For each question the wrong first answer given most often, by two people at least."""
    times = func.count(AnswerRow.id.distinct())
    rows = session.execute(
        select(AnswerRow.item_key, AnswerRow.given, func.max(AnswerRow.misconception), times)
        .join(EvidenceRow, EvidenceRow.answer_id == AnswerRow.id)
        .where(
            EvidenceRow.course_id == course_id,
            EvidenceRow.content_key == content_key,
            AnswerRow.correct.is_(False),
            AnswerRow.attempt == 1,
            AnswerRow.given.not_in(("", NOT_YET)),
        )
        .group_by(AnswerRow.item_key, AnswerRow.given)
        .having(func.count(AnswerRow.person_id.distinct()) > 1)
        .order_by(times.desc(), AnswerRow.given)
        .limit(_MOST_KINDS)
    )
    found: dict[ItemId, CommonWrong] = {}
    for item, given, misconception, number in rows:
        found.setdefault(ItemId(item), CommonWrong(given=given, times=number, misconception=misconception))
    return found
