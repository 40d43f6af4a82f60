"""What teachers arranged: wishes for a class, accommodations and plans for one learner. Rows <-> learning values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from ..learning.activities import Modality
from ..learning.ids import ActivityId, SkillId
from ..learning.playlist import Wishes
from ..learning.profile import Accommodations, LearnerPlan, LearnerProfile
from . import rules
from .database import Session
from .tables import AccommodationRow, GoalRow, LearnerPlanRow, PersonRow, PlacementRow, ProfileRow
from .upserts import find_or_add


def of_learner(session: Session, placement: PlacementRow, person_id: int) -> tuple[LearnerProfile, LearnerPlan]:
    """All that is known and arranged about one learner at this place, in one statement."""
    goal = (
        select(GoalRow.text)
        .where(
            GoalRow.course_id == placement.course_id, GoalRow.person_id == person_id, GoalRow.closed_at.is_(None)
        )
        .order_by(GoalRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    here = and_(AccommodationRow.person_id == PersonRow.id, AccommodationRow.course_id == placement.course_id)
    mine = and_(LearnerPlanRow.person_id == PersonRow.id, LearnerPlanRow.placement_id == placement.id)
    found = session.execute(
        select(ProfileRow, AccommodationRow, LearnerPlanRow, goal)
        .select_from(PersonRow)
        .outerjoin(ProfileRow, ProfileRow.person_id == PersonRow.id)
        .outerjoin(AccommodationRow, here)
        .outerjoin(LearnerPlanRow, mine)
        .where(PersonRow.id == person_id)
    ).one_or_none()
    if found is None:
        return LearnerProfile(), LearnerPlan()
    told, arranged, planned, text = found
    return profile(told, arranged, text), plan(planned) if planned else LearnerPlan()


def profile(row: ProfileRow | None, arranged: AccommodationRow | None, goal: str | None) -> LearnerProfile:
    """What is known of a learner, and what was arranged for them in a course."""
    return LearnerProfile(
        interests=tuple(row.interests) if row else (),
        modalities=tuple(Modality(one) for one in row.modalities) if row else (),
        goal=goal or "",
        accommodations=accommodations(arranged.body) if arranged else Accommodations(),
    )


def accommodations(body: Mapping[str, Any]) -> Accommodations:
    """Stored JSON as a value."""
    avoided = tuple(Modality(str(one)) for one in body.get("avoid_modalities", ()))
    return Accommodations(**{**body, "avoid_modalities": avoided})


def keep_accommodations(
    session: Session, course_id: int, person_id: int, wanted: Accommodations, by: int, now: datetime
) -> AccommodationRow:
    """Put accommodations in force for a learner in this course."""
    key = {"course_id": course_id, "person_id": person_id}
    row = find_or_add(session, AccommodationRow, key, {"set_at": now}, lock=True)
    body = asdict(wanted)
    body["avoid_modalities"] = [one.value for one in wanted.avoid_modalities]
    row.body, row.set_by, row.set_at = body, by, now
    return row


def plan(row: LearnerPlanRow) -> LearnerPlan:
    """A stored plan as a value."""
    return LearnerPlan(
        pins=tuple(ActivityId(one) for one in row.pins),
        blocks=tuple(ActivityId(one) for one in row.blocks),
        rule=rules.load(row.rule) if row.rule else None,
        excused=tuple(SkillId(one) for one in row.excused),
        note=row.note,
    )


def plans(session: Session, placement_id: int, person_ids: Iterable[int]) -> dict[int, LearnerPlan]:
    """The plans of several learners, in one statement; only of those who have one."""
    rows = session.scalars(
        select(LearnerPlanRow).where(
            LearnerPlanRow.placement_id == placement_id, LearnerPlanRow.person_id.in_(list(person_ids))
        )
    )
    return {row.person_id: plan(row) for row in rows}


def excused(session: Session, placement_id: int) -> dict[int, frozenset[SkillId]]:
    """The skills not asked of some learners in a placement, by person."""
    rows = session.execute(
        select(LearnerPlanRow.person_id, LearnerPlanRow.excused).where(LearnerPlanRow.placement_id == placement_id)
    )
    return {person_id: frozenset(map(SkillId, skills)) for person_id, skills in rows if skills}


def keep_plan(
    session: Session, placement_id: int, person_id: int, wanted: LearnerPlan, by: int, now: datetime
) -> LearnerPlanRow:
    """Put a plan in force for one learner."""
    key = {"placement_id": placement_id, "person_id": person_id}
    row = find_or_add(session, LearnerPlanRow, key, {"set_at": now}, lock=True)
    row.pins, row.blocks = [*wanted.pins], [*wanted.blocks]
    row.rule = rules.dump(wanted.rule) if wanted.rule else {}
    row.excused, row.note = [*wanted.excused], wanted.note
    row.set_by, row.set_at = by, now
    return row


def wishes(body: Mapping[str, Any]) -> Wishes:
    """A placement's stored wishes as a value; what cannot be read counts as not said."""
    minutes = body.get("minutes")
    return Wishes(
        pins=tuple(ActivityId(one) for one in _names(body, "pins")),
        blocks=tuple(ActivityId(one) for one in _names(body, "blocks")),
        blocked_skills=tuple(SkillId(one) for one in _names(body, "blocked_skills")),
        minutes=minutes if isinstance(minutes, int) else None,
        order=tuple(SkillId(one) for one in _names(body, "order")),
        due_at={SkillId(key): at for key, at in _dates(body, "due_at").items()},
        pin_due_at={ActivityId(key): at for key, at in _dates(body, "pin_due_at").items()},
    )


def wishes_body(wanted: Wishes) -> dict[str, Any]:
    """The wishes as plain JSON."""
    return {
        "pins": [*wanted.pins],
        "blocks": [*wanted.blocks],
        "blocked_skills": [*wanted.blocked_skills],
        "minutes": wanted.minutes,
        "order": [*wanted.order],
        "due_at": {key: at.isoformat() for key, at in wanted.due_at.items()},
        "pin_due_at": {key: at.isoformat() for key, at in wanted.pin_due_at.items()},
    }


def _names(body: Mapping[str, Any], key: str) -> Sequence[str]:
    listed = body.get(key)
    return [str(one) for one in listed] if isinstance(listed, list) else []


def _dates(body: Mapping[str, Any], key: str) -> dict[str, datetime]:
    listed = body.get(key)
    if not isinstance(listed, dict):
        return {}
    return {str(name): datetime.fromisoformat(at) for name, at in listed.items()}
