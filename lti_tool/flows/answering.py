"""Answer -> mark -> evidence -> verdict -> grade promise: one transaction, whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..learning.activities import Item
from ..learning.evidence import Source
from ..learning.ids import ItemId, Score, SkillId
from ..learning.marking import NOT_YET, Mark, mark
from ..learning.mixed_check import MIXED_CHECK
from ..learning.sittings import planned_answers, tries_allowed
from ..learning.verdicts import Verdict
from ..store import evidence, learners, mastery
from ..store.database import Session
from ..store.launches import Visit
from ..store.tables import AnswerRow, DeskRow
from ..telemetry import ANSWERS
from .desk import current_activity, open_desk
from .errors import Refused
from .judging import rejudge

_LONGEST_SECONDS = 3600.0
"""A page left open over lunch says nothing about the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a learner sent. `client_key` was made with the form, so a double click is one answer.

    `admitted` is "I do not know yet", which the first assessment takes instead of an answer.
    """

    client_key: str
    item: ItemId
    answer: Mapping[str, Any]
    admitted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The result of an answer: its mark and what it changed for the item's first skill."""

    mark: Mark
    attempt: int
    skill: SkillId
    before: Verdict | None
    after: Verdict | None
    activity_done: bool


def submit(session: Session, visit: Visit, submission: Submission, now: datetime) -> Answered:
    """Take an answer to the question on the desk.

    The same `client_key` again gives the same result and counts nothing. Raises `AnswerError` when the answer
    cannot be read (nothing is counted) and `Refused` when the question is not on the desk any more.
    """
    state, desk = open_desk(session, visit, now)
    known = evidence.replayed(session, visit.person_id, submission.client_key)
    if known is not None:
        return _again(session, visit, state, desk, known)
    item = _item_on_desk(state, desk, submission.item)
    checked = _admitted(desk) if submission.admitted else mark(item, submission.answer, hints_used=desk.hints_shown)
    given = _marked(desk, item, checked, submission, now)
    row = evidence.keep_answer(session, visit.person_id, state.placement.id, given, now)
    evidence.append_for_answer(
        session, state.placement.course_id, state.content.key, item, row, _source(state, item, now)
    )
    judged = rejudge(session, visit, state.placement.course_id, state.content, item.skills, now)
    ANSWERS.inc()
    here = judged.get(state.placement.id)
    skill = item.skills[0]
    answered = Answered(
        mark=checked,
        attempt=given.attempt,
        skill=skill,
        before=here.before.get(skill) if here else None,
        after=here.after.get(skill) if here else None,
        activity_done=False,
    )
    return _note_on_desk(state, desk, item, answered)


def _admitted(desk: DeskRow) -> Mark:
    """No answer, and no guess either: nothing is known yet, said without shame."""
    if desk.stage != "assessment":
        raise Refused("Only the first questions can be answered like this. Try one of the hints here.")
    return Mark(score=Score(0.0), correct=False, feedback="", given=NOT_YET)


def _item_on_desk(state: learners.LearnerState, desk: DeskRow, item_id: ItemId) -> Item:
    if desk.item_key != item_id or item_id not in state.content.items:
        raise Refused("That question is no longer open. Nothing was lost: carry on with the one you see.")
    if desk.last_mark.get("closed"):
        raise Refused("You have answered this question already. Go on to the next one.")
    return state.content.items[item_id]


def _marked(
    desk: DeskRow, item: Item, checked: Mark, submission: Submission, now: datetime
) -> evidence.MarkedAnswer:
    served = desk.item_served_at
    seconds = min(_LONGEST_SECONDS, max(0.0, (now - served).total_seconds())) if served else None
    return evidence.MarkedAnswer(
        client_key=submission.client_key,
        item=item,
        activity_key=desk.activity_key,
        answer=submission.answer,
        mark=checked,
        hints_used=desk.hints_shown,
        attempt=desk.attempt,
        seconds=seconds,
    )


def _source(state: learners.LearnerState, item: Item, now: datetime) -> Source:
    if state.desk is not None and state.desk.stage == "assessment":
        return Source.ASSESSMENT
    if state.desk is not None and state.desk.activity_key == MIXED_CHECK:
        return Source.CHALLENGE
    verdict = state.verdicts.get(item.skills[0])
    due = verdict is not None and verdict.mastered and verdict.review_due_at and verdict.review_due_at <= now
    return Source.REVIEW if due else Source.PRACTICE


def _note_on_desk(state: learners.LearnerState, desk: DeskRow, item: Item, answered: Answered) -> Answered:
    """Remember the mark on the desk, so that the page shows it after a reload too."""
    if desk.attempt == 1:
        desk.answered_in_activity += 1
    closed = answered.mark.correct or desk.attempt >= tries_allowed(item)
    before, after = answered.before, answered.after
    desk.last_mark = {
        "score": answered.mark.score,
        "correct": answered.mark.correct,
        "given": answered.mark.given,
        "feedback": answered.mark.feedback,
        "misconception": answered.mark.misconception,
        "attempt": answered.attempt,
        "closed": closed,
        "level_before": before.level if before else "none",
        "level_after": after.level if after else "none",
    }
    desk.draft = {}
    if not closed:
        desk.attempt += 1
    activity = current_activity(state, desk)
    done = (
        closed
        and activity is not None
        and desk.answered_in_activity >= planned_answers(activity, state.profile.accommodations)
    )
    return Answered(
        mark=answered.mark,
        attempt=answered.attempt,
        skill=answered.skill,
        before=before,
        after=after,
        activity_done=done,
    )


def _again(
    session: Session, visit: Visit, state: learners.LearnerState, desk: DeskRow, known: AnswerRow
) -> Answered:
    """The result an answer had when it came the first time."""
    item = state.content.items[ItemId(known.item_key)]
    skill = item.skills[0]
    verdict = mastery.verdicts(session, state.placement.id, visit.person_id).get(skill)
    activity = current_activity(state, desk)
    return Answered(
        mark=Mark(
            score=Score(known.score),
            correct=known.correct,
            feedback=known.feedback,
            misconception=known.misconception,
            given=known.given,
        ),
        attempt=known.attempt,
        skill=skill,
        before=verdict,
        after=verdict,
        activity_done=bool(
            activity
            and desk.last_mark.get("closed")
            and desk.answered_in_activity >= planned_answers(activity, state.profile.accommodations)
        ),
    )
