"""Who may pass: every route declares its gate, and one that does not answers nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request

from ..flows.errors import NotAllowed
from .csrf import check_form
from .session import load_visit

View = TypeVar("View", bound=Callable[..., Any])

EVERYBODY = ("student", "teacher", "assistant", "admin", "observer")
STAFF = ("teacher", "assistant")
PREVIEW = "preview"
"""Name under which the student's pages are mounted a second time, for staff who try them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Which roles pass. `preview` are the roles that pass where the student's pages are shown as a preview.

    Pages that are `anywhere` need no activity; all others are closed to a launch from outside a course.
    """

    roles: frozenset[str] = frozenset()
    preview: frozenset[str] = frozenset()
    public: bool = False
    anywhere: bool = False


def allows(*roles: str, preview: tuple[str, ...] = (), anywhere: bool = False) -> Callable[[View], View]:
    """Only visits in one of these roles pass; forms they send are checked for their token."""
    return _mark(Gate(roles=frozenset(roles), preview=frozenset(preview), anywhere=anywhere))


def public(view: View) -> View:
    """Everybody passes, without a visit: doors of the LMS, status, the front page."""
    return _mark(Gate(public=True))(view)


def _mark(gate: Gate) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.gate = gate  # type: ignore[attr-defined]
        return view

    return mark


def guard(app: Flask) -> None:
    """Stand before every request."""
    app.before_request(_check)


def _check() -> None:
    if request.endpoint is None:
        return
    gate = getattr(current_app.view_functions[request.endpoint], "gate", None)
    if gate is None:
        abort(404)
    if gate.public:
        return
    visit = load_visit(str((request.view_args or {})["launch_id"]))
    is_preview = request.blueprint == PREVIEW
    allowed = gate.preview if is_preview else gate.roles
    if visit.role not in allowed:
        raise NotAllowed(
            f"It is for {next(words for role, words in _WHOM.items() if role in allowed)}.",
            who="teacher",
            tell=f"I come in as {_AS[visit.role]}. If that is wrong, please change my role in the course.",
        )
    if visit.placement_id is None and not gate.anywhere:
        raise NotAllowed("This page belongs to an activity in a course.", tell="Open it from the course.")
    g.preview = is_preview
    if request.method not in {"GET", "HEAD"}:
        check_form()


_WHOM = {
    "teacher": "the teachers of this course",
    "admin": "the administrators of your LMS",
    "observer": "parents and mentors",
    "student": "students",
}
"""Whom a page is for, by the first of these roles that it lets in."""

_AS = {
    "student": "a student",
    "teacher": "a teacher",
    "assistant": "a teaching assistant",
    "admin": "an administrator",
    "observer": "a parent or mentor",
}
