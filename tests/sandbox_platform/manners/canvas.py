"""Canvas (Instructure): its own submission extension, a throttle that answers 403, roles above the course.

Sources: canvas-lms `lti/ims/scores_controller.rb` and `line_items_controller.rb`, `doc/api/registration.md`,
issues 1659, 1705, 1944 and 1952; API documentation, “Throttling”; of rosters `memberships_provider.rb` and
`names_and_roles_serializer.rb`; of installing `security_controller.rb` and `client_credentials_provider.rb`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .. import gradebook, lti
from ..gradebook import Column, Grade
from ..people import INSTITUTION, SYSTEM, Person, find_person
from ..state import State, stamp
from ..tools import RefusedRegistration
from .base import Manners, Refused

if TYPE_CHECKING:
    from ..custom import Occasion

EXTENSION = "https://canvas.instructure.com/lti/"
SUBMISSION = EXTENSION + "submission"
NO_SCORE = ("Pending", "NotReady", "Failed")
PLACEMENTS = {
    lti.LAUNCH: ("course_navigation", "account_navigation", "link_selection", "assignment_selection"),
    lti.DEEP_LINKING: ("assignment_selection", "link_selection", "editor_button", "homework_submission"),
}
CLOSED = "Cannot grade this submission at this time: This assignment is in a closed grading period for this student"
PRIVACY_LEVELS = ("anonymous", "name_only", "email_only", "public")


def roles(person: Person) -> list[str]:
    """Everybody is a user of the system, and what somebody is anywhere in the account comes along."""
    found = [*person.roles, f"{SYSTEM}#User"]
    return [*found, f"{INSTITUTION}#Instructor"] if person.key == "student-2" else found


def claims(said: dict[str, Any], in_use: bool) -> dict[str, Any]:
    """What is no assignment has no link of its own: it goes by the id of the course (canvas-lms issue 1944).

    Only a tool that may see everything is told whom a parent observes (`jwt_message.rb`).
    """
    if not {"name", "email"} <= said.keys():
        said = {name: value for name, value in said.items() if name != lti.ROLE_SCOPE_MENTOR}
    if lti.RESOURCE_LINK in said and "lineitem" not in said.get(lti.AGS_CLAIM, {}):
        return {**said, lti.RESOURCE_LINK: {**said[lti.RESOURCE_LINK], "id": said[lti.CONTEXT]["id"]}}
    return said


def check_registration(body: dict[str, Any]) -> None:
    block = body[lti.TOOL_CONFIGURATION]
    level = block.get(EXTENSION + "privacy_level", "anonymous")
    if level not in PRIVACY_LEVELS:
        raise RefusedRegistration(f"privacy_level must be one of {', '.join(PRIVACY_LEVELS)}")
    for message in block["messages"]:
        known = PLACEMENTS.get(message.get("type", ""), ())
        for placement in message.get("placements", []):
            if placement.removeprefix(EXTENSION) not in known:
                raise RefusedRegistration(f"{placement} is no placement of {message.get('type')}")


def check_score(body: dict[str, Any]) -> None:
    """Work cannot be handed in tomorrow; a number needs its maximum."""
    if body.get("scoreGiven") is not None and body.get("scoreMaximum") is None:
        raise Refused(422, "scoreMaximum is required with scoreGiven")
    handed_in = (body.get("submission") or {}).get("submittedAt")
    handed_in = handed_in or (body.get(SUBMISSION) or {}).get("submitted_at")
    if handed_in and datetime.fromisoformat(handed_in) > datetime.now(UTC) + timedelta(minutes=1):
        raise Refused(400, "Provided submission timestamp of submitted_at is in the future")


MESSAGE_VARIABLES = frozenset(
    {"User.id", "User.username", "Person.sourcedId", "Person.name.full", "Person.name.given", "Person.name.family"}
    | {"Person.email.primary", "Canvas.course.id", "Canvas.course.sectionIds", "com.instructure.User.sectionNames"}
    | {"Canvas.group.contextIds"}
)
"""Those of the variables here that a roster fills in, too."""
GROUPS = ("1c16f0de65a080803785", "d4d8d6ae1611e2c7581c")


def section_names(occasion: Occasion) -> str:
    """In the order of the sections' numbers, which the list of numbers need not have."""
    return json.dumps([("Mornings, M-T", "Evenings")[occasion.person.position % 2], "Everybody"])


def observed(occasion: Occasion) -> str:
    """The subjects of whom somebody observes in this course; nothing for anybody else (`variable_expander.rb`)."""
    child = find_person(occasion.platform.state, occasion.person.child_key)
    return child.user_id if child else ""


