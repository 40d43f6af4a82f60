"""A setting tried on a class from the evidence there is, a stretch of students at a time.

A class of any size takes the same memory, and a statement never names more people than a stretch has. Nothing is
written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...learning.activities import CourseContent
from ...learning.evidence import Source
from ...learning.grading import GradingPolicy, grade_for
from ...learning.ids import SkillId
from ...learning.preview import Case, Trial
from ...learning.verdicts import Level, Verdict
from .. import arrangements, contents, courses, evidence, grades, people, teaching
from ..database import Session
from ..rules import Setting
from ..tables import GradePromiseRow, PlacementRow

STRETCH = 250
"""Students at a time: enough to count together quickly, few enough for any memory."""

LEAST_CHANGE = 1e-6
"""Grades are promised with six digits; what differs by less is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedClass:
    """Who is there, what is asked, and the grades promised: all that does not grow with answers."""

    content: CourseContent
    skills: Sequence[SkillId]
    students: tuple[int, ...]
    promises: Mapping[int, GradePromiseRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some of the students, with the setting tried on what they have shown."""

    students: frozenset[int]
    trial: Trial
    excused: Mapping[int, frozenset[SkillId]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A grade that would change; both values in [0, 1]."""

    person_id: int
    before: float
    after: float


def the_class(session: Session, row: PlacementRow, setting: Setting) -> TriedClass:
    """Read the class in a fixed number of statements."""
    content = contents.get(session, setting.content_id)
    column = courses.column(session, row.id)
    return TriedClass(
        content=content,
        skills=content.part(setting.part).skills,
        students=tuple(key for key, graded in people.learners(session, row.course_id) if graded),
        promises={one.person_id: one for one in grades.of_column(session, column.id)} if column else {},
    )


def stretches(
    session: Session, row: PlacementRow, found: TriedClass, setting: Setting, among: Collection[int] | None = None
) -> Iterator[Stretch]:
    """The class, or those `among` it, stretch by stretch, in three statements each."""
    wanted = [key for key in found.students if among is None or key in among]
    for start in range(0, len(wanted), STRETCH):
        yield _stretch(session, row, found, setting, frozenset(wanted[start : start + STRETCH]))


def _stretch(
    session: Session, row: PlacementRow, found: TriedClass, setting: Setting, students: frozenset[int]
) -> Stretch:
    histories = evidence.histories(session, row.course_id, students, found.skills, found.content.key)
    words = teaching.words(session, row.course_id, found.content.key, students)
    plans = arrangements.plans(session, row.id, students)
    excused = {key: frozenset(plan.excused) for key, plan in plans.items() if plan.excused}
    # First questions say nothing of mastery: who answered only these is as one who answered nothing.
    shown = [key for key, rows in histories.items() if any(one.source is not Source.ASSESSMENT for one in rows)]
    asked = frozenset(found.skills)
    judged = dict.fromkeys((*shown, *(key for key in words if key[1] in asked)))
    cases = [
        Case(
            learner=key,
            skill=skill,
            history=tuple(histories.get((key, skill), ())),
            goal=plans[key].rule if key in plans else None,
            word=words[key, skill].mastered if (key, skill) in words else None,
        )
        for key, skill in judged
        if skill not in excused.get(key, ())
    ]
    return Stretch(students=students, trial=Trial(rule=setting.rule, cases=cases), excused=excused)


def moves(found: TriedClass, stretch: Stretch, setting: Setting) -> Iterator[Move]:
    """Whose grade would change, from what to what. A teacher's own grades stay; so does everything when there is no
    grade any more. A grade made of other skills, asked here before, falls to what was shown of these."""
    if setting.points <= 0:
        return
    policy = GradingPolicy(kind="average_progress" if setting.grading == "average_progress" else "mastered_share")
    verdicts = _verdicts(stretch.trial)
    for key in sorted({*verdicts, *found.promises.keys() & stretch.students}):
        promise = found.promises.get(key)
        asked = [skill for skill in found.skills if skill not in stretch.excused.get(key, ())]
        if not asked or (promise is not None and promise.state == "kept"):
            continue
        before = promise.value if promise is not None else 0.0
        after = float(grade_for(policy, verdicts.get(key, {}), asked).value or 0.0)
        if abs(after - before) > LEAST_CHANGE:
            yield Move(person_id=key, before=before, after=after)


def _verdicts(trial: Trial) -> dict[int, dict[SkillId, Verdict]]:
    """As much of a verdict as a grade looks at, per learner."""
    by_learner: dict[int, dict[SkillId, Verdict]] = {}
    for case, outcome in zip(trial.cases, trial.outcomes, strict=True):
        level = Level.MASTERED if outcome.mastered else Level.BEGINNING
        by_learner.setdefault(case.learner, {})[case.skill] = Verdict(
            skill=case.skill, level=level, progress=outcome.progress, rule_version=0
        )
    return by_learner


def falling(
    session: Session, row: PlacementRow, setting: Setting, among: Collection[int] | None = None
) -> frozenset[int]:
    """Whose grade would go down, of all or of those `among` the class."""
    found = the_class(session, row, setting)
    return frozenset(
        move.person_id
        for stretch in stretches(session, row, found, setting, among)
        for move in moves(found, stretch, setting)
        if move.after < move.before
    )
