"""A clock that moves only when a test says so."""

from __future__ import annotations

from datetime import datetime, timedelta


class Clock:
    """The time a test lives in. Call it for now; `pass_by` moves it on."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **duration: float) -> datetime:
        """Move on, as in `clock.pass_by(hours=3)`, and return the new now."""
        self.now += timedelta(**duration)
        return self.now
