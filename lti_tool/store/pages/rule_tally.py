"""What is kept of a setting tried on a class: numbers, who would gain or lose, and whose grade would go down.

The evidence itself is let go, and lists end where they help nobody any more, so that a tally of ten thousand students
is hardly larger than one of fifty. It is plain JSON for a preview that was worked out beforehand; names are no part of
it, as people may be forgotten meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ...learning.evidence import Source
from ...learning.ids import SkillId
from ...learning.mastery import still_missing
from ...learning.phrases import Phrase, say
from ...learning.preview import NOTHING_EXPECTED, Case, Expectation
from .. import mastery
from ..database import Session
from ..rules import Setting
from ..tables import PlacementRow
from .rule_trial import Move, Stretch, TriedClass, moves, stretches

FROM_OUTSIDE = (Source.OBSERVATION, Source.LMS_GRADE)

MOST_LISTED = 100
"""So many who gain, and losses, are listed by name; a page with ten thousand lines helps nobody. Falling grades are
all kept, as a teacher agrees to each."""

MOST_SKILLS = 20
"""So many newly mastered skills of one student are listed."""

Hear = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A skill no longer mastered, and what is missing."""

    person_id: int
    skill: SkillId
    why: Phrase


@dataclass(slots=True, kw_only=True)
class Tally:
    """What would change. `answers` to questions and what was `seen` elsewhere (observations, other columns' grades)
    are the evidence, of `learners` students; `silent` are those without any that counts. What no rule for the class
    changes is counted apart: skills the teacher has `said` a word on, students with `own_goals`, and those `excused`
    from some skill. `called` and `called_before` count skills mastered, over all learners; of the `gained_count` newly
    mastered and the `lost_count` no longer so the first are listed. `rises` and `falls` are grades, `kept` those a
    teacher set by hand, which stay. `dial` has an entry for each setting of a statistical rule."""

    learners: int = 0
    answers: int = 0
    seen: int = 0
    silent: int = 0
    said: int = 0
    own_goals: int = 0
    excused: int = 0
    called_before: int = 0
    called: int = 0
    gained: dict[int, list[SkillId]] = field(default_factory=dict)
    gained_count: int = 0
    lost: list[Lost] = field(default_factory=list)
    lost_count: int = 0
    rises: int = 0
    falls: list[Move] = field(default_factory=list)
    kept: int = 0
    expected: Expectation = NOTHING_EXPECTED
    dial: dict[str, Expectation] = field(default_factory=dict)

    def take(self, found: TriedClass, stretch: Stretch, setting: Setting) -> None:
        """Add a stretch."""
        trial = stretch.trial
        rows = [one.source for case in trial.cases for one in case.history if one.source is not Source.ASSESSMENT]
        seen = sum(source in FROM_OUTSIDE for source in rows)
        learners = len({case.learner for case in trial.cases})
        self.learners, self.silent = self.learners + learners, self.silent + len(stretch.students) - learners
        self.seen, self.answers = self.seen + seen, self.answers + len(rows) - seen
        self.said += sum(case.word is not None for case in trial.cases)
        self.own_goals += len({case.learner for case in trial.cases if case.goal is not None})
        self.excused += len(stretch.excused)
        self._compare(stretch)
        for move in moves(found, stretch, setting):
            if move.after < move.before:
                self.falls.append(move)
            else:
                self.rises += 1
        self.kept += sum(one.state == "kept" for one in stretch.promises.values())
        self.expected += trial.expectation
        for name, expected in trial.dial.items():
            self.dial[name] = self.dial.get(name, NOTHING_EXPECTED) + expected

    def _compare(self, stretch: Stretch) -> None:
        """What is mastered now and what would be. Of the lists, a stretch adds to the end: it follows by name."""
        gained: dict[int, list[SkillId]] = {}
        lost: dict[int, list[Case]] = {}
        for case, outcome in zip(stretch.trial.cases, stretch.trial.outcomes, strict=True):
            before = (case.learner, case.skill) in stretch.mastered
            self.called_before += before
            self.called += outcome.mastered
            if outcome.mastered and not before:
                gained.setdefault(case.learner, []).append(case.skill)
            if before and not outcome.mastered:
                lost.setdefault(case.learner, []).append(case)
        self.gained_count += sum(map(len, gained.values()))
        self.lost_count += sum(map(len, lost.values()))
        for key in stretch.students:
            if key in gained and len(self.gained) < MOST_LISTED:
                self.gained[key] = gained[key][:MOST_SKILLS]
            if key in lost:
                # A reason takes longer than the verdict, so only those listed are worked out.
                self.lost += [_loss(stretch, case) for case in lost[key][: MOST_LISTED - len(self.lost)]]


_NOT_YET = say("A teacher’s word: not yet.")


def _loss(stretch: Stretch, case: Case) -> Lost:
    rule = case.goal or stretch.trial.rule
    why = still_missing(rule, case.history, case.skill) if case.word is None else _NOT_YET
    return Lost(person_id=case.learner, skill=case.skill, why=why)


def tally(
    session: Session, row: PlacementRow, found: TriedClass, setting: Setting, hear: Hear = lambda _count: None
) -> Tally:
    """Try the setting on the class. `hear` is told how many students are through, now and then."""
    kept, through = Tally(), 0
    for stretch in stretches(session, row, found, setting):
        kept.take(found, stretch, setting)
        through += len(stretch.students)
        hear(through)
    return kept


_PLAIN = tuple(one.name for one in fields(Tally) if one.type == "int")


def dump(kept: Tally) -> dict[str, Any]:
    """The tally as plain JSON."""
    return {
        **{name: getattr(kept, name) for name in _PLAIN},
        "gained": [[key, skills] for key, skills in kept.gained.items()],
        "lost": [[one.person_id, one.skill, mastery.phrase_body(one.why)] for one in kept.lost],
        "falls": [[one.person_id, one.before, one.after] for one in kept.falls],
        "expected": _numbers(kept.expected),
        "dial": {name: _numbers(one) for name, one in kept.dial.items()},
    }


def load(body: Mapping[str, Any]) -> Tally:
    """JSON -> tally."""
    return Tally(
        **{name: body[name] for name in _PLAIN},
        gained={key: [SkillId(one) for one in skills] for key, skills in body["gained"]},
        lost=[
            Lost(person_id=key, skill=SkillId(skill), why=mastery.phrase(why)) for key, skill, why in body["lost"]
        ],
        falls=[Move(person_id=key, before=before, after=after) for key, before, after in body["falls"]],
        expected=_expectation(body["expected"]),
        dial={name: _expectation(one) for name, one in body["dial"].items()},
    )


def _numbers(one: Expectation) -> list[float]:
    return [one.called, one.early, one.missed]


def _expectation(numbers: list[float]) -> Expectation:
    called, early, missed = numbers
    return Expectation(called=int(called), early=early, missed=missed)
