"""A new rule -> all learners of a placement judged again from their evidence, grades promised anew.

A slice of learners is one transaction, so that a large course never stands still, a killed worker loses nothing that
was done, and the teacher sees how far it is. Whoever answers meanwhile is judged by the new rule at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ..learning.evidence import Evidence
from ..learning.ids import SkillId
from ..store import contents, courses, evidence, grades, mastery, people, recalculations, teaching
from ..store.database import Database, Session
from ..store.tables import PlacementRow
from .judging import promise_grades
from .personal import personal

SLICE = 10
"""Learners judged in one transaction: a fraction of a second, so that nobody waits for the database."""

LOOK_AHEAD = 100
"""So many members are looked through at once for those with something to judge: each slice reads the next few and
never the whole course again."""

LOST_AFTER = timedelta(seconds=30)
"""A recalculation nobody worked on for so long is taken up again."""


def begin(session: Session, row: PlacementRow, actor_id: int | None, now: datetime) -> int:
    """Note in the caller's transaction that everybody is to be judged again. Returns the recalculation's id."""
    return recalculations.add(session, row, len(_learners(session, row)), actor_id, now).id


def run(db: Database, recalculation_id: int, clock: Callable[[], datetime]) -> None:
    """Judge everybody again, slice by slice. Safe to call twice, also at the same time."""
    while run_slice(db, recalculation_id, clock()):
        pass


def run_slice(db: Database, recalculation_id: int, now: datetime) -> bool:
    """Judge the next learners. True while there are more."""
    with db.writing() as session:
        task = recalculations.take(session, recalculation_id)
        if task is None:
            return False
        row = courses.placement(session, task.placement_id)
        left = _learners(session, row, after=task.last_person_id, most=SLICE + 1)
        now_judged, more = left[:SLICE], bool(left[SLICE:])
        judge_all(session, row, now_judged, now)
        if now_judged:
            task.last_person_id = now_judged[-1][0]
        task.done += len(now_judged)
        task.total = max(task.total, task.done + more) if more else task.done
        task.state, task.touched_at = "working" if more else "done", now
        return more


def lost(db: Database, now: datetime) -> Sequence[int]:
    """Recalculations to take up again."""
    with db.reading() as session:
        return recalculations.untouched_since(session, now - LOST_AFTER)


def _learners(
    session: Session, row: PlacementRow, *, after: int = 0, most: int | None = None
) -> list[tuple[int, bool]]:
    """Those with something to judge or a grade that may change, by number, and whether they get grades: all of them,
    or the next few."""
    if row.content_id is None or not row.rule_version:
        return []
    content = contents.get(session, row.content_id)
    skills = content.part(row.part).skills
    found: list[tuple[int, bool]] = []
    while most is None or len(found) < most:
        ahead = people.learners(session, row.course_id, after=after, most=LOOK_AHEAD)
        if not ahead:
            break
        after, ids = ahead[-1][0], [key for key, _ in ahead]
        known = evidence.people_with(session, row.course_id, skills, content.key, ids)
        known |= teaching.spoken_of(session, row.course_id, content.key, ids)
        known |= grades.promised_to(session, row.id, ids)
        found += [one for one in ahead if one[0] in known]
    return found[:most]


def judge_all(session: Session, row: PlacementRow, learners: Sequence[tuple[int, bool]], now: datetime) -> None:
    """Judge some learners on every skill of the placement that they have evidence for. A grade made of other skills,
    asked here before, falls to what they have shown of these."""
    if row.content_id is None or not row.rule_version or not learners:
        return
    content = contents.get(session, row.content_id)
    scope = frozenset(content.part(row.part).skills)
    ids = [person_id for person_id, _ in learners]
    # Whoever answers while a slice is judged waits, or is judged from before: no older verdict goes over a newer one.
    people.lock(session, *ids)
    histories = evidence.histories(session, row.course_id, ids, scope, content.key)
    holds = personal(session, row, ids)
    by_person: dict[int, dict[SkillId, list[Evidence]]] = {}
    for person_id, skill in (*histories, *holds.words):
        if skill in scope:
            by_person.setdefault(person_id, {})[skill] = histories.get((person_id, skill), [])
    fresh = {
        person_id: {skill: holds.verdict(person_id, skill, history, now) for skill, history in mine.items()}
        for person_id, mine in by_person.items()
    }
    mastery.keep(session, row.id, {person_id: mine.values() for person_id, mine in fresh.items()}, now)
    graded = {person_id: fresh.get(person_id, {}) for person_id, counts in learners if counts}
    promise_grades(session, row, graded, holds, now)
