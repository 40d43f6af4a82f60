"""The practice LMS by JSON, for tests and scripts: people, activities, gradebook, tools, keys.

Every request needs `Authorization: Bearer <admin token>`. Errors are {"error": text}.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request

from . import activities, course_groups, gradebook, people, tools
from .activities import Activity
from .by_hand import install_by_hand, values_for_tool
from .content_items import BadItem, checked_items, place
from .gradebook import Column
from .people import Person
from .platform import current
from .registration import configuration_address, hand_out_token, registration_address
from .scores import submissions_of
from .services import refuse
from .terms import CopyHabits, copy_course
from .tools import RefusedRegistration, Tool

admin_api = Blueprint("admin_api", __name__, url_prefix="/admin/api")


@admin_api.before_request
def only_with_token() -> Response | None:
    """401 without the admin token."""
    sent = request.authorization.token if request.authorization else None
    if not sent or not hmac.compare_digest(sent.encode(), current().settings.admin_token.encode()):
        answer = jsonify(error="the admin token is missing or wrong")
        answer.status_code = 401
        return answer
    return None


@admin_api.get("/info")
def info() -> Response:
    platform = current()
    return jsonify(
        issuer=platform.issuer,
        context_id=platform.context_id,
        course=platform.settings.course_title,
        school=platform.settings.school,
        openid_configuration=configuration_address(platform),
        manners=platform.manners.name,
        registers_itself=platform.manners.registers_itself,
    )


@admin_api.get("/people")
def list_people() -> Response:
    return jsonify([_person(person) for person in people.all_people(current().state)])


@admin_api.post("/people")
def add_person() -> tuple[Response, int]:
    """A new student: {"given_name", "family_name"}."""
    body = body_of("given_name", "family_name")
    person = people.add_student(
        current().state, given=body["given_name"], family=body["family_name"], guid=current().people_guid
    )
    return jsonify(_person(person)), 201


@admin_api.patch("/people/<key>")
def change_person(key: str) -> Response:
    """Rename, give another kind (a student becomes an assistant), or set status to Active, Inactive or Removed."""
    person, body = _found_person(key), body_of()
    state = current().state
    if {"given_name", "family_name"} & set(body):
        given, family = body.get("given_name", person.given_name), body.get("family_name", person.family_name)
        people.rename(state, key, given=given, family=family)
    if {"kind", "status"} & set(body):
        try:
            people.set_kind(state, key, body.get("kind", person.kind))
            people.set_status(state, key, body.get("status", person.status))
        except ValueError as error:
            refuse(400, str(error))
    return jsonify(_person(_found_person(key)))


@admin_api.get("/activities")
def list_activities() -> Response:
    return jsonify([_activity(activity) for activity in activities.all_activities(current().state)])


@admin_api.post("/activities")
def add_activity() -> tuple[Response, int]:
    """Place an activity without deep linking: a content item, plus "client_id"."""
    body = body_of("client_id")
    platform, tool = current(), tools.find_tool(current().state, body.pop("client_id"))
    if tool is None:
        refuse(404, "no such tool")
    try:
        placements = checked_items(platform, tool, [{"type": "ltiResourceLink", **body}])
    except BadItem as error:
        refuse(400, str(error))
    (made,) = place(platform, tool, placements, "")
    activity = activities.find_activity(platform.state, made)
    assert activity is not None
    return jsonify(_activity(activity)), 201


@admin_api.post("/activities/<activity_id>/copy")
def copy_activity(activity_id: str) -> tuple[Response, int]:
    """Duplicate an activity and its columns, as LMSs do."""
    activity = activities.find_activity(current().state, activity_id)
    if activity is None:
        refuse(404, "no such activity")
    return jsonify(_activity(gradebook.copy_with_columns(current().state, activity))), 201


@admin_api.post("/activities/<activity_id>/bring-back")
def bring_back_activity(activity_id: str) -> tuple[Response, int]:
    """Delete an activity with its columns, and restore both out of the bin."""
    activity = activities.find_activity(current().state, activity_id)
    if activity is None:
        refuse(404, "no such activity")
    return jsonify(_activity(gradebook.bring_back(current().state, activity))), 201


@admin_api.put("/activities/<activity_id>/restriction")
def restrict_activity(activity_id: str) -> Response:
    """Who alone may open it: {"group": id of a group of the course, or "" for everybody}."""
    group = body_of("group")["group"]
    if group and group not in dict(course_groups.GROUPS):
        refuse(400, "the course has no such group")
    activities.restrict(current().state, activity_id, group)
    activity = activities.find_activity(current().state, activity_id)
    if activity is None:
        refuse(404, "no such activity")
    return jsonify(_activity(activity))


@admin_api.post("/course/copy")
def copy_the_course() -> Response:
    """A new term. Body: history, link_history, custom, url, notice (all true when missing), grades (false)."""
    wanted = request.get_json(silent=True) or {}
    names = ("history", "link_history", "custom", "url", "notice")
    carried = {name: wanted.get(name) is not False for name in names}
    habits = CopyHabits(**carried, grades=wanted.get("grades") is True)
    return jsonify(copy_course(current(), habits))


@admin_api.delete("/activities/<activity_id>")
def delete_activity(activity_id: str) -> tuple[str, int]:
    if not activities.remove_activity(current().state, activity_id):
        refuse(404, "no such activity")
    return "", 204


@admin_api.get("/gradebook")
def show_gradebook() -> Response:
    """Every column with every cell and every score that arrived."""
    return jsonify(columns=[_column(column) for column in gradebook.all_columns(current().state)])


@admin_api.delete("/gradebook/grades")
def reset_grades() -> tuple[str, int]:
    gradebook.reset(current().state)
    return "", 204


@admin_api.put("/gradebook/<column_id>/<key>/override")
def override(column_id: str, key: str) -> Response:
    """The teacher's grade: {"points": number or null, "comment": text}."""
    column, person, body = _found_column(column_id), _found_person(key), body_of("points")
    if body["points"] is not None and not isinstance(body["points"], int | float):
        refuse(400, "points must be a number or null")
    gradebook.override(
        current().state, column.id, person.key, points=body["points"], comment=str(body.get("comment", "")),
        at=current().settings.clock(),
    )  # fmt: skip
    return jsonify(_column(_found_column(column_id)))


