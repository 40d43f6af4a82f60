"""A new rule -> all learners of a placement judged again from their evidence, grades promised anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..learning.evidence import Evidence
from ..learning.ids import SkillId
from ..learning.mastery import judge
from ..store import contents, courses, evidence, mastery, people
from ..store.database import Session
from ..store.tables import PlacementRow
from .judging import promise_grade


def recalculate_now(session: Session, row: PlacementRow, now: datetime) -> None:
    """Judge everybody in the course again, inside the caller's transaction (a class takes milliseconds)."""
    judge_all(session, row, people.learners(session, row.course_id), now)


def judge_all(session: Session, row: PlacementRow, learners: Sequence[tuple[int, bool]], now: datetime) -> None:
    """Judge some learners on every skill of the placement that they have evidence for."""
    if row.content_id is None or not row.rule_version or not learners:
        return
    content = contents.get(session, row.content_id)
    scope = content.part(row.part).skills
    rule = courses.current_rule(session, row)
    ids = [person_id for person_id, _ in learners]
    histories = evidence.histories(session, row.course_id, ids, scope, content.key)
    by_person: dict[int, dict[SkillId, list[Evidence]]] = {}
    for (person_id, skill), history in histories.items():
        by_person.setdefault(person_id, {})[skill] = history
    for person_id, graded in learners:
        mine = by_person.get(person_id)
        if not mine:
            continue
        fresh = {
            skill: judge(rule, history, skill=skill, version=row.rule_version, now=now)
            for skill, history in mine.items()
        }
        mastery.keep(session, row.id, person_id, fresh.values(), now)
        if graded:
            promise_grade(session, row, person_id, fresh, now)
