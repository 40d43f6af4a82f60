"""What counts as mastered: the rule editor, what a rule would do before it is saved, saving, and going back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from ..flows import configuring
from ..flows.configuring import Configuration
from ..flows.errors import ChangedMeanwhile, GradesWouldFall, Refused
from ..store.pages import rule_editor
from .gates import STAFF, allows
from .house import house
from .rendering import page, see_other, to
from .rule_forms import read_configurations
from .rule_sentences import OWN_RULES, as_typed, own_numbers
from .schemas import DoneQuery, VersionQuery, query
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
    return show_rules(typed=request.form)


@pages.post("/preview")
@allows("teacher")
def preview(launch_id: str) -> Response:
    """What the chosen rule would do to this class; nothing is saved."""
    try:
        return _show_preview(read_configurations(request.form)[0])
    except Refused as error:
        return show_rules(problems=error.problems, typed=request.form, status=422)


@pages.get("/preview")
@allows("teacher")
@query(VersionQuery)
def preview_earlier(sent: Mapping[str, Any], launch_id: str) -> Response:
    """What going back to an earlier version would do."""
    with house().db.reading() as session:
        wanted = configuring.earlier(session, current_visit(), sent["version"])
    return _show_preview(wanted)


@pages.post("")
@allows("teacher")
def save(launch_id: str) -> Response:
    """Put a rule in force. Workers judge everybody again by it."""
    wanted: Configuration | None = None
    try:
        wanted = read_configurations(request.form)[0]
        with house().db.writing() as session:
            saved = configuring.configure(
                session, current_visit(), wanted, house().now(), agreed=_agreed(), seen=_seen()
            )
    except ChangedMeanwhile as error:
        assert wanted is not None
        return _show_preview(wanted, problems=error.problems, status=422)
    except GradesWouldFall as error:
        assert wanted is not None
        return _show_preview(wanted, problems=error.problems if _has_seen() else {}, status=422)
    except Refused as error:
        return show_rules(problems=error.problems, typed=request.form, status=422)
    house().queue_recalculation(saved.recalculation_id)
    return see_other(to("rules.show", done="saved"))


def _has_seen() -> bool:
    """Whether the list of falling grades was on the page this came from."""
    return bool(request.form.get("falls"))


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


def _show_preview(
    wanted: Configuration, *, problems: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    with house().db.reading() as session:
        shown = configuring.preview(session, current_visit(), wanted, house().now())
        head = rule_editor.head(session, current_visit())
    preset = rule_editor.preset_of(shown.setting.rule)
    return page(
        "teacher/rule_preview.html",
        status,
        shown=shown,
        placement=head,
        fields=as_typed(shown.setting, preset),
        own_fields=as_typed(shown.setting, ""),
        title=wanted.title,
        asked_the_class=wanted.from_class,
        problems=problems or {},
    )
