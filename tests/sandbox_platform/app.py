"""Puts the practice LMS together."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from . import admin_testing  # noqa: F401 (adds its routes to admin_api)
from .admin_api import admin_api
from .calls import watch_calls
from .course_groups import course_groups
from .course_pages import course_pages
from .deep_linking import deep_linking
from .discovery import discovery, keyset
from .gradebook_pages import gradebook_pages
from .identity import identity, signed_in
from .lineitems import lineitems
from .login import login
from .manners import SPECIFICATION, Manners
from .memberships import memberships
from .notices import notices
from .office_pages import office_pages
from .own_columns import own_columns
from .people import KIND_WORDS, all_people
from .platform import EXTENSION, Platform, current
from .registration import registration
from .scores import results, scores
from .settings import PlatformSettings
from .tokens import start_token_endpoint

BLUEPRINTS = (
    identity, course_pages, gradebook_pages, own_columns, office_pages, login, deep_linking, registration, keyset,
    discovery, memberships, course_groups, notices, lineitems, scores, results, admin_api,
)  # fmt: skip


def create_platform(settings: PlatformSettings, manners: Manners = SPECIFICATION) -> Flask:
    """A practice LMS as a Flask app, its state opened and its class filled in.

    Its address comes from `settings.base_url`, or from the server that takes it (server.py).
    """
    app = Flask("sandbox_platform")
    platform = Platform(settings, manners)
    app.extensions[EXTENSION] = platform
    app.config.update(
        SECRET_KEY=platform.state.remembered("session_secret", settings.admin_token + platform.guid),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="practice_lms",
        MAX_CONTENT_LENGTH=2_000_000,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    watch_calls(app)
    start_token_endpoint(app, platform)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(_for_every_page)
    app.register_error_handler(HTTPException, _problem)
    if platform.base_url:
        platform.settle_at(app, platform.base_url)
    return app


def _for_every_page() -> dict[str, object]:
    platform = current()
    return {
        "me": signed_in(),
        "everybody": lambda: [one for one in all_people(platform.state) if one.status != "Removed"],
        "kind_words": KIND_WORDS,
        "school": platform.settings.school,
        "course_title": platform.settings.course_title,
        "options": platform.switches.options,
    }


def _problem(error: HTTPException) -> BaseResponse | tuple[str | Response, int]:
    """Pages for people, JSON for programs."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    if request.path.startswith(("/services/", "/admin/api/", "/token", "/jwks", "/registration")):
        return jsonify(error=error.description), error.code
    return render_template("problem.html", error=error), error.code
