"""Launches under way: what the one-use lti_message_hint stands for."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

from . import activities, gradebook, lti, people, tools
from .activities import Activity
from .gradebook import Column
from .people import Person
from .platform import Platform
from .state import stamp
from .tools import Tool


class NoSuchLaunch(Exception):
    """The hint is unknown, too old or was used before; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One click on an activity, a picker or a review link."""

    hint: str
    tool: Tool
    person: Person
    message_type: str
    document_target: str
    activity: Activity | None = None
    column: Column | None = None
    for_person: Person | None = None
    deep_link_id: str | None = None


def begin_activity(platform: Platform, person: Person, activity: Activity, document_target: str) -> Launch:
    """An ordinary launch of an activity."""
    tool = _tool_of(platform, activity.client_id)
    launch = Launch(
        hint=platform.manners.new_hint(), tool=tool, person=person, message_type=lti.LAUNCH,
        document_target=document_target, activity=activity,
    )  # fmt: skip
    return _remember(platform, launch)


def begin_review(platform: Platform, person: Person, column: Column, student: Person) -> Launch:
    """From the gradebook to one student's work.

    A submission review message if the column declared one (AGS 2.0, 3.2.8), else an ordinary launch of the
    activity it belongs to.
    """
    activity = activities.find_activity(platform.state, column.activity_id)
    if column.review is None and activity is not None:
        return begin_activity(platform, person, activity, "iframe")
    assert column.client_id is not None, "there is nothing to review in a teacher's own column"
    tool = _tool_of(platform, column.client_id)
    launch = Launch(
        hint=platform.manners.new_hint(), tool=tool, person=person, message_type=lti.SUBMISSION_REVIEW,
        document_target="iframe", activity=activity, column=column, for_person=student,
    )  # fmt: skip
    return _remember(platform, launch)


def begin_deep_link(platform: Platform, person: Person, tool: Tool) -> Launch:
    """Open the tool's picker; `data` must come back unchanged."""
    deep_link_id = secrets.token_urlsafe(12)
    data = json.dumps({"course": platform.context_id, "ask": secrets.token_hex(6)})
    platform.state.insert(
        "deep_links", id=deep_link_id, client_id=tool.client_id, person_key=person.key, data=data,
        opened_at=stamp(platform.settings.clock()),
    )  # fmt: skip
    launch = Launch(
        hint=platform.manners.new_hint(), tool=tool, person=person, message_type=lti.DEEP_LINKING,
        document_target="iframe", deep_link_id=deep_link_id,
    )  # fmt: skip
    return _remember(platform, launch)


def find_launch(platform: Platform, hint: str) -> Launch:
    """The launch behind a hint, still unused and young enough; raises NoSuchLaunch."""
    row = platform.state.row("SELECT * FROM launches WHERE hint = ?", hint)
    if row is None:
        raise NoSuchLaunch("the lti_message_hint is unknown")
    if row["used_at"]:
        raise NoSuchLaunch("the lti_message_hint was used before: open the activity again from the course")
    oldest = platform.settings.clock() - timedelta(seconds=platform.settings.launch_seconds)
    if row["begun_at"] < stamp(oldest):
        raise NoSuchLaunch("the lti_message_hint is too old: open the activity again from the course")
    state = platform.state
    person = people.find_person(state, row["person_key"])
    if person is None:
        raise NoSuchLaunch("the person of this launch is gone")
    return Launch(
        hint=hint, tool=_tool_of(platform, row["client_id"]), person=person,
        message_type=row["message_type"], document_target=row["document_target"],
        activity=activities.find_activity(state, row["activity_id"]),
        column=gradebook.find_column(state, row["line_item_id"]),
        for_person=people.find_person(state, row["for_person_key"]), deep_link_id=row["deep_link_id"],
    )  # fmt: skip


def use_up(platform: Platform, launch: Launch) -> bool:
    """Mark the hint as used; False when another request was faster."""
    sql = "UPDATE launches SET used_at = ? WHERE hint = ? AND used_at IS NULL"
    return platform.state.run(sql, stamp(platform.settings.clock()), launch.hint) == 1


def login_parameters(platform: Platform, launch: Launch, target: str) -> dict[str, str]:
    """What the tool's login address receives (Security Framework 1.0, 5.1.1.1)."""
    parameters = {
        "iss": platform.issuer,
        "target_link_uri": target,
        "login_hint": launch.person.user_id,
        "lti_message_hint": launch.hint,
        "client_id": launch.tool.client_id,
        "lti_deployment_id": launch.tool.deployment_id,
    }
    options = platform.switches.options
    if options.platform_storage and options.storage_manner != "announced":
        parameters["lti_storage_target"] = "_parent" if options.storage_manner == "parent" else "lti_storage"
    return parameters


def _tool_of(platform: Platform, client_id: str) -> Tool:
    tool = tools.find_tool(platform.state, client_id)
    if tool is None:
        raise NoSuchLaunch("the tool of this activity is no longer installed")
    return tool


def _remember(platform: Platform, launch: Launch) -> Launch:
    platform.state.insert(
        "launches", hint=launch.hint, client_id=launch.tool.client_id, person_key=launch.person.key,
        message_type=launch.message_type, activity_id=launch.activity.id if launch.activity else None,
        line_item_id=launch.column.id if launch.column else None,
        for_person_key=launch.for_person.key if launch.for_person else None,
        deep_link_id=launch.deep_link_id, document_target=launch.document_target,
        begun_at=stamp(platform.settings.clock()),
    )  # fmt: skip
    return launch