@admin_api.delete("/gradebook/<column_id>/<key>/override")
def clear_override(column_id: str, key: str) -> tuple[str, int]:
    gradebook.clear_override(current().state, _found_column(column_id).id, _found_person(key).key)
    return "", 204


@admin_api.put("/gradebook/<column_id>/locked")
def lock_column(column_id: str) -> Response:
    """Lock a column or open it again: {"locked": true or false}."""
    gradebook.lock(current().state, _found_column(column_id).id, body_of("locked")["locked"] is True)
    return jsonify(_column(_found_column(column_id)))


@admin_api.get("/registrations")
def list_registrations() -> Response:
    return jsonify([_tool(tool) for tool in tools.all_tools(current().state)])


@admin_api.post("/registrations")
def register_by_hand() -> tuple[Response, int]:
    """Install a tool by hand (see by_hand.py); answers what the tool needs to know of us."""
    try:
        tool = install_by_hand(current(), body_of())
    except RefusedRegistration as refusal:
        refuse(400, str(refusal))
    return jsonify(_tool(tool)), 201


@admin_api.post("/registrations/start")
def start_registration() -> tuple[Response, int]:
    """A registration token; with {"tool_url": …} also the address to open."""
    platform = current()
    if not platform.manners.registers_itself:
        refuse(404, "this LMS installs tools by hand only")
    token = hand_out_token(platform) if platform.manners.gives_registration_token else ""
    tool_url = body_of().get("tool_url")
    return jsonify(
        openid_configuration=configuration_address(platform),
        registration_token=token or None,
        tool_url=registration_address(platform, tool_url, token) if tool_url else None,
    ), 201


