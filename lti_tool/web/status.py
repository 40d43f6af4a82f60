"""For monitors: is the process up, can it do its work, what does it count."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ..store import migrating
from ..telemetry import log
from .gates import public
from .house import house

pages = Blueprint("status", __name__)


@pages.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The database answers and has the shape this version expects."""
    try:
        house().db.ping()
        steps = migrating.pending(house().db.engine)
    except Exception as error:
        log.warning("readyz.failed", error=type(error).__name__)
        return jsonify(status="no", database="unreachable"), 503
    if steps:
        return jsonify(status="no", database="ok", migrations="behind: run lti-tool migrate"), 503
    return jsonify(status="ok", database="ok", migrations="current"), 200


@pages.get("/metrics")
@public
def metrics() -> Response:
    """Counts for Prometheus; no names in them."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
