"""The learner's desk: opening it, putting a question on it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from ..learning.activities import Activity, Item
from ..learning.evidence import Evidence
from ..learning.mixed_check import MIXED_CHECK, awaiting, turn
from ..learning.practice import next_item
from ..learning.sittings import planned_answers
from ..store import desks, evidence, learners, parameters
from ..store.database import Session
from ..store.launches import Visit
from ..store.tables import DeskRow
from .errors import NotAllowed, Refused


def open_desk(session: Session, visit: Visit, now: datetime) -> tuple[learners.LearnerState, DeskRow]:
    """The learner's state with a desk that surely exists."""
    if (
        visit.placement_id is None
        or visit.course_id is None
        or visit.role not in {"student", "teacher", "assistant"}
    ):
        raise NotAllowed("This page is for working on an activity, and this visit has none.")
    desk = desks.keep(session, visit.placement_id, visit.person_id, now)
    state = learners.load(session, visit.placement_id, visit.person_id)
    if state is None:
        raise Refused("Your teacher has not chosen yet what this activity is for.", tell="Ask your teacher.")
    return state, desk


def current_activity(state: learners.LearnerState, desk: DeskRow) -> Activity | None:
    """The activity that lies open, if any."""
    return state.activity(desk.activity_key) if desk.activity_key else None


def put_item(desk: DeskRow, item: Item, now: datetime) -> None:
    """Put a question on the desk."""
    desks.clear_item(desk)
    desk.item_key, desk.item_served_at = item.id, now
    desk.item_seed = secrets.randbelow(2**31)


def put_next_item(
    session: Session, visit: Visit, state: learners.LearnerState, desk: DeskRow, now: datetime
) -> None:
    """Choose the next question of the open activity; none when the sitting is done."""
    activity = current_activity(state, desk)
    if activity is None or desk.answered_in_activity >= planned_answers(activity, state.profile.accommodations):
        desks.clear_item(desk)
        return
    course_id, key = state.placement.course_id, state.content.key
    history = evidence.latest(session, course_id, visit.person_id, key)
    choice = _choice(state, desk, activity, history)
    model = parameters.current(session, course_id, key)
    seed = desk.person_id * 1009 + len(history)
    item = next_item(state.content, choice, history, seed=seed, now=now, parameters=model) if choice else None
    if item is None:
        desks.clear_item(desk)
    else:
        put_item(desk, item, now)


def _choice(
    state: learners.LearnerState, desk: DeskRow, activity: Activity, history: Sequence[Evidence]
) -> Activity | None:
    """What the next question is chosen from: the activity; in a mixed check the skill whose turn it is."""
    if activity.id != MIXED_CHECK or desk.activity_started_at is None:
        return activity
    asked = awaiting(state.part.skills, state.verdicts)
    return turn(state.content, activity, history, asked=asked, since=desk.activity_started_at)
