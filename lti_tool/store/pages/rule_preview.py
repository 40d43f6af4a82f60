"""What a setting would do to the class: who becomes mastered, who loses it and why, which grades change.

Computed from the evidence that exists (`rule_trial`); nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ...learning.evidence import Source
from ...learning.ids import SkillId
from ...learning.mastery import judge, still_missing
from ...learning.phrases import Phrase, say
from ...learning.preview import NOTHING_EXPECTED, Case, Expectation, Outcome
from ...learning.rules import MasteryRule, describe, found_in_class
from .. import contents, evidence, mastery, people
from ..database import Session
from ..rules import Setting
from ..tables import PlacementRow
from .class_lines import display_name
from .rule_trial import Move, Stretch, TriedClass, moves, stretches, the_class

FROM_OUTSIDE = (Source.OBSERVATION, Source.LMS_GRADE)

MOST_LISTED = 100
"""So many who gain, and losses, are listed by name; a page with ten thousand lines helps nobody. Falling grades are
listed all, as a teacher agrees to each."""


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
    `excused` from some skill. `called` and `called_before` count skills mastered, over all learners;
    of the `gained_count` newly mastered and the `lost_count` no longer so the first are listed, by name; `rises` and
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
    gained_count: int
    lost: tuple[Loss, ...]
    lost_count: int
    rises: int
    falls: tuple[Fall, ...]
    kept: int
    points_before: float
    expected: Expectation
    dial: Mapping[str, Expectation]
    scarce: tuple[Phrase, ...]
    found: tuple[tuple[str, Phrase], ...]


def load(session: Session, row: PlacementRow, setting: Setting, now: datetime) -> RulePreview:
    """Read the class and try the setting on it."""
    found = the_class(session, row, setting)
    same = row.content_id is not None and contents.get(session, row.content_id).key == found.content.key
    tally = _Tally(mastered=mastery.mastered_pairs(session, row.id) if same else frozenset())
    for stretch in stretches(session, row, found, setting):
        tally.take(found, stretch, setting)
    falls = [move for move in tally.moves if move.after < move.before]
    names = {one.id: display_name(one) for one in people.students(session, row.course_id)}
    return RulePreview(
        setting=setting,
        rule=describe(setting.rule),
        learners=tally.learners,
        answers=tally.answers,
        seen=tally.seen,
        silent=len(found.students) - tally.learners,
        said=tally.said,
        own_goals=tally.own_goals,
        excused=tally.excused,
        called_before=tally.called_before,
        called=tally.called,
        gained=tuple(_gained(found, tally, names)),
        gained_count=sum(map(len, tally.gained.values())),
        lost=tuple(_lost(session, row, found, tally, setting.rule, names)),
        lost_count=len(tally.lost),
        rises=len(tally.moves) - len(falls),
        falls=tuple(_falls(falls, names)),
        kept=sum(one.state == "kept" for one in found.promises.values()),
        points_before=row.points or setting.points,
        expected=tally.expected,
        dial=tally.dial,
        scarce=tuple(_scarce(found, setting.rule, now)),
        found=tuple(
            (found.content.graph[SkillId(skill)].title, words)
            for skill, words in found_in_class(setting.rule)
            if skill in found.skills
        ),
    )


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What is kept of the stretches: numbers, and who moves. The evidence itself is let go. `mastered` says who has
    mastered what now."""

    mastered: frozenset[tuple[int, SkillId]]
    learners: int = 0
    answers: int = 0
    seen: int = 0
    said: int = 0
    own_goals: int = 0
    excused: int = 0
    called_before: int = 0
    called: int = 0
    gained: dict[int, list[SkillId]] = field(default_factory=dict)
    lost: dict[tuple[int, SkillId], tuple[MasteryRule | None, bool | None]] = field(default_factory=dict)
    """With the learner's own goal and the teacher's word on it, if there are any."""
    moves: list[Move] = field(default_factory=list)
    expected: Expectation = NOTHING_EXPECTED
    dial: dict[str, Expectation] = field(default_factory=dict)

    def take(self, found: TriedClass, stretch: Stretch, setting: Setting) -> None:
        """Add a stretch."""
        trial = stretch.trial
        rows = [one.source for case in trial.cases for one in case.history if one.source is not Source.ASSESSMENT]
        seen = sum(source in FROM_OUTSIDE for source in rows)
        self.learners += len({case.learner for case in trial.cases})
        self.seen, self.answers = self.seen + seen, self.answers + len(rows) - seen
        self.said += sum(case.word is not None for case in trial.cases)
        self.own_goals += len({case.learner for case in trial.cases if case.goal is not None})
        self.excused += len(stretch.excused)
        for case, outcome in zip(trial.cases, trial.outcomes, strict=True):
            self._compare(case, outcome, (case.learner, case.skill) in self.mastered)
        self.moves += moves(found, stretch, setting)
        self.expected += trial.expectation
        for name, expected in trial.dial.items():
            self.dial[name] = self.dial.get(name, NOTHING_EXPECTED) + expected

    def _compare(self, case: Case, outcome: Outcome, before: bool) -> None:
        self.called_before += before
        self.called += outcome.mastered
        if outcome.mastered and not before:
            self.gained.setdefault(case.learner, []).append(case.skill)
        if before and not outcome.mastered:
            self.lost[case.learner, case.skill] = case.goal, case.word


def _gained(found: TriedClass, tally: _Tally, names: Mapping[int, str]) -> Iterator[Gain]:
    for key in sorted(tally.gained, key=lambda one: (names[one].casefold(), one))[:MOST_LISTED]:
        titles = tuple(found.content.graph[skill].title for skill in tally.gained[key])
        yield Gain(person_id=key, name=names[key], skills=titles)


def _lost(
    session: Session,
    row: PlacementRow,
    found: TriedClass,
    tally: _Tally,
    rule: MasteryRule,
    names: Mapping[int, str],
) -> Iterator[Loss]:
    """Those listed, with what is missing: a reason takes longer than the verdict, so only these are worked out."""
    listed = sorted(tally.lost, key=lambda one: (names[one[0]].casefold(), one[0]))[:MOST_LISTED]
    if not listed:
        return
    who, skills = {key for key, _ in listed}, {skill for _, skill in listed}
    histories = evidence.histories(session, row.course_id, who, skills, found.content.key)
    for key, skill in listed:
        goal, word = tally.lost[key, skill]
        missing = still_missing(goal or rule, histories.get((key, skill), ()), skill) if word is None else _NOT_YET
        yield Loss(person_id=key, name=names[key], skill=found.content.graph[skill].title, why=missing)


_NOT_YET = say("A teacher’s word: not yet.")


def _falls(falls: Sequence[Move], names: Mapping[int, str]) -> Iterator[Fall]:
    for one in sorted(falls, key=lambda one: (names[one.person_id].casefold(), one.person_id)):
        yield Fall(person_id=one.person_id, name=names[one.person_id], before=one.before, after=one.after)


def _scarce(found: TriedClass, rule: MasteryRule, now: datetime) -> Iterator[Phrase]:
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
