"""A setting tried on a class from the evidence there is, a stretch of students at a time, in the order of their names.

A class of any size takes the same memory but for its list of students, and a statement never names more people than
a stretch has. Nothing is written.
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
from .. import arrangements, contents, courses, evidence, grades, mastery, people, teaching
from ..database import Session
from ..rules import Setting
from ..tables import GradePromiseRow, PlacementRow
from .class_lines import display_name, name_order

STRETCH = 250
"""Students at a time: enough to count together quickly, few enough for any memory."""

LEAST_CHANGE = 1e-6
"""Grades are promised with six digits; what differs by less is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedClass:
    """Who is there, by name, and what is asked: all that does not grow with answers. `column_id` is that of the
    gradebook column, if there is one; `same_content`: what is in force now is about the same skills."""

    content: CourseContent
    skills: Sequence[SkillId]
    students: Mapping[int, str]
    column_id: int | None
    same_content: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some of the students, with the setting tried on what they have shown, and how they stand now: the grades
    promised to them and what they have mastered."""

    students: Sequence[int]
    trial: Trial
    excused: Mapping[int, frozenset[SkillId]]
    promises: Mapping[int, GradePromiseRow]
    mastered: frozenset[tuple[int, SkillId]]


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
    named = [(display_name(one), one.id) for one in people.students(session, row.course_id)]
    return TriedClass(
        content=content,
        skills=content.part(setting.part).skills,
        students={key: name for name, key in sorted(named, key=lambda one: (name_order(one[0]), one[1]))},
        column_id=column.id if column else None,
        same_content=row.content_id is not None and contents.get(session, row.content_id).key == content.key,
    )


def stretches(
    session: Session, row: PlacementRow, found: TriedClass, setting: Setting, among: Collection[int] | None = None
) -> Iterator[Stretch]:
    """The class, or those `among` it, stretch by stretch, in five statements each."""
    wanted = [key for key in found.students if among is None or key in among]
    for start in range(0, len(wanted), STRETCH):
        yield _stretch(session, row, found, setting, wanted[start : start + STRETCH])


def _stretch(
    session: Session, row: PlacementRow, found: TriedClass, setting: Setting, students: Sequence[int]
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
    return Stretch(
        students=students,
        trial=Trial(rule=setting.rule, cases=cases),
        excused=excused,
        promises=grades.of_people(session, found.column_id, students) if found.column_id else {},
        mastered=mastery.mastered_pairs(session, row.id, students) if found.same_content else frozenset(),
    )


def moves(found: TriedClass, stretch: Stretch, setting: Setting) -> Iterator[Move]:
    """Whose grade would change, from what to what. A teacher's own grades stay; so does everything when there is no
    grade any more. A grade made of other skills, asked here before, falls to what was shown of these."""
    if setting.points <= 0:
        return
    policy = GradingPolicy(kind="average_progress" if setting.grading == "average_progress" else "mastered_share")
    verdicts = _verdicts(stretch.trial)
    for key in stretch.students:
        promise = stretch.promises.get(key)
        if promise is None and key not in verdicts:
            continue
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
    if found.column_id is None or not grades.any_of_column(session, found.column_id):
        return frozenset()  # nobody has a grade yet that could go down
    return frozenset(
        move.person_id
        for stretch in stretches(session, row, found, setting, among)
        for move in moves(found, stretch, setting)
        if move.after < move.before
    )