@admin_api.post("/registrations/<client_id>/activate")
def activate(client_id: str) -> Response:
    """The administrator switches a tool on that waits since its registration."""
    tool = tools.find_tool(current().state, client_id)
    if tool is None:
        refuse(404, "no such tool")
    tools.set_pending(current().state, client_id, False)
    return jsonify(_tool(tool))


@admin_api.patch("/registrations/<client_id>")
def change_scopes(client_id: str) -> Response:
    """{"scopes": [...]}: what the tool may do from now on."""
    if not tools.set_scopes(current().state, client_id, list(body_of("scopes")["scopes"])):
        refuse(404, "no such tool")
    tool = tools.find_tool(current().state, client_id)
    assert tool is not None
    return jsonify(_tool(tool))


@admin_api.delete("/registrations/<client_id>")
def remove_registration(client_id: str) -> tuple[str, int]:
    if not tools.remove(current().state, client_id):
        refuse(404, "no such tool")
    return "", 204


def body_of(*needed: str) -> dict[str, Any]:
    """The request's JSON object ({} when empty); 400 when a needed name is missing."""
    body = request.get_json(silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        refuse(400, "the body must be a JSON object")
    missing = [name for name in needed if name not in body]
    if missing:
        refuse(400, f"missing: {', '.join(missing)}")
    return dict(body)


def _found_person(key: str) -> Person:
    person = people.find_person(current().state, key)
    if person is None:
        refuse(404, "no such person")
    return person


def _found_column(column_id: str) -> Column:
    column = gradebook.find_column(current().state, column_id)
    if column is None:
        refuse(404, "no such column")
    return column


def _person(person: Person) -> dict[str, Any]:
    return {
        "key": person.key, "user_id": person.user_id, "name": person.name, "given_name": person.given_name,
        "family_name": person.family_name, "email": person.email, "kind": person.kind,
        "status": person.status, "roles": list(person.roles),
    }  # fmt: skip


def _activity(activity: Activity) -> dict[str, Any]:
    columns = gradebook.columns_of_activity(current().state, activity.id)
    return {
        "id": activity.id, "client_id": activity.client_id, "title": activity.title, "text": activity.text,
        "url": activity.url, "custom": activity.custom, "document_target": activity.document_target,
        "available": activity.available, "submission": activity.submission, "history": activity.history,
        "deep_link_id": activity.deep_link_id, "only_for": activity.only_for,
        "columns": [column.id for column in columns],
    }  # fmt: skip


def _column(column: Column) -> dict[str, Any]:
    state = current().state
    cells = gradebook.grades_of(state, column.id)
    user_ids = {person.key: person.user_id for person in people.all_people(state)}
    return {
        "id": column.id, "url": current().line_item_url(column.id), "client_id": column.client_id,
        "activity_id": column.activity_id, "label": column.label, "score_maximum": column.score_maximum,
        "resource_id": column.resource_id, "tag": column.tag, "extras": column.extras,
        "grades": {
            key: {
                "user_id": user_ids[key], "shown": grade.shown, "points": grade.points,
                "comment": grade.shown_comment, "overridden": grade.overridden,
                "override_points": grade.override_points, "timestamp": grade.scored_at,
                "activity_progress": grade.activity_progress, "grading_progress": grade.grading_progress,
            }
            for key, grade in cells.items()
        },
        "scores": gradebook.score_log(state, column.id),
        "submissions": {
            key: submissions_of(current(), column.id, user_ids[key]) for key in cells
        },
    }  # fmt: skip


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        **values_for_tool(current(), tool), "deployment_id": tool.deployment_id, "tool_name": tool.name,
        "initiate_login_uri": tool.initiate_login_uri, "redirect_uris": list(tool.redirect_uris),
        "jwks_uri": tool.jwks_uri, "target_link_uri": tool.target_link_uri, "domain": tool.domain,
        "scopes": list(tool.scopes), "claims": list(tool.claims), "messages": tool.messages,
        "custom": tool.custom, "pending": tools.is_pending(current().state, tool.client_id),
    }  # fmt: skip
