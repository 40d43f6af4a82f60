"""The call log, and the place where switched-on misbehaviour strikes: around every service request."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, Response, g, request

from .platform import Platform, current
from .state import stamp
from .switches import hang_up, suffer

SERVICES_BY_BLUEPRINT = {
    "tokens": "token",
    "keyset": "jwks",
    "memberships": "memberships",
    "course_groups": "groups",
    "lineitems": "lineitems",
    "scores": "scores",
    "results": "results",
    "login": "login",
    "registration": "registration",
    "deep_linking": "deep_linking",
}
FAULTY = {"token", "jwks", "memberships", "groups", "lineitems", "scores", "results"}


def watch_calls(app: Flask) -> None:
    """Log every service call of this app and let its switches strike."""
    app.before_request(_before)
    app.after_request(_after)


def _before() -> Response | None:
    g.began = time.perf_counter()
    g.service = SERVICES_BY_BLUEPRINT.get(request.blueprint or "")
    if g.service not in FAULTY:
        return None
    g.fault = current().switches.strike(g.service)
    if g.fault is None:
        return None
    if g.fault.mode == "drop":
        _log(current(), status=0)
    if g.fault.mode == "throttle":
        status, headers, body = current().manners.throttle
        return Response(body, status, dict(headers))
    return suffer(g.fault)


def _after(answer: Response) -> Response:
    if not g.get("service"):
        return answer
    fault = g.get("fault")
    if fault and fault.mode == "drop":
        return answer
    _log(current(), status=answer.status_code)
    if fault and fault.mode == "drop-after":
        hang_up()
    return answer


def _log(platform: Platform, status: int) -> None:
    fault = g.get("fault")
    platform.state.insert(
        "calls", received_at=stamp(platform.settings.clock()), service=g.service, method=request.method,
        path=request.full_path.rstrip("?"), status=status,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 3), client_id=g.get("client_id"),
        token=g.get("token"), misbehaviour=fault.mode if fault else None,
    )  # fmt: skip


def call_log(platform: Platform, *, since: int = 0, service: str | None = None) -> list[dict[str, Any]]:
    """Calls after number `since`, oldest first; `token` is a short fingerprint, the same for the same token."""
    sql = "SELECT * FROM calls WHERE id > ? AND (? IS NULL OR service = ?) ORDER BY id"
    return [dict(row) for row in platform.state.rows(sql, since, service, service)]


def call_counts(platform: Platform, *, since: int = 0) -> dict[str, int]:
    sql = "SELECT service, COUNT(*) AS calls FROM calls WHERE id > ? GROUP BY service ORDER BY service"
    return {row["service"]: row["calls"] for row in platform.state.rows(sql, since)}


def forget_calls(platform: Platform) -> None:
    platform.state.run("DELETE FROM calls")
