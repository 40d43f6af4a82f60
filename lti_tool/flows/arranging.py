"""A teacher arranges: order, dates, pins and pauses for the class; time, length, format and goals for one learner.

Accommodations change how something is done, never what counts as mastered. A modified goal does, which is why it is
set by itself, with a note, and judged again at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ..learning.activities import Modality
from ..learning.playlist import Wishes
from ..learning.profile import Accommodations, LearnerPlan
from ..store import arrangements, audit, people
from ..store.database import Session
from ..store.launches import Visit
from .about import Place, staff_place, student_here
from .errors import Refused
from .observing import LONGEST_NOTE
from .recalculating import judge_all

LONGEST_FACTOR = 4.0
LEAST_LESSON, LONGEST_LESSON = 5, 240
LEAST_BREAK, LONGEST_BREAK = 5, 60


def arrange_class(session: Session, visit: Visit, wanted: Wishes, now: datetime) -> None:
    """Put the class's order, dates, pins, pauses and lesson time in force. Raises `Refused` naming fields at fault."""
    place = staff_place(session, visit)
    if wanted.minutes is not None and not LEAST_LESSON <= wanted.minutes <= LONGEST_LESSON:
        text = f"Choose {LEAST_LESSON} to {LONGEST_LESSON} minutes, or leave it empty."
        raise Refused("The lesson time cannot be used.", problems={"minutes": text})
    _must_know(place, (*wanted.pins, *wanted.blocks, *wanted.pin_due_at), (*wanted.blocked_skills, *wanted.order))
    _must_know(place, (), wanted.due_at)
    before, after = place.row.wishes, arrangements.wishes_body(wanted)
    if before == after:
        return
    place.row.wishes = after
    _noted(session, visit, "placement.arranged", now, placement=place.row.id, before=before, after=after)


def accommodate(session: Session, visit: Visit, person_id: int, wanted: Accommodations, now: datetime) -> None:
    """Put time, length and format for one learner in force, in this course only. Raises `Refused`."""
    staff_place(session, visit)
    student_here(session, visit, person_id)
    assert visit.course_id is not None
    problems = {}
    if not 1.0 <= wanted.extra_time_factor <= LONGEST_FACTOR:
        problems["extra_time"] = "Choose one of the times listed."
    pause = wanted.breaks_every_minutes
    if pause is not None and not LEAST_BREAK <= pause <= LONGEST_BREAK:
        problems["breaks"] = f"Choose {LEAST_BREAK} to {LONGEST_BREAK} minutes, or leave it empty."
    if Modality.PRACTICE in wanted.avoid_modalities:
        problems["avoid"] = "Practice cannot be left out: without answers nothing can be judged."
    if problems:
        raise Refused("Some choices cannot be used.", problems=problems)
    arrangements.keep_accommodations(session, visit.course_id, person_id, wanted, visit.person_id, now)
    _noted(session, visit, "learner.accommodated", now, person=person_id)


def plan_for(session: Session, visit: Visit, person_id: int, wanted: LearnerPlan, now: datetime) -> None:
    """Put one learner's own pins, blocks and modified goal in force; verdicts and grade follow. Raises `Refused`."""
    place = staff_place(session, visit)
    learner = student_here(session, visit, person_id)
    people.lock(session, person_id)
    _must_know(place, (*wanted.pins, *wanted.blocks), wanted.excused)
    problems = {}
    if wanted.modifies_goal and not wanted.note.strip():
        problems["plan_note"] = "Write a few words on why this goal differs; colleagues read them."
    if place.skills and set(place.skills) <= set(wanted.excused):
        problems["excused"] = "At least one skill has to be left."
    if set(wanted.pins) & set(wanted.blocks):
        problems["pins"] = "An activity cannot be first and left out at the same time."
    if problems:
        raise Refused("Some choices cannot be used.", problems=problems)
    before = arrangements.plans(session, place.row.id, [person_id]).get(person_id, LearnerPlan())
    kept = LearnerPlan(
        pins=wanted.pins,
        blocks=wanted.blocks,
        rule=wanted.rule,
        excused=wanted.excused,
        note=wanted.note.strip()[:LONGEST_NOTE],
    )
    arrangements.keep_plan(session, place.row.id, person_id, kept, visit.person_id, now)
    session.flush()
    _noted(session, visit, "learner.planned", now, person=person_id, goal_modified=kept.modifies_goal)
    if (before.rule, before.excused) != (kept.rule, kept.excused):
        judge_all(session, place.row, [learner], now)


def _must_know(place: Place, activities: Iterable[str], skills: Iterable[str]) -> None:
    """Only what the content has: an address typed by hand must not leave rubbish behind."""
    if not set(activities) <= set(place.content.activities) or not set(skills) <= set(place.skills):
        raise Refused("Some of it is not part of this activity any more.", tell="Load the page again.")


def _noted(session: Session, visit: Visit, action: str, now: datetime, **more: object) -> None:
    audit.record(
        session,
        action,
        now,
        organisation_id=visit.organisation_id,
        course_id=visit.course_id,
        actor_id=visit.person_id,
        **more,
    )
