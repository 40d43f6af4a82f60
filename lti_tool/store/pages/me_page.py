"""Where I stand: all my skills with their reasons, my goal, and looking back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ...learning.activities import Modality
from ...learning.phrases import Phrase
from ...learning.rules import describe
from .. import evidence, learners
from ..database import Session
from ..launches import Visit
from ..learners import LearnerState
from .goals_page import GoalView, goal_views
from .reading import grade_view, headed, skill_views
from .seen import SeenEntry, seen_entries
from .timeline import Timeline, VisitEntry, assessment_words, questions_left, timeline, visit_entries
from .views import GradeView, PlacementView, SkillView


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """The learner's own view of their work."""

    placement: PlacementView
    skills: tuple[SkillView, ...]
    timeline: Timeline
    goals: tuple[GoalView, ...]
    seen: tuple[SeenEntry, ...]
    interests: tuple[str, ...]
    modalities: tuple[Modality, ...]
    assessment_words: tuple[Phrase, ...]
    paused_questions: int
    working: bool
    visits: tuple[VisitEntry, ...]
    grade: GradeView


def load(session: Session, visit: Visit, now: datetime) -> MePage | None:
    """Read the page; None while the placement is not configured."""
    assert visit.placement_id is not None
    stand = learners.stand(session, visit.placement_id, visit.person_id)
    state = stand.state
    if state is None:
        return None
    counts = evidence.counts(session, state.placement.course_id, visit.person_id, state.content.key)
    return MePage(
        placement=_own_goal(headed(session, state.placement, state.content, stand.course_title), state),
        skills=skill_views(state, counts, now),
        timeline=timeline(session, state, visit.person_id),
        goals=tuple(one for one in goal_views(session, state, visit.person_id, now) if one.closed_at is None),
        seen=seen_entries(session, state, visit.person_id),
        interests=tuple(state.content.topics.get(key, key) for key in state.profile.interests),
        modalities=state.profile.modalities,
        assessment_words=assessment_words(state),
        paused_questions=questions_left(state),
        working=bool(state.desk and state.desk.stage == "working"),
        visits=visit_entries(state),
        grade=grade_view(stand.placement, stand.column, stand.promise),
    )


def _own_goal(view: PlacementView, state: LearnerState) -> PlacementView:
    """The rule in words: the learner's own where the teacher has set one."""
    return replace(view, rule=describe(state.plan.rule)) if state.plan.rule else view
