"""The LMS's doors: login, launch, keys, installing. Nothing here is personal; only a launch lets people in."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request, url_for

from ..flows import launching, noticing, registering
from ..flows.registering import Registered
from .errors import Problem, show
from .gates import public
from .house import house
from .i18n import _
from .rendering import page, see_other
from .session import (
    forget_login,
    keeps_cookies,
    open_visit,
    remember_login,
    remembered_login,
    try_cookies,
)

pages = Blueprint("lti", __name__, url_prefix="/lti")

_TRIED = "tried"
_ASKED_AT_LOGIN = (*launching.LOGIN_PARAMETERS, "lti_storage_target")
_KEYS_SECONDS = 300
"""LMSs may keep our keys this long. Fresh keys are published well before they sign."""


@pages.route("/login", methods=["GET", "POST"])
@public
def login() -> Response:
    """Somebody is coming: remember this browser and send it back to the LMS to prove it.

    In a frame we first see whether the browser keeps cookies there at all. Afterwards is too late: many LMSs take
    their hints once only, so the tab of its own has to begin before they are used.
    """
    if request.headers.get("Sec-Fetch-Dest") == "iframe" and not keeps_cookies():
        asked = {name: request.values[name] for name in _ASKED_AT_LOGIN if name in request.values}
        return _no_cookies(asked) if _TRIED in request.values else _try_cookies_with(asked)
    opened = launching.open_login(house().border, request.values, house().now())
    response = see_other(opened.url)
    remember_login(response, opened.state, opened.browser_secret, opened.expires_seconds)
    return response


def _try_cookies_with(asked: dict[str, str]) -> Response:
    response = see_other(f"{url_for('lti.login')}?{urlencode({**asked, _TRIED: '1'})}")
    try_cookies(response)
    return response


@pages.post("/launch")
@public
def launch() -> Response:
    """The signed message: check it, begin the visit, and go to its first page."""
    state = request.form.get("state", "")
    kept = remembered_login(state)
    if kept is None:
        again = launching.login_again(house().border, state, house().now())
        if again:
            return _no_cookies(again)
    begun = launching.complete(house().border, request.form, kept, house().now())
    response = see_other(begun.path)
    forget_login(response, state)
    open_visit(response, begun)
    return response


def _no_cookies(parameters: dict[str, str]) -> Response:
    problem = Problem(
        status=403,
        title=_("Your browser did not let Cairn remember you"),
        what=_("Cairn sits in a frame here, and your browser keeps no cookies for pages in a frame."),
        who="you",
        tell=_("Open the activity in a tab of its own. Your work and your grade arrive all the same."),
        code="no_cookies",
    )
    return show(problem, again=parameters)


@pages.get("/launch")
@public
def launch_by_hand() -> Response:
    """Somebody typed the address, or reloaded after the visit was over."""
    return show(
        Problem(
            status=400,
            title=_("This page opens from your course"),
            what=_("A launch comes from your LMS and works once."),
            tell=_("Go to your course and open the activity there."),
        )
    )


@pages.get("/picker")
@public
def picker_by_hand() -> Response:
    """The picker opens from the LMS too."""
    return show(
        Problem(
            status=400,
            title=_("The picker opens from your LMS"),
            what=_("Here teachers choose what to add to a course."),
            tell=_("In your course, add an activity, choose external tool, then Cairn."),
        )
    )


@pages.post("/picker")
@public
def picker_launch() -> Response:
    """Some LMSs post deep linking launches to the picker's own address."""
    return launch()


@pages.get("/review")
@public
def review_by_hand() -> Response:
    """Reviews open from the gradebook."""
    return launch_by_hand()


@pages.post("/review")
@public
def review_launch() -> Response:
    """Some LMSs post review launches to their own address."""
    return launch()


@pages.post("/notices")
@public
def notices() -> Response:
    """The LMS announces something by itself, such as a copied course. Signed, like a launch."""
    content = request.get_json(force=True, silent=True)
    genuine = noticing.take(house().border, content, house().now())
    return jsonify(taken=genuine) if genuine else Response(status=400)


@pages.get("/jwks")
@public
def jwks() -> Response:
    """Our public keys."""
    response = jsonify(house().border.public_keys(house().now()))
    response.headers["Cache-Control"] = f"public, max-age={_KEYS_SECONDS}"
    return response


@pages.route("/register", methods=["GET", "POST"])
@public
def register() -> Response:
    """An LMS administrator opens the registration address inside the LMS: install, and say what was asked for."""
    invite = request.values.get("invite", "")
    configuration = request.values.get("openid_configuration", "")
    now = house().now()
    if not configuration:
        name = registering.check_invite(house().border, invite, now)
        return page("public/register.html", name=name, invite=invite, asked=asked_for(()))
    token = request.values.get("registration_token", "")
    done = registering.complete_registration(house().border, invite, configuration, token, now)
    return installed(done)


def installed(done: Registered) -> Response:
    """What came of an installation, and what is next."""
    return page("public/installed.html", done=done, asked=asked_for(done.scopes))


_ASKED = (
    ("", "Names of people", "Teachers see who needs them, students are greeted by name."),
    ("nrps", "The roster", "So that the class is complete before everybody has come."),
    ("lti-ags/scope/lineitem", "Gradebook columns", "Each graded activity gets its column."),
    ("lti-ags/scope/score", "Sending grades", "Mastery arrives in your gradebook by itself."),
    ("lti-ags/scope/result", "Reading results", "A grade that a teacher changed is recognised and left alone."),
)


def asked_for(scopes: tuple[str, ...]) -> list[tuple[str, str, bool | None]]:
    """What we ask an LMS for: the permission, why we want it, and whether it was granted (None: it will show)."""
    return [
        (_(name), _(why), any(part in scope for scope in scopes) if part and scopes else None)
        for part, name, why in _ASKED
    ]
