"""The first page of a visit: who comes as what sees which page."""

from __future__ import annotations

from flask import Blueprint, Response

from ..flows import launching
from ..flows.errors import NotAllowed, NotFound
from ..store.launches import Visit
from ..store.pages import learner_detail
from . import admin, observer, picker, privacy, student, teacher
from .errors import Problem, show
from .gates import EVERYBODY, STAFF, allows
from .house import house
from .i18n import _
from .rendering import see_other, to
from .session import current_visit

pages = Blueprint("visit", __name__, url_prefix="/l/<launch_id>")


@pages.get("/")
@allows(*EVERYBODY, anywhere=True)
def home(launch_id: str) -> Response:
    """Where a launch arrives."""
    visit = current_visit()
    if visit.details.get("deep_link"):
        return _choose(launch_id, visit)
    if launching.is_privacy(visit):
        return privacy.show(visit)
    is_review = launching.is_review(visit)
    if visit.role == "admin" and not is_review:
        return admin.health(launch_id)
    if visit.course_id is None or visit.placement_id is None:
        return _nowhere(visit)
    if visit.role == "observer":
        return observer.children(launch_id)
    if is_review:
        return _review(visit)
    return student.show_home() if visit.role == "student" else teacher.show_class()


@pages.get("/student/")
@allows(*STAFF)
def preview(launch_id: str) -> Response:
    """A teacher looks at what a student sees, and may try it; nothing of it is graded."""
    return student.show_home(preview=True)


def _choose(launch_id: str, visit: Visit) -> Response:
    """What to add to the course, for those who may: the LMS has asked them, course designers among them."""
    if visit.role not in {"teacher", "assistant", "admin"}:
        raise NotAllowed(
            _("Only teachers add activities to a course."),
            who="teacher",
            tell=_("Please add the activity to the course."),
        )
    if visit.course_id is None:
        return _nowhere(visit)
    return picker.choose(launch_id)


def _review(visit: Visit) -> Response:
    """From the gradebook: one student's work. Students see their own."""
    if visit.role == "student":
        return see_other(to("student.me"))
    with house().db.reading() as session:
        subject = str(visit.details.get("for_user", ""))
        person_id = learner_detail.person_by_subject(session, visit, subject)
    if person_id is None:
        raise NotFound(
            _("This student has not been here yet."),
            tell=_("Their work appears after they have opened the activity once."),
        )
    return teacher.show_learner(person_id)


def _nowhere(visit: Visit) -> Response:
    """A launch from outside a course, or without an activity.

    Opening a link that belongs to no course is no error (1EdTech certification 6.1.2, “email, no context”); asking for
    work that is nowhere is one.
    """
    is_good = visit.course_id is None and not launching.is_review(visit)
    return show(
        Problem(
            status=200 if is_good else 404,
            title=_("Open Cairn from a course"),
            what=_("This link is not part of a course, so there is no class and no work to show."),
            who="teacher" if visit.role == "student" else "you",
            tell=_("Add Cairn as an activity inside a course and open it there."),
        )
    )
