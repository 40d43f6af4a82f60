"""Assignment and Grade Services 2.0, scores and results: grades come in, and can be read back."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from . import gradebook, lti, people
from .gradebook import Arrival, Column, Grade
from .lineitems import column_of
from .manners import Refused
from .people import Person
from .platform import Platform, current
from .services import answer, json_body, need_accept, page_of
from .state import stamp
from .tokens import scoped
from .tools import Tool

scores = Blueprint("scores", __name__)
results = Blueprint("results", __name__)

ACTIVITY_PROGRESS = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING_PROGRESS = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")


@scores.post("/services/<context_id>/lineitems/<column_id>/scores")
@scores.post("/services/<context_id>/lineitems/<column_id>/lineitem/scores")
@scoped(lti.SCORE)
def receive(tool: Tool, context_id: str, column_id: str) -> Response:
    """Take a score. Whatever becomes of it, it is in the log."""
    column = column_of(tool, context_id, column_id)
    body = json_body(lti.SCORE_TYPE)
    manners = current().manners
    try:
        score, person = _checked(body), _scorable(body["userId"])
        manners.check_score(body)
        _attempts_left(column, person, body)
        if gradebook.is_locked(current().state, column.id):
            raise Refused(*manners.locked_column)
    except Refused as refusal:
        status, reason = refusal.args
        _log(column, body, status=status, outcome=reason)
        return _refused(status, reason)
    with current().state.transaction():
        outcome = manners.take_score(current().state, column, person.key, score)
        status = manners.older_refusal[0] if outcome == "older" else manners.score_status
        _log(column, body, status=status, outcome=outcome)
    if outcome == "older":
        return _refused(*manners.older_refusal)
    return Response("", status)


def submissions_of(platform: Platform, column_id: str, user_id: str) -> int:
    """How often this person has handed in, by the scores that were taken."""
    taken = [one for one in gradebook.score_log(platform.state, column_id, user_id) if one["status"] < 300]
    return sum(platform.manners.is_new_submission(one["body"]) for one in taken)


def _attempts_left(column: Column, person: Person, body: dict[str, Any]) -> None:
    manners = current().manners
    if manners.allowed_attempts is None or not manners.is_new_submission(body):
        return
    if submissions_of(current(), column.id, person.user_id) >= manners.allowed_attempts:
        raise Refused(422, "The maximum number of allowed attempts has been reached for this submission")


@results.get("/services/<context_id>/lineitems/<column_id>/results")
@results.get("/services/<context_id>/lineitems/<column_id>/lineitem/results")
@results.get("/services/<context_id>/lineitems/<column_id>/results/<whose>")
@scoped(lti.RESULT_READ)
def index(tool: Tool, context_id: str, column_id: str, whose: str | None = None) -> Response:
    """The grades as the gradebook shows them; `user_id` picks one person, `limit` cuts pages.

    Where the filter is not known, one person's result has an address of its own.
    """
    column = column_of(tool, context_id, column_id)
    need_accept(lti.RESULTS_TYPE)
    user_id = request.args.get("user_id") if current().manners.results_by_user else whose
    grades = gradebook.grades_of(current().state, column.id)
    found = [
        (person, grades[person.key])
        for person in people.students(current().state)
        if person.key in grades and user_id in (None, person.user_id)
    ]
    page = page_of(found, current().line_item_url(column.id, "/results"))
    shown = [
        current().manners.result(_result(column, person, grade), grade, user_id is not None)
        for person, grade in page.items
    ]
    body = [result for result in shown if result is not None]
    next_url = page.next_url if current().manners.results_in_pages else None
    return answer(body, lti.RESULTS_TYPE, next_url=next_url)


def _refused(status: int, reason: str) -> Response:
    body, answered, media_type = current().manners.score_refusal(status, reason)
    return Response(body, answered, mimetype=media_type)


def _result(column: Column, person: Person, grade: Grade) -> dict[str, Any]:
    url = current().line_item_url(column.id)
    result: dict[str, Any] = {
        "id": current().line_item_url(column.id, f"/results/{person.user_id}"),
        "scoreOf": url,
        "userId": person.user_id,
        "resultMaximum": current().manners.result_maximum(current().state, column, person.key),
    }
    points = current().manners.result_score(current().state, grade)
    if points is not None:
        result["resultScore"] = points
    if grade.shown_comment:
        result["comment"] = grade.shown_comment
    return result


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    for name in ("userId", "timestamp", "activityProgress", "gradingProgress"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise Refused(400, f"{name} is required and must be a text")
    checked = current().manners.checks_progress
    if checked and body["activityProgress"] not in ACTIVITY_PROGRESS:
        raise Refused(400, f"activityProgress must be one of {', '.join(ACTIVITY_PROGRESS)}")
    if checked and body["gradingProgress"] not in GRADING_PROGRESS:
        raise Refused(400, f"gradingProgress must be one of {', '.join(GRADING_PROGRESS)}")
    if not isinstance(body.get("comment", ""), str):
        raise Refused(400, "comment must be a text")
    if body.get("scoreGiven") is not None:
        _check_points(body)
    elif body.get("scoreMaximum") is not None and not _is_number(body["scoreMaximum"]):
        raise Refused(400, "scoreMaximum must be a number")
    return {**body, "timestamp": _moment(body["timestamp"])}


def _check_points(body: dict[str, Any]) -> None:
    if not _is_number(body["scoreGiven"]) or body["scoreGiven"] < 0:
        raise Refused(400, "scoreGiven must be a number, 0 or more")
    if not _is_number(body.get("scoreMaximum")) or body["scoreMaximum"] <= 0:
        raise Refused(400, "scoreMaximum must be a number greater than 0 when scoreGiven is sent")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _moment(text: str) -> datetime:
    """An ISO 8601 moment with a time of day and a time zone (AGS 2.0, 3.4.7)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, "timestamp must be an ISO 8601 date and time") from error
    if "T" not in text or moment.tzinfo is None:
        raise Refused(400, "timestamp must have a time of day and a time zone")
    return moment


def _scorable(user_id: str) -> Person:
    manners = current().manners
    person = people.person_by_user_id(current().state, user_id)
    if person is None:
        raise Refused(*manners.unknown_person)
    if person.kind != "student":
        raise Refused(*manners.not_a_student)
    if person.status == "Removed" or (person.status != "Active" and manners.inactive_student):
        raise Refused(*(manners.inactive_student or manners.unknown_person))
    return person


def _log(column: Column, body: dict[str, Any], *, status: int, outcome: str) -> None:
    arrival = Arrival(
        line_item_id=column.id, user_id=str(body.get("userId")), body=json.dumps(body),
        status=status, outcome=outcome, received_at=stamp(current().settings.clock()),
    )  # fmt: skip
    gradebook.log_score(current().state, arrival)
