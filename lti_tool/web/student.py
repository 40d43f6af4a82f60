"""A student's pages: welcome, first questions, next steps, one question at a time, looking back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from ..flows import answering, setting_goals, studying
from ..flows.answering import Submission
from ..flows.errors import Refused
from ..learning.errors import AnswerError
from ..learning.ids import ActivityId, ItemId, SkillId
from ..store.database import Session
from ..store.pages import activity_page, goals_page, me_page, student_home, welcome_page
from .answers import read_answer, read_draft
from .gates import STAFF, allows
from .house import house
from .rendering import desk, home_url, is_fragment, page, see_other, to
from .schemas import (
    AnswerForm,
    ChoiceForm,
    CloseGoalForm,
    DraftForm,
    FinishForm,
    FirstAnswerForm,
    GoalForm,
    HintForm,
    WelcomeForm,
    end_of,
    form,
    read,
)
from .sent_back import send_back, sent_back
from .session import current_visit

pages = Blueprint("student", __name__)
"""Mounted twice: for students, and as a preview for staff."""

_learner = allows("student", preview=STAFF)


def show_home(*, preview: bool = False) -> Response:
    """What is next, and where I am; the welcome or the first questions come before it."""
    g.preview = preview
    with house().db.glancing() as connection:
        shown = student_home.load(connection, current_visit(), house().now())
    if not shown.placement.configured:
        return page("student/waiting.html", shown=shown)
    if shown.stage == "welcome":
        return _go("welcome")
    return _go("assessment") if shown.stage == "assessment" else page("student/home.html", shown=shown)


@pages.get("/welcome")
@_learner
def welcome(launch_id: str) -> Response:
    """A short hello: interests, favourite ways, a goal. All of it may be skipped."""
    with house().db.reading() as session:
        shown = welcome_page.load(session, current_visit())
    return page("student/welcome.html", shown=shown)


@pages.post("/welcome")
@_learner
@form(WelcomeForm)
def save_welcome(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Keep the answers, or skip."""
    with house().db.writing() as session:
        if sent["skip"]:
            studying.skip_welcome(session, current_visit(), house().now())
        else:
            studying.save_welcome(
                session, current_visit(), sent["interests"], sent["modalities"], sent["goal"], house().now()
            )
    return _home()


@pages.get("/assessment")
@_learner
def assessment(launch_id: str) -> Response:
    """The first questions."""
    return _show_work()


@pages.post("/assessment")
@_learner
@form(FirstAnswerForm)
def assess(sent: Mapping[str, Any], launch_id: str) -> Response:
    """One answer of the first questions, or "I do not know yet"; straight on to the next."""
    return _take(sent, studying.assess)


@pages.post("/assessment/skip")
@_learner
def skip_assessment(launch_id: str) -> Response:
    """Start without (the rest of) the first questions."""
    with house().db.writing() as session:
        studying.skip_assessment(session, current_visit(), house().now())
    return _home()


@pages.post("/assessment/pause")
@_learner
def pause_assessment(launch_id: str) -> Response:
    """Go on with the first questions later."""
    with house().db.writing() as session:
        studying.pause_assessment(session, current_visit(), house().now())
    return _home()


@pages.post("/assessment/resume")
@_learner
def resume_assessment(launch_id: str) -> Response:
    """Go on with them now."""
    with house().db.writing() as session:
        studying.resume_assessment(session, current_visit(), house().now())
    return _home()


@pages.post("/assessment/repeat")
@_learner
def repeat_assessment(launch_id: str) -> Response:
    """Take them anew."""
    with house().db.writing() as session:
        studying.repeat_assessment(session, current_visit(), house().now())
    return _home()


