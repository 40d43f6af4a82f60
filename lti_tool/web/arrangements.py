"""What a teacher arranges: the plan of the class, and time, format, goal and pins for one learner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from ..flows import arranging
from ..flows.errors import NotFound, Refused
from ..store.pages import plan_pages
from .gates import STAFF, allows
from .house import house
from .i18n import _
from .people_forms import read_accommodations, read_plan, read_wishes
from .rendering import page, see_other, to
from .schemas import DoneQuery, query
from .sent_back import send_back, sent_back
from .session import current_visit

pages = Blueprint("arrangements", __name__, url_prefix="/l/<launch_id>")

_staff = allows(*STAFF)


@pages.get("/plan")
@_staff
@query(DoneQuery)
def plan(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Order, dates, pauses, what comes first and what is left out, and the time of a lesson."""
    return _show_plan(done=sent["done"])


@pages.post("/plan")
@allows("teacher")
def save_plan(launch_id: str) -> Response:
    """Put the plan in force; everybody's next steps follow it."""
    try:
        with house().db.writing() as session:
            arranging.arrange_class(session, current_visit(), read_wishes(request.form), house().now())
    except Refused as error:
        return send_back(error, _show_plan, "arrangements.plan")
    return see_other(to("arrangements.plan", done="saved"))


def _show_plan(*, done: str = "") -> Response:
    with house().db.reading() as session:
        shown = plan_pages.class_plan(session, current_visit(), house().now())
    if shown is None:
        return see_other(to("teacher.overview"))
    return _arranging("teacher/plan.html", shown, done)


@pages.get("/learner/<int:person_id>/arrangements")
@_staff
@query(DoneQuery)
def learner(sent: Mapping[str, Any], launch_id: str, person_id: int) -> Response:
    """What is arranged for one learner."""
    return _show_learner(person_id, done=sent["done"])


@pages.post("/learner/<int:person_id>/accommodations")
@allows("teacher")
def accommodate(launch_id: str, person_id: int) -> Response:
    """Time, length and format; never the mastery level."""
    try:
        with house().db.writing() as session:
            wanted = read_accommodations(request.form)
            arranging.accommodate(session, current_visit(), person_id, wanted, house().now())
    except Refused as error:
        return _send_back(error, person_id)
    return see_other(to("arrangements.learner", person_id=person_id, done="time"))


@pages.post("/learner/<int:person_id>/plan")
@allows("teacher")
def plan_for(launch_id: str, person_id: int) -> Response:
    """A modified goal, and activities to put first or leave out."""
    try:
        with house().db.writing() as session:
            arranging.plan_for(session, current_visit(), person_id, read_plan(request.form), house().now())
    except Refused as error:
        return _send_back(error, person_id)
    return see_other(to("arrangements.learner", person_id=person_id, done="plan"))


def _send_back(error: Refused, person_id: int) -> Response:
    return send_back(error, lambda: _show_learner(person_id), "arrangements.learner", person_id=person_id)


def _show_learner(person_id: int, *, done: str = "") -> Response:
    with house().db.reading() as session:
        shown = plan_pages.learner_arrangements(session, current_visit(), person_id, house().now())
    if shown is None:
        raise NotFound(_("This student is not in this course."), tell=_("Go back to the class and look there."))
    return _arranging("teacher/arrangements.html", shown, done)


def _arranging(template: str, shown: Any, done: str) -> Response:
    """A page to arrange things on, with what was typed when it comes back."""
    back = sent_back()
    return page(
        template,
        back.status,
        shown=shown,
        done=done,
        problems=back.problems,
        typed=back.typed,
        may_change=current_visit().role == "teacher",
    )
