"""What every request may lean on: settings, database, clock and assets of this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app

from ..flows.border import Border
from ..settings import Settings
from ..store.database import Database
from .assets import Assets

_KEY = "cairn"
_ROSTER_FRESH = timedelta(minutes=15)


def utc_now() -> datetime:
    """The wall clock, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Parts that live as long as the process. `clock` is replaceable so that tests can stop time.

    Each `queue_…` hands the work of its name on a course, placement or row to the workers; the application wires them,
    because this floor knows no queue.
    """

    settings: Settings
    db: Database
    border: Border
    assets: Assets
    clock: Callable[[], datetime] = utc_now
    queue_roster: Callable[[int], None] = lambda _course_id: None
    queue_openers: Callable[[int], None] = lambda _placement_id: None
    queue_recalculation: Callable[[int], None] = lambda _number: None
    queue_preview: Callable[[int], None] = lambda _number: None
    queue_return: Callable[[int], None] = lambda _placement_id: None
    _asked: dict[int, datetime] = field(default_factory=dict)

    def now(self) -> datetime:
        """The moment of this request."""
        return self.clock()

    def ask_for_roster(self, course_id: int | None, read_at: datetime | None) -> None:
        """A teacher is here: let the workers read the roster again when it is older than a quarter of an hour."""
        now = self.now()
        last = max(filter(None, (read_at, self._asked.get(course_id or 0))), default=None)
        if course_id is not None and (last is None or now - last > _ROSTER_FRESH):
            self._asked[course_id] = now
            self.queue_roster(course_id)


def move_in(app: Flask, parts: House) -> None:
    """Give the application its house."""
    app.extensions[_KEY] = parts


def house() -> House:
    """The house of the running application."""
    parts: House = current_app.extensions[_KEY]
    return parts
