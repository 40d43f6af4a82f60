"""Rows -> pieces of pages: skills, steps, grades, placements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from ...learning.activities import CourseContent
from ...learning.ids import SkillId
from ...learning.mastery import as_of
from ...learning.phrases import say
from ...learning.playlist import Step
from ...learning.rules import describe
from ...learning.verdicts import Level, Verdict
from .. import arrangements, courses, recalculations
from ..database import Connection, Session
from ..learners import LearnerState
from ..tables import ColumnRow, CourseRow, GradePromiseRow, PlacementRow
from .views import GradeView, PlacementView, Progress, SkillView, StepView


def placement_view(session: Session, row: PlacementRow, content: CourseContent | None) -> PlacementView:
    """The placement as every page heads it."""
    return headed(session, row, content, session.get_one(CourseRow, row.course_id).title)


def headed(
    asked: Session | Connection, row: PlacementRow, content: CourseContent | None, course_title: str
) -> PlacementView:
    """The same where the course's title is known already."""
    part = content.part(row.part) if content else None
    return PlacementView(
        course_title=course_title,
        title=row.title or (part.title if part else ""),
        configured=bool(content and row.rule_version),
        content_title=content.title if content else "",
        part_title=part.title if part else "",
        part_description=part.description if part else "",
        rule=describe(courses.current_rule(asked, row)) if row.rule_version else None,
        rule_version=row.rule_version,
        graded=row.points > 0,
        points=row.points,
    )


def progress_of(session: Session, placement_id: int) -> Progress | None:
    """How far the newest judging of everybody again is; None where there was none."""
    row = recalculations.latest(session, placement_id)
    if row is None or not row.total:
        return None
    return Progress(running=row.state in recalculations.OPEN, done=row.done, total=row.total, at=row.touched_at)


def skill_view(
    content: CourseContent, skill_id: SkillId, verdict: Verdict | None, answers: int, now: datetime
) -> SkillView:
    """One skill with its verdict, or as not begun."""
    skill = content.graph[skill_id]
    verdict = as_of(verdict, now) if verdict else None
    return SkillView(
        id=skill_id,
        title=skill.title,
        description=skill.description,
        standards=skill.standards,
        level=verdict.level if verdict else Level.NONE,
        progress=verdict.progress if verdict else 0.0,
        because=(verdict.own or verdict).because if verdict else (say("No answers yet."),),
        missing=verdict.missing if verdict else None,
        mastered_at=verdict.mastered_at if verdict else None,
        review_due=is_review_due(verdict, now),
        stuck=verdict.stuck if verdict else False,
        answers=answers,
        word=verdict.word if verdict else None,
    )


def is_review_due(verdict: Verdict | None, now: datetime) -> bool:
    """Mastered, and time to see it again."""
    return bool(verdict and verdict.mastered and verdict.review_due_at and verdict.review_due_at <= now)


def skill_views(state: LearnerState, answers: Mapping[SkillId, int], now: datetime) -> tuple[SkillView, ...]:
    """All skills of the learner's part, in the content's order, with the teacher's dates."""
    due_at = arrangements.wishes(state.placement.wishes).due_at
    return tuple(
        replace(
            skill_view(state.content, skill, state.verdicts.get(skill), answers.get(skill, 0), now),
            due_at=due_at.get(skill),
        )
        for skill in state.part.skills
    )


def step_views(state: LearnerState, steps: Iterable[Step]) -> tuple[StepView, ...]:
    """Steps with their words."""
    return tuple(
        StepView(
            activity=step.activity,
            title=activity.title,
            modality=step.modality,
            minutes=step.minutes,
            kind=step.kind,
            reason=step.reason,
            skill_title=state.content.graph[step.skill].title if step.skill else "",
        )
        for step in steps
        if (activity := state.activity(step.activity)) is not None
    )


def grade_view(placement: PlacementRow, column: ColumnRow | None, row: GradePromiseRow | None) -> GradeView:
    """One learner's grade: promised, sent, seen."""
    if column is None or placement.points <= 0:
        return GradeView(state="no_column")
    if row is None:
        return GradeView(state="none", points=column.maximum)
    return GradeView(
        state=row.state,
        value=row.value,
        points=column.maximum,
        sent_value=row.sent_value,
        sent_at=row.sent_at,
        due_at=row.due_at,
        attempts=row.attempts,
        problem=row.problem,
        seen_value=row.seen_value,
        seen_at=row.seen_at,
        comment=row.comment,
    )
