"""The LMS's doors: login, launch, keys, installing. Nothing here is personal; only a launch lets people in."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from ..flows import launching, noticing, registering
from ..flows.registering import Registered
from ..lti.errors import KeysOnTheWay
from ..lti.grades import COLUMN_SCOPE, RESULT_SCOPE, SCORE_SCOPE
from ..lti.groups import GROUPS_SCOPE
from ..lti.installing import guide_for
from ..lti.launch import unverified_state
from ..lti.notices import NOTICE_SCOPE
from ..lti.platforms import Guide
from ..lti.refusals import refuse
from ..lti.roster import ROSTER_SCOPE
from . import cookieless
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
)

pages = Blueprint("lti", __name__, url_prefix="/lti")

_ASKED_AT_LOGIN = (*launching.LOGIN_PARAMETERS, "lti_storage_target")
_SENT_AT_LAUNCH = ("state", "id_token", "error")
_KEYS_SECONDS = 300
"""LMSs may keep our keys this long. Fresh keys are published well before they sign."""


@pages.route("/login", methods=["GET", "POST"])
@public
def login() -> Response:
    """Somebody is coming: remember this browser and send it back to the LMS to prove it.

    In a frame we first see who keeps the secret of this login. Afterwards is too late: many LMSs take their hints
    once only, so the tab of its own has to begin before they are used.
    """
    _must_come_once(request.values, _ASKED_AT_LOGIN)
    sent = request.values.to_dict()
    asked = {name: sent[name] for name in _ASKED_AT_LOGIN if name in sent}
    is_unsure = cookieless.is_framed() and not keeps_cookies()
    if is_unsure and cookieless.TRIED in sent:
        return cookieless.nobody_keeps(asked)
    if is_unsure and "lti_storage_target" not in asked:
        return cookieless.try_cookies_with(asked)
    opened = launching.open_login(house().border, sent, house().now())
    if is_unsure:
        return cookieless.keep_by_lms(opened, asked)
    response = see_other(opened.url)
    remember_login(response, opened.state, opened.browser_secret, opened.expires_seconds)
    return response


@pages.post("/launch")
@public
def launch() -> Response:
    """The signed message: check it, begin the visit, and go to its first page."""
    _must_come_once(request.form, _SENT_AT_LAUNCH)
    state, now = request.form.get("state", ""), house().now()
    cookie, kept = remembered_login(state), cookieless.kept_by_page()
    if cookie is None and kept is None:
        waiting = launching.login_under_way(house().border, state, now)
        if waiting:
            return cookieless.prove(waiting, state)
    try:
        begun = launching.complete(house().border, request.form, cookie or kept, now)
    except KeysOnTheWay:
        return page("public/waiting.html", fields=request.form.to_dict())
    if begun.perhaps_back is not None:
        house().queue_return(begun.perhaps_back)
    response = cookieless.begin_carrying(begun) if cookie is None else see_other(begun.path)
    forget_login(response, state)
    open_visit(response, begun)
    return response


def _must_come_once(sent: MultiDict[str, str], names: tuple[str, ...]) -> None:
    """Two values of one name, and somebody on the way may have checked the other one (RFC 6749 §3.1)."""
    for name in names:
        if len(sent.getlist(name)) > 1:
            raise refuse("parameter_twice", name=name)


@pages.get("/launch")
@public
def launch_by_hand() -> Response:
    """Somebody typed the address, or reloaded after the visit was over; or the LMS says no in the address itself."""
    if "error" in request.args:
        unverified_state(request.args)
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
    genuine = noticing.take(house().border, request.get_data(), house().now())
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
    guide = guide_for(done.product, done.issuer, house().border.tool)
    return installed(done, guide, steps_left=() if done.in_use else guide.afterwards)


def installed(done: Registered, guide: Guide, steps_left: tuple[str, ...] = ()) -> Response:
    """What came of an installation, and what is next in this LMS."""
    return page(
        "public/installed.html", done=done, asked=asked_for(done.scopes), guide=guide, steps_left=steps_left
    )


_ASKED = (
    ("", "Names of people", "Teachers see who needs them, students are greeted by name."),
    (ROSTER_SCOPE, "The roster", "So that the class is complete before everybody has come."),
    (COLUMN_SCOPE, "Gradebook columns", "Each graded activity gets its column."),
    (SCORE_SCOPE, "Sending grades", "Mastery arrives in your gradebook by itself."),
    (RESULT_SCOPE, "Reading results", "A grade that a teacher changed is recognised and left alone."),
)
_ASKED_IF_OFFERED = (
    (NOTICE_SCOPE, "Notices of copied courses", "A course made for a new term keeps its activities and rules."),
    (GROUPS_SCOPE, "Groups of the course", "Teachers can look at one group of their class."),
)
"""Few LMSs have these: where one does not, there is nothing to tell."""


def asked_for(scopes: tuple[str, ...]) -> list[tuple[str, str, bool | None]]:
    """What we ask an LMS for: the permission, why we want it, and whether it was granted (None: it will show)."""
    rows = (*_ASKED, *(row for row in _ASKED_IF_OFFERED if not scopes or row[0] in scopes))
    return [(_(name), _(why), scope in scopes if scope and scopes else None) for scope, name, why in rows]
