"""Where learners stand with the skills of one place: rows -> readiness, in five statements for hundreds of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select

from ..learning.activities import CourseContent
from ..learning.arranging import together
from ..learning.diagnostic import Diagnostic
from ..learning.ids import ActivityId
from ..learning.profile import Accommodations, LearnerPlan, LearnerProfile
from ..learning.readiness import Readiness
from ..learning.situation import Situation
from . import arrangements, mastery
from .database import Session
from .tables import AccommodationRow, ActivityVisitRow, DeskRow, PlacementRow

AT_ONCE = 250
"""So many learners are read together: a statement names each of them, and a class of any size takes the same memory."""


def readiness_of(
    session: Session, placement: PlacementRow, content: CourseContent, person_ids: Sequence[int], now: datetime
) -> Iterator[tuple[int, Readiness]]:
    """What is known, open and done by each of these learners, in their order, with what the teacher wishes for them.
    How they work best and how long they have been at it is left out."""
    for start in range(0, len(person_ids), AT_ONCE):
        yield from _of_some(session, placement, content, person_ids[start : start + AT_ONCE], now).items()


def _of_some(
    session: Session, placement: PlacementRow, content: CourseContent, person_ids: Sequence[int], now: datetime
) -> dict[int, Readiness]:
    verdicts = mastery.without_reasons(session, placement.id, person_ids)
    desks = _desks(session, placement.id, person_ids)
    finished = _finished(session, placement.id, person_ids)
    arranged = _accommodations(session, placement.course_id, person_ids)
    plans = arrangements.plans(session, placement.id, person_ids)
    for_class, skills = arrangements.wishes(placement.wishes), content.part(placement.part).skills
    found = {}
    for one in person_ids:
        plan = plans.get(one, LearnerPlan())
        diagnostic, current = desks.get(one, (None, None))
        situation = Situation(
            content=content,
            scope=tuple(skill for skill in skills if skill not in plan.excused),
            now=now,
            verdicts=verdicts.get(one, {}),
            beliefs=diagnostic.believed if diagnostic else {},
            told=diagnostic.overruled if diagnostic else {},
            finished=finished.get(one, {}),
            profile=LearnerProfile(accommodations=arranged.get(one, Accommodations())),
            wishes=together(for_class, plan.pins, plan.blocks),
            current=current,
        )
        found[one] = Readiness(situation=situation)
    return found


def _desks(
    session: Session, placement_id: int, person_ids: Collection[int]
) -> dict[int, tuple[Diagnostic | None, ActivityId | None]]:
    rows = session.execute(
        select(DeskRow.person_id, DeskRow.diagnostic, DeskRow.activity_key).where(
            DeskRow.placement_id == placement_id, DeskRow.person_id.in_(person_ids)
        )
    )
    return {
        person_id: (Diagnostic.from_dict(body) if body else None, ActivityId(key) if key else None)
        for person_id, body, key in rows
    }


def _finished(session: Session, placement_id: int, person_ids: Collection[int]) -> dict[int, Counter[ActivityId]]:
    visits = ActivityVisitRow
    rows = session.execute(
        select(visits.person_id, visits.activity_key, func.count())
        .where(
            visits.placement_id == placement_id, visits.person_id.in_(person_ids), visits.finished_at.is_not(None)
        )
        .group_by(visits.person_id, visits.activity_key)
    )
    found: dict[int, Counter[ActivityId]] = {}
    for person_id, key, times in rows:
        found.setdefault(person_id, Counter())[ActivityId(key)] = times
    return found


def _accommodations(session: Session, course_id: int, person_ids: Collection[int]) -> dict[int, Accommodations]:
    rows = session.execute(
        select(AccommodationRow.person_id, AccommodationRow.body).where(
            AccommodationRow.course_id == course_id, AccommodationRow.person_id.in_(person_ids)
        )
    )
    return {person_id: arrangements.accommodations(body) for person_id, body in rows}
