"""What a rule would do to a class too large to be looked through while its teacher waits: worked out by a worker.

The choice becomes a row with an address of its own, so that a teacher may leave and come back, and asking twice is
one piece of work. What was found is also what saving goes by: who did something since is looked at again then, and
nobody else. A worker killed half-way leaves a row that the next one takes up.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ..learning.phrases import Phrase
from ..learning.rules import describe
from ..store import contents, courses, evidence, previews, rules
from ..store.database import Database, Session
from ..store.launches import Visit
from ..store.pages import rule_preview, rule_tally, rule_trial
from ..store.tables import RulePreviewRow
from ..telemetry import log
from . import configuring
from .configuring import Configuration, Foreseen
from .errors import NotFound, NotSeenYet

AT_ONCE_STUDENTS, AT_ONCE_ANSWERS = 500, 40_000
"""Up to so many a preview is there at once: it takes about 40 microseconds an answer."""

LOST_AFTER = timedelta(seconds=30)
"""A preview nobody worked on for so long is taken up again."""

TELL_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A preview as its page shows it. `shown` is empty while it is `running` or when it `failed`; `wanted` is the
    choice, with what its rule took from the class once that is known. Worked out from what there was at `at`; `since`
    students did something after that."""

    number: int
    rule: Phrase
    wanted: Configuration
    asked_the_class: bool
    running: bool
    failed: bool
    done: int
    total: int
    at: datetime
    since: int = 0
    shown: rule_preview.RulePreview | None = None


