"""The picker: a teacher adds Cairn to a course from inside the LMS (deep linking)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from flask import Blueprint, Response, request

from ..flows import linking
from ..flows.errors import Refused
from ..lti.deep_linking import DeepLinkReply
from ..store.pages import picker
from .gates import allows
from .house import house
from .i18n import _, number
from .rendering import page
from .rule_forms import read_configurations
from .security import allow_form_to
from .session import current_visit

pages = Blueprint("picker", __name__, url_prefix="/l/<launch_id>/picker")

_choosers = allows("teacher", "assistant", "admin", anywhere=True)


@pages.get("")
@_choosers
def choose(launch_id: str) -> Response:
    """What can be added."""
    return _show()


@pages.post("")
@_choosers
def picked(launch_id: str) -> Response:
    """Make the placements and hand the signed choice to the LMS."""
    try:
        choices = read_configurations(request.form)
        answer = linking.link(house().border, current_visit(), choices, house().now(), _wishes())
    except Refused as error:
        return _show(error.problems, request.form, 422)
    return _reply(answer, len(choices))


@pages.post("/cancel")
@_choosers
def cancel(launch_id: str) -> Response:
    """Back to the LMS with nothing chosen."""
    return _reply(linking.cancel(house().border, current_visit(), "", house().now()), 0)


def _wishes() -> linking.LinkWishes:
    """Window and dates, as the teacher's clock shows them (our script tells its distance from UTC)."""
    zone = request.form.get("zone", 0, type=int)
    away = timezone(timedelta(minutes=max(-840, min(zone, 840))))
    starts, ends = (_moment(name, away) for name in ("available_from", "due_at"))
    if starts and ends and ends <= starts:
        raise Refused(
            _("Some choices cannot be used."), problems={"due_at": _("It cannot be due before it opens.")}
        )
    return linking.LinkWishes(new_window="new_window" in request.form, available_from=starts, due_at=ends)


def _moment(name: str, away: timezone) -> datetime | None:
    typed = request.form.get(name, "").strip()
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=away).astimezone(UTC) if typed else None
    except (ValueError, OverflowError):
        problem = {name: _("Choose a day and a time.")}
        raise Refused(_("Some choices cannot be used."), problems=problem) from None


def _show(
    problems: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    if not linking.is_welcome(current_visit()):
        return page("picker/nothing.html", status)
    with house().db.reading() as session:
        shown = picker.load(session, current_visit())
        points = _of_points(linking.possible_points(session, current_visit()))
        kept = linking.kept_wishes(session, current_visit())
    told = {"shown": shown, "problems": problems or {}, "typed": typed, "of_points": points, "kept": kept}
    return page("picker/choose.html", status, **told)


def _of_points(possible: linking.PossiblePoints) -> str:
    """Which points the gradebook can have, where not all; empty elsewhere."""
    words = {
        (True, True): _("Your LMS takes whole points here, from 1 to %(most)s."),
        (True, False): _("Your LMS takes whole points here."),
        (False, True): _("Your LMS takes up to %(most)s points here."),
    }
    said = words.get((possible.whole, possible.largest is not None), "")
    nearest = _("Cairn makes others the nearest that fit, and percentages stay right.")
    return f"{said % {'most': number(possible.largest or 0)}} {nearest}" if said else ""


def _reply(answer: DeepLinkReply, chosen: int) -> Response:
    allow_form_to(answer.return_url)
    words = _("Back to your course …") if not chosen else _("Adding to your course …")
    return page("picker/reply.html", answer=answer, words=words)
