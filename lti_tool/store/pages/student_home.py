"""The student's first page: where I am, what is missing, what comes next and why, my grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ...learning.ids import ActivityId
from ...learning.phrases import Phrase, moment, say
from ...learning.playlist import StepKind, next_for
from .. import arrangements, learners
from ..database import Connection, Session
from ..launches import Visit
from ..learners import LearnerState, Stand
from .reading import grade_view, headed, skill_views, step_views
from .timeline import first_words, questions_left
from .views import GradeView, PlacementView, SkillView, StepView


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentHome:
    """`stage` is welcome, assessment or working; then `steps` holds up to three offers, or `note` says why none.

    `paused_questions` is about how many first questions are still to come after a pause, else 0. `back_on` says when
    there is something again for whoever has nothing to do now. `first_words` say what came of the first questions, or
    of skipping them, until something is begun. `time_up` says that the lesson is over, or as good as over.
    """

    placement: PlacementView
    stage: str
    first_name: str
    skills: tuple[SkillView, ...]
    mastered: int
    focus: SkillView | None
    steps: tuple[StepView, ...]
    note: Phrase | None
    back_on: Phrase | None
    current: StepView | None
    grade: GradeView
    goal: str
    finished_today: int
    paused_questions: int
    first_words: tuple[Phrase, ...]
    time_up: Phrase | None


def load(asked: Session | Connection, visit: Visit, now: datetime) -> StudentHome:
    """Read the page. The visit must stand at a placement."""
    assert visit.placement_id is not None
    stand = learners.stand(asked, visit.placement_id, visit.person_id)
    if stand.state is None:
        return _unconfigured(asked, visit, stand)
    return _page(asked, visit, stand, stand.state, now)


def _unconfigured(asked: Session | Connection, visit: Visit, stand: Stand) -> StudentHome:
    return StudentHome(
        placement=headed(asked, stand.placement, None, stand.course_title),
        stage="welcome",
        first_name=visit.given_name,
        skills=(),
        mastered=0,
        focus=None,
        steps=(),
        note=None,
        back_on=None,
        current=None,
        grade=GradeView(state="no_column"),
        goal="",
        finished_today=0,
        paused_questions=0,
        first_words=(),
        time_up=None,
    )


def _page(
    asked: Session | Connection, visit: Visit, stand: Stand, state: LearnerState, now: datetime
) -> StudentHome:
    # This page only asks whether there are answers at all, and a verdict knows what it rests on.
    looked_at = {skill: len(verdict.evidence_ids) for skill, verdict in state.verdicts.items()}
    skills = skill_views(state, looked_at, now)
    stage = state.desk.stage if state.desk else "welcome"
    playlist = next_for(learners.situation(state, now)) if stage == "working" else None
    steps = step_views(state, playlist.steps) if playlist else ()
    open_activity = ActivityId(state.desk.activity_key) if state.desk and state.desk.activity_key else None
    current = next((step for step in steps if step.activity == open_activity), None)
    return StudentHome(
        placement=headed(asked, stand.placement, state.content, stand.course_title),
        stage=stage,
        first_name=visit.given_name,
        skills=skills,
        mastered=sum(skill.level.value == "mastered" for skill in skills),
        focus=_focus(state, skills, steps),
        steps=tuple(step for step in steps if step is not current),
        note=playlist.note if playlist else None,
        back_on=_back_on(state, now) if playlist and not steps else None,
        current=current,
        grade=grade_view(stand.placement, stand.column, stand.promise),
        goal=state.profile.goal,
        finished_today=sum(bool(one.finished_at and one.finished_at.date() == now.date()) for one in state.visits),
        paused_questions=questions_left(state),
        first_words=first_words(state) if stage == "working" else (),
        time_up=playlist.time_up if playlist else None,
    )


def _back_on(state: LearnerState, now: datetime) -> Phrase | None:
    """When the first skill is due for review, for somebody who has mastered all that is open."""
    paused = arrangements.wishes(state.placement.wishes).blocked_skills
    found = [state.verdicts.get(skill) for skill in state.part.skills if skill not in paused]
    due = [one.review_due_at for one in found if one and one.mastered and one.review_due_at]
    if not due or len(due) < len(found) or min(due) <= now:
        return None
    return say("Come back from {date} on: a few questions then keep it fresh.", date=moment(min(due)))


def _focus(state: LearnerState, skills: Sequence[SkillView], steps: Sequence[StepView]) -> SkillView | None:
    """The skill in work: that of the first step (a step back is for the one that is stuck), else the first that is
    not mastered."""
    if steps and steps[0].kind is StepKind.BACK:
        return next((skill for skill in skills if skill.stuck), None)
    by_title = {skill.title: skill for skill in skills}
    first = next((by_title[step.skill_title] for step in steps if step.skill_title in by_title), None)
    return first or next((skill for skill in skills if skill.level.value != "mastered"), None)
