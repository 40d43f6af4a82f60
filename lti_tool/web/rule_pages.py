"""What counts as mastered: the rule editor, what a rule would do before it is saved, saving, and going back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from ..flows import configuring
from ..flows.configuring import Configuration
from ..flows.errors import ChangedMeanwhile, GradesWouldFall, Refused
from ..store.pages import rule_editor
from .gates import STAFF, allows
from .house import house
from .rendering import page, see_other, to
from .rule_forms import chosen, read_configurations
from .rule_sentences import OWN_RULES, as_typed, own_numbers
from .schemas import DoneQuery, PreviewQuery, query
from .sent_back import LONGEST_ADDRESS
from .session import current_visit
from .unreadable import row_number

pages = Blueprint("rules", __name__, url_prefix="/l/<launch_id>/rules")


@pages.get("")
@allows(*STAFF)
@query(DoneQuery)
def show(sent: Mapping[str, Any], launch_id: str) -> Response:
    """What this is for, and when a skill counts as mastered."""
    return show_rules(done=sent["done"])


@pages.post("/edit")
@allows("teacher")
def edit(launch_id: str) -> Response:
    """Back from the preview to the form, with what was chosen."""
    return _at_its_address("rules.edited", request.form)


@pages.get("/edit")
@allows("teacher")
def edited(launch_id: str) -> Response:
    """The form with what was chosen."""
    return show_rules(typed=request.args)


@pages.post("/preview")
@allows("teacher")
def ask(launch_id: str) -> Response:
    """On to the preview of the chosen rule."""
    return _at_its_address("rules.preview", request.form)


@pages.get("/preview")
@allows("teacher")
@query(PreviewQuery)
def preview(sent: Mapping[str, Any], launch_id: str) -> Response:
    """What the chosen rule, or going back to an earlier version, would do to this class; nothing is saved."""
    if not sent["version"]:
        return _preview_of(request.args, told=sent["told"])
    with house().db.reading() as session:
        wanted = configuring.earlier(session, current_visit(), sent["version"])
    return _show_preview(wanted)


@pages.post("")
@allows("teacher")
def save(launch_id: str) -> Response:
    """Put a rule in force. Workers judge everybody again by it."""
    try:
        wanted = read_configurations(request.form)[0]
        with house().db.reading() as session:
            foreseen = configuring.foresee(session, current_visit(), wanted, house().now())
        with house().db.writing() as session:
            saved = configuring.configure(
                session, current_visit(), foreseen, house().now(), agreed=_agreed(), seen=_seen()
            )
    except Refused as error:
        return _at_its_address("rules.preview", request.form, told=_reason(error))
    house().queue_recalculation(saved.recalculation_id)
    return see_other(to("rules.show", done="saved"))


def _at_its_address(endpoint: str, sent: MultiDict[str, str], *, told: str = "") -> Response:
    """Go on to a page that is made from what was chosen and nothing else, so that Back and Reload find it again
    without sending a form twice. Numbers of very many skills are longer than an address may be."""
    fields = chosen(sent) | ({"told": told} if told else {})
    url = to(endpoint, **fields)
    if len(url) <= LONGEST_ADDRESS:
        return see_other(url)
    return _preview_of(sent, told=told) if endpoint == "rules.preview" else show_rules(typed=sent)


def _preview_of(sent: MultiDict[str, str], *, told: str) -> Response:
    """The preview of what was chosen; what cannot be used comes back with a sentence for each field."""
    problems = _TOLD[told]().problems if told in _TOLD else {}
    try:
        return _show_preview(read_configurations(sent)[0], problems=problems)
    except Refused as error:
        return show_rules(problems=error.problems, typed=sent, status=422)


_TOLD: Mapping[str, type[ChangedMeanwhile | GradesWouldFall]] = {
    "changed": ChangedMeanwhile,
    "falls": GradesWouldFall,
}
"""Why a rule was not put in force, as the preview's address names it."""


def _reason(error: Refused) -> str:
    """A list of falling grades that was not on the page before is only shown: nobody has overlooked it."""
    if isinstance(error, GradesWouldFall) and not request.form.get("falls"):
        return ""
    return next((name for name, kind in _TOLD.items() if isinstance(error, kind)), "")


def _seen() -> int | None:
    """The version in force when the page was made that this came from."""
    return row_number(request.form.get("seen", ""))


def _agreed() -> list[int]:
    """Whose grades the teacher lets go down: those that were listed, once the box is ticked."""
    if "agreed" not in request.form:
        return []
    return [one for key in request.form.get("falls", "").split(",") if (one := row_number(key)) is not None]


def show_rules(
    *,
    done: str = "",
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The rules page, with what was typed when it comes back."""
    with house().db.reading() as session:
        shown = rule_editor.load(session, current_visit())
    return page(
        "teacher/rules.html",
        status,
        shown=shown,
        done=done,
        problems=problems or {},
        typed=typed,
        own_rules=OWN_RULES,
        numbers=own_numbers(shown.current),
        may_change=current_visit().role == "teacher",
    )


def _show_preview(wanted: Configuration, *, problems: Mapping[str, str] | None = None) -> Response:
    with house().db.reading() as session:
        shown = configuring.preview(session, current_visit(), wanted, house().now())
        head = rule_editor.head(session, current_visit())
        current = rule_editor.in_force(session, current_visit())
    preset = rule_editor.preset_of(shown.setting.rule)
    return page(
        "teacher/rule_preview.html",
        422 if problems else 200,
        shown=shown,
        placement=head,
        in_force=shown.setting == current,
        fields=as_typed(shown.setting, preset),
        own_fields=as_typed(shown.setting, ""),
        title=wanted.title,
        asked_the_class=wanted.from_class,
        problems=problems or {},
    )
