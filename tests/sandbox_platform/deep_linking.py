"""Deep Linking 2.0, the way back: what a teacher chose in the tool's picker becomes activities."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request

from . import lti, tools
from .content_items import BadItem, checked_items, place
from .platform import Platform, current
from .signed_replies import verified_reply
from .state import stamp
from .tool_keys import UntrustedToken

deep_linking = Blueprint("deep_linking", __name__)
NOTES = ("msg", "errormsg", "log", "errorlog")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one visit to a picker: new activities, what the tool said, or why it was refused."""

    activities: tuple[str, ...] = ()
    notes: dict[str, str]
    refused: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"activities": list(self.activities), "notes": self.notes, "refused": self.refused}


@deep_linking.post("/deep-links/<deep_link_id>")
def receive(deep_link_id: str) -> tuple[str, int]:
    """The deep_link_return_url. No cookie is needed: another site posts here, so the signed reply must do."""
    platform = current()
    row = platform.state.row("SELECT * FROM deep_links WHERE id = ?", deep_link_id)
    if row is None:
        abort(404, "Nobody opened this picker.")
    if row["answered_at"]:
        abort(409, "This picker was answered before. Open it again from the course.")
    outcome = _settle(platform, row, request.form.get("JWT", ""))
    return render_template("deep_link_done.html", outcome=outcome), 400 if outcome.refused else 200


def outcome_of(platform: Platform, deep_link_id: str) -> dict[str, Any] | None:
    """How a picker visit ended, for scripts; None while it is open or unknown."""
    row = platform.state.row("SELECT outcome FROM deep_links WHERE id = ?", deep_link_id)
    return json.loads(row["outcome"]) if row and row["outcome"] else None


def _settle(platform: Platform, row: sqlite3.Row, token: str) -> Outcome:
    tool = tools.find_tool(platform.state, row["client_id"])
    if tool is None:
        abort(404, "The tool of this picker is no longer installed.")
    try:
        claims = verified_reply(platform, tool, token, row["data"])
        placements = checked_items(platform, tool, claims.get(lti.DL_CONTENT_ITEMS, []))
    except (UntrustedToken, BadItem) as error:
        return Outcome(notes={}, refused=str(error))
    notes = {name: str(claims[f"{lti.DL_CLAIM}/{name}"]) for name in NOTES if f"{lti.DL_CLAIM}/{name}" in claims}
    with platform.state.transaction():
        sql = "UPDATE deep_links SET answered_at = ? WHERE id = ? AND answered_at IS NULL"
        if platform.state.run(sql, stamp(platform.settings.clock()), row["id"]) != 1:
            return Outcome(notes={}, refused="this picker was answered before")
        made = place(platform, tool, placements, row["id"])
        outcome = Outcome(activities=tuple(made), notes=notes)
        platform.state.run(
            "UPDATE deep_links SET outcome = ? WHERE id = ?", json.dumps(outcome.as_json()), row["id"]
        )
    return outcome
