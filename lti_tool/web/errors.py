"""Each failure -> a page that says what is wrong, who can mend it, and what to tell them. The only such place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from ..flows.errors import FlowError, NotAllowed, NotFound, Refused, VisitEnded
from ..lti.errors import LaunchRefused, PlatformError, RegistrationFailed
from ..telemetry import LAUNCHES, log
from .csrf import own_origin
from .i18n import _
from .rendering import page
from .session import NoCookie, known_visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What an error page says. `who` is a key of `words.SENDERS`; `problems` are single points to look at."""

    status: int
    title: str
    what: str
    who: str = "you"
    tell: str = ""
    code: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


_TITLES: dict[type[FlowError], tuple[int, str]] = {
    VisitEnded: (401, "Your visit has ended"),
    NotAllowed: (403, "This is not open to you"),
    NotFound: (404, "This page is not here"),
    Refused: (409, "That did not work"),
    FlowError: (409, "That did not work"),
}

_WRITTEN = ("text", "goal", "reflection", "note", "word_note", "plan_note", "reason", "title")
"""Fields of our forms into which people write words of their own."""

_HTTP = {
    400: (
        "We could not read that",
        "Your browser sent something incomplete.",
        "Load the page again and try once more.",
    ),
    404: ("This page is not here", "The address does not lead anywhere.", "Open the activity from your course."),
    405: ("This page cannot be opened like that", "It belongs to a form.", "Open the activity from your course."),
    413: ("That is too large", "What you sent is larger than we take.", "Send less at once."),
    429: (
        "A moment, please",
        "Very many clicks came from you, or from your school, at once.",
        "Wait a minute, then load the page again.",
    ),
}


def translate(app: Flask) -> None:
    """Register every translation."""
    app.register_error_handler(LaunchRefused, _launch_refused)
    app.register_error_handler(RegistrationFailed, _registration_failed)
    app.register_error_handler(PlatformError, _platform_failed)
    app.register_error_handler(FlowError, _flow_failed)
    app.register_error_handler(HTTPException, _http_failed)
    app.register_error_handler(Exception, _broken)


def show(problem: Problem, *, return_url: str = "", **context: Any) -> Response:
    """The page of a problem, with the id under which the log has it, and a way back where one is known."""
    log.info("problem.shown", status=problem.status, code=problem.code or problem.title)
    return page(
        "errors/problem.html",
        problem.status,
        problem=problem,
        trace=g.get("trace", ""),
        back=return_address(problem, return_url),
        typed=_typed(problem.status),
        **context,
    )


def return_address(problem: Problem, return_url: str = "") -> str:
    """The way back into the course, as the launch named it; whoever takes it brings a word on what went wrong along.

    (LTI Core 1.3 §5.4.4: `lti_errormsg` is for people, `lti_errorlog` for the LMS's log.)
    """
    visit = known_visit()
    url = return_url or (str(visit.details.get("return_url") or "") if visit else "")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return ""
    told = {"lti_errormsg": problem.title, "lti_errorlog": g.get("trace", "")}
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *told.items()])
    return urlunsplit(parts._replace(query=query))


def _launch_refused(error: LaunchRefused) -> Response:
    LAUNCHES.labels(outcome=error.code).inc()
    log.warning("launch.refused", code=error.code, what=error.what)
    return show(
        Problem(
            status=error.status,
            title=error.title,
            what=error.what,
            who=error.who,
            tell=error.tell,
            code=error.code,
        ),
        return_url=error.return_url,
    )


def _registration_failed(error: RegistrationFailed) -> Response:
    log.warning("registration.failed", what=error.what, problems=list(error.problems))
    points = {str(place): text for place, text in enumerate(error.problems, start=1)}
    return show(
        Problem(
            status=400,
            title=_("Cairn could not be installed"),
            what=error.what,
            who=error.who,
            tell=error.tell,
            problems=points,
        )
    )


def _platform_failed(error: PlatformError) -> Response:
    return show(
        Problem(
            status=502,
            title=_("The LMS did not answer as it should"),
            what=error.message,
            who="lms admin" if error.permanent else "you",
            tell="" if error.permanent else _("Try again in a minute."),
        )
    )


def _flow_failed(error: FlowError) -> Response:
    status, title = next(_TITLES[kind] for kind in type(error).__mro__ if kind in _TITLES)
    problems = error.problems if isinstance(error, Refused) else {}
    return show(
        Problem(
            status=422 if problems else status,
            title=_(title),
            what=error.what,
            who=error.who,
            tell=error.tell,
            problems=problems,
        ),
        # A page that keeps its visit by itself comes back here after a reload: its script carries on from there.
        carry_on=isinstance(error, NoCookie) and request.method == "GET",
    )


def _typed(status: int) -> tuple[str, ...]:
    """What a person wrote into a form that came to nothing, to be copied; nothing of a foreign form is shown. What is
    too large was not even read."""
    of_visit = "launch_id" in (request.view_args or {})
    if (
        request.method != "POST"
        or not of_visit
        or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        or not own_origin()
    ):
        return ()
    return tuple(text for name in _WRITTEN for text in request.form.getlist(name) if text.strip())


def _http_failed(error: HTTPException) -> Response:
    code = error.code or 500
    if error.response is not None or 300 <= code < 400:
        return Response.force_type(error.get_response())  # type: ignore[return-value]
    title, what, tell = _HTTP.get(
        code, ("That did not work", "We could not answer this.", "Try again in a minute.")
    )
    response = show(Problem(status=code, title=_(title), what=_(what), tell=_(tell)))
    if isinstance(getattr(error, "valid_methods", None), list):
        response.allow.update(error.valid_methods)  # type: ignore[attr-defined]
    if getattr(error, "retry_after", None):
        response.retry_after = error.retry_after  # type: ignore[attr-defined]
    return response


def _broken(error: Exception) -> Response:
    log.exception("request.broken", error=type(error).__name__)
    structlog.contextvars.bind_contextvars(broken=True)
    return show(
        Problem(
            status=500,
            title=_("Something broke on our side"),
            what=_("What you sent before is safe. This one page could not be made. Try again in a minute."),
            who="tool operator",
            tell=_("The id below, if it happens again. The log has the cause under it."),
        )
    )
