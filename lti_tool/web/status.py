"""For monitors: is the process up, can it do its work, what does it count."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ..store import migrating, outbox
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
    """Counts for Prometheus; no names in them. Those of all web processes of this machine, and the grades' state.

    Workers run elsewhere, perhaps on other machines: what they achieve is read from the database.
    """
    counted = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    grades = CollectorRegistry(auto_describe=False)
    grades.register(_Grades())
    return Response(generate_latest(counted) + generate_latest(grades), content_type=CONTENT_TYPE_LATEST)


class _Grades(Collector):
    """Grades on their way to LMSs, as the database knows them now; nothing while there is no database to ask."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = house().now()
        try:
            with house().db.reading() as session:
                oldest = outbox.oldest_due(session, now)
                waiting, failed = outbox.waiting(session, now), outbox.failed(session)
        except Exception as error:
            log.warning("metrics.no_grades", error=type(error).__name__)
            return
        yield GaugeMetricFamily("cairn_grades_waiting", "Grades that are due and not yet delivered", waiting)
        yield GaugeMetricFamily("cairn_grades_failed", "Grades given up and told to the teacher", failed)
        seconds = (now - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("cairn_grades_oldest_seconds", "How long the oldest waiting grade is due", seconds)
