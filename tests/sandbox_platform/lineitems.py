"""Assignment and Grade Services 2.0, line items: tools look at, make, change and remove their columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request

from . import activities, gradebook, lti
from .gradebook import Column
from .manners import Refused
from .platform import current
from .services import answer, json_body, need_accept, only_this_course, page_of, refuse
from .tokens import scoped
from .tools import Tool

lineitems = Blueprint("lineitems", __name__)
INTERPRETED = ("id", "label", "scoreMaximum", "resourceLinkId", "resourceId", "tag")


class BadLineItem(ValueError):
    """A line item that cannot be stored; the text names the field."""


@lineitems.get("/services/<context_id>/lineitems")
@scoped(lti.LINE_ITEM, lti.LINE_ITEM_READ)
def index(tool: Tool, context_id: str) -> Response:
    """The tool's columns; filters resource_link_id, resource_id, tag; pages by limit."""
    only_this_course(context_id)
    need_accept(lti.LINE_ITEMS_TYPE)
    found = gradebook.columns_of_tool(
        current().state, tool.client_id, with_teachers=current().manners.shows_teachers_columns,
        activity_id=request.args.get("resource_link_id"),
        resource_id=request.args.get("resource_id"), tag=request.args.get("tag"),
    )  # fmt: skip
    page = page_of(found, current().line_items_url())
    items = [as_line_item(column) for column in page.items]
    return answer(items, lti.LINE_ITEMS_TYPE, next_url=page.next_url)


@lineitems.post("/services/<context_id>/lineitems")
@scoped(lti.LINE_ITEM)
def create(tool: Tool, context_id: str) -> Response:
    """A new column of the tool."""
    only_this_course(context_id)
    body = json_body(lti.LINE_ITEM_TYPE)
    values = _read(body)
    link_id = body.get("resourceLinkId")
    if link_id is not None:
        activity = activities.find_activity(current().state, str(link_id))
        if activity is None or activity.client_id != tool.client_id:
            refuse(404, "resourceLinkId names no activity of this tool")
        coupled = gradebook.columns_of_activity(current().state, activity.id)
        if current().manners.column_needs_graded_link and not coupled:
            abort(Response("", 412))
    column = gradebook.add_column(current().state, client_id=tool.client_id, activity_id=link_id, **values)
    gradebook.note_made_by_tool(current().state, column.id)
    return answer(as_line_item(column), lti.LINE_ITEM_TYPE, status=201)


@lineitems.get("/services/<context_id>/lineitems/<column_id>")
@lineitems.get("/services/<context_id>/lineitems/<column_id>/lineitem")
@scoped(lti.LINE_ITEM, lti.LINE_ITEM_READ)
def show(tool: Tool, context_id: str, column_id: str) -> Response:
    column = column_of(tool, context_id, column_id)
    need_accept(lti.LINE_ITEM_TYPE)
    return answer(as_line_item(column), lti.LINE_ITEM_TYPE)


@lineitems.put("/services/<context_id>/lineitems/<column_id>")
@lineitems.put("/services/<context_id>/lineitems/<column_id>/lineitem")
@scoped(lti.LINE_ITEM)
def replace(tool: Tool, context_id: str, column_id: str) -> Response:
    """Change a column. Which activity it belongs to cannot change (AGS 2.0, 3.2.5)."""
    column = column_of(tool, context_id, column_id)
    body = json_body(lti.LINE_ITEM_TYPE)
    values = _read(body)
    if body.get("resourceLinkId") not in (None, column.activity_id):
        refuse(400, "resourceLinkId of an existing line item cannot change")
    changed = gradebook.change_column(current().state, column, values)
    return answer(as_line_item(changed), lti.LINE_ITEM_TYPE)


@lineitems.delete("/services/<context_id>/lineitems/<column_id>")
@lineitems.delete("/services/<context_id>/lineitems/<column_id>/lineitem")
@scoped(lti.LINE_ITEM)
def delete(tool: Tool, context_id: str, column_id: str) -> Response:
    column = column_of(tool, context_id, column_id)
    _must_fit(current().manners.check_delete, column)
    gradebook.remove_column(current().state, column.id)
    return Response("", 204)


def column_of(tool: Tool, context_id: str, column_id: str) -> Column:
    """The tool's own column, or 404: other tools' columns do not exist for it. A teacher's can be read at most."""
    only_this_course(context_id)
    ending = current().manners.line_item_ending
    if ending and f"/{column_id}{ending}" not in request.path:
        refuse(404, "no handler for this address")
    column = gradebook.find_column(current().state, column_id)
    is_teachers = column is not None and column.client_id is None and current().manners.shows_teachers_columns
    if column is None or (column.client_id != tool.client_id and not is_teachers):
        refuse(404, "no such line item")
    if is_teachers and request.method != "GET":
        refuse(403, "this column is a teacher's own")
    return column


def as_line_item(column: Column) -> dict[str, Any]:
    """A column in the words of AGS 2.0."""
    item = {
        "id": current().line_item_url(column.id),
        "label": column.label,
        "scoreMaximum": _tidy(column.score_maximum),
        "resourceLinkId": column.activity_id,
        "resourceId": column.resource_id,
        "tag": column.tag,
    }
    return {**column.extras, **{name: value for name, value in item.items() if value is not None}}


def checked_line_item(body: dict[str, Any], *, default_label: str | None = None) -> dict[str, Any]:
    """Values for a column out of a line item (of the service or of deep linking); raises BadLineItem."""
    label = body.get("label", default_label)
    if not isinstance(label, str) or not label.strip():
        raise BadLineItem("label must be a non-empty text")
    maximum = body.get("scoreMaximum")
    if isinstance(maximum, bool) or not isinstance(maximum, int | float) or not 0 < maximum < 1e9:
        raise BadLineItem("scoreMaximum must be a number greater than 0")
    for name in ("resourceId", "tag"):
        if body.get(name) is not None and not isinstance(body[name], str):
            raise BadLineItem(f"{name} must be a text")
    return {
        "label": label.strip(),
        "score_maximum": float(maximum),
        "resource_id": body.get("resourceId"),
        "tag": body.get("tag"),
        "extras": {name: value for name, value in body.items() if name not in INTERPRETED},
    }


def _read(body: dict[str, Any]) -> dict[str, Any]:
    _must_fit(current().manners.check_line_item, body)
    try:
        return checked_line_item(body)
    except BadLineItem as error:
        refuse(400, str(error))


def _must_fit(check: Callable[[Any], None], what: object) -> None:
    try:
        check(what)
    except Refused as refusal:
        refuse(*refusal.args)


def _tidy(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number
