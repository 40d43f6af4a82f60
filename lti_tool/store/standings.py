"""Where everybody in a placement stands: all verdicts in one statement, a row a learner.

A verdict carries its reasons as JSON, a kilobyte each; a class of two thousand with two hundred skills has four hundred
megabytes of them. The database looks through the verdicts by itself and hands out the names of skills, joined: reading
rows or reasons would take twenty times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, case, cast, func, select

from ..learning.ids import SkillId
from ..learning.phrases import Phrase
from ..learning.standing import Standing
from ..learning.verdicts import Level
from .database import Session
from .mastery import phrase
from .tables import VerdictRow
from .tables.base import UtcDateTime

_BETWEEN = "\n"
"""Between one skill and the next. Keys have neither spaces nor line breaks, and JSON writes a line break as two
characters."""
_V = VerdictRow.__table__.c
_LEVELS = tuple(level for level in Level if level is not Level.NONE)


def _joined(condition: ColumnElement[bool], beside: ColumnElement[Any] | None = None) -> ColumnElement[str]:
    """The skills of one learner that meet the condition, each with what is to stand beside it."""
    told = _V.skill_key if beside is None else _V.skill_key + " " + cast(beside, Text)
    return func.aggregate_strings(case((condition, told)), _BETWEEN)


_now = bindparam("now", type_=UtcDateTime())
_TOLD: Mapping[str, ColumnElement[str]] = {
    **{level.value: _joined(_V.level == level.value) for level in _LEVELS},
    "progress": _joined(_V.level.not_in([Level.NONE.value, Level.MASTERED.value]), _V.progress),
    "stuck": _joined(_V.stuck, _V.body),
    "due": _joined(and_(_V.level == Level.MASTERED.value, _V.review_due_at <= _now)),
    "earlier": _joined(_V.rule_version != bindparam("version")),
    # The rule is met, so three quarters of the way lie behind (`learning.mastery.progress`): only these are opened.
    "awaits_check": _joined(and_(_V.level == Level.NEARLY.value, _V.body["awaits_check"].as_boolean())),
}
_here = _V.placement_id == bindparam("placement")


def _asked(names: Iterable[str]) -> Select[Any]:
    told = (_TOLD[name].label(name) for name in names)
    return select(_V.person_id, *told).where(_here).group_by(_V.person_id)


_TO_SHOW = _asked([*_LEVELS, "stuck", "due", "earlier"])
_TO_RANK = _asked([*_LEVELS, "stuck", "due", "earlier", "progress"])
_TO_GROUP = _asked([Level.MASTERED, "progress", "stuck", "due", "awaits_check"])


def to_show(
    session: Session, placement_id: int, rule_version: int, now: datetime, *, progress: bool = False
) -> dict[int, Standing]:
    """Everybody on whom there is a verdict, by person id: levels, `stuck`, `due`, and what another rule than
    `rule_version` judged; `progress` where it is asked for."""
    told = {"placement": placement_id, "version": rule_version, "now": now}
    return {row.person_id: _standing(row) for row in session.execute(_TO_RANK if progress else _TO_SHOW, told)}


def to_group(session: Session, placement_id: int, now: datetime, since: datetime) -> dict[int, Standing]:
    """The same for who could work together: what is mastered (and when, if `since` then), begun, `stuck`, `due`, and
    what waits for a mixed check. Two statements."""
    lately = _mastered_since(session, placement_id, since)
    rows = session.execute(_TO_GROUP, {"placement": placement_id, "now": now})
    return {row.person_id: _standing(row, lately.get(row.person_id)) for row in rows}


def _mastered_since(session: Session, placement_id: int, since: datetime) -> dict[int, dict[SkillId, datetime]]:
    wanted = select(_V.person_id, _V.skill_key, _V.mastered_at).where(
        _here, _V.level == Level.MASTERED.value, _V.mastered_at >= since
    )
    found: dict[int, dict[SkillId, datetime]] = {}
    for person_id, skill, at in session.execute(wanted, {"placement": placement_id}):
        found.setdefault(person_id, {})[SkillId(skill)] = at
    return found


def _standing(row: Any, mastered_at: Mapping[SkillId, datetime] | None = None) -> Standing:
    told = row._mapping
    return Standing(
        levels={level: _skills(text) for level in _LEVELS if (text := told.get(level.value))},
        stuck=_Reasons(_beside(told["stuck"])) if told["stuck"] else {},
        due=_skills(told["due"]),
        earlier=_skills(told.get("earlier")),
        progress={skill: float(text) for skill, text in _beside(told.get("progress")).items()},
        awaits_check=_skills(told.get("awaits_check")),
        mastered_at=mastered_at or {},
    )


def _skills(text: str | None) -> frozenset[SkillId]:
    return frozenset(map(SkillId, text.split(_BETWEEN))) if text else frozenset()


def _beside(text: str | None) -> dict[SkillId, str]:
    pairs = (one.split(" ", 1) for one in text.split(_BETWEEN)) if text else ()
    return {SkillId(skill): told for skill, told in pairs}


@dataclass(frozen=True, slots=True)
class _Reasons(Mapping[SkillId, Phrase | None]):
    """Why somebody is stuck, by skill: of many reasons few are looked at, so each is read when it is."""

    bodies: Mapping[SkillId, str]

    def __getitem__(self, skill: SkillId) -> Phrase | None:
        body = json.loads(self.bodies[skill])
        because = (body.get("own") or body)["because"]
        return phrase(because[-1]) if because else None

    def __iter__(self) -> Iterator[SkillId]:
        return iter(self.bodies)

    def __len__(self) -> int:
        return len(self.bodies)
