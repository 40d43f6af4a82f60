"""One learner for their teacher: skills with reasons, every answer, what they wrote, the grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ...learning.activities import Modality
from ...learning.ids import SkillId
from ...learning.outlook import Outlook, outlooks
from ...learning.phrases import Phrase
from ...learning.playlist import next_for
from ...learning.response import remember
from .. import courses, desks, evidence, grades, learners, openers, parameters, people
from ..database import Session
from ..launches import Visit
from ..learners import LearnerState
from .class_lines import display_name
from .goals_page import GoalView, goal_views
from .reading import grade_view, placement_view, skill_views, step_views
from .seen import arranged_words
from .timeline import Timeline, VisitEntry, assessment_words, timeline, visit_entries
from .views import GradeView, PlacementView, SkillView, StepView

MOST_REMEMBERED = 2000
"""Observations that a prediction looks back on: more than a school year, and still read in an instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerDetail:
    """Everything a teacher may see of one learner here.

    `believed` is the chance that a skill is known, as the first questions and the teacher's word say; `overruled` that
    word alone.
    """

    placement: PlacementView
    person_id: int
    name: str
    active: bool
    is_shut_out: bool
    """The LMS does not let them open this activity."""
    has_opened: bool
    """Whether they ever came to this tool in this course."""
    worked_at: datetime | None
    """When they last did something in this very activity."""
    skills: tuple[SkillView, ...]
    timeline: Timeline
    goals: tuple[GoalView, ...]
    arranged: tuple[Phrase, ...]
    interests: tuple[str, ...]
    modalities: tuple[Modality, ...]
    assessment_words: tuple[Phrase, ...]
    believed: Mapping[SkillId, float]
    overruled: Mapping[SkillId, bool]
    steps: tuple[StepView, ...]
    note: Phrase | None
    outlooks: Mapping[SkillId, Outlook]
    visits: tuple[VisitEntry, ...]
    grade: GradeView


def load(session: Session, visit: Visit, person_id: int, now: datetime) -> LearnerDetail | None:
    """Read the page; None when this is no student of the visit's course, or nothing is configured."""
    assert visit.placement_id is not None
    assert visit.course_id is not None
    place = people.place_of_student(session, visit.course_id, person_id)
    state = learners.load(session, visit.placement_id, person_id) if place else None
    if place is None or state is None:
        return None
    enrolment, person = place
    column = courses.column(session, state.placement.id)
    promise = grades.find(session, column.id, person_id) if column else None
    playlist = next_for(learners.situation(state, now))
    counts = evidence.counts(session, state.placement.course_id, person_id, state.content.key)
    return LearnerDetail(
        placement=placement_view(session, state.placement, state.content),
        person_id=person_id,
        name=display_name(person),
        active=enrolment.active,
        is_shut_out=openers.is_shut_out(session, state.placement, person_id, now),
        has_opened=enrolment.last_visit_at is not None,
        worked_at=state.desk.updated_at if state.desk and desks.has_begun(state.desk) else None,
        skills=skill_views(state, counts, now),
        timeline=timeline(session, state, person_id),
        goals=goal_views(session, state, person_id, now),
        arranged=arranged_words(state),
        interests=tuple(state.content.topics.get(key, key) for key in state.profile.interests),
        modalities=state.profile.modalities,
        assessment_words=assessment_words(state, to_staff=True),
        believed=state.diagnostic.believed if state.diagnostic else {},
        overruled=state.diagnostic.overruled if state.diagnostic else {},
        steps=step_views(state, playlist.steps),
        note=playlist.note,
        outlooks=_outlooks(session, state, person_id, now),
        visits=visit_entries(state),
        grade=grade_view(state.placement, column, promise),
    )


def _outlooks(session: Session, state: LearnerState, person_id: int, now: datetime) -> Mapping[SkillId, Outlook]:
    """What the response model expects of this learner, skill by skill, from all they did in the course."""
    course_id, key = state.placement.course_id, state.content.key
    model = parameters.current(session, course_id, key)
    memory = remember(evidence.latest(session, course_id, person_id, key, MOST_REMEMBERED), model)
    return outlooks(state.content, state.part.skills, memory, model, now=now)


def person_by_subject(session: Session, visit: Visit, subject: str) -> int | None:
    """The student a gradebook's review link means, if they are of this course."""
    if visit.course_id is None or not subject:
        return None
    found = people.by_subjects(session, visit.deployment_id, [subject]).get(subject)
    return found.id if found and people.student(session, visit.course_id, found.id) else None
