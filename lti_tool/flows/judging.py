"""New evidence -> verdicts in every placement it speaks for -> grade promises, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..learning.activities import CourseContent
from ..learning.evidence import Evidence
from ..learning.grading import GradingPolicy, grade_for
from ..learning.ids import SkillId
from ..learning.verdicts import Verdict
from ..store import contents, courses, evidence, grades, mastery, people
from ..store.database import Session
from ..store.launches import Visit
from ..store.tables import PlacementRow
from .personal import Personal, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Verdicts of one placement before and after."""

    before: Mapping[SkillId, Verdict]
    after: Mapping[SkillId, Verdict]


def rejudge(
    session: Session, visit: Visit, course_id: int, content: CourseContent, skills: Iterable[SkillId], now: datetime
) -> dict[int, Judged]:
    """Judge these skills again wherever the course uses this content. Returns what changed per placement id.

    Evidence belongs to the course, so work done in one placement counts in another one that covers the skill.
    Teachers trying things out and test users have verdicts, but no grade.
    """
    return rejudge_learner(session, course_id, content, (visit.person_id, visit.is_graded), skills, now)


def rejudge_learner(
    session: Session,
    course_id: int,
    content: CourseContent,
    learner: tuple[int, bool],
    skills: Iterable[SkillId],
    now: datetime,
) -> dict[int, Judged]:
    """The same for a learner who is not here: `learner` is the person id, and whether they get grades."""
    person_id, graded = learner
    people.lock(session, person_id)
    wanted = tuple(dict.fromkeys(skills))
    histories = evidence.histories(session, course_id, [person_id], wanted, content.key)
    judged: dict[int, Judged] = {}
    for row in courses.placements(session, course_id):
        here = [skill for skill in wanted if _covers(session, row, content, skill)]
        if here:
            before = mastery.verdicts(session, row.id, person_id)
            mine = {skill: histories.get((person_id, skill), []) for skill in here}
            mine |= _left_behind(session, row, content, person_id, before, mine)
            here_holds = personal(session, row, [person_id])
            judged[row.id] = judge_one(session, row, (person_id, here_holds), mine, before, now)
            if graded:
                promise_grades(session, row, {person_id: judged[row.id].after}, here_holds, now)
    return judged


def _left_behind(
    session: Session,
    row: PlacementRow,
    content: CourseContent,
    person_id: int,
    before: Mapping[SkillId, Verdict],
    known: Mapping[SkillId, list[Evidence]],
) -> dict[SkillId, list[Evidence]]:
    """Evidence on skills judged by an older rule: a recalculation has not come here yet, and no grade may be made of
    two rules.
    """
    old = [skill for skill, one in before.items() if one.rule_version != row.rule_version and skill not in known]
    here = [skill for skill in old if _covers(session, row, content, skill)]
    if not here:
        return {}
    found = evidence.histories(session, row.course_id, [person_id], here, content.key)
    return {skill: found.get((person_id, skill), []) for skill in here}


def _covers(session: Session, row: PlacementRow, content: CourseContent, skill: SkillId) -> bool:
    if row.content_id is None or not row.rule_version:
        return False
    own = contents.get(session, row.content_id)
    return own.key == content.key and skill in own.part(row.part).skills


def judge_one(
    session: Session,
    row: PlacementRow,
    learner: tuple[int, Personal],
    histories: Mapping[SkillId, list[Evidence]],
    before: Mapping[SkillId, Verdict],
    now: datetime,
) -> Judged:
    """Judge some skills of one learner in one placement, by what holds for them there, and keep the verdicts."""
    person_id, holds = learner
    fresh = {skill: holds.verdict(person_id, skill, history, now) for skill, history in histories.items()}
    mastery.keep(session, row.id, {person_id: fresh.values()}, now)
    return Judged(before=before, after={**before, **fresh})


def promise_grades(
    session: Session,
    row: PlacementRow,
    verdicts: Mapping[int, Mapping[SkillId, Verdict]],
    holds: Personal,
    now: datetime,
) -> None:
    """Promise the grades these verdicts make, by person; a whole slice of a class in a fixed number of statements.

    Skills a learner is excused from are not part of the grade.
    A grade that never was above zero is not sent: an early zero tells nobody anything and frightens many.
    """
    column = courses.column(session, row.id)
    if column is None or row.content_id is None or row.points <= 0:
        return
    asked = contents.get(session, row.content_id).part(row.part).skills
    policy = GradingPolicy(kind="average_progress" if row.grading == "average_progress" else "mastered_share")
    wishes: dict[int, grades.Wish] = {}
    for person_id, mine in verdicts.items():
        excused = holds.excused(person_id)
        scope = [skill for skill in asked if skill not in excused]
        if scope:
            wishes[person_id] = _wish(policy, mine, scope, now)
    zeros = [person_id for person_id, wish in wishes.items() if not wish.value]
    for person_id in set(zeros) - (grades.promised_to(session, row.id, zeros) if zeros else set()):
        del wishes[person_id]
    if wishes:
        grades.promise_all(session, column.id, wishes, now)


def _wish(
    policy: GradingPolicy, verdicts: Mapping[SkillId, Verdict], scope: Sequence[SkillId], now: datetime
) -> grades.Wish:
    grade = grade_for(policy, verdicts, scope)
    value = round(float(grade.value or 0.0), 6)
    return grades.Wish(value=value, complete=grade.complete, comment=str(grade.because), evidence_at=now)