@pages.post("/choose")
@_learner
@form(ChoiceForm)
def choose(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Open one of the offered activities."""
    with house().db.writing() as session:
        studying.choose(session, current_visit(), ActivityId(sent["activity"]), house().now())
    return _work()


@pages.get("/work")
@_learner
def work(launch_id: str) -> Response:
    """The open activity, one question at a time."""
    return _show_work()


@pages.post("/answer")
@_learner
@form(AnswerForm)
def answer(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Check an answer; the feedback stands in place of the form."""
    return _take(sent, answering.submit)


@pages.post("/draft")
@_learner
@form(DraftForm)
def draft(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Keep what is typed but not sent."""
    with house().db.writing() as session:
        studying.save_draft(session, current_visit(), ItemId(sent["item"]), read_draft(request.form), house().now())
    return Response(status=204)


@pages.post("/hint")
@_learner
@form(HintForm)
def hint(sent: Mapping[str, Any], launch_id: str) -> Response:
    """One more hint; what is typed already stays."""
    item, now = ItemId(sent["item"]), house().now()
    with house().db.writing() as session:
        studying.reveal_hint(session, current_visit(), item, now)
        typed = read_draft(request.form)
        if typed:
            studying.save_draft(session, current_visit(), item, typed, now)
    return _work()


@pages.post("/next")
@_learner
def advance(launch_id: str) -> Response:
    """The next question."""
    with house().db.writing() as session:
        studying.advance(session, current_visit(), house().now())
    return _work()


@pages.post("/finish")
@_learner
@form(FinishForm)
def finish(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Close the open activity and see what is next."""
    with house().db.writing() as session:
        studying.finish(session, current_visit(), sent["reflection"], house().now())
    return _home()


@pages.get("/me")
@_learner
def me(launch_id: str) -> Response:
    """My learning: skills, what I did, my goal."""
    with house().db.reading() as session:
        shown = me_page.load(session, current_visit(), house().now())
    return page("student/me.html", shown=shown) if shown else show_home(preview=g.preview)


@pages.get("/goals")
@_learner
def goals(launch_id: str) -> Response:
    """My goals, and looking back."""
    return _show_goals()


@pages.post("/goals")
@_learner
def set_goal(launch_id: str) -> Response:
    """Keep a goal; what cannot be kept comes back with a sentence."""
    try:
        sent = read(GoalForm)
        skill = SkillId(sent["goal_skill"]) if sent["goal_skill"] else None
        wanted = setting_goals.NewGoal(text=sent["goal"], skill=skill, until=end_of(sent["until"]))
        with house().db.writing() as session:
            setting_goals.set_goal(session, current_visit(), wanted, house().now())
    except Refused as error:
        return send_back(error, _show_goals, f"{desk()}.goals")
    return _go("goals")


@pages.post("/goals/close")
@_learner
@form(CloseGoalForm)
def close_goal(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Reached, or let go; with a look back."""
    with house().db.writing() as session:
        setting_goals.close_goal(
            session,
            current_visit(),
            sent["id"],
            reached=sent["reached"],
            reflection=sent["reflection"],
            now=house().now(),
        )
    return _go("goals")


def _show_goals() -> Response:
    with house().db.reading() as session:
        shown = goals_page.load(session, current_visit(), house().now())
    if shown is None:
        return _home()
    back = sent_back()
    return page("student/goals.html", back.status, shown=shown, problems=back.problems, typed=back.typed)


def _take(sent: Mapping[str, Any], flow: Callable[..., object]) -> Response:
    """Hand an answer to its flow. An unreadable one comes back with a sentence and what was typed."""
    typed: dict[str, Any] = {}
    try:
        admitted = sent.get("admitted", False)
        typed = {} if admitted else read_answer(request.form)
        submission = Submission(client_key=sent["key"], item=ItemId(sent["item"]), answer=typed, admitted=admitted)
        with house().db.writing() as session:
            flow(session, current_visit(), submission, house().now())
            _keep_long_work(session, submission)
    except AnswerError as error:
        return _show_work(mistake=str(error), typed=typed or read_draft(request.form), status=422)
    except Refused as error:
        # Another tab was faster: show where things stand now, with a word on why.
        return _show_work(note=error.what, status=409)
    return _work("result")


def _keep_long_work(session: Session, submission: Submission) -> None:
    """Whoever tries again starts from what they had; only a wrong tick is better made anew."""
    if submission.answer.keys() & {"order", "pairs", "text"}:
        studying.save_draft(session, current_visit(), submission.item, submission.answer, house().now())


def _show_work(
    *, mistake: str = "", note: str = "", typed: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    with house().db.reading() as session:
        shown = activity_page.load(session, current_visit(), house().now())
    if shown is None:
        return _home()
    draft = typed or (shown.item.draft if shown.item else {})
    return page("student/work.html", status, shown=shown, mistake=mistake, note=note, draft=draft)


def _work(anchor: str | None = None) -> Response:
    """Show the work: at once when our script asked, else after a redirect, so that reloading repeats nothing."""
    return _show_work() if is_fragment() else _go("work", anchor)


def _home() -> Response:
    return see_other(home_url())


def _go(name: str, anchor: str | None = None) -> Response:
    return see_other(to(f"{desk()}.{name}", _anchor=anchor))
