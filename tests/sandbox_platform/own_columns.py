"""Columns that teachers add to the gradebook themselves, for a quiz on paper: graded by hand, no tool writes there."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from . import gradebook, people
from .gradebook import Column
from .gradebook_pages import typed_points
from .identity import allowed
from .login import STAFF
from .platform import current

own_columns = Blueprint("own_columns", __name__)
MOST_POINTS = 1000


@own_columns.post("/gradebook")
@allowed(*STAFF)
def add() -> Response:
    """A new column, to be graded next."""
    label = request.form.get("label", "").strip()
    if not label:
        abort(400, "Please give the column a name.")
    points = typed_points(request.form.get("points", ""), MOST_POINTS)
    if not points:
        abort(400, "Please say how many points there are.")
    column = gradebook.add_column(current().state, client_id=None, label=label, score_maximum=points)
    return redirect(url_for("own_columns.show", column_id=column.id), 303)


@own_columns.get("/gradebook/<column_id>")
@allowed(*STAFF)
def show(column_id: str) -> str:
    """The whole class in this column."""
    column, state = _found(column_id), current().state
    grades = gradebook.grades_of(state, column.id)
    return render_template("own_column.html", column=column, grades=grades, students=people.students(state))


@own_columns.post("/gradebook/<column_id>")
@allowed(*STAFF)
def change(column_id: str) -> Response:
    """Grade the class, or remove the column. Nothing is kept when one of the numbers cannot be used."""
    column, state = _found(column_id), current().state
    if request.form.get("do") == "remove":
        gradebook.remove_column(state, column.id)
        return redirect(url_for("gradebook_pages.book"), 303)
    sent = [student.key for student in people.students(state) if student.key in request.form]
    typed = {key: typed_points(request.form[key], 10 * column.score_maximum) for key in sent}
    with state.transaction():
        for key, points in typed.items():
            _grade(column, key, points)
    return redirect(url_for("own_columns.show", column_id=column.id), 303)


def _grade(column: Column, key: str, points: float | None) -> None:
    """A grade that did not change keeps its date."""
    state = current().state
    before = gradebook.find_grade(state, column.id, key)
    if points == (before.shown if before else None):
        return
    if points is None:
        gradebook.clear_override(state, column.id, key)
    else:
        gradebook.override(state, column.id, key, points=points, comment="", at=current().settings.clock())


def _found(column_id: str) -> Column:
    column = gradebook.find_column(current().state, column_id)
    if column is None or column.client_id is not None:
        abort(404, "This column is no longer in the gradebook.")
    return column
