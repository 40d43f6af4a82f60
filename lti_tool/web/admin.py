"""For the LMS's administrators: what of their installation works, and what to do about the rest."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from ..flows import checking
from ..flows.errors import NotAllowed
from ..flows.findings import Check
from ..store.launches import Visit
from ..store.pages import install_health
from .gates import allows
from .house import house
from .i18n import _
from .rendering import page
from .session import VISIT_COOKIE, current_visit

pages = Blueprint("admin", __name__, url_prefix="/l/<launch_id>")


_admins = allows("admin", "teacher", "assistant", anywhere=True)


@pages.get("/health")
@_admins
def health(launch_id: str) -> Response:
    """The doctor for one LMS: each check green, grey or red, with the cure in words. Asks the LMS."""
    return _show(gradebook=False)


@pages.post("/health/gradebook")
@_admins
def try_gradebook(launch_id: str) -> Response:
    """The same, and a test column made in the newest course and removed at once."""
    return _show(gradebook=True)


def _show(*, gradebook: bool) -> Response:
    visit, now = current_visit(), house().now()
    if visit.role != "admin" and not visit.details.get("is_lms_admin"):
        raise NotAllowed(_("This page is for the administrators of your LMS."), who="lms admin")
    checks = checking.install_checks(
        house().border, visit.registration_id, now, deployment_id=visit.deployment_id, gradebook=gradebook
    )
    with house().db.reading() as session:
        facts = install_health.load(session, visit.registration_id, visit.deployment_id, now)
        claims = install_health.claims_of(session, visit)
    told = json.dumps(claims, indent=2, ensure_ascii=False, sort_keys=True)
    seen = (*checks, _cookies(visit))
    return page("admin/health.html", facts=facts, checks=seen, claims=told, gradebook=gradebook)


def _cookies(visit: Visit) -> Check:
    """Does this very browser keep our cookies where the LMS shows us?"""
    framed = visit.details.get("document_target") in {"iframe", "frame"}
    kept = VISIT_COOKIE in request.cookies
    if not house().settings.secure and not house().border.settings.allow_private_platforms:
        what = _("Cairn is not reached over https, so browsers keep no cookies for it in a frame.")
        return Check(key="cookies", title=_("Cookies"), state="red", what=what, cure=_("Set BASE_URL to https."))
    if kept and framed:
        what = _("Your browser keeps Cairn’s cookies inside the LMS’s frame.")
        return Check(key="cookies", title=_("Cookies"), state="green", what=what)
    if kept:
        what = _(
            "Cairn’s cookies work in a window of its own. Open this page inside the LMS to try them there, too."
        )
        return Check(key="cookies", title=_("Cookies"), state="green", what=what)
    what = _("Your browser keeps no cookies for Cairn here. Cairn goes on without them.")
    cure = _("Set Cairn to open in a new window, if people are asked to do so often.")
    return Check(key="cookies", title=_("Cookies"), state="grey", what=what, cure=cure)
