"""For parents and mentors: their own children here, and nobody else."""

from __future__ import annotations

from flask import Blueprint, Response

from ..store.pages import observer_page
from .gates import allows
from .house import house
from .rendering import page
from .session import current_visit

pages = Blueprint("observer", __name__, url_prefix="/l/<launch_id>")


@pages.get("/children")
@allows("observer")
def children(launch_id: str) -> Response:
    """How far each child is, in the words the child sees."""
    with house().db.reading() as session:
        shown = observer_page.load(session, current_visit(), house().now())
    return page("observer/children.html", shown=shown)
