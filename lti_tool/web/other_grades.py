"""Other gradebook columns that count as evidence, by a teacher's choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from ..flows import counting_grades
from ..flows.counting_grades import Choice, ColumnsSeen
from ..flows.errors import Refused
from ..learning.ids import SkillId
from ..store.pages import other_grades as reads
from .gates import STAFF, allows
from .house import house
from .i18n import _
from .rendering import page, see_other, to
from .schemas import DoneQuery, query
from .sent_back import send_back, sent_back
from .session import current_visit
from .unreadable import row_number

pages = Blueprint("other_grades", __name__, url_prefix="/l/<launch_id>")


@pages.get("/other-grades")
@allows(*STAFF)
@query(DoneQuery)
def sources(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Which columns count, for which skill, from when on."""
    return _show(done=sent["done"], count=sent["count"])


@pages.get("/other-grades/choose")
@allows("teacher")
def choose(launch_id: str) -> Response:
    """The columns the LMS lets us see. Asks the LMS."""
    return _show(offered=_offered())


@pages.post("/other-grades")
@allows("teacher")
def count_column(launch_id: str) -> Response:
    """Let a column count, and read it at once."""
    try:
        wanted = Choice(
            line_item_url=request.form.get("column", ""),
            skill=SkillId(request.form.get("skill", "")),
            points=_points(request.form.get("points", "")),
        )
        source_id = counting_grades.count_column(house().border, current_visit(), wanted, house().now())
    except Refused as error:
        return send_back(error, lambda: _show(offered=_offered()), "other_grades.choose")
    result = counting_grades.read(house().border, source_id, house().now())
    return see_other(to("other_grades.sources", done="problem" if result.problem else "added", count=result.fresh))


@pages.post("/other-grades/read")
@allows("teacher")
def read_now(launch_id: str) -> Response:
    """Read all of them again now."""
    with house().db.reading() as session:
        wanted = counting_grades.sources_of(session, current_visit())
    results = [counting_grades.read(house().border, one, house().now()) for one in wanted]
    count = sum(one.fresh + one.changed + one.gone for one in results)
    done = "problem" if any(one.problem for one in results) else "read"
    return see_other(to("other_grades.sources", done=done, count=count))


@pages.post("/other-grades/end")
@allows("teacher")
def end(launch_id: str) -> Response:
    """A column counts no longer."""
    number = row_number(request.form.get("source", "")) or 0
    with house().db.writing() as session:
        count = counting_grades.end(session, current_visit(), number, house().now())
    return see_other(to("other_grades.sources", done="ended", count=count))


def _offered() -> ColumnsSeen:
    return counting_grades.columns_to_choose(house().border, current_visit(), house().now())


def _points(typed: str) -> float:
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        raise Refused(
            _("These points cannot be used."), problems={"points": _("Write a number, such as 20.")}
        ) from None


def _show(*, done: str = "", count: int = 0, offered: ColumnsSeen | None = None) -> Response:
    with house().db.reading() as session:
        shown = reads.load(session, current_visit())
    if shown is None:
        return see_other(to("teacher.overview"))
    back = sent_back()
    return page(
        "teacher/other_grades.html",
        back.status,
        shown=shown,
        done=done,
        count=count,
        offered=offered,
        problems=back.problems,
        typed=back.typed,
        may_change=current_visit().role == "teacher",
    )
