"""Who is looking: the LMS's own sign-in, as anybody, without a password. This is for practice only."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from . import people
from .people import Person
from .platform import current

identity = Blueprint("identity", __name__)


def signed_in() -> Person | None:
    """The person this browser looks as, or None."""
    if "person" not in g:
        g.person = people.find_person(current().state, session.get("person"))
    found: Person | None = g.person
    return found


def allowed(*kinds: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only for these kinds of people (none named: anybody signed in); others are told whom to look as."""

    def gate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(**values: Any) -> Any:
            person = signed_in()
            if person is None:
                return redirect(url_for("identity.choose", next=request.full_path.rstrip("?")))
            if kinds and person.kind not in kinds:
                return render_template("not_for_you.html", kinds=kinds, words=people.KIND_WORDS), 403
            return view(**values)

        return guarded

    return gate


@identity.get("/as/")
def choose() -> str:
    """Pick who to look as."""
    return render_template("choose.html", next=_safe_path(request.args.get("next")))


@identity.get("/as")
def switch() -> Response:
    """The "Look as" box of every page."""
    return _become(request.args.get("person", ""), request.args.get("next"))


@identity.get("/as/<person_key>")
def become(person_key: str) -> Response:
    """A stable address to enter as anybody: /as/student-3?next=/course."""
    return _become(person_key, request.args.get("next"))


def _become(person_key: str, next_path: str | None) -> Response:
    person = people.find_person(current().state, person_key)
    if person is None:
        abort(404, f"Nobody here is called {person_key!r}.")
    session.clear()
    session["person"] = person.key
    return redirect(_safe_path(next_path))


def _safe_path(path: str | None) -> str:
    """A path on this site, or the course page."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")):
        return path
    return url_for("course_pages.course")
