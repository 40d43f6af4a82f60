"""Logs and counts. One id per request and per job runs through every line; names and e-mails never do."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import Counter, Histogram

log = structlog.get_logger("cairn")
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"

LAUNCHES = Counter("cairn_launches_total", "Launches by outcome", ["outcome"])
ANSWERS = Counter("cairn_answers_total", "Answers marked")
REQUEST_SECONDS = Histogram("cairn_request_seconds", "Time to answer a request", ["endpoint"])


def configure_logging(level: str = "INFO", form: str = "text") -> None:
    """Set up structlog on standard error: `text` for people, `json` for machines."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s", force=True)
    logging.getLogger("urllib3").setLevel("WARNING")
    last = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Asked for anew each time: whoever redirects standard error later is followed.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def new_trace_id() -> str:
    """A short id that a person can read out on the phone (8 characters, no vowels, no look-alikes)."""
    return "".join([_LETTERS[number % len(_LETTERS)] for number in secrets.token_bytes(8)])


@contextmanager
def trace(kind: str, trace_id: str = "") -> Iterator[str]:
    """Bind one id to everything logged inside. Yields the id."""
    chosen = trace_id or new_trace_id()
    with structlog.contextvars.bound_contextvars(**{kind: chosen}):
        yield chosen