def is_large(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> bool:
    """Whether trying this takes longer than a teacher should wait. Raises `Refused` naming each field at fault."""
    row = configuring.placed(session, visit)
    content = contents.get(session, configuring.checked(session, visit, wanted, now))
    return previews.is_large(session, row.course_id, content.key, AT_ONCE_STUDENTS, AT_ONCE_ANSWERS)


def ask(
    session: Session, visit: Visit, wanted: Configuration, now: datetime, *, anew: bool = False
) -> tuple[int, bool]:
    """Have it worked out, once. Returns the preview's number, and whether a worker has to be told. `anew`: what was
    done before does not count, only what is under way."""
    row = configuring.placed(session, visit)
    asked = _body(replace(wanted, content_id=configuring.checked(session, visit, wanted, now)))
    key = json.dumps([row.rule_version, asked], sort_keys=True)
    fresh = RulePreviewRow(
        placement_id=row.id,
        key=hashlib.sha256(key.encode()).hexdigest(),
        asked=asked,
        total=len(rule_trial.the_class(session, row, _setting(asked)).students),
        created_by=visit.person_id,
        created_at=now,
        touched_at=now,
    )
    kept, new = previews.find_or_add(session, row, fresh, anew=anew, now=now)
    return kept.id, new


def again(session: Session, visit: Visit, number: int, now: datetime) -> tuple[int, bool]:
    """The same choice, from what students have shown by now. Raises `NotFound`."""
    return ask(session, visit, _configuration(_row(session, visit, number).asked), now, anew=True)


def look(session: Session, visit: Visit, number: int, now: datetime, page: int = 1) -> Prepared:
    """How far a preview is, or what it says, with one page of the falling grades. Raises `NotFound`."""
    found = _row(session, visit, number)
    wanted = _configuration(found.tried or found.asked)
    told = Prepared(
        number=found.id,
        rule=describe(wanted.rule),
        wanted=wanted,
        asked_the_class=bool(found.asked["from_class"]),
        running=found.state in previews.OPEN,
        failed=found.state == "failed",
        done=found.done,
        total=found.total,
        at=found.as_of or found.touched_at,
    )
    if found.state != "done":
        return told
    row, setting = configuring.placed(session, visit), _setting(found.tried)
    tally = rule_tally.load(found.result)
    the_class = rule_trial.the_class(session, row, setting)
    shown = rule_preview.named(the_class, tally, row, setting, now, page=page)
    since = evidence.people_after(session, row.course_id, found.evidence_id)
    return replace(told, shown=shown, since=since)


def foreseen(session: Session, visit: Visit, number: int, now: datetime) -> tuple[Foreseen, frozenset[int]]:
    """What saving the rule of a preview does to grades by now; and whose grades the teacher saw going down. Raises
    `NotFound`, or `NotSeenYet` when it is not done or too much has happened since."""
    found = _row(session, visit, number)
    if found.state != "done" or found.as_of is None:
        raise NotSeenYet()
    seen = frozenset(move.person_id for move in rule_tally.load(found.result).falls)
    then = Foreseen(wanted=_configuration(found.tried), falls=seen, evidence_id=found.evidence_id, at=found.as_of)
    return configuring.caught_up(session, visit, then, now), seen


def _row(session: Session, visit: Visit, number: int) -> RulePreviewRow:
    found = previews.get(session, configuring.placed(session, visit).id, number)
    if found is None:
        raise NotFound("This preview is not kept any more.", tell="Choose the rule again to see what would change.")
    return found


def run(db: Database, number: int, clock: Callable[[], datetime]) -> None:
    """Work one out. Safe to call twice, also at the same time."""
    now = clock()
    with db.writing() as session:
        if previews.take(session, number, now, now - LOST_AFTER) is None:
            return
    try:
        found = _worked_out(db, number, clock)
    except Exception as error:
        with db.writing() as session:
            previews.end(session, number, clock(), "failed", {})
        log.exception("preview.broke", preview=number, problem=type(error).__name__)
        raise
    with db.writing() as session:
        previews.end(session, number, clock(), "done", found)


def _worked_out(db: Database, number: int, clock: Callable[[], datetime]) -> Mapping[str, Any]:
    with db.reading() as session:
        found = session.get_one(RulePreviewRow, number)
        row = courses.placement(session, found.placement_id)
        as_of, evidence_id = clock(), evidence.newest(session)
        wanted = _configuration(found.asked)
        setting = _setting(found.asked)
        if wanted.from_class:
            learned = configuring.taken_from_class(session, row, wanted, setting.content_id)
            wanted, setting = learned, replace(setting, rule=learned.rule)
        the_class = rule_trial.the_class(session, row, setting)
        result = rule_tally.tally(session, row, the_class, setting, _Progress(db, number, clock).hear)
    return {
        "tried": _body(wanted),
        "result": rule_tally.dump(result),
        "evidence_id": evidence_id,
        "as_of": as_of,
        "done": len(the_class.students),
        "total": len(the_class.students),
    }


class _Progress:
    """Tells the page every second how many students are through."""

    def __init__(self, db: Database, number: int, clock: Callable[[], datetime]) -> None:
        self._db, self._number, self._clock = db, number, clock
        self._told_at = clock()

    def hear(self, done: int) -> None:
        """So many are."""
        now = self._clock()
        if now - self._told_at >= TELL_EVERY:
            self._told_at = now
            with self._db.writing() as session:
                previews.beat(session, self._number, done, now)


def lost(db: Database, now: datetime) -> Sequence[int]:
    """Previews to take up again."""
    with db.reading() as session:
        return previews.untouched_since(session, now - LOST_AFTER)


def _body(wanted: Configuration) -> dict[str, Any]:
    """A checked choice as plain JSON."""
    return {
        "content_id": wanted.content_id,
        "part": wanted.part,
        "rule": rules.dump(wanted.rule),
        "grading": wanted.grading,
        "points": wanted.points,
        "title": wanted.title,
        "from_class": wanted.from_class,
    }


def _configuration(body: Mapping[str, Any]) -> Configuration:
    return Configuration(**{**body, "rule": rules.load(body["rule"])})


def _setting(body: Mapping[str, Any]) -> rules.Setting:
    return rules.Setting(
        content_id=body["content_id"],
        part=body["part"],
        rule=rules.load(body["rule"]),
        grading=body["grading"],
        points=body["points"],
    )