def take_score(state: State, column: Column, person_key: str, score: dict[str, Any]) -> str:
    """No score is a score of nothing, unless told to preserve; a grade that is there gives way, unless told not to.

    That is any grade, the tool's own as well. What comes behind it is kept as a result, and read back as if it counted
    (`score_submission`, `update_or_create_result`).
    """
    told = score.get(SUBMISSION) or {}
    before = gradebook.find_grade(state, column.id, person_key)
    shown = before.shown if before else None
    if score["gradingProgress"] in NO_SCORE or score.get("scoreGiven") is None:
        score = {**score, "gradingProgress": "FullyGraded", "scoreMaximum": column.score_maximum}
        score["scoreGiven"] = shown if told.get("preserve_score") else None
    outcome = gradebook.take_score(state, column, person_key, score)
    if outcome == "older":
        return outcome
    if told.get("prioritize_non_tool_grade") and shown is not None:
        said = before.shown_comment if before else None
        now = datetime.now(UTC)
        gradebook.override(state, column.id, person_key, points=shown, comment=said or "", at=now)
        state.remember(_behind(column.id, person_key), stamp(now))
        return "kept override"
    gradebook.clear_override(state, column.id, person_key)
    return "stored"


def _behind(column_id: str, person_key: str) -> str:
    """Where it is noted since when a score stands behind the grade that is shown."""
    return f"score behind a grade: {column_id} {person_key}"


def is_new_submission(body: dict[str, Any]) -> bool:
    """Every score is another attempt, unless told otherwise."""
    return (body.get(SUBMISSION) or {}).get("new_submission", True) is not False


def check_delete(column: Column) -> None:
    if column.activity_id:
        raise Refused(401, "You can only delete line items that are not coupled to a resource link")


def result_score(state: State, grade: Grade) -> float | None:
    """What was written last, by the tool or by a teacher (`Submission#update_line_item_result`)."""
    since = state.row("SELECT value FROM meta WHERE name = ?", _behind(grade.line_item_id, grade.person_key))
    return grade.points if since is not None and since["value"] == grade.overridden_at else grade.shown


def result(said: dict[str, Any], grade: Grade, by_user: bool) -> dict[str, Any] | None:
    """Somebody without a grade has a result, too: one that is empty."""
    return {"resultScore": None, **said}


CANVAS = Manners(
    name="canvas",
    product_family_code="canvas",
    shows_teachers_columns=False,
    issuer="http://canvas.localhost",  # the school's own name; sign-in, keys and services live elsewhere
    deployment_id=lambda number: f"{number}:8865aa05b4b79b64a91a86042e43af5ea8ae79eb",
    test_student=True,
    configuration_needs_token=True,
    says_deployment=False,
    token_address_is_its_audience=True,
    authorization_server=lambda token_url: urlsplit(token_url).netloc,  # which its token address then refuses
    check_registration=check_registration,
    message_placements=tuple(EXTENSION + name for name in PLACEMENTS[lti.DEEP_LINKING]),
    platform_extra={EXTENSION + "account_name": "Riverside", EXTENSION + "account_lti_guid": "8865aa05b4b79b64a"},
    roles=roles,
    claims=claims,
    hidden_variables=frozenset({"ResourceLink.id.history"}),
    more_variables={
        "Canvas.course.id": "42",
        "Canvas.course.sectionIds": lambda occasion: f"10,{8 + occasion.person.position % 2}",
        "com.instructure.User.sectionNames": section_names,
        "Canvas.group.contextIds": lambda occasion: GROUPS[occasion.person.position // 2 % 2],
        "com.instructure.User.observees": observed,
        "Canvas.environment.test": "false",
    },
    throttle=(403, {"X-Rate-Limit-Remaining": "0.0"}, "403 Forbidden (Rate Limit Exceeded)\n"),
    roster_has_inactive=False,
    default_page_size=10,  # of columns and results; a page of the roster has 50, and never more
    largest_page_size=50,
    narrows_link=lambda graded: graded,  # an assignment has assignees, nothing else has
    short_roles=False,
    course_is_a_link=True,
    message_variables=MESSAGE_VARIABLES,
    check_delete=check_delete,
    column_needs_graded_link=True,
    older_refusal=(400, "Provided timestamp before last updated timestamp"),
    check_score=check_score,
    unknown_person=(422, "User not found in course or is not a student"),
    not_a_student=(422, "User not found in course or is not a student"),
    inactive_student=None,
    locked_column=(422, CLOSED),
    take_score=take_score,
    is_new_submission=is_new_submission,
    allowed_attempts=3,
    result=result,
    result_score=result_score,
)
