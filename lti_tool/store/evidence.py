"""Answers and evidence: written once, read as learning values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select, true

from ..learning.activities import Item
from ..learning.evidence import Evidence, Source
from ..learning.ids import ActivityId, ItemId, Score, SkillId
from ..learning.marking import Mark
from .database import Session
from .tables import ActivityVisitRow, AnswerRow, EnrolmentRow, EvidenceRow, PersonRow, PlacementRow, WithdrawalRow

COUNTS = ~exists().where(WithdrawalRow.evidence_id == EvidenceRow.id)
"""Evidence that was not withdrawn. What was stays on record; whoever judges leaves it aside."""

LATEST = 500
"""So many observations of a learner tell the next question; older ones have faded from what is remembered."""

_PORTION = 5_000

OVERLAP = 200
"""So many observations at most are being written at the same moment."""

_SOURCES = {str(one): one for one in Source}
"""Quicker than asking the enumeration, which counts when a class has a hundred thousand rows."""

JUDGED = (
    EvidenceRow.id,
    EvidenceRow.skill_key,
    EvidenceRow.score,
    EvidenceRow.at,
    EvidenceRow.source,
    EvidenceRow.item_key,
    EvidenceRow.activity_key,
    EvidenceRow.difficulty,
    EvidenceRow.hints_used,
    EvidenceRow.attempt,
    EvidenceRow.seconds,
    EvidenceRow.note,
)
"""The columns that judging needs: read bare, as a class has ten thousand rows."""


def value(row: Any) -> Evidence:
    """A row, or its columns in `JUDGED`, as the value that `learning` judges."""
    return Evidence(
        id=row.id,
        skill=SkillId(row.skill_key),
        score=Score(row.score),
        at=row.at,
        source=_SOURCES[row.source],
        item=ItemId(row.item_key) if row.item_key else None,
        activity=ActivityId(row.activity_key) if row.activity_key else None,
        difficulty=row.difficulty,
        hints_used=row.hints_used,
        attempt=row.attempt,
        seconds=row.seconds,
        note=row.note,
    )


def histories(
    session: Session, course_id: int, person_ids: Iterable[int], skills: Iterable[SkillId], content_key: str
) -> dict[tuple[int, SkillId], list[Evidence]]:
    """All evidence of these learners on these skills, oldest first, in one statement."""
    rows = session.execute(
        select(EvidenceRow.person_id, *JUDGED)
        .where(
            EvidenceRow.course_id == course_id,
            EvidenceRow.person_id.in_(list(person_ids)),
            EvidenceRow.content_key == content_key,
            EvidenceRow.skill_key.in_([str(skill) for skill in skills]),
            COUNTS,
        )
        .order_by(EvidenceRow.at, EvidenceRow.id)
    )
    return _by_learner(rows)


def of_a_class(
    session: Session, course_id: int, skills: Iterable[SkillId], content_key: str, most: int
) -> dict[tuple[int, SkillId], list[Evidence]]:
    """All evidence of a course's students on these skills, oldest first; of more than about `most` observations that
    of every second (third ...) student. Who is read does not depend on when it is asked."""
    wanted = (
        EvidenceRow.course_id == course_id,
        EvidenceRow.content_key == content_key,
        EvidenceRow.skill_key.in_([str(skill) for skill in skills]),
        COUNTS,
        EvidenceRow.person_id.in_(
            select(EnrolmentRow.person_id)
            .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
            .where(
                EnrolmentRow.course_id == course_id,
                EnrolmentRow.role == "student",
                PersonRow.is_test_user.is_(False),
            )
        ),
    )
    number = session.scalar(select(func.count()).select_from(EvidenceRow).where(*wanted)) or 0
    step = max(1, -(-number // most))
    rows = session.execute(
        select(EvidenceRow.person_id, *JUDGED)
        .where(*wanted, EvidenceRow.person_id % step == 0 if step > 1 else true())
        .order_by(EvidenceRow.at, EvidenceRow.id)
        .execution_options(yield_per=_PORTION)
    )
    return _by_learner(rows)


def _by_learner(rows: Iterable[Any]) -> dict[tuple[int, SkillId], list[Evidence]]:
    found: dict[tuple[int, SkillId], list[Evidence]] = {}
    for row in rows:
        found.setdefault((row.person_id, SkillId(row.skill_key)), []).append(value(row))
    return found


def people_with(
    session: Session, course_id: int, skills: Iterable[SkillId], content_key: str, person_ids: Iterable[int]
) -> set[int]:
    """Those of these people who have evidence on these skills. The first observation found is enough to tell."""
    some = exists().where(
        EvidenceRow.person_id == PersonRow.id,
        EvidenceRow.course_id == course_id,
        EvidenceRow.content_key == content_key,
        EvidenceRow.skill_key.in_([str(skill) for skill in skills]),
    )
    return set(session.scalars(select(PersonRow.id).where(PersonRow.id.in_(list(person_ids)), some)))


def newest(session: Session) -> int:
    """The number of the newest observation anywhere; 0 when there is none."""
    return session.scalar(select(func.max(EvidenceRow.id))) or 0


def people_since(session: Session, course_id: int, evidence_id: int) -> set[int]:
    """Who has new evidence in a course since that observation; and who had some shortly before it, as an observation
    with a smaller number may have been written later."""
    late = EvidenceRow.id > evidence_id - OVERLAP
    return set(session.scalars(select(EvidenceRow.person_id).where(late, EvidenceRow.course_id == course_id)))


def people_after(session: Session, course_id: int, evidence_id: int) -> int:
    """How many people of a course have new evidence since that observation."""
    after = (EvidenceRow.id > evidence_id, EvidenceRow.course_id == course_id)
    return session.scalar(select(func.count(EvidenceRow.person_id.distinct())).where(*after)) or 0


def history(session: Session, course_id: int, person_id: int, skill: SkillId, content_key: str) -> list[Evidence]:
    """All evidence of one learner on one skill, oldest first."""
    return histories(session, course_id, [person_id], [skill], content_key).get((person_id, skill), [])


def latest(
    session: Session, course_id: int, person_id: int, content_key: str, most: int = LATEST
) -> list[Evidence]:
    """The latest observations of one learner on all skills of a content, oldest first."""
    rows = session.scalars(
        select(EvidenceRow)
        .where(
            EvidenceRow.course_id == course_id,
            EvidenceRow.person_id == person_id,
            EvidenceRow.content_key == content_key,
            COUNTS,
        )
        .order_by(EvidenceRow.at.desc(), EvidenceRow.id.desc())
        .limit(most)
    )
    return [value(row) for row in reversed(rows.all())]


def first_scores(
    session: Session, course_id: int, person_id: int, activity_key: str, since: datetime
) -> dict[SkillId, list[float]]:
    """The scores of first answers in one activity since it was begun, by skill."""
    rows = session.execute(
        select(EvidenceRow.skill_key, EvidenceRow.score)
        .where(
            EvidenceRow.person_id == person_id,
            EvidenceRow.course_id == course_id,
            EvidenceRow.activity_key == activity_key,
            EvidenceRow.attempt == 1,
            EvidenceRow.at >= since,
        )
        .order_by(EvidenceRow.id)
    )
    found: dict[SkillId, list[float]] = {}
    for skill, score in rows:
        found.setdefault(SkillId(skill), []).append(score)
    return found


def replayed(session: Session, person_id: int, client_key: str) -> AnswerRow | None:
    """The answer that already came with this key: a double click or a resent form."""
    return session.scalar(
        select(AnswerRow).where(AnswerRow.person_id == person_id, AnswerRow.client_key == client_key)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedAnswer:
    """An answer with its mark, ready to be written. `client_key` was made in the browser."""

    client_key: str
    item: Item
    activity_key: str
    answer: Mapping[str, Any]
    mark: Mark
    hints_used: int
    attempt: int
    seconds: float | None


def keep_answer(
    session: Session, person_id: int, placement_id: int, given: MarkedAnswer, now: datetime
) -> AnswerRow:
    """Write an answer with its mark. The unique key refuses a second one under a race."""
    row = AnswerRow(
        person_id=person_id,
        placement_id=placement_id,
        client_key=given.client_key,
        item_key=given.item.id,
        activity_key=given.activity_key,
        answer=dict(given.answer),
        score=given.mark.score,
        correct=given.mark.correct,
        given=given.mark.given,
        feedback=given.mark.feedback,
        misconception=given.mark.misconception,
        hints_used=given.hints_used,
        attempt=given.attempt,
        seconds=given.seconds,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def append_for_answer(
    session: Session, course_id: int, content_key: str, item: Item, answer: AnswerRow, source: Source
) -> None:
    """What an answer shows: one row for each skill of the item."""
    for skill in item.skills:
        session.add(
            EvidenceRow(
                person_id=answer.person_id,
                course_id=course_id,
                content_key=content_key,
                skill_key=skill,
                score=answer.score,
                at=answer.at,
                source=source,
                item_key=item.id,
                activity_key=answer.activity_key or None,
                difficulty=item.difficulty,
                hints_used=answer.hints_used,
                attempt=answer.attempt,
                seconds=answer.seconds,
                answer_id=answer.id,
            )
        )
    session.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Whose answers: those given in one placement, and those given elsewhere in its course that speak for its skills,
    as verdicts there rest on both."""

    person_id: int
    placement: PlacementRow
    content_key: str
    skills: Sequence[SkillId]

    @property
    def only(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """The conditions that pick them."""
        on_these = select(EvidenceRow.answer_id).where(
            EvidenceRow.person_id == self.person_id,
            EvidenceRow.course_id == self.placement.course_id,
            EvidenceRow.content_key == self.content_key,
            EvidenceRow.skill_key.in_([str(skill) for skill in self.skills]),
            EvidenceRow.answer_id.is_not(None),
        )
        here = AnswerRow.placement_id == self.placement.id
        return AnswerRow.person_id == self.person_id, or_(here, AnswerRow.id.in_(on_these))


def answers_of(session: Session, work: Work, most: int) -> tuple[Sequence[AnswerRow], int]:
    """The latest of these answers, newest first, and how many there are in all."""
    rows = session.execute(
        select(AnswerRow, func.count().over()).where(*work.only).order_by(AnswerRow.id.desc()).limit(most)
    ).all()
    return [row for row, _ in rows], rows[0][1] if rows else 0


def questions_since(session: Session, work: Work, since: datetime) -> tuple[int, int]:
    """How many questions were answered since then, and how many of them right at once."""
    right = func.coalesce(func.sum(case((AnswerRow.correct, 1), else_=0)), 0)
    wanted = select(func.count(), right).where(*work.only, AnswerRow.attempt == 1, AnswerRow.at >= since)
    answered, at_once = session.execute(wanted).one()
    return answered, at_once


def finished_since(session: Session, person_id: int, course_id: int, since: datetime) -> int:
    """How many activities a learner has finished in a course since then, wherever in it."""
    wanted = (
        select(func.count())
        .select_from(ActivityVisitRow)
        .join(PlacementRow, PlacementRow.id == ActivityVisitRow.placement_id)
        .where(
            PlacementRow.course_id == course_id,
            ActivityVisitRow.person_id == person_id,
            ActivityVisitRow.finished_at >= since,
        )
    )
    return session.scalar(wanted) or 0


def recent_answers(session: Session, person_id: int, placement_id: int, limit: int) -> Sequence[AnswerRow]:
    """The latest answers of a learner here, newest first."""
    return session.scalars(
        select(AnswerRow)
        .where(AnswerRow.person_id == person_id, AnswerRow.placement_id == placement_id)
        .order_by(AnswerRow.id.desc())
        .limit(limit)
    ).all()


def counts(session: Session, course_id: int, person_id: int, content_key: str) -> dict[SkillId, int]:
    """How many observations one learner has on each skill; first questions, which count for nothing, apart."""
    rows = session.execute(
        select(EvidenceRow.skill_key, func.count())
        .where(
            EvidenceRow.course_id == course_id,
            EvidenceRow.person_id == person_id,
            EvidenceRow.content_key == content_key,
            EvidenceRow.source != Source.ASSESSMENT,
            COUNTS,
        )
        .group_by(EvidenceRow.skill_key)
    )
    return {SkillId(skill): number for skill, number in rows}
