"""What changed in the class list since a tool read it last (Names and Role Provisioning Services 2.0, “differences”).

Each state of the class list that a tool was shown is remembered under its fingerprint; the address of the differences
carries that fingerprint as `since`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from .people import Person, all_people
from .platform import Platform, current

Facts = dict[str, list[str]]


def moment(listed: Sequence[Person]) -> str:
    """The name of the class list as it is now."""
    said = json.dumps(_facts(listed), sort_keys=True)
    name = hashlib.sha256(said.encode()).hexdigest()[:20]
    current().state.remembered(f"roster {name}", said)
    return name


def changed_since(platform: Platform, name: str, listed: Sequence[Person]) -> list[tuple[Person, bool]] | None:
    """Who is new or different, and who is gone (True); None when that moment is not known (any more)."""
    said = platform.state.row("SELECT value FROM meta WHERE name = ?", f"roster {name}")
    if said is None:
        return None
    before: Facts = json.loads(said["value"])
    now = _facts(listed)
    different = [(one, False) for one in listed if before.get(one.key) != now[one.key]]
    return different + [(one, True) for one in _gone(platform, set(before) - set(now))]


def _gone(platform: Platform, keys: set[str]) -> list[Person]:
    return [one for one in all_people(platform.state) if one.key in keys]


def _facts(listed: Sequence[Person]) -> Facts:
    return {one.key: [one.status, one.given_name, one.family_name, one.email, one.kind] for one in listed}
