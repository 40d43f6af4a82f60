"""The course for people: the list of activities, one activity, and adding more."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from . import activities, course_groups, gradebook, tools
from .activities import Activity
from .identity import allowed, signed_in
from .login import AUTHORS
from .platform import current
from .terms import CopyHabits, copy_course

course_pages = Blueprint("course_pages", __name__, static_folder="static", static_url_path="/lms-static")


@course_pages.get("/")
def front() -> Response:
    return redirect(url_for("course_pages.course"))


@course_pages.get("/course")
@allowed()
def course() -> str:
    """The course page, with what its reader may open."""
    me = signed_in()
    assert me is not None
    found = [one for one in activities.all_activities(current().state) if course_groups.may_open(one, me)]
    return render_template("course.html", activities=found)


@course_pages.post("/course/copy")
@allowed(*AUTHORS)
def copy_course_page() -> Response:
    """A new term: the course with all its activities, without anybody's work."""
    copy_course(current(), CopyHabits(history="history" in request.form, notice="notice" in request.form))
    return redirect(url_for("course_pages.course"), 303)


@course_pages.get("/activity/<activity_id>")
@allowed()
def activity(activity_id: str) -> str:
    """One activity in its frame, or the button to its own tab."""
    found, me = _found(activity_id), signed_in()
    if me is None or not course_groups.may_open(found, me):
        abort(403, "This activity is for another group.")
    tool = tools.find_tool(current().state, found.client_id)
    assert tool is not None
    columns = gradebook.columns_of_activity(current().state, found.id)
    return render_template(
        "activity.html", activity=found, tool=tool, columns=columns, authors=AUTHORS,
        groups=course_groups.GROUPS,
    )  # fmt: skip


@course_pages.post("/activity/<activity_id>")
@allowed(*AUTHORS)
def change_activity(activity_id: str) -> Response:
    """Rename, move to a frame or tab, duplicate or remove."""
    found, state, todo = _found(activity_id), current().state, request.form.get("do")
    if todo == "remove":
        activities.remove_activity(state, found.id)
        return redirect(url_for("course_pages.course"), 303)
    if todo == "copy":
        found = gradebook.copy_with_columns(state, found)
    else:
        title = request.form.get("title", "").strip() or found.title
        target = request.form.get("document_target", found.document_target)
        only_for = request.form.get("only_for", found.only_for)
        if target not in activities.TARGETS:
            abort(400, "An activity opens in a frame or in its own tab.")
        activities.change_activity(state, found.id, title=title, document_target=target)
        activities.restrict(state, found.id, only_for if only_for in dict(course_groups.GROUPS) else "")
    return redirect(url_for("course_pages.activity", activity_id=found.id), 303)


@course_pages.get("/add")
@allowed(*AUTHORS)
def add() -> str | Response:
    """Choose whose activities to look at; straight on when only one tool offers any."""
    offering = [tool for tool in tools.all_tools(current().state) if tool.takes_deep_links]
    if len(offering) == 1:
        return redirect(url_for("course_pages.pick", client_id=offering[0].client_id))
    return render_template("add.html", tools=offering)


@course_pages.get("/add/<client_id>")
@allowed(*AUTHORS)
def pick(client_id: str) -> str:
    """The tool's picker, in a frame."""
    tool = tools.find_tool(current().state, client_id)
    if tool is None or not tool.takes_deep_links:
        abort(404, "This tool offers no activities to choose from.")
    return render_template("pick.html", tool=tool)


@course_pages.get("/return")
def back() -> str:
    """The return_url of every launch: shows what the tool said (Core 1.3, 5.4.4), then back to the course."""
    return render_template(
        "back.html",
        message=request.args.get("lti_msg"),
        error=request.args.get("lti_errormsg"),
        bare=current().manners.bare_return(request.args),
    )


@course_pages.get("/storage-frame")
def storage_frame() -> str:
    """The hidden frame that keeps small values for tools (LTI postMessage storage)."""
    origins = sorted({origin for tool in tools.all_tools(current().state) for origin in tool.origins})
    return render_template("storage_frame.html", origins=origins)


@course_pages.get("/imposter-frame")
def imposter_frame() -> str:
    """A page that answers tools in the storage's place, from another host; only where a switch asks for it."""
    return render_template("imposter_frame.html")


@course_pages.app_template_filter("other_host")
def other_host(url: str) -> str:
    """The same page under the other name of this machine: another origin for browsers."""
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname == "localhost" else "localhost"
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}"))


def _found(activity_id: str) -> Activity:
    found = activities.find_activity(current().state, activity_id)
    if found is None:
        abort(404, "This activity is no longer in the course.")
    return found
