"""What a teacher saw and said: observations, withdrawals, own words. Nothing here is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..learning.evidence import Source
from ..learning.ids import SkillId
from ..learning.outside import Occasion, Worth
from ..learning.verdicts import TeacherWord
from .database import Session
from .tables import EvidenceRow, TeacherWordRow, WithdrawalRow

MASTERED, NOT_YET, TAKEN_BACK = "mastered", "not_yet", "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom and what something is said about."""

    course_id: int
    person_id: int
    content_key: str
    skill: SkillId


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a teacher saw, when, and by whom it was written down."""

    occasion: Occasion
    worth: Worth
    note: str
    at: datetime
    by: int


def observe(session: Session, about: About, seen: Observed) -> EvidenceRow:
    """Write an observation down as evidence."""
    row = EvidenceRow(
        person_id=about.person_id,
        course_id=about.course_id,
        content_key=about.content_key,
        skill_key=about.skill,
        score=seen.worth.score,
        hints_used=seen.worth.hints_used,
        at=seen.at,
        source=Source.OBSERVATION,
        occasion=seen.occasion,
        note=seen.note,
        recorded_by=seen.by,
    )
    session.add(row)
    session.flush()
    return row


def shown(session: Session, about: About) -> Sequence[tuple[EvidenceRow, WithdrawalRow | None]]:
    """All evidence of one learner on one skill, newest first, each with its withdrawal if there is one."""
    rows = session.execute(
        select(EvidenceRow, WithdrawalRow)
        .outerjoin(WithdrawalRow, WithdrawalRow.evidence_id == EvidenceRow.id)
        .where(
            EvidenceRow.course_id == about.course_id,
            EvidenceRow.person_id == about.person_id,
            EvidenceRow.content_key == about.content_key,
            EvidenceRow.skill_key == about.skill,
        )
        .order_by(EvidenceRow.at.desc(), EvidenceRow.id.desc())
    )
    return [(row, taken) for row, taken in rows]


def from_outside(session: Session, course_id: int, person_id: int, content_key: str) -> Sequence[EvidenceRow]:
    """What teachers saw and what other grades say about one learner, as far as it counts; newest first."""
    return session.scalars(
        select(EvidenceRow)
        .outerjoin(WithdrawalRow, WithdrawalRow.evidence_id == EvidenceRow.id)
        .where(
            EvidenceRow.course_id == course_id,
            EvidenceRow.person_id == person_id,
            EvidenceRow.content_key == content_key,
            EvidenceRow.source.in_([Source.OBSERVATION.value, Source.LMS_GRADE.value]),
            WithdrawalRow.evidence_id.is_(None),
        )
        .order_by(EvidenceRow.at.desc(), EvidenceRow.id.desc())
    ).all()


def find(session: Session, about: About, evidence_id: int) -> EvidenceRow | None:
    """One piece of evidence, only if it is about this learner and skill in this course."""
    return session.scalar(
        select(EvidenceRow).where(
            EvidenceRow.id == evidence_id,
            EvidenceRow.course_id == about.course_id,
            EvidenceRow.person_id == about.person_id,
            EvidenceRow.content_key == about.content_key,
            EvidenceRow.skill_key == about.skill,
        )
    )


def withdraw(session: Session, evidence_ids: Iterable[int], note: str, by: int | None, now: datetime) -> int:
    """Say that this evidence no longer counts. What was withdrawn before stays as it is. Returns how many are new."""
    wanted = set(evidence_ids)
    known = session.scalars(select(WithdrawalRow.evidence_id).where(WithdrawalRow.evidence_id.in_(wanted)))
    fresh = sorted(wanted - set(known))
    session.add_all(WithdrawalRow(evidence_id=one, note=note, withdrawn_by=by, withdrawn_at=now) for one in fresh)
    session.flush()
    return len(fresh)


def say(session: Session, about: About, word: str, note: str, by: int, now: datetime) -> TeacherWordRow:
    """Write a teacher's word down; it counts from now on, until the next one."""
    row = TeacherWordRow(
        course_id=about.course_id,
        person_id=about.person_id,
        content_key=about.content_key,
        skill_key=about.skill,
        word=word,
        note=note,
        said_by=by,
        said_at=now,
    )
    session.add(row)
    session.flush()
    return row


def words(
    session: Session, course_id: int, content_key: str, person_ids: Iterable[int]
) -> dict[tuple[int, SkillId], TeacherWord]:
    """The words in force about these learners, in one statement."""
    rows = session.scalars(
        select(TeacherWordRow)
        .where(
            TeacherWordRow.course_id == course_id,
            TeacherWordRow.content_key == content_key,
            TeacherWordRow.person_id.in_(list(person_ids)),
        )
        .order_by(TeacherWordRow.id)
    )
    latest = {(row.person_id, SkillId(row.skill_key)): row for row in rows}
    return {
        key: TeacherWord(mastered=row.word == MASTERED, at=row.said_at, note=row.note)
        for key, row in latest.items()
        if row.word != TAKEN_BACK
    }


def spoken_of(session: Session, course_id: int, content_key: str, person_ids: Collection[int]) -> set[int]:
    """Those of these people about whom a teacher ever said a word of their own."""
    wanted = select(TeacherWordRow.person_id).where(
        TeacherWordRow.course_id == course_id,
        TeacherWordRow.content_key == content_key,
        TeacherWordRow.person_id.in_(list(person_ids)),
    )
    return set(session.scalars(wanted.distinct()))


def word_history(session: Session, about: About) -> Sequence[TeacherWordRow]:
    """Every word ever said about one learner and skill, newest first."""
    return session.scalars(
        select(TeacherWordRow)
        .where(
            TeacherWordRow.course_id == about.course_id,
            TeacherWordRow.person_id == about.person_id,
            TeacherWordRow.content_key == about.content_key,
            TeacherWordRow.skill_key == about.skill,
        )
        .order_by(TeacherWordRow.id.desc())
    ).all()
