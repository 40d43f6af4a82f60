"""Names and Role Provisioning Services 2.0: the class list for tools."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request

from . import activities, course_groups, gradebook, lti, people, roster_changes
from .activities import Activity
from .custom import Occasion, substituted
from .messages import person_claims
from .people import MEMBERSHIP, Person
from .platform import current
from .services import answer, need_accept, only_this_course, page_of, refuse
from .tokens import scoped
from .tools import Tool

memberships = Blueprint("memberships", __name__)


@memberships.get("/services/<context_id>/memberships")
@scoped(lti.MEMBERSHIP_READ)
def members(tool: Tool, context_id: str) -> Response:
    """The roster, in pages; `role` (by its full name, mostly by its short one, too) filters; `rlid` leaves those who
    may open the activity, and adds what a launch of theirs would say.

    `since` (from the link to the differences) leaves those who did not change; `groups` adds everybody's groups.
    """
    only_this_course(context_id)
    need_accept(lti.MEMBERS_TYPE)
    activity = _activity_of(tool)
    everybody = [person for person in people.all_people(current().state) if _listed(person)]
    listed = [person for person in everybody if activity is None or _may_open(activity, person)]
    _must_not_be_too_many(listed)
    found = [pair for pair in _since(listed) if _wanted(pair[0])]
    url = current().service_url("/memberships")
    page = page_of(found, url)
    later = f"{url}?{urlencode({'since': roster_changes.moment(listed)})}" if _tells_differences() else None
    body = {
        "id": url,
        "context": {
            "id": current().context_id,
            "label": current().settings.course_label,
            "title": current().settings.course_title,
        },
        "members": [_member(tool, person, activity, gone=gone) for person, gone in page.items],
    }
    last = page.next_url is None
    return answer(body, lti.MEMBERS_TYPE, next_url=page.next_url, differences_url=later if last else None)


def _must_not_be_too_many(listed: list[Person]) -> None:
    most = current().manners.largest_roster
    if most is not None and len(listed) > most:
        why = "The number of retrieved users is bigger than the maximum allowed in the configuration."
        body = json.dumps({"error": "above_response_limit", "explanation": why})
        abort(Response(body, 403, mimetype="application/json"))


def _tells_differences() -> bool:
    return current().manners.offers_differences and current().switches.options.roster_differences


def _since(listed: list[Person]) -> list[tuple[Person, bool]]:
    """Whom to name, and whether they are gone: everybody, or the differences asked for."""
    name = request.args.get("since")
    if name is None or not _tells_differences():
        return [(person, False) for person in listed]
    changed = roster_changes.changed_since(current(), name, listed)
    if changed is None:
        refuse(404, "that moment is not known any more")
    return changed


def _listed(person: Person) -> bool:
    manners = current().manners
    here = person.status == "Active" or manners.roster_has_inactive
    return person.enrolled and here and bool(manners.roster_roles(person))


def _wanted(person: Person) -> bool:
    role = request.args.get("role")
    said = {name if ":" in name else f"{MEMBERSHIP}#{name}" for name in current().manners.roster_roles(person)}
    return role is None or role in said or (current().manners.short_roles and f"{MEMBERSHIP}#{role}" in said)


def _may_open(activity: Activity, person: Person) -> bool:
    graded = bool(gradebook.columns_of_activity(current().state, activity.id))
    return not current().manners.narrows_link(graded) or course_groups.may_open(activity, person)


def _activity_of(tool: Tool) -> Activity | None:
    link_id = request.args.get("rlid")
    if link_id is None or (current().manners.course_is_a_link and link_id == current().context_id):
        return None
    activity = activities.find_activity(current().state, link_id)
    if activity is None or activity.client_id != tool.client_id:
        refuse(404, "no such resource link")
    return activity


def _member(tool: Tool, person: Person, activity: Activity | None, *, gone: bool = False) -> dict[str, Any]:
    member: dict[str, Any] = {
        "status": "Deleted" if gone else person.status,
        "user_id": person.user_id,
        "lis_person_sourcedid": person.sourced_id,
        "roles": current().manners.roster_roles(person),
        **(_names(tool, person) if current().switches.options.names_in_roster else {}),
    }
    if request.args.get("groups") == "true" and course_groups.offered(current()):
        member["group_enrollments"] = course_groups.groups_of(person)
    if "rlid" in request.args:
        member["message"] = [_message(tool, person, activity)]
    return member


def _names(tool: Tool, person: Person) -> dict[str, str]:
    return {claim: current().manners.roster_text(text) for claim, text in person_claims(tool, person).items()}


def _message(tool: Tool, person: Person, activity: Activity | None) -> dict[str, Any]:
    manners = current().manners
    said: dict[str, Any] = {lti.MESSAGE_TYPE: lti.LAUNCH}
    occasion = Occasion(platform=current(), tool=tool, person=person, activity=activity)
    asked = manners.custom(tool.custom, activity.custom if activity else {})
    known = manners.message_variables
    custom = {
        name: value if known is None or asked[name].removeprefix("$") in known else asked[name]
        for name, value in substituted(asked, occasion).items()
    }
    if custom and manners.message_has_custom:
        said[lti.CUSTOM] = custom
    if activity and manners.message_has_outcome and gradebook.columns_of_activity(current().state, activity.id):
        said[lti.BASIC_OUTCOME] = {
            "lis_result_sourcedid": json.dumps({"instanceid": activity.id, "userid": person.user_id}),
            "lis_outcome_service_url": current().service_url("/outcomes"),
        }
    return said
