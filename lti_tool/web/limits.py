"""How often one person may ask. A school is one address, so people are counted, not addresses.

Counted in this process, or in Redis when the installation has one. In the process we count by ourselves, because the
storage of `limits` starts a thread every few requests to forget old counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from flask import Flask, request
from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from ..settings import Settings
from ..telemetry import log
from .session import known_visit

PER_PERSON = "1200 per minute"
"""Far above what anybody does by hand and what a practice student does; a page that reloads by itself is stopped."""
_MOST_COUNTS = 20_000

Count = Callable[[RateLimitItem, str], bool]
"""Count one request of somebody; False when it is one too many."""


def limit(app: Flask, settings: Settings) -> None:
    """Count requests of visits. Launches of a whole school come from one address, and monitors ask often, so those
    without a visit are free; registering is rare."""
    items = parse_many(PER_PERSON)
    redis = settings.jobs_url.startswith(("redis://", "rediss://"))
    count = _in_redis(settings.jobs_url) if redis else in_process()

    def check() -> None:
        visit = known_visit()
        if visit is None and request.endpoint != "lti.register":
            return
        who = f"{visit.registration_id}:{visit.person_id}" if visit else request.remote_addr or "nobody"
        for item in items:
            if not count(item, who):
                raise TooManyRequests(retry_after=item.get_expiry())  # the window is over by then

    app.before_request(check)


def _in_redis(address: str) -> Count:
    limiter = FixedWindowRateLimiter(storage_from_string(address, wrap_exceptions=True))

    def count(item: RateLimitItem, who: str) -> bool:
        try:
            return limiter.hit(item, who)
        except StorageError as error:  # better too many requests than none
            log.warning("requests.not_counted", error=type(error).__name__)
            return True

    return count


def in_process(clock: Callable[[], float] = time.time) -> Count:
    """Fixed windows in memory; those that are over are forgotten when there are many."""
    counts: dict[tuple[str, int], tuple[int, int]] = {}
    lock = Lock()

    def count(item: RateLimitItem, who: str) -> bool:
        seconds, now = item.get_expiry(), clock()
        window, key = int(now // seconds), (who, seconds)
        with lock:
            begun, before = counts.get(key, (window, 0))
            number = before + 1 if begun == window else 1
            if len(counts) >= _MOST_COUNTS and key not in counts:
                _forget(counts, now)
            counts[key] = window, number
        return number <= item.amount

    return count


def _forget(counts: dict[tuple[str, int], tuple[int, int]], now: float) -> None:
    for who, seconds in [key for key, (window, _number) in counts.items() if window != int(now // key[1])]:
        del counts[who, seconds]
