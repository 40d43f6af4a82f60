"""The course page's activities: links to a tool, as a teacher placed them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from .state import State

TARGETS = ("iframe", "window")
COURSE_ID = "course-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One link on the course page. `available` and `submission` may hold startDateTime and endDateTime.

    `only_for` is the group whose students alone may open it; empty for everybody.
    """

    id: str
    client_id: str
    title: str
    text: str
    url: str
    custom: dict[str, str]
    document_target: str
    frame_height: int | None
    available: dict[str, str]
    submission: dict[str, str]
    history: str
    deep_link_id: str | None
    position: int
    only_for: str


_READ = (
    "SELECT activities.*, COALESCE(restrictions.group_id, '') AS only_for"
    " FROM activities LEFT JOIN restrictions ON restrictions.activity_id = activities.id"
)


def all_activities(state: State) -> list[Activity]:
    return [_activity(row) for row in state.rows(f"{_READ} ORDER BY position")]


def find_activity(state: State, activity_id: str | None) -> Activity | None:
    row = state.row(f"{_READ} WHERE activities.id = ?", activity_id)
    return _activity(row) if row else None


def add_activity(state: State, *, client_id: str, title: str, **values: Any) -> Activity:
    """Put a new activity at the end of the course page.

    Further values: text, url, custom, document_target, frame_height, available, submission, deep_link_id,
    only_for.
    """
    activity_id = state.new_id("link")
    with state.transaction():
        state.insert(
            "activities", id=activity_id, client_id=client_id, title=title,
            text=values.get("text") or "", url=values.get("url") or "",
            custom=json.dumps(values.get("custom") or {}),
            document_target=values.get("document_target") or "iframe",
            frame_height=values.get("frame_height"),
            available=json.dumps(values.get("available") or {}),
            submission=json.dumps(values.get("submission") or {}),
            history=values.get("history") or "",
            deep_link_id=values.get("deep_link_id"), position=_next_position(state),
        )  # fmt: skip
        restrict(state, activity_id, values.get("only_for") or "")
    activity = find_activity(state, activity_id)
    assert activity is not None
    return activity


def change_activity(state: State, activity_id: str, *, title: str, document_target: str) -> bool:
    """Rename, or move between a frame in the course page and a tab of its own."""
    if document_target not in TARGETS:
        raise ValueError("document_target must be iframe or window")
    sql = "UPDATE activities SET title = ?, document_target = ? WHERE id = ?"
    return state.run(sql, title, document_target, activity_id) == 1


def restrict(state: State, activity_id: str, only_for: str) -> None:
    """Let the students of one group alone open it; empty: everybody again."""
    state.run("DELETE FROM restrictions WHERE activity_id = ?", activity_id)
    if only_for:
        state.insert("restrictions", activity_id=activity_id, group_id=only_for)


def copy_activity(state: State, activity: Activity) -> Activity:
    """Duplicate an activity as LMSs do: a new id, the same values, the original in its history."""
    history = ",".join(part for part in (activity.id, activity.history) if part)
    return add_activity(
        state, client_id=activity.client_id, title=f"{activity.title} (copy)", text=activity.text,
        url=activity.url, custom=activity.custom, document_target=activity.document_target,
        frame_height=activity.frame_height, available=activity.available, submission=activity.submission,
        history=history, only_for=activity.only_for,
    )  # fmt: skip


def remove_activity(state: State, activity_id: str) -> bool:
    """Take it off the course page, with its gradebook columns."""
    return state.run("DELETE FROM activities WHERE id = ?", activity_id) == 1


def _next_position(state: State) -> int:
    row = state.row("SELECT COALESCE(MAX(position), 0) + 1 AS next FROM activities")
    assert row is not None
    return int(row["next"])


def _activity(row: sqlite3.Row) -> Activity:
    values = {key: row[key] for key in row.keys()}  # noqa: SIM118 (a Row iterates over values)
    for key in ("custom", "available", "submission"):
        values[key] = json.loads(values[key])
    return Activity(**values)
