"""A teacher's pages: the class, one learner, and every grade. What counts as mastered is in `rule_pages`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from ..flows import overruling, placing, reading_gradebook, resending, syncing_roster
from ..flows.errors import NotFound, Refused
from ..learning.ids import SkillId
from ..lti.connection import SOMEBODY_WAITS_SECONDS
from ..store.pages import class_overview, copied_from, gradebook_state, item_report, learner_detail
from .gates import STAFF, allows
from .house import house
from .i18n import _
from .rendering import page, see_other, to
from .rule_pages import show_rules
from .schemas import ClassQuery, CopyForm, DoneQuery, GradesQuery, ItemsQuery, OverruleForm, ResendForm, form, query
from .session import current_visit

pages = Blueprint("teacher", __name__, url_prefix="/l/<launch_id>")

_staff = allows(*STAFF)


@pages.get("/class")
@_staff
@query(ClassQuery)
def overview(sent: Mapping[str, Any], launch_id: str) -> Response:
    """The class: who needs me today, and how far everybody is."""
    return show_class(**sent)


def show_class(page_number: int = 1, sort: str = "name", group: str = "", done: str = "") -> Response:
    """The class page; before the first set-up, the set-up."""
    with house().db.reading() as session:
        shown = class_overview.load(session, current_visit(), house().now(), page_number, sort, group)
        copied = copied_from.load(session, current_visit())
    if shown.unfinished_setup:
        return show_rules() if current_visit().role == "teacher" else page("teacher/unfinished.html", shown=shown)
    house().ask_for_roster(current_visit().course_id, shown.roster.read_at)
    may_change = current_visit().role == "teacher"
    return page("teacher/class.html", shown=shown, done=done, copied=copied, may_change=may_change)


@pages.post("/copied")
@allows("teacher")
@form(CopyForm)
def answer_copy(sent: Mapping[str, Any], launch_id: str) -> Response:
    """A copied activity: keep it as it is, change it, or start anew."""
    with house().db.writing() as session:
        placing.answer(session, current_visit(), sent["choice"], house().now())
    return _go("teacher.overview", done="kept") if sent["choice"] == "keep" else _go("rules.show")


@pages.post("/roster")
@_staff
def refresh_roster(launch_id: str) -> Response:
    """Read the roster from the LMS now; the page then says what changed. Who may open this is asked by the workers."""
    course_id, placement_id = current_visit().course_id, current_visit().placement_id
    if course_id is not None:
        syncing_roster.sync(house().border, course_id, house().now(), patience_seconds=SOMEBODY_WAITS_SECONDS)
    if placement_id is not None:
        house().queue_openers(placement_id)
    return _go("teacher.overview", done="roster")


@pages.get("/learner/<int:person_id>")
@_staff
@query(DoneQuery)
def learner(sent: Mapping[str, Any], launch_id: str, person_id: int) -> Response:
    """One learner: skills with reasons, what comes next, every answer, the grade."""
    return show_learner(person_id, done=sent["done"])


def show_learner(person_id: int, *, done: str = "") -> Response:
    """The same, from the class page or from a gradebook's review link."""
    with house().db.reading() as session:
        shown = learner_detail.load(session, current_visit(), person_id, house().now())
    if shown is None:
        return _no_learner()
    may_change = current_visit().role == "teacher"
    return page("teacher/learner.html", shown=shown, may_change=may_change, done=done)


def _no_learner() -> Response:
    """Before the activity is set up there is nothing to show of anybody: first things first."""
    with house().db.reading() as session:
        set_up = class_overview.is_set_up(session, current_visit())
    if not set_up:
        return show_class()
    raise NotFound(_("This student is not in this course."), tell=_("Go back to the class and look there."))


@pages.post("/learner/<int:person_id>/overrule")
@allows("teacher")
@form(OverruleForm)
def overrule(sent: Mapping[str, Any], launch_id: str, person_id: int) -> Response:
    """The teacher's word on what this student knows already."""
    knows = {"known": True, "not_yet": False}.get(sent["word"])
    with house().db.writing() as session:
        overruling.overrule(session, current_visit(), person_id, SkillId(sent["skill"]), knows, house().now())
    return _go("teacher.learner", person_id=person_id, done="said")


@pages.get("/items")
@_staff
@query(ItemsQuery)
def items(sent: Mapping[str, Any], launch_id: str) -> Response:
    """What the class's answers say about the questions, and which of them look broken."""
    with house().db.reading() as session:
        shown = item_report.load(session, current_visit(), sent["page_number"], sent["sort"])
    return page("teacher/items.html", shown=shown) if shown else show_class()


@pages.get("/grades")
@_staff
@query(GradesQuery)
def grades(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Every grade: promised, sent, in the gradebook, and what stands in the way."""
    with house().db.reading() as session:
        shown = gradebook_state.load(session, current_visit(), sent["page_number"])
    may_send = current_visit().role == "teacher"
    return page(
        "teacher/grades.html",
        shown=shown,
        done=sent["done"],
        count=sent["count"],
        missing=sent["missing"],
        may_send=may_send,
    )


@pages.post("/grades/send")
@allows("teacher")
@form(ResendForm)
def send_again(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Send one grade again, or all that failed."""
    chosen = [sent["promise"]] if sent["promise"] is not None else None
    with house().db.writing() as session:
        count = resending.resend(session, current_visit(), chosen, house().now())
    return _go("teacher.grades", done="sent", count=count)


@pages.post("/grades/read")
@_staff
def read_gradebook(launch_id: str) -> Response:
    """Read now what the gradebook holds."""
    placement_id = current_visit().placement_id
    assert placement_id is not None  # the gate saw to it
    read = reading_gradebook.read_results(house().border, placement_id, house().now())
    if read.gone:
        return _go("teacher.grades")  # which says so
    if read.problem:
        raise Refused(read.problem, tell=_("Try again in a minute. If it stays, tell your LMS administrator."))
    return _go("teacher.grades", done="read", count=read.overridden, missing=read.missing)


def _go(endpoint: str, **values: Any) -> Response:
    return see_other(to(endpoint, **values))
