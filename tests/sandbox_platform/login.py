"""The OIDC third-party login: from a click on the course page to the signed id_token at the tool.

Security Framework 1.0, section 5.1.1, and Core 1.3. The three steps are: we post to the tool's login address,
the tool sends the browser to /auth, and /auth posts the id_token to the tool's redirect address.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from . import activities, course_groups, gradebook, launches, people, tools
from .identity import allowed, signed_in
from .launches import Launch, NoSuchLaunch
from .messages import claims_for, target_link_uri
from .platform import current

login = Blueprint("login", __name__)

STAFF = ("teacher", "assistant")
AUTHORS = ("teacher", "designer")


class Refusal(Exception):
    """An authentication request we answer with an OIDC error (error code, description)."""


@login.get("/launch/<activity_id>")
@allowed()
def launch_activity(activity_id: str) -> str | Response:
    """Open an activity: `?target=window` for a tab of its own."""
    activity = activities.find_activity(current().state, activity_id)
    if activity is None:
        abort(404, "This activity is no longer in the course.")
    if not course_groups.may_open(activity, _me()):
        abort(403, "This activity is for another group.")
    target = "window" if request.args.get("target") == "window" else "iframe"
    return _to_tool(launches.begin_activity(current(), _me(), activity, target))


@login.get("/launch/review/<column_id>/<person_key>")
@allowed(*STAFF)
def launch_review(column_id: str, person_key: str) -> str | Response:
    """Open one student's work from the gradebook."""
    column = gradebook.find_column(current().state, column_id)
    student = people.find_person(current().state, person_key)
    if column is None or student is None:
        abort(404, "This grade is no longer in the gradebook.")
    if column.review is None and column.activity_id is None:
        abort(404, "This column belongs to no activity, so there is nothing to open.")
    return _to_tool(launches.begin_review(current(), _me(), column, student))


@login.get("/launch/deep-link/<client_id>")
@allowed(*AUTHORS)
def launch_picker(client_id: str) -> str | Response:
    """Open a tool's picker."""
    tool = tools.find_tool(current().state, client_id)
    if tool is None or not tool.takes_deep_links:
        abort(404, "This tool offers no activities to choose from.")
    return _to_tool(launches.begin_deep_link(current(), _me(), tool))


@login.route("/auth", methods=["GET", "POST"])
@login.route("/api/lti_consumer/v1/launch/", methods=["GET", "POST"])
@login.route("/imsoidc/lti13/oidc_auth", methods=["GET", "POST"])
def authenticate() -> str | Response | tuple[str, int]:
    """The authorization endpoint. Errors go back to the tool by form, unless its address cannot be trusted."""
    platform, asked = current(), request.values
    tool = tools.find_tool(platform.state, asked.get("client_id"))
    if tool is None:
        abort(400, "The tool sent a client_id that is not installed here.")
    redirect_uri = asked.get("redirect_uri", "")
    if redirect_uri not in tool.redirect_uris:
        abort(400, f"The tool sent a redirect_uri that it did not register: {redirect_uri}")
    once_more = platform.manners.once_more
    if signed_in() is None and once_more not in asked:
        # A browser may hold our cookie back when another site sends it here; from our own page it comes along.
        return _form(platform.url("/auth"), {**asked.to_dict(), once_more: "1"}, "Continue signing in")
    answer = {"state": asked["state"]} if asked.get("state") else {}
    try:
        launch = _checked(tool)
    except (Refusal, NoSuchLaunch) as refusal:
        if isinstance(refusal, NoSuchLaunch) and platform.manners.lost_hint_is_a_page:
            abort(404, f"No launch id in LTI hint: {refusal}")
        error, text = refusal.args if isinstance(refusal, Refusal) else ("invalid_request", str(refusal))
        return _form(redirect_uri, {"error": error, "error_description": text, **answer}, "Continue")
    token = platform.keys.sign(claims_for(platform, launch, asked["nonce"]))
    return _form(redirect_uri, {"id_token": token, **answer}, "Continue to the activity")


def _checked(tool: tools.Tool) -> Launch:
    asked = request.values
    if asked.get("response_type") != "id_token":
        raise Refusal("unsupported_response_type", "response_type must be id_token")
    if asked.get("scope", "").split() != ["openid"]:
        raise Refusal("invalid_scope", "scope must be openid")
    for name, wanted in (("response_mode", "form_post"), ("prompt", "none")):
        if asked.get(name) != wanted:
            raise Refusal("invalid_request", f"{name} must be {wanted}")
    for name in ("nonce", "login_hint", "lti_message_hint"):
        if not asked.get(name):
            raise Refusal("invalid_request", f"{name} is missing")
    person = signed_in()
    if person is None or asked["login_hint"] != person.user_id:
        raise Refusal("login_required", "this browser is signed in as somebody else, or as nobody")
    launch = launches.find_launch(current(), asked["lti_message_hint"])
    if launch.tool.client_id != tool.client_id or launch.person.key != person.key:
        raise Refusal("access_denied", "this lti_message_hint belongs to another person or tool")
    if not launches.use_up(current(), launch):
        raise NoSuchLaunch("the lti_message_hint was used before: open the activity again from the course")
    return launch


def _to_tool(launch: Launch) -> str | Response:
    platform = current()
    if tools.is_pending(platform.state, launch.tool.client_id):
        abort(403, "The administrator of this LMS has not activated the tool yet.")
    address = launch.tool.initiate_login_uri
    parameters = launches.login_parameters(platform, launch, target_link_uri(launch))
    if platform.switches.options.login_method == "get":
        joint = "&" if urlsplit(address).query else "?"
        return redirect(f"{address}{joint}{urlencode(parameters)}")
    return _form(address, parameters, "Open the activity")


def _form(action: str, fields: dict[str, str], button: str) -> str:
    return render_template("post_form.html", action=action, fields=fields, button=button)


def _me() -> people.Person:
    person = signed_in()
    assert person is not None
    return person
