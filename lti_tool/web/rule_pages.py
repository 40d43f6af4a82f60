"""What counts as mastered: the rule editor, what a rule would do before it is saved, saving, and going back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from ..flows import configuring, previewing
from ..flows.configuring import Configuration, Foreseen
from ..flows.errors import ChangedMeanwhile, GradesWouldFall, NotFound, NotSeenYet, Refused
from ..flows.previewing import Prepared
from ..store.pages import rule_editor
from ..store.pages.rule_preview import RulePreview
from ..store.pages.views import PlacementView
from ..store.rules import Setting
from .gates import STAFF, allows
from .house import house
from .rendering import page, see_other, to
from .rule_forms import chosen, read_configurations
from .rule_sentences import OWN_RULES, as_typed, own_numbers
from .schemas import DoneQuery, PreparedQuery, PreviewQuery, query
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


@pages.get("/preview/<int:number>")
@allows("teacher")
@query(PreparedQuery)
def prepared(sent: Mapping[str, Any], launch_id: str, number: int) -> Response:
    """The preview of a large class: how far a worker is with it, and then what it says."""
    with house().db.reading() as session:
        found = previewing.look(session, current_visit(), number, house().now(), sent["page_number"])
        head = rule_editor.head(session, current_visit())
        current = rule_editor.in_force(session, current_visit())
    if found.shown is None:
        return page("teacher/rule_waiting.html", found=found, placement=head)
    problems = _problems_told(sent["told"])
    return _preview_page(found.shown, found.wanted, head, current, problems=problems, prepared=found)


@pages.post("/preview/<int:number>/anew")
@allows("teacher")
def anew(launch_id: str, number: int) -> Response:
    """The same rule, tried on what students have shown by now."""
    return _prepared_anew(number)


@pages.post("")
@allows("teacher")
def save(launch_id: str) -> Response:
    """Put a rule in force. Workers judge everybody again by it."""
    number = row_number(request.form.get("prepared", ""))
    try:
        foreseen, agreed = _foreseen() if number is None else _foreseen_before(number)
        with house().db.writing() as session:
            saved = configuring.configure(
                session, current_visit(), foreseen, house().now(), agreed=agreed, seen=_seen()
            )
    except Refused as error:
        if number is not None:
            return _looked_at_again(number, error)
        return _at_its_address("rules.preview", request.form, told=_reason(error))
    house().queue_recalculation(saved.recalculation_id)
    return see_other(to("rules.show", done="saved"))


def _foreseen() -> tuple[Foreseen, Collection[int]]:
    """What saving the rule of the form does, and whose grades the teacher lets go down: those that were listed, once
    the box is ticked. Raises `Refused`."""
    wanted = read_configurations(request.form)[0]
    with house().db.reading() as session:
        if configuring.may_lower_grades(session, current_visit()) and previewing.is_large(
            session, current_visit(), wanted, house().now()
        ):
            raise NotSeenYet()
        foreseen = configuring.foresee(session, current_visit(), wanted, house().now())
    return foreseen, _agreed()


def _foreseen_before(number: int) -> tuple[Foreseen, Collection[int]]:
    """The same for a rule whose preview was worked out beforehand: the teacher lets all go down that it counted."""
    try:
        with house().db.reading() as session:
            foreseen, falls = previewing.foreseen(session, current_visit(), number, house().now())
    except NotFound as error:
        raise NotSeenYet() from error
    return foreseen, falls if "agreed" in request.form else ()


def _looked_at_again(number: int, error: Refused) -> Response:
    """Back to the preview it came from; to a new one when that does not hold any more."""
    if isinstance(error, GradesWouldFall) and "agreed" not in request.form:
        return see_other(to("rules.prepared", number=number, told="falls"))
    try:
        return _prepared_anew(number, told=_reason(error))
    except NotFound:  # kept for some days only; the form says it all as well
        return _at_its_address("rules.preview", request.form, told=_reason(error))


def _prepared_anew(number: int, *, told: str = "") -> Response:
    with house().db.writing() as session:
        fresh, new = previewing.again(session, current_visit(), number, house().now())
    return _on_to(fresh, new, told)


def _on_to(number: int, new: bool, told: str) -> Response:
    """To the page of a preview that a worker makes; a queue that lost it finds it again within a minute."""
    if new:
        house().queue_preview(number)
    return see_other(to("rules.prepared", number=number, **({"told": told} if told else {})))


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
    try:
        return _show_preview(read_configurations(sent)[0], told=told)
    except Refused as error:
        return show_rules(problems=error.problems, typed=sent, status=422)


_TOLD: Mapping[str, type[ChangedMeanwhile | GradesWouldFall | NotSeenYet]] = {
    "changed": ChangedMeanwhile,
    "falls": GradesWouldFall,
    "anew": NotSeenYet,
}
"""Why a rule was not put in force, as the preview's address names it."""


def _problems_told(reason: str) -> Mapping[str, str]:
    """What the page of an address with this reason says."""
    return _TOLD[reason]().problems if reason in _TOLD else {}


def _reason(error: Refused) -> str:
    """A list of falling grades that was not on the page before is only shown: nobody has overlooked it."""
    was_shown = request.form.get("falls") or request.form.get("prepared")
    if isinstance(error, GradesWouldFall | NotSeenYet) and not was_shown:
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
        shown = rule_editor.load(session, current_visit(), house().now())
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


def _show_preview(wanted: Configuration, *, told: str = "") -> Response:
    """What a rule would do to the class: at once, or at an address of its own where it takes longer."""
    with house().db.reading() as session:
        large = previewing.is_large(session, current_visit(), wanted, house().now())
        if not large:
            shown = configuring.preview(session, current_visit(), wanted, house().now())
            head = rule_editor.head(session, current_visit())
            current = rule_editor.in_force(session, current_visit())
    if large:
        with house().db.writing() as session:
            number, new = previewing.ask(session, current_visit(), wanted, house().now())
        return _on_to(number, new, told)
    return _preview_page(shown, wanted, head, current, problems=_problems_told(told))


def _preview_page(
    shown: RulePreview,
    wanted: Configuration,
    head: PlacementView,
    current: Setting | None,
    *,
    problems: Mapping[str, str],
    prepared: Prepared | None = None,
) -> Response:
    preset = rule_editor.preset_of(shown.setting.rule)
    return page(
        "teacher/rule_preview.html",
        422 if problems and prepared is None else 200,  # a page of its own, that a script waits for, is no answer
        shown=shown,
        placement=head,
        in_force=shown.setting == current,
        fields=as_typed(shown.setting, preset),
        own_fields=as_typed(shown.setting, ""),
        title=wanted.title,
        asked_the_class=prepared.asked_the_class if prepared else wanted.from_class,
        problems=problems,
        prepared=prepared,
    )
