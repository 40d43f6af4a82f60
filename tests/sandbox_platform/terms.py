"""A new term: the course is copied as LMSs do it, and the old one is put away. Or it comes back out of the bin."""

from __future__ import annotations

import json
from dataclasses import dataclass

from . import activities, gradebook
from .notices import announce_copy
from .platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyHabits:
    """What this LMS carries along: histories of course and links, custom parameters, addresses, a notice.

    With `grades`, people's grades come along, too: the course was deleted and is restored as it was.
    """

    history: bool = True
    link_history: bool = True
    custom: bool = True
    url: bool = True
    notice: bool = True
    grades: bool = False


def copy_course(platform: Platform, habits: CopyHabits) -> dict[str, object]:
    """Copy the course, by its habits without people's grades. Returns the new ids by the old ones.

    Activities and columns get new ids; the old ones are gone, as in an archived course.
    """
    state, origin, before = platform.state, platform.context_id, platform.context_history
    made: dict[str, str] = {}
    with state.transaction():
        state.remember("term", str(platform.term + 1))
        state.remember("context_history", ",".join(filter(None, (origin, before))) if habits.history else "")
        for old in activities.all_activities(state):
            copy = (gradebook.bring_back if habits.grades else gradebook.copy_with_columns)(state, old)
            state.run("UPDATE activities SET title = ? WHERE id = ?", old.title, copy.id)
            if not habits.link_history:
                state.run("UPDATE activities SET history = '' WHERE id = ?", copy.id)
            if not habits.custom:
                state.run("UPDATE activities SET custom = ? WHERE id = ?", json.dumps({}), copy.id)
            if not habits.url:
                state.run("UPDATE activities SET url = '' WHERE id = ?", copy.id)
            made[old.id] = copy.id
            activities.remove_activity(state, old.id)
    told = announce_copy(platform, origin) if habits.notice and platform.manners.sends_notices else []
    return {"context_id": platform.context_id, "activities": made, "told": told}
