"""A teacher writes down what they saw, takes it back, or says their own word. Verdicts and grades follow at once.

Nothing is changed or deleted: withdrawing an observation and taking a word back are entries of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..learning.evidence import Source
from ..learning.ids import SkillId
from ..learning.outside import Occasion, Worth
from ..store import audit, teaching
from ..store.database import Session
from ..store.launches import Visit
from ..store.teaching import About, Observed
from .about import Place, about, staff_place, student_here
from .errors import NotFound, Refused
from .judging import rejudge_learner

LONGEST_NOTE = 1000
OLDEST = timedelta(days=400)
"""Longer ago than a school year, an observation says little about now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a teacher saw of one skill. `at` may lie in the past, never in the future."""

    skill: SkillId
    occasion: Occasion
    note: str
    at: datetime


def observe(session: Session, visit: Visit, sight: Sight, seen: Mapping[int, Worth], now: datetime) -> int:
    """Record an observation for one learner or several (`seen`: person id -> what it is worth). Returns how many.

    Raises `Refused` naming the field at fault, `NotFound` for somebody who is no student here.
    """
    place = staff_place(session, visit, teachers_only=False)
    if not now - OLDEST <= sight.at <= now:
        raise Refused("The date cannot be used.", problems={"on": "Choose today or a day of the past year."})
    if not seen:
        raise Refused("Nobody was chosen.", problems={"shown": "Say how well it went, for at least one student."})
    note = sight.note.strip()[:LONGEST_NOTE]
    for person_id, worth in sorted(seen.items()):
        learner = student_here(session, visit, person_id)
        whom = about(place, person_id, sight.skill)
        entry = Observed(occasion=sight.occasion, worth=worth, note=note, at=sight.at, by=visit.person_id)
        row = teaching.observe(session, whom, entry)
        _noted(session, visit, whom, "evidence.observed", now, evidence=row.id)
        rejudge_learner(session, whom.course_id, place.content, learner, [whom.skill], now)
    return len(seen)


def withdraw(
    session: Session, visit: Visit, pair: tuple[int, SkillId], evidence_id: int, note: str, now: datetime
) -> None:
    """Say that an observation no longer counts. Only what teachers wrote down can be withdrawn, not answers."""
    place = staff_place(session, visit)
    learner = student_here(session, visit, pair[0])
    whom = about(place, *pair)
    row = teaching.find(session, whom, evidence_id)
    if row is None or row.source != Source.OBSERVATION:
        raise NotFound("This observation is not there.", tell="Load the page again.")
    if teaching.withdraw(session, [row.id], note.strip()[:LONGEST_NOTE], visit.person_id, now):
        _noted(session, visit, whom, "evidence.withdrawn", now, evidence=row.id)
        rejudge_learner(session, whom.course_id, place.content, learner, [whom.skill], now)


def say_word(
    session: Session, visit: Visit, pair: tuple[int, SkillId], word: str, note: str, now: datetime
) -> None:
    """Say "mastered" or "not yet" about a learner and a skill, or take it back. `pair` is person id and skill.

    Raises `Refused` for a word without a note: the learner and other teachers should be able to understand it.
    """
    place = staff_place(session, visit)
    learner = student_here(session, visit, pair[0])
    whom = about(place, *pair)
    _check_word(word, note)
    current = teaching.words(session, whom.course_id, whom.content_key, [whom.person_id]).get(pair_key(whom))
    if word == teaching.TAKEN_BACK and current is None:
        return
    teaching.say(session, whom, word, note.strip()[:LONGEST_NOTE], visit.person_id, now)
    _noted(session, visit, whom, "mastery.teacher_word", now, word=word)
    rejudge_learner(session, whom.course_id, place.content, learner, [whom.skill], now)


def pair_key(whom: About) -> tuple[int, SkillId]:
    """How `store.teaching.words` names a pair."""
    return whom.person_id, whom.skill


def _check_word(word: str, note: str) -> None:
    if word not in {teaching.MASTERED, teaching.NOT_YET, teaching.TAKEN_BACK}:
        raise Refused("This word is not known.", problems={"word": "Choose “Mastered” or “Not yet”."})
    if word != teaching.TAKEN_BACK and not note.strip():
        raise Refused("A note is missing.", problems={"word_note": "Write a few words on why."})


def _noted(session: Session, visit: Visit, whom: About, action: str, now: datetime, **more: object) -> None:
    audit.record(
        session,
        action,
        now,
        organisation_id=visit.organisation_id,
        course_id=whom.course_id,
        actor_id=visit.person_id,
        person=whom.person_id,
        skill=whom.skill,
        **more,
    )


__all__ = ["Place", "Sight", "observe", "say_word", "withdraw"]
