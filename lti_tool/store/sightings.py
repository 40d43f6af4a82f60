"""A course's answers as the item report reads them: a bounded number of rows, columns only."""

from __future__ import annotations

from sqlalchemy import and_, select

from ..learning.ids import ItemId
from ..learning.item_report import Sighting
from ..learning.marking import NOT_YET
from .database import Session
from .tables import AnswerRow, EnrolmentRow, EvidenceRow, PersonRow

MOST_READ = 50_000
"""The latest answers of a course that a report looks at: years of a class, and half a second."""


def sightings(session: Session, course_id: int, content_key: str) -> list[Sighting]:
    """The latest first answers of a course's students, newest first; one more than `MOST_READ` tells that there are
    older ones. What teachers and test users try out says nothing about a question."""
    wrong = and_(
        AnswerRow.id == EvidenceRow.answer_id, AnswerRow.correct.is_(False), AnswerRow.given.not_in(("", NOT_YET))
    )
    rows = session.execute(
        select(
            EvidenceRow.person_id,
            EvidenceRow.item_key,
            EvidenceRow.score,
            EvidenceRow.hints_used,
            EvidenceRow.seconds,
            EvidenceRow.at,
            AnswerRow.given,
            AnswerRow.misconception,
        )
        .join(PersonRow, PersonRow.id == EvidenceRow.person_id)
        .join(
            EnrolmentRow,
            and_(EnrolmentRow.person_id == EvidenceRow.person_id, EnrolmentRow.course_id == EvidenceRow.course_id),
        )
        .outerjoin(AnswerRow, wrong)
        .where(
            EvidenceRow.course_id == course_id,
            EvidenceRow.content_key == content_key,
            EvidenceRow.attempt == 1,
            EnrolmentRow.role == "student",
            PersonRow.is_test_user.is_(False),
        )
        .order_by(EvidenceRow.id.desc())
        .limit(MOST_READ + 1)
    )
    return [
        Sighting(
            learner=person,
            item=ItemId(item),
            score=score,
            hints=hints,
            seconds=seconds,
            at=at,
            given=given or "",
            misconception=misconception or "",
        )
        for person, item, score, hints, seconds, at, given, misconception in rows
        if item
    ]
