"""Moodle 4.5, as observed on the wire: small numbers, whole seconds, exact media types, and grades easily wiped.

Sources: a running 4.5.6, and its `mod/lti` (`locallib.php`, `service/gradebookservices`, `registration_helper.php`).
"""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .. import gradebook, lti
from ..gradebook import Column, Grade
from ..people import MEMBERSHIP, Person
from ..state import State
from .base import Manners, Refused, course_roles

NO_HANDLER = (400, "No handler found")
LARGEST_POINTS = 100
CONTAINERS = {"iframe": 3, "window": 4, "frame": 5}
STAFF_ROLES = [f"{MEMBERSHIP}#Instructor"]


def new_hint() -> str:
    """JSON, to be sent back letter by letter, good for one use."""
    return json.dumps(
        {"cmid": secrets.randbelow(1000), "launchid": f"ltilaunch_{secrets.randbelow(10**9)}"},
        separators=(",", ":"),
    )


def roles(person: Person) -> list[str]:
    """A non-editing teacher arrives as Instructor."""
    if person.kind in ("teacher", "assistant", "designer"):
        return list(STAFF_ROLES)
    return course_roles(person) or list(person.roles)


def roster_roles(person: Person) -> list[str]:
    """Short names; a non-editing teacher is a Learner here, a parent no member of the course."""
    if person.kind == "parent":
        return []
    return ["Instructor"] if person.kind in ("teacher", "designer") else ["Learner"]


def claims(said: dict[str, Any], in_use: bool) -> dict[str, Any]:
    """No azp, no jti, no locale; no roster while the picker is open in a course that never used the tool."""
    said = {name: value for name, value in said.items() if name not in ("azp", "jti", "locale")}
    said[lti.CONTEXT] = {**said[lti.CONTEXT], "type": ["CourseSection"]}
    shown = said[lti.LAUNCH_PRESENTATION]
    container = CONTAINERS[shown["document_target"]]
    more_of_it = f"?course={said[lti.CONTEXT]['id']}&launch_container={container}&instanceid=1&sesskey=jnxU7EpPRB"
    said[lti.LAUNCH_PRESENTATION] = {**shown, "return_url": shown["return_url"] + more_of_it}
    if lti.NRPS_CLAIM in said:
        said[lti.NRPS_CLAIM] = {**said[lti.NRPS_CLAIM], "service_versions": ["1.0", "2.0"]}
        if said[lti.MESSAGE_TYPE] == lti.DEEP_LINKING and not in_use:
            del said[lti.NRPS_CLAIM]
    if lti.DL_SETTINGS in said:
        more = {"accept_unsigned": False, "can_confirm": False, "accept_copy_advice": False, "auto_create": False}
        targets = ["frame", "iframe", "window"]
        said[lti.DL_SETTINGS] |= {**more, "accept_presentation_document_targets": targets}
    return said


def bare_return(query: Mapping[str, str]) -> bool:
    """Back from an embedded activity with a word on what went wrong: a page for the frame, without any way on."""
    return query.get("launch_container") in {"2", "3"}


def custom(tool: dict[str, str], link: dict[str, str]) -> dict[str, str]:
    """The tool's win over the link's; a line break ends a value; names in odd letters come twice."""
    found = {}
    for name, value in (link | tool).items():
        found[name] = value.splitlines()[0] if value else value
        found[re.sub(r"[^a-z0-9]", "_", name.lower())] = found[name]
    return found


def check_query(service: str, query: Mapping[str, str]) -> None:
    if service == "results" and "limit" in query:
        raise Refused(404, "Error: mod_lti/limit")
    if "type_id" in query and not query["type_id"].isdigit():
        raise Refused(*NO_HANDLER)


def next_link(service: str, url: str) -> str:
    """Right for rosters; typographic quotes and escaped ampersands for columns."""
    return f'<{url}>; rel="next"' if service == "memberships" else f"<{html.escape(url)}>; rel=“next”"


def check_item(item: dict[str, Any], launch_url: str) -> None:
    """What the activity form can save."""
    wanted = (item.get("lineItem") or {}).get("scoreMaximum")
    if wanted is None:
        return
    if not isinstance(wanted, int) or not 1 <= wanted <= LARGEST_POINTS:
        raise Refused(400, f"Invalid grade value. This must be an integer between 1 and {LARGEST_POINTS}")


