"""What whoever starts the practice LMS may choose."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

MEMORY = ":memory:"
LARGEST_CLASS = 1000


def utc_now() -> datetime:
    """The clock the platform uses unless a test brings its own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSettings:
    """One practice LMS: its class, its course, where it keeps its data and how long things live.

    `data` is a folder (made if missing) or ":memory:". `base_url` may stay empty: the server fills it in
    when it knows its port. Durations are in seconds.
    """

    data: str = MEMORY
    base_url: str = ""
    admin_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    class_size: int = 24
    course_title: str = "Mathematics 5"
    course_label: str = "MATH-5"
    school: str = "Riverside Practice School"
    locale: str = "en"
    id_token_seconds: int = 300
    access_token_seconds: int = 3600
    registration_token_seconds: int = 3600
    launch_seconds: int = 1800
    assertion_longest_seconds: int = 3600
    leeway_seconds: int = 30
    http_timeout_seconds: float = 10.0
    seed: int = 20
    clock: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        if not 1 <= self.class_size <= LARGEST_CLASS:
            raise ValueError(f"class_size must lie between 1 and {LARGEST_CLASS}, not {self.class_size}")

    @property
    def database(self) -> str:
        """The SQLite file (its folder is made), or ":memory:"."""
        if self.data == MEMORY:
            return MEMORY
        folder = Path(self.data)
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder / "practice-lms.sqlite")
