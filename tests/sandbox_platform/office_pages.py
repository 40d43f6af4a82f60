"""The school office: people, installed tools, and the switches for misbehaviour."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from . import lti, people, tools
from .by_hand import install_by_hand, values_for_tool
from .identity import allowed
from .platform import current
from .registration import configuration_address, hand_out_token, registration_address
from .switches import MODES, SERVICES, STORAGE_MANNERS, TICKS, UnknownSwitch
from .tools import RefusedRegistration, is_web_address, origin_of

office_pages = Blueprint("office_pages", __name__)
OFFICE = ("teacher", "admin")


@office_pages.get("/people")
@allowed()
def roster() -> str:
    """Everybody in the course."""
    return render_template("people.html", people=people.all_people(current().state), statuses=people.STATUSES)


@office_pages.post("/people")
@allowed(*OFFICE)
def add_person() -> Response:
    given, family = _typed_name()
    people.add_student(current().state, given=given, family=family, guid=current().guid)
    return redirect(url_for("office_pages.roster"), 303)


@office_pages.get("/people/<key>")
@allowed(*OFFICE)
def person(key: str) -> str:
    """Rename somebody, suspend, remove or bring back."""
    found = people.find_person(current().state, key)
    if found is None:
        abort(404, "Nobody here has this name.")
    return render_template("person.html", person=found, statuses=people.STATUSES)


@office_pages.post("/people/<key>")
@allowed(*OFFICE)
def change_person(key: str) -> Response:
    given, family = _typed_name()
    status = request.form.get("status", "")
    if status not in people.STATUSES or not people.rename(current().state, key, given=given, family=family):
        abort(400, "This change makes no sense.")
    people.set_status(current().state, key, status)
    return redirect(url_for("office_pages.roster"), 303)


@office_pages.get("/install")
@allowed("admin")
def install() -> str:
    """Install a tool by its registration address or by hand; see what is installed."""
    return _install_page()


@office_pages.post("/install")
@allowed("admin")
def start_registration() -> str | tuple[str, int]:
    """Open the tool's registration page in a frame, with a fresh token."""
    platform, typed = current(), request.form.get("tool_url", "").strip()
    if not is_web_address(typed):
        return _install_page(error="Please paste a whole address, beginning with http."), 400
    address = registration_address(platform, typed, hand_out_token(platform))
    return render_template("register.html", address=address, origin=origin_of(typed))


@office_pages.post("/install/by-hand")
@allowed("admin")
def by_hand() -> Response | tuple[str, int]:
    try:
        tool = install_by_hand(current(), request.form.to_dict())
    except RefusedRegistration as refusal:
        return _install_page(error=str(refusal), typed=request.form.to_dict()), 400
    return redirect(url_for("office_pages.tool", client_id=tool.client_id), 303)


@office_pages.get("/tools/<client_id>")
@allowed("admin")
def tool(client_id: str) -> str:
    """One installed tool: what it registered, what it may do, and our values for its side."""
    found = tools.find_tool(current().state, client_id)
    if found is None:
        abort(404, "This tool is not installed.")
    return render_template("tool.html", tool=found, ours=values_for_tool(current(), found), scopes=lti.SCOPE_WORDS)


@office_pages.post("/tools/<client_id>")
@allowed("admin")
def change_tool(client_id: str) -> Response:
    """Change what a tool may do, or remove it."""
    if request.form.get("do") == "remove":
        tools.remove(current().state, client_id)
        return redirect(url_for("office_pages.install"), 303)
    tools.set_scopes(current().state, client_id, request.form.getlist("scopes"))
    return redirect(url_for("office_pages.tool", client_id=client_id), 303)


@office_pages.get("/switches")
@allowed()
def switches() -> str:
    """Make the LMS misbehave."""
    return _switches_page()


@office_pages.post("/switches")
@allowed()
def change_switches() -> Response | tuple[str, int]:
    board, todo = current().switches, request.form.get("do")
    try:
        if todo == "clear":
            board.clear()
        elif todo == "options":
            board.set_options(_typed_options())
        else:
            names = ("service", "mode", "seconds", "retry_after", "times", "share")
            board.add({name: request.form[name] for name in names if request.form.get(name)})
    except (UnknownSwitch, ValueError) as error:
        return _switches_page(error=str(error)), 400
    return redirect(url_for("office_pages.switches"), 303)


def _typed_name() -> tuple[str, str]:
    given, family = request.form.get("given_name", "").strip(), request.form.get("family_name", "").strip()
    if not given or not family:
        abort(400, "Please give both names.")
    return given, family


def _typed_options() -> dict[str, Any]:
    size = request.form.get("page_size", "").strip()
    return {
        **{name: name in request.form for name in TICKS},
        "page_size": int(size) if size else None,
        "storage_manner": request.form.get("storage_manner", "proper"),
        "login_method": request.form.get("login_method", "post"),
    }


def _install_page(error: str | None = None, typed: dict[str, str] | None = None) -> str:
    platform = current()
    return render_template(
        "install.html", tools=tools.all_tools(platform.state), error=error, typed=typed or {},
        configuration=configuration_address(platform), platform=platform,
    )  # fmt: skip


def _switches_page(error: str | None = None) -> str:
    faults = current().switches.list()
    return render_template(
        "switches.html", faults=faults, services=SERVICES, modes=MODES, manners=STORAGE_MANNERS, error=error
    )
