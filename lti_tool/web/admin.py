"""For the LMS's administrators: what of their installation works, and what to do about the rest."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from ..flows import checking
from ..flows.errors import NotAllowed
from ..store.pages import install_health
from .gates import allows
from .house import house
from .i18n import _
from .rendering import page
from .session import current_visit

pages = Blueprint("admin", __name__, url_prefix="/l/<launch_id>")


@pages.get("/health")
@allows("admin", "teacher", "assistant")
def health(launch_id: str) -> Response:
    """The doctor for one LMS: each check green, grey or red, with the cure in words. Asks the LMS."""
    visit = current_visit()
    if visit.role != "admin" and not visit.details.get("is_lms_admin"):
        raise NotAllowed(_("This page is for the administrators of your LMS."), who="lms admin")
    checks = checking.install_checks(house().border, visit.registration_id, house().now())
    with house().db.reading() as session:
        facts = install_health.load(session, visit.registration_id)
        claims = install_health.claims_of(session, visit)
    told = json.dumps(claims, indent=2, ensure_ascii=False, sort_keys=True)
    return page("admin/health.html", facts=facts, checks=checks, claims=told)
