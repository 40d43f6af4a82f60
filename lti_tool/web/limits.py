"""How often one person may ask. A school is one address, so people are counted, not addresses."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from ..settings import Settings
from .session import known_visit

PER_PERSON = "40 per second; 600 per minute"


def _who() -> str:
    visit = known_visit()
    return f"{visit.registration_id}:{visit.person_id}" if visit else get_remote_address()


def limit(app: Flask, settings: Settings) -> None:
    """Count requests of visits: in this process, or in Redis when the installation has one."""
    redis = settings.jobs_url.startswith(("redis://", "rediss://"))
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings.jobs_url if redis else "memory://")
    app.config.setdefault("RATELIMIT_SWALLOW_ERRORS", True)
    limiter = Limiter(_who, app=app, default_limits=[PER_PERSON], strategy="fixed-window", headers_enabled=False)
    limiter.request_filter(_is_free)


def _is_free() -> bool:
    """Launches of a whole school come from one address, and monitors ask often; registering is rare."""
    return known_visit() is None and request.endpoint != "lti.register"
