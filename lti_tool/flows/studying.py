"""A student's way through a visit: welcome, first assessment, choosing, reading, practising, looking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..learning import diagnostic
from ..learning.activities import Modality
from ..learning.ids import ActivityId, ItemId
from ..learning.marking import Mark
from ..learning.mixed_check import MIXED_CHECK
from ..learning.playlist import may_begin
from ..store import desks, learners
from ..store.database import Session
from ..store.launches import Visit
from ..store.tables import DeskRow
from .answering import Submission, submit
from .desk import current_activity, open_desk, put_item, put_next_item
from .errors import Refused
from .following import follow
from .setting_goals import hope

_LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """One answer of the first assessment, and whether it was the last."""

    mark: Mark
    finished: bool


def save_welcome(
    session: Session,
    visit: Visit,
    interests: Sequence[str],
    modalities: Sequence[str],
    goal: str,
    now: datetime,
) -> None:
    """Keep what the learner told us about themselves and go on to the first assessment. What was said elsewhere of
    things that do not exist here was not asked for, and stays."""
    state, desk = open_desk(session, visit, now)
    row = desks.keep_profile(session, visit.person_id, now)
    topics, kinds = state.content.topics, {one.modality for one in state.content.activities.values()}
    row.interests = [
        *(key for key in topics if key in interests),
        *(key for key in row.interests or () if key not in topics),
    ]
    kept = {*modalities, *(kind for kind in row.modalities or () if kind not in kinds)}
    row.modalities = [kind.value for kind in Modality if kind.value in kept]
    hope(session, visit, goal, now)
    if desk.stage == "welcome":
        _begin(state, desk, now)


def skip_welcome(session: Session, visit: Visit, now: datetime) -> None:
    """Go on without telling anything; nobody is asked twice."""
    state, desk = open_desk(session, visit, now)
    desks.keep_profile(session, visit.person_id, now)
    if desk.stage == "welcome":
        _begin(state, desk, now)


def _begin(state: learners.LearnerState, desk: DeskRow, now: datetime) -> None:
    """From the welcome to the first questions, or past them where everything is mastered already."""
    if state.all_mastered:
        _skip(state, desk, now)
    else:
        _start_assessment(state, desk, now)


def _start_assessment(state: learners.LearnerState, desk: DeskRow, now: datetime) -> None:
    desks.clear(desk)
    fresh = diagnostic.start(state.content, state.part.skills, state.diagnostic)
    _put_question(state, desk, replace(fresh, began_at=now), now)


def _put_question(
    state: learners.LearnerState, desk: DeskRow, progress: diagnostic.Diagnostic, now: datetime
) -> None:
    """Put the next question of the assessment on the desk, or end it."""
    question = diagnostic.next_question(state.content, progress)
    if question is None:
        _end_assessment(desk, progress, now)
    else:
        desk.diagnostic, desk.stage = progress.to_dict(), "assessment"
        put_item(desk, question, now)


def _end_assessment(desk: DeskRow, progress: diagnostic.Diagnostic, now: datetime) -> None:
    desk.diagnostic = replace(progress, ended_at=now).to_dict()
    desk.stage = "working"
    desks.clear(desk)


def assess(session: Session, visit: Visit, submission: Submission, now: datetime) -> Assessed:
    """Take an answer of the first assessment: one try, no hints, straight on to the next question."""
    state, desk = open_desk(session, visit, now)
    if desk.stage != "assessment" or state.diagnostic is None:
        raise Refused("The first questions are done already. Carry on from your page.")
    answered = submit(session, visit, submission, now)
    progress = state.diagnostic
    if submission.item == desk.item_key and submission.item not in progress.asked:
        item = state.content.items[submission.item]
        progress = diagnostic.record(
            state.content, progress, item, answered.mark.score, admitted=submission.admitted
        )
        _put_question(state, desk, progress, now)
    return Assessed(mark=answered.mark, finished=desk.stage == "working")


def skip_assessment(session: Session, visit: Visit, now: datetime) -> None:
    """Start working without (the rest of) the first assessment. Without any answer nothing is believed."""
    state, desk = open_desk(session, visit, now)
    if desk.stage != "working":
        _skip(state, desk, now)


def _skip(state: learners.LearnerState, desk: DeskRow, now: datetime) -> None:
    progress = state.diagnostic or diagnostic.start(state.content, state.part.skills)
    _end_assessment(desk, diagnostic.left(state.content, progress), now)


def pause_assessment(session: Session, visit: Visit, now: datetime) -> None:
    """Work now and go on with the first questions later; what was answered counts already."""
    state, desk = open_desk(session, visit, now)
    under_way = state.diagnostic
    if desk.stage == "assessment" and under_way is not None:
        kept = diagnostic.left(state.content, under_way)
        _end_assessment(desk, replace(kept, paused=kept is under_way), now)


def resume_assessment(session: Session, visit: Visit, now: datetime) -> None:
    """Go on with first questions that were paused."""
    state, desk = open_desk(session, visit, now)
    if desk.stage == "working" and state.diagnostic is not None and state.diagnostic.paused:
        _put_away(session, state, desk, now)
        again = replace(state.diagnostic, paused=False, began_at=now, ended_at=None)
        _put_question(state, desk, again, now)


def repeat_assessment(session: Session, visit: Visit, now: datetime) -> None:
    """Take the first assessment from its beginning, with other questions where there are any."""
    state, desk = open_desk(session, visit, now)
    if desk.stage == "working":
        _put_away(session, state, desk, now)
        _start_assessment(state, desk, now)


def _put_away(session: Session, state: learners.LearnerState, desk: DeskRow, now: datetime) -> None:
    """Close what lies open as far as it went."""
    if desk.activity_key:
        follow(session, state, desk, now, ended=False)
        desks.close_visit(session, desk, "", now)
    desks.clear(desk)


def choose(session: Session, visit: Visit, activity_id: ActivityId, now: datetime) -> None:
    """Open one of the offered activities. What lay open before is closed as far as it went."""
    state, desk = open_desk(session, visit, now)
    if desk.stage != "working":
        _skip(state, desk, now)
    if desk.activity_key == activity_id:
        return
    if not may_begin(learners.situation(state, now), activity_id):
        raise Refused("That activity is not among your next steps any more. Here are the ones that fit now.")
    _put_away(session, state, desk, now)
    desk.activity_key, desk.activity_started_at = activity_id, now
    desks.open_visit(session, desk, now)
    put_next_item(session, visit, state, desk, now)


def advance(session: Session, visit: Visit, now: datetime) -> None:
    """After feedback: put the next question on the desk, or none when the sitting is done."""
    state, desk = open_desk(session, visit, now)
    if desk.stage == "working" and (not desk.item_key or desk.last_mark.get("closed")):
        put_next_item(session, visit, state, desk, now)


def finish(session: Session, visit: Visit, reflection: str, now: datetime) -> None:
    """End the open activity; `reflection` is what the learner wrote looking back (may be empty)."""
    state, desk = open_desk(session, visit, now)
    activity = current_activity(state, desk)
    if activity is None:
        return
    follow(session, state, desk, now, ended=True)
    desks.close_visit(session, desk, reflection.strip()[:_LONGEST_TEXT], now)
    if activity.modality is Modality.BREAK:
        desk.break_at = now
    desks.clear(desk)


def reveal_hint(session: Session, visit: Visit, item_id: ItemId, now: datetime) -> None:
    """Show one more hint; hints are counted with the answer. A mixed check gives none."""
    state, desk = open_desk(session, visit, now)
    item = state.content.items.get(item_id)
    if item is None or desk.item_key != item_id or desk.stage != "working" or desk.last_mark.get("closed"):
        return
    if desk.activity_key == MIXED_CHECK:
        return
    desk.hints_shown = min(len(item.hints), desk.hints_shown + 1)


def save_draft(session: Session, visit: Visit, item_id: ItemId, answer: Mapping[str, Any], now: datetime) -> None:
    """Keep what is typed but not sent, so that a lost visit loses nothing."""
    _, desk = open_desk(session, visit, now)
    if desk.item_key == item_id and len(str(answer)) <= _LONGEST_TEXT:
        desk.draft = dict(answer)
