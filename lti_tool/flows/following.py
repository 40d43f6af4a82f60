"""An activity is put away -> what it showed, taught and refreshed, for planning what comes next.

This steers offers only. Mastery and grades are judged from evidence by the teacher's rule, whatever is believed here.
"""

from __future__ import annotations

from datetime import datetime

from ..learning.activities import Activity
from ..learning.planning import hardness, way
from ..learning.sittings import planned_answers
from ..learning.strength import Work
from ..learning.strength_record import after, day_of
from ..store import evidence, learners
from ..store.database import Session
from ..store.tables import DeskRow
from .desk import current_activity


def follow(session: Session, state: learners.LearnerState, desk: DeskRow, now: datetime, *, ended: bool) -> None:
    """Learn from the activity on the desk. `ended` says that the learner closed it instead of leaving it."""
    activity = current_activity(state, desk)
    if activity is None or desk.activity_started_at is None:
        return
    since = desk.activity_started_at
    scores = evidence.first_scores(session, state.placement.course_id, desk.person_id, activity.id, since)
    finished = ended and _through(state, desk, activity)
    works = [
        (
            skill,
            Work(
                way=way(activity),
                hardness=hardness(activity),
                right=sum(score >= 1 for score in scores.get(skill, ())),
                answers=len(scores.get(skill, ())),
                finished=finished,
                day=day_of(now),
            ),
        )
        for skill in dict.fromkeys((*activity.skills, *scores))
    ]
    if works:
        desk.strengths = after(state.content, desk.strengths, works)


def _through(state: learners.LearnerState, desk: DeskRow, activity: Activity) -> bool:
    """Whether all questions of the sitting were answered; reading is through when it is closed."""
    if not activity.items:
        return True
    return desk.answered_in_activity >= planned_answers(activity, state.profile.accommodations)
