"""A teacher's word on what a learner knows already, against what the first questions say."""

from __future__ import annotations

from datetime import datetime

from ..learning import diagnostic
from ..learning.ids import SkillId
from ..store import audit, desks, learners, people
from ..store.database import Session
from ..store.launches import Visit
from .errors import NotAllowed, NotFound, Refused


def overrule(
    session: Session, visit: Visit, person_id: int, skill: SkillId, knows: bool | None, now: datetime
) -> None:
    """Say that a student knows a skill already, or does not know it yet; None takes the word back.

    It decides what is offered next and what is open. It is no mastery and changes no grade: those rest on evidence.
    """
    if visit.role != "teacher" or visit.placement_id is None or visit.course_id is None:
        raise NotAllowed("Only a teacher of this course can say what a student knows already.", who="teacher")
    if people.student(session, visit.course_id, person_id) is None:
        raise NotFound("This student is not in this course.", tell="Go back to the class and look there.")
    desk = desks.reach(session, visit.placement_id, person_id, now)
    state = learners.load(session, visit.placement_id, person_id)
    if state is None or skill not in state.part.skills:
        raise Refused("This skill is not part of this activity.")
    before = state.diagnostic or diagnostic.start(state.content, state.part.skills)
    after = diagnostic.overrule(state.content, before, skill, knows)
    desk.diagnostic = after.to_dict()
    audit.record(
        session,
        "assessment.overruled",
        now,
        organisation_id=visit.organisation_id,
        course_id=visit.course_id,
        actor_id=visit.person_id,
        person=person_id,
        skill=skill,
        knows=knows,
    )
