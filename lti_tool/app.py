"""create_app(settings): the only place where all parts meet."""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from .flows.border import Border
from .jobs import queue, tasks
from .paths import TEMPLATES
from .settings import Settings
from .store.database import Database
from .telemetry import REQUEST_SECONDS, log, new_trace_id
from .web import (
    admin,
    arrangements,
    assets,
    compression,
    errors,
    front,
    gates,
    install,
    limits,
    lti,
    observer,
    other_grades,
    people,
    picker,
    rendering,
    rule_pages,
    security,
    status,
    student,
    teacher,
    unreadable,
    visit,
)
from .web.house import House, move_in, utc_now

LARGEST_REQUEST = 256 * 1024
"""Bytes of one request. A launch is a few kilobytes, an answer less."""
_TEACHING = (teacher, rule_pages, people, arrangements, other_grades)
_PAGES = (front, status, lti, install, visit, *_TEACHING, picker, admin, observer)


def create_app(settings: Settings) -> Flask:
    """The application for a WSGI server, with its static files in front. The database must have its shape."""
    app = Flask("lti_tool", template_folder=str(TEMPLATES), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_REQUEST
    prepared = _furnish(app, settings)
    rendering.prepare_templates(app)
    errors.translate(app)
    app.before_request(_begin)
    unreadable.refuse_unreadable(app)
    gates.guard(app)
    limits.limit(app, settings)
    app.after_request(_end)
    compression.compress(app)
    security.protect(app)
    for room in _PAGES:
        app.register_blueprint(room.pages)
    app.register_blueprint(student.pages, name="student", url_prefix="/l/<launch_id>")
    app.register_blueprint(student.pages, name=gates.PREVIEW, url_prefix="/l/<launch_id>/student")
    app.wsgi_app = assets.serve(app.wsgi_app, prepared)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _furnish(app: Flask, settings: Settings) -> assets.Assets:
    """Database, border, queue and static files of this process."""
    db = Database(settings.database)
    db.after_commit.append(queue.poker(settings))
    border = Border(db, settings)
    prepared = assets.prepare(settings.data_dir)
    work = _Queue(settings, border)
    move_in(
        app,
        House(
            settings=settings,
            db=db,
            border=border,
            assets=prepared,
            queue_roster=lambda course_id: work.hand_over("sync_roster", course_id),
            queue_openers=lambda placement_id: work.hand_over("read_openers_of", placement_id),
            queue_recalculation=lambda number: work.hand_over("recalculate", number),
            queue_preview=lambda number: work.hand_over("preview_rule", number),
            queue_return=lambda placement_id: work.hand_over("take_back", placement_id),
        ),
    )
    return prepared


class _Queue:
    """Hands work to the workers. The queue is opened on first use: most processes never need it."""

    def __init__(self, settings: Settings, border: Border) -> None:
        self._settings, self._border = settings, border
        self._tasks: tasks.Tasks | None = None

    def hand_over(self, task: str, number: int) -> None:
        """Never raises: what is lost here is found again by the timetable, or asked for by hand."""
        try:
            if self._tasks is None:
                opened = queue.make_queue(self._settings)
                self._tasks = tasks.define_tasks(opened, self._border, lambda: None, utc_now)
            getattr(self._tasks, task)(number)
        except Exception as error:
            log.warning("not_queued", task=task, error=type(error).__name__)


def _begin() -> None:
    g.trace, g.began = new_trace_id(), time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.trace)


def _end(response: Response) -> Response:
    if "began" in g:
        endpoint = request.endpoint or "none"
        REQUEST_SECONDS.labels(endpoint=endpoint).observe(time.perf_counter() - g.began)
        response.headers["X-Request-Id"] = g.trace
    return response
