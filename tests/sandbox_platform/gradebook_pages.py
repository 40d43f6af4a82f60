"""The gradebook for people: the whole class for staff, their own grades for students and parents."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from . import gradebook, people
from .gradebook import Column
from .identity import allowed, signed_in
from .login import STAFF
from .people import Person
from .platform import current
from .tools import find_tool

gradebook_pages = Blueprint("gradebook_pages", __name__)


@gradebook_pages.app_template_filter("points")
def as_points(number: float | None) -> str:
    """8 rather than 8.0; at most two decimals; a dash for no grade."""
    return "–" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


@gradebook_pages.get("/gradebook")
@allowed(*STAFF)
def book() -> str:
    """Students by columns."""
    state = current().state
    columns = gradebook.all_columns(state)
    cells = {column.id: gradebook.grades_of(state, column.id) for column in columns}
    return render_template("gradebook.html", columns=columns, cells=cells, students=people.students(state))


@gradebook_pages.get("/gradebook/<column_id>/<person_key>")
@allowed(*STAFF)
def cell(column_id: str, person_key: str) -> str:
    """One grade: what is shown, what the tool sent and when, and the teacher's own grade."""
    column, student = _found(column_id, person_key)
    return render_template(
        "grade.html", column=column, student=student,
        grade=gradebook.find_grade(current().state, column.id, student.key),
        log=gradebook.score_log(current().state, column.id, student.user_id),
    )  # fmt: skip


@gradebook_pages.post("/gradebook/<column_id>/<person_key>")
@allowed(*STAFF)
def change_cell(column_id: str, person_key: str) -> Response:
    """Write the teacher's grade, or clear it."""
    column, student = _found(column_id, person_key)
    state = current().state
    if request.form.get("do") == "clear":
        gradebook.clear_override(state, column.id, student.key)
    else:
        points = typed_points(request.form.get("points", ""), 10 * column.score_maximum)
        gradebook.override(
            state, column.id, student.key, points=points,
            comment=request.form.get("comment", "").strip(), at=current().settings.clock(),
        )  # fmt: skip
    return redirect(url_for("gradebook_pages.cell", column_id=column.id, person_key=student.key), 303)


@gradebook_pages.get("/review/<column_id>/<person_key>")
@allowed(*STAFF)
def review(column_id: str, person_key: str) -> str:
    """One student's work, opened at the tool."""
    column, student = _found(column_id, person_key)
    tool = find_tool(current().state, column.client_id)
    if tool is None:
        abort(404, "This column belongs to no activity, so there is nothing to open.")
    return render_template("review.html", column=column, student=student, tool=tool)


@gradebook_pages.get("/grades")
@allowed("student", "parent")
def own() -> str:
    """A student's own grades, or those of a parent's child."""
    me = signed_in()
    assert me is not None
    student = people.find_person(current().state, me.child_key) if me.kind == "parent" else me
    assert student is not None
    state = current().state
    rows = [
        (column, gradebook.find_grade(state, column.id, student.key)) for column in gradebook.all_columns(state)
    ]
    return render_template("own_grades.html", student=student, rows=rows)


def typed_points(typed: str, most: float) -> float | None:
    """What a person typed, between 0 and `most`; None for an empty field."""
    text = typed.strip().replace(",", ".")
    if not text:
        return None
    try:
        points = float(text)
    except ValueError:
        abort(400, "Points must be a number.")
    if not 0 <= points <= most:
        abort(400, f"Points must lie between 0 and {as_points(most)}.")
    return points


def _found(column_id: str, person_key: str) -> tuple[Column, Person]:
    column = gradebook.find_column(current().state, column_id)
    student = people.find_person(current().state, person_key)
    if column is None or student is None or student.kind != "student":
        abort(404, "This grade is no longer in the gradebook.")
    return column, student
