"""The practice LMS by JSON, second part: switches, call log, keys, tokens and crafted launches."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, jsonify, request

from .admin_api import admin_api, body_of
from .calls import call_counts, call_log, forget_calls
from .crafting import UnknownCraft, craft_from, craft_id_token, launch_for_craft
from .deep_linking import outcome_of
from .platform import current
from .services import refuse
from .switches import UnknownSwitch
from .tokens import expire_all


@admin_api.get("/switches")
def list_switches() -> Response:
    switches = current().switches
    return jsonify(faults=switches.list(), options=asdict(switches.options))


@admin_api.post("/switches")
def add_switch() -> tuple[Response, int]:
    """Switch a fault on: {"service", "mode", "seconds", "retry_after", "times", "share"}."""
    try:
        fault = current().switches.add(body_of())
    except UnknownSwitch as error:
        refuse(400, str(error))
    return jsonify(asdict(fault)), 201


@admin_api.delete("/switches")
def clear_switches() -> tuple[str, int]:
    current().switches.clear()
    return "", 204


@admin_api.delete("/switches/<int:number>")
def clear_switch(number: int) -> tuple[str, int]:
    current().switches.clear(number)
    return "", 204


@admin_api.patch("/options")
def change_options() -> Response:
    """Oddities by their names (see switches.py, Options)."""
    try:
        return jsonify(asdict(current().switches.set_options(body_of())))
    except UnknownSwitch as error:
        refuse(400, str(error))


@admin_api.get("/calls")
def list_calls() -> Response:
    """Service calls since a number (?since=), of one service (?service=), with counts per service."""
    since = request.args.get("since", 0, type=int)
    found = call_log(current(), since=since, service=request.args.get("service"))
    last = found[-1]["id"] if found else since
    return jsonify(calls=found, counts=call_counts(current(), since=since), last=last)


@admin_api.delete("/calls")
def clear_calls() -> tuple[str, int]:
    forget_calls(current())
    return "", 204


@admin_api.post("/keys/rotate")
def rotate_keys() -> tuple[Response, int]:
    return jsonify(kid=current().rotate_keys()), 201


@admin_api.post("/tokens/expire")
def expire_tokens() -> Response:
    """End all access tokens now."""
    return jsonify(expired=expire_all(current()))


@admin_api.get("/deep-links/<deep_link_id>")
def deep_link_outcome(deep_link_id: str) -> Response:
    """How a visit to the picker ended."""
    outcome = outcome_of(current(), deep_link_id)
    if outcome is None:
        refuse(404, "not answered")
    return jsonify(outcome)


@admin_api.post("/craft")
def craft() -> tuple[Response, int]:
    """An id_token with anything changed (see crafting.py)."""
    wanted = body_of()
    try:
        token = craft_id_token(current(), launch_for_craft(current(), wanted), craft_from(wanted))
    except (UnknownCraft, ValueError) as error:
        refuse(400, str(error))
    return jsonify(id_token=token), 201
