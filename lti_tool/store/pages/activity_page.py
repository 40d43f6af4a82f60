"""One activity, or one question of the first assessment: what lies on the desk now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...learning.activities import Activity, Item, Modality
from ...learning.diagnostic import length_estimate
from ...learning.ids import ItemId
from ...learning.marking import shown_order, solution
from ...learning.mixed_check import MIXED_CHECK
from ...learning.phrases import Phrase, say
from ...learning.playlist import next_for
from ...learning.sittings import minutes_for, planned_answers, tries_allowed
from ...learning.verdicts import Level
from .. import evidence, learners
from ..database import Session
from ..launches import Visit
from ..learners import LearnerState, Stand
from ..tables import DeskRow
from .reading import grade_view, headed, skill_view
from .views import GradeView, PlacementView, SkillView


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMark:
    """The mark of the answer just given. `solution` (Markdown) is there once the question is closed."""

    given: str
    score: float
    correct: bool
    feedback: str
    solution: str
    can_retry: bool
    tries_left: int
    level_change: Phrase | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """A question as it is shown. `order` holds choice keys or right-hand texts in shown order."""

    item: Item
    order: tuple[str, ...]
    hints: tuple[str, ...]
    hints_left: int
    attempt: int
    last: LastMark | None
    draft: Mapping[str, Any]
    recent: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPage:
    """`activity` is None during the first assessment (`assessment` True; `asked` of about `expected`)."""

    placement: PlacementView
    activity: Activity | None
    title: str
    modality: Modality
    minutes: int
    body: str
    figure: str
    figure_alt: str
    skill: SkillView | None
    item: ItemPage | None
    answered: int
    planned: int
    reason: Phrase | None
    assessment: bool
    asked: int
    expected: int
    grade: GradeView
    read_aloud: bool = False


def load(session: Session, visit: Visit, now: datetime) -> ActivityPage | None:
    """Read the desk; None when nothing lies on it (go home)."""
    assert visit.placement_id is not None
    stand = learners.stand(session, visit.placement_id, visit.person_id)
    state = stand.state
    if state is None or state.desk is None:
        return None
    placement = headed(session, state.placement, state.content, stand.course_title)
    if state.desk.stage == "assessment":
        return _assessment(placement, state, state.desk)
    activity = state.activity(state.desk.activity_key)
    return _activity(session, visit, placement, stand, activity, now) if activity else None


def _assessment(placement: PlacementView, state: LearnerState, desk: DeskRow) -> ActivityPage | None:
    item = state.content.items.get(ItemId(desk.item_key))
    diagnostic = state.diagnostic
    if item is None or diagnostic is None:
        return None
    return ActivityPage(
        placement=placement,
        activity=None,
        title="",
        modality=Modality.PRACTICE,
        minutes=0,
        body="",
        figure="",
        figure_alt="",
        skill=None,
        item=_item(state, desk, item, ()),
        answered=0,
        planned=0,
        reason=None,
        assessment=True,
        asked=len(diagnostic.asked),
        expected=length_estimate(state.content, state.part.skills),
        grade=GradeView(state="none"),
        read_aloud=state.profile.accommodations.read_aloud,
    )


def _activity(
    session: Session, visit: Visit, placement: PlacementView, stand: Stand, activity: Activity, now: datetime
) -> ActivityPage:
    state = stand.state
    assert state is not None
    desk = state.desk
    assert desk is not None
    counts = evidence.counts(session, state.placement.course_id, visit.person_id, state.content.key)
    item = state.content.items.get(ItemId(desk.item_key))
    skill_id = item.skills[0] if item else next(iter(activity.skills), None)
    if activity.id == MIXED_CHECK:
        # Finding out what a question is about is part of the check.
        skill_id = None
    recent = evidence.recent_answers(session, visit.person_id, state.placement.id, limit=40)
    firsts = [row.correct for row in recent if row.attempt == 1 and row.activity_key == activity.id][:10]
    steps = next_for(learners.situation(state, now)).steps
    return ActivityPage(
        placement=placement,
        activity=activity,
        title=activity.title,
        modality=activity.modality,
        minutes=minutes_for(activity, state.profile.accommodations),
        body=activity.body,
        figure=activity.figure,
        figure_alt=activity.figure_alt,
        skill=skill_view(state.content, skill_id, state.verdicts.get(skill_id), counts.get(skill_id, 0), now)
        if skill_id
        else None,
        item=_item(state, desk, item, tuple(reversed(firsts))) if item else None,
        answered=desk.answered_in_activity,
        planned=planned_answers(activity, state.profile.accommodations),
        reason=next((step.reason for step in steps if step.activity == activity.id), None),
        assessment=False,
        asked=0,
        expected=0,
        grade=grade_view(stand.placement, stand.column, stand.promise),
        read_aloud=state.profile.accommodations.read_aloud,
    )


def _item(state: LearnerState, desk: DeskRow, item: Item, recent: tuple[bool, ...]) -> ItemPage:
    hints = () if desk.activity_key == MIXED_CHECK else item.hints
    return ItemPage(
        item=item,
        order=shown_order(item, desk.item_seed),
        hints=hints[: desk.hints_shown],
        hints_left=max(0, len(hints) - desk.hints_shown),
        attempt=desk.attempt,
        last=_last(desk, item),
        draft=desk.draft,
        recent=recent,
    )


def _last(desk: DeskRow, item: Item) -> LastMark | None:
    mark = desk.last_mark
    if not mark:
        return None
    closed = bool(mark["closed"])
    return LastMark(
        given=mark["given"],
        score=mark["score"],
        correct=mark["correct"],
        feedback=mark["feedback"],
        solution=solution(item) if closed and not mark["correct"] else "",
        can_retry=not closed,
        tries_left=0 if closed else tries_allowed(item) - mark["attempt"],
        level_change=_level_change(Level(mark["level_before"]), Level(mark["level_after"])),
    )


_REACHED = {
    Level.BEGINNING: "You have begun with this skill.",
    Level.DEVELOPING: "You are getting there with this skill.",
    Level.NEARLY: "You are nearly there with this skill.",
    Level.MASTERED: "You have mastered this skill.",
}


def _level_change(before: Level, after: Level) -> Phrase | None:
    return say(_REACHED[after]) if after.rank > before.rank else None
