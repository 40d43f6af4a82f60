"""Course Groups Service 1.0: which groups the course has, and who is in which."""

from __future__ import annotations

from flask import Blueprint, Response

from . import lti
from .activities import Activity
from .people import Person
from .platform import Platform, current
from .services import answer, need_accept, only_this_course, page_of, refuse
from .tokens import scoped
from .tools import Tool

course_groups = Blueprint("course_groups", __name__)
GROUPS = (("group-red", "Red table"), ("group-blue", "Blue table"))


def offered(platform: Platform) -> bool:
    """This LMS has the service, and it is switched on."""
    return platform.manners.offers_groups and platform.switches.options.course_groups


def groups_of(person: Person) -> list[dict[str, str]]:
    """Students sit at the red and the blue table by turns; nobody else has a table."""
    return [{"group_id": _table(person)}] if person.kind == "student" else []


def may_open(activity: Activity, person: Person) -> bool:
    """False for students outside the group that an activity is for; everybody else sees the whole course."""
    return not activity.only_for or person.kind != "student" or _table(person) == activity.only_for


def _table(student: Person) -> str:
    return GROUPS[student.position % 2][0]


@course_groups.get("/services/<context_id>/groups")
@scoped(lti.GROUPS_READ)
def groups(tool: Tool, context_id: str) -> Response:
    """All groups of the course, in pages."""
    only_this_course(context_id)
    need_accept(lti.GROUPS_TYPE)
    if not offered(current()):
        refuse(404, "no groups here")
    url = current().service_url("/groups")
    page = page_of([{"id": key, "name": name} for key, name in GROUPS], url)
    return answer({"id": url, "groups": page.items}, lti.GROUPS_TYPE, next_url=page.next_url)
