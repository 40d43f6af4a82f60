"""A class with evidence, written straight into the store: quicker than answering question by question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from clock import Clock
from lti_tool.flows import recalculating
from lti_tool.flows.configuring import Configuration
from lti_tool.learning.ids import SkillId
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.store import contents, courses
from lti_tool.store.database import Database
from lti_tool.store.launches import Visit
from lti_tool.store.tables import EvidenceRow
from school import School, new_school


def skills_of(school: School) -> tuple[SkillId, ...]:
    """The skills of the part in force."""
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        return contents.get(session, row.content_id or 0).part(row.part).skills


def practise(school: School, who: Visit, skill: str, answers: str, at: datetime) -> None:
    """A row of first answers: R right, W wrong, H right after a hint, | a night."""
    with school.db.writing() as session:
        row = courses.placement(session, school.placement_id)
        content = contents.get(session, row.content_id or 0)
        for place, letter in enumerate(answers):
            at += timedelta(hours=20) if letter == "|" else timedelta(minutes=2)
            if letter != "|":
                session.add(
                    EvidenceRow(
                        person_id=who.person_id,
                        course_id=school.course_id,
                        content_key=content.key,
                        skill_key=skill,
                        score=float(letter != "W"),
                        at=at,
                        source="practice",
                        item_key=f"{skill}-{place}",
                        hints_used=int(letter == "H"),
                        difficulty=0.3 * (place % 3 - 1),
                    )
                )


def judge_everybody(school: School, now: datetime) -> None:
    """Verdicts and grades by the rule in force."""
    with school.db.writing() as session:
        row = courses.placement(session, school.placement_id)
        task = recalculating.begin(session, row, None, now)
    recalculating.run(school.db, task, lambda: now)


def judged_class(db: Database, clock: Clock, students: int, answers: Sequence[str]) -> School:
    """A class whose first students have given these answers to one skill, judged by the rule in force an hour later."""
    school = new_school(db, clock(), students=students)
    for visit, row in zip(school.students, answers, strict=False):
        practise(school, visit, skills_of(school)[0], row, clock())
    judge_everybody(school, clock.pass_by(hours=1))
    clock.pass_by(minutes=5)
    return school


def six_in_a_row(school: School) -> Configuration:
    """The setting in force with a stricter rule."""
    with school.db.reading() as session:
        row = courses.placement(session, school.placement_id)
        rule = MasteryRule(rule=Streak(n=6))
        return Configuration(content_id=row.content_id, part=row.part, rule=rule, points=row.points)