def take_score(state: State, column: Column, person_key: str, score: dict[str, Any]) -> str:
    """Whole seconds; a teacher's edit counts as an entry; without FullyGraded and a number the grade is wiped.

    The column that came with an activity notes when a score arrived, one that the tool made what the score says
    (`gradebookservices`, `save_grade_item`: the one goes through the activity, the other straight to the item).
    """
    before = gradebook.find_grade(state, column.id, person_key)
    moments = [before.scored_at, before.overridden_at] if before else []
    newest = max((_second(datetime.fromisoformat(one)) for one in moments if one), default=0)
    if _second(score["timestamp"]) <= newest:
        return "older"
    if score["gradingProgress"] != "FullyGraded" or score.get("scoreGiven") is None:
        gradebook.wipe(state, column.id, person_key)
        return "wiped"
    moment = score["timestamp"] if gradebook.is_made_by_tool(state, column.id) else datetime.now(UTC)
    within = min(max(score["scoreGiven"], 0), score["scoreMaximum"])
    rounded = round(within / score["scoreMaximum"] * column.score_maximum, 5)
    state.remember(_maximum_of(column.id, person_key), str(column.score_maximum))
    return gradebook.take_score(
        state,
        column,
        person_key,
        {**score, "timestamp": moment, "scoreGiven": rounded, "scoreMaximum": column.score_maximum},
    )


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _maximum_of(column_id: str, person_key: str) -> str:
    return f"maximum when the score came: {column_id} {person_key}"


def result_maximum(state: State, column: Column, person_key: str) -> float:
    """That of the day the score came, although its points follow when the column gets others (`result_for_json`)."""
    return float(state.remembered(_maximum_of(column.id, person_key), str(column.score_maximum)))


def result(said: dict[str, Any], grade: Grade, by_user: bool) -> dict[str, Any] | None:
    """A grade of nothing is as good as none: only who and where are said. Else also when it was entered."""
    if not said.get("resultScore"):
        return {name: said[name] for name in ("id", "userId")}
    return {**said, "timestamp": grade.overridden_at or grade.scored_at}


MOODLE = Manners(
    name="moodle",
    product_family_code="moodle",
    shows_teachers_columns=False,
    sends_notices=False,
    deployment_id=str,
    small_ids=True,
    starts_pending=True,
    id_token_seconds=60,
    new_hint=new_hint,
    once_more="repost",
    lost_hint_is_a_page=True,
    roles=roles,
    claims=claims,
    custom=custom,
    bare_return=bare_return,
    hidden_variables=frozenset(
        {
            "ResourceLink.id.history",
            "ResourceLink.available.startDateTime",
            "ResourceLink.available.endDateTime",
            "ResourceLink.submission.startDateTime",
            "ResourceLink.submission.endDateTime",
        }
    ),
    more_variables={"Moodle.Person.userGroupIds": lambda occasion: str(1 + occasion.person.position % 2)},
    blank_variables_are_null=True,
    token_content_type="text/html; charset=utf-8",
    unreachable_keys_are_a_page=True,
    assertion_leeway_seconds=0,
    weak_token=401,
    reading_columns_needs_its_scope=True,
    accepts=lambda accept, media_type: accept in (media_type, "*/*"),
    accept_refusal=NO_HANDLER,
    content_type_refusal=NO_HANDLER,
    check_query=check_query,
    default_page_size=None,
    next_link=next_link,
    roster_roles=roster_roles,
    roster_text=lambda text: html.escape(text, quote=False),  # format_string (memberships.php)
    roster_has_inactive=False,
    next_page_forgets=frozenset({"role"}),
    message_has_custom=False,  # the kind of message, and where LTI 1.1 would send a grade (`service/memberships`)
    message_has_outcome=True,
    service_query="type_id=1",
    line_item_ending="/lineitem",
    names_made_columns=False,
    checks_progress=False,
    unknown_person=(400, "Incorrect score received"),
    not_a_student=(400, "Incorrect score received"),
    inactive_student=None,
    locked_column=(500, "Internal Server Error"),
    older_refusal=(409, "Refusing score with an earlier timestamp"),
    score_refusal=lambda status, reason: ("[]", f"{status} {reason}", "text/html"),
    take_score=take_score,
    result=result,
    result_maximum=result_maximum,
    sends_data=False,
    says_accept_line_item=False,
    check_item=check_item,
    keeps_presentation=False,
    column_takes_title=True,
)
