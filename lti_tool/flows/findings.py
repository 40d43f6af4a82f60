"""What the doctor says: one finding each, green, grey or red, with the cure in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from ..store.pages.install_health import InstallFacts

State = Literal["green", "grey", "red"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding. Green works, grey could not be told or is a hint, red needs somebody; `cure` says what to do."""

    key: str
    title: str
    state: State
    what: str
    cure: str = ""


def about(facts: InstallFacts, key: str, title: str, state: State, what: str, cure: str = "") -> Check:
    """A finding about one LMS."""
    return Check(
        key=f"{facts.registration_id}.{key}", title=f"{facts.name}: {title}", state=state, what=what, cure=cure
    )


def many(number: int, thing: str) -> str:
    """A number with its noun."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def how_long(time: timedelta) -> str:
    """How long something has lasted, in the largest unit that it fills twice."""
    minutes = int(time.total_seconds() // 60)
    days, hours = minutes // (24 * 60), minutes // 60
    return many(days, "day") if days > 1 else many(hours, "hour") if hours > 1 else many(minutes, "minute")
