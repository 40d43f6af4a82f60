"""Data privacy launches: what is kept about a person, who sees it, and whom to ask (Data Privacy Launch 1.0)."""

from __future__ import annotations

from flask import Response

from ..flows.errors import NotAllowed
from ..store.launches import Visit
from ..store.pages import kept_about
from .house import house
from .i18n import _
from .rendering import page


def show(visit: Visit) -> Response:
    """The page of a privacy launch. People see what is kept about themselves; LMS administrators about anybody."""
    subject = str(visit.details.get("for_user") or visit.subject)
    is_admin = visit.role == "admin" or visit.details.get("is_lms_admin")
    if subject != visit.subject and not is_admin:
        raise NotAllowed(_("You can see what Cairn keeps about yourself, not about others."), who="lms admin")
    with house().db.reading() as session:
        kept = kept_about.load(session, visit, subject)
    return page("public/privacy.html", kept=kept, own=subject == visit.subject)
