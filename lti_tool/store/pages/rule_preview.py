"""What a setting would do to the class: who becomes mastered, who loses it and why, which grades change.

Computed from the evidence that exists, in a fixed number of statements, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...learning.activities import CourseContent
from ...learning.evidence import Source
from ...learning.grading import GradingPolicy, grade_for
from ...learning.history import work
from ...learning.ids import SkillId
from ...learning.mastery import judge, still_missing
from ...learning.phrases import Phrase, say
from ...learning.preview import Case, Expectation, Outcome, Trial
from ...learning.rules import MasteryRule, describe, found_in_class
from ...learning.verdicts import Level, Verdict
from .. import arrangements, contents, courses, evidence, grades, mastery, people, teaching
from ..database import Session
from ..rules import Setting
from ..tables import GradePromiseRow, PlacementRow
from .class_overview import display_name

FROM_OUTSIDE = (Source.OBSERVATION, Source.LMS_GRADE)

LEAST_CHANGE = 1e-6
"""Grades are promised with six digits; what differs by less is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A learner who would have mastered these skills."""

    person_id: int
    name: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A learner who would no longer have mastered a skill; `why` says what is missing."""

    person_id: int
    name: str
    skill: str
    why: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A grade that would go down; both values in [0, 1]."""

    person_id: int
    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """What would change. `answers` to questions and what was `seen` elsewhere (observations, other columns'
    grades) are the evidence, of `learners` students; `silent` are those without any that counts. What no rule for the
    class changes is counted apart: skills the teacher has `said` a word on, students with `own_goals`, and those
    `excused` from some skill. `called` and `called_before` count skills mastered, over all learners; `rises` and
    `falls` are grades, `kept` those a teacher set by hand, which stay. `dial` has an entry for each setting of a
    statistical rule. `scarce` names skills with fewer questions than the rule asks for; `found` says by title what the
    rule holds of single skills, taken from a class's answers."""

    setting: Setting
    rule: Phrase
    learners: int
    answers: int
    seen: int
    silent: int
    said: int
    own_goals: int
    excused: int
    called_before: int
    called: int
    gained: tuple[Gain, ...]
    lost: tuple[Loss, ...]
    rises: int
    falls: tuple[Fall, ...]
    kept: int
    points_before: float
    expected: Expectation
    dial: Mapping[str, Expectation]
    scarce: tuple[Phrase, ...]
    found: tuple[tuple[str, Phrase], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    """Everything the preview looks at: the students' evidence with the setting tried on it, who has mastered what
    now, and the grades promised."""

    content: CourseContent
    skills: Sequence[SkillId]
    students: frozenset[int]
    trial: Trial
    mastered: frozenset[tuple[int, SkillId]]
    promises: Mapping[int, GradePromiseRow]
    excused: Mapping[int, frozenset[SkillId]]

    def pairs(self) -> Iterator[tuple[Case, Outcome, bool]]:
        """Each case, what would be said of it, and whether it counts as mastered now."""
        for case, outcome in zip(self.trial.cases, self.trial.outcomes, strict=True):
            yield case, outcome, (case.learner, case.skill) in self.mastered


def load(session: Session, row: PlacementRow, setting: Setting, now: datetime) -> RulePreview:
    """Read the class and try the setting on it."""
    found = _read(session, row, setting)
    names = {key: display_name(one) for key, one in people.names(session, set(found.students)).items()}
    moved = sorted(_moved(found, setting), key=lambda one: (names[one[0]].casefold(), one[0]))
    pairs = list(found.pairs())
    rows = [one for case in found.trial.cases for one in work(case.history)]
    seen = [one for one in rows if one.source in FROM_OUTSIDE]
    return RulePreview(
        setting=setting,
        rule=describe(setting.rule),
        learners=len({case.learner for case in found.trial.cases}),
        answers=len(rows) - len(seen),
        seen=len(seen),
        silent=len(found.students) - len({case.learner for case in found.trial.cases}),
        said=sum(case.word is not None for case in found.trial.cases),
        own_goals=len({case.learner for case in found.trial.cases if case.goal is not None}),
        excused=len(found.students & found.excused.keys()),
        called_before=sum(now for _, _, now in pairs),
        called=sum(outcome.mastered for _, outcome, _ in pairs),
        gained=tuple(_gained(found, names)),
        lost=tuple(_lost(found, setting.rule, names)),
        rises=sum(after > before for _, before, after in moved),
        falls=tuple(
            Fall(person_id=key, name=names[key], before=before, after=after)
            for key, before, after in moved
            if after < before
        ),
        kept=sum(one.state == "kept" for one in found.promises.values()),
        points_before=row.points or setting.points,
        expected=found.trial.expectation,
        dial=found.trial.dial,
        scarce=tuple(_scarce(found, setting.rule, now)),
        found=tuple(
            (found.content.graph[SkillId(skill)].title, words)
            for skill, words in found_in_class(setting.rule)
            if skill in found.skills
        ),
    )


def falling(session: Session, row: PlacementRow, setting: Setting) -> list[int]:
    """Whose grade would go down."""
    return [key for key, before, after in _moved(_read(session, row, setting), setting) if after < before]


def _read(session: Session, row: PlacementRow, setting: Setting) -> _Class:
    content = contents.get(session, setting.content_id)
    skills = content.part(setting.part).skills
    students = frozenset(key for key, graded in people.learners(session, row.course_id) if graded)
    histories = evidence.histories(session, row.course_id, students, skills, content.key)
    words = teaching.words(session, row.course_id, content.key, students)
    plans = arrangements.plans(session, row.id, students)
    column = courses.column(session, row.id)
    same = row.content_id is not None and contents.get(session, row.content_id).key == content.key
    excused = {key: frozenset(plan.excused) for key, plan in plans.items() if plan.excused}
    # First questions say nothing of mastery: who answered only these is as one who answered nothing.
    shown = [key for key, rows in histories.items() if any(one.source is not Source.ASSESSMENT for one in rows)]
    judged = dict.fromkeys((*shown, *(key for key in words if key[1] in skills)))
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
    return _Class(
        content=content,
        skills=skills,
        students=students,
        trial=Trial(rule=setting.rule, cases=cases),
        mastered=mastery.mastered_pairs(session, row.id) if same else frozenset(),
        promises={one.person_id: one for one in grades.of_column(session, column.id)} if column else {},
        excused=excused,
    )


def _gained(found: _Class, names: Mapping[int, str]) -> Iterator[Gain]:
    titles: dict[int, list[str]] = {}
    for case, outcome, now in found.pairs():
        if outcome.mastered and not now:
            titles.setdefault(case.learner, []).append(found.content.graph[case.skill].title)
    for key in sorted(titles, key=lambda one: (names[one].casefold(), one)):
        yield Gain(person_id=key, name=names[key], skills=tuple(titles[key]))


def _lost(found: _Class, rule: MasteryRule, names: Mapping[int, str]) -> Iterator[Loss]:
    gone = [case for case, outcome, mastered in found.pairs() if mastered and not outcome.mastered]
    for case in sorted(gone, key=lambda one: (names[one.learner].casefold(), one.learner)):
        yield Loss(
            person_id=case.learner,
            name=names[case.learner],
            skill=found.content.graph[case.skill].title,
            why=say("A teacher’s word: not yet.") if case.word is False else _missing(case, rule),
        )


def _missing(case: Case, rule: MasteryRule) -> Phrase:
    return still_missing(case.goal or rule, case.history, case.skill)


def _moved(found: _Class, setting: Setting) -> list[tuple[int, float, float]]:
    """Whose grade would change, from what to what. A teacher's own grades stay; so does everything when there is no
    grade any more. A grade made of other skills, asked here before, falls to what was shown of these."""
    if setting.points <= 0:
        return []
    policy = GradingPolicy(kind="average_progress" if setting.grading == "average_progress" else "mastered_share")
    moved = []
    verdicts = _verdicts(found)
    for key in {*verdicts, *found.promises.keys() & found.students}:
        promise = found.promises.get(key)
        asked = [skill for skill in found.skills if skill not in found.excused.get(key, ())]
        if not asked or (promise is not None and promise.state == "kept"):
            continue
        before = promise.value if promise is not None else 0.0
        after = float(grade_for(policy, verdicts.get(key, {}), asked).value or 0.0)
        if abs(after - before) > LEAST_CHANGE:
            moved.append((key, before, after))
    return moved


def _verdicts(found: _Class) -> dict[int, dict[SkillId, Verdict]]:
    """As much of a verdict as a grade looks at, per learner."""
    by_learner: dict[int, dict[SkillId, Verdict]] = {}
    for case, outcome, _ in found.pairs():
        level = Level.MASTERED if outcome.mastered else Level.BEGINNING
        by_learner.setdefault(case.learner, {})[case.skill] = Verdict(
            skill=case.skill, level=level, progress=outcome.progress, rule_version=0
        )
    return by_learner


def _scarce(found: _Class, rule: MasteryRule, now: datetime) -> Iterator[Phrase]:
    """Skills that could never be mastered by new questions alone, because there are too few."""
    if rule.repeats != "never":
        return
    for skill in found.skills:
        wanted = judge(rule, (), skill=skill, version=0, now=now).answers_expected
        questions = len(found.content.items_by_skill[skill])
        if wanted is not None and questions < wanted:
            yield say(
                "“{skill}” has {questions} questions, and the rule asks for at least {wanted} different ones.",
                skill=found.content.graph[skill].title,
                questions=questions,
                wanted=wanted,
            )
