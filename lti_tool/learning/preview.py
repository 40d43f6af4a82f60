"""Preview: what a rule would say of a whole class, from the evidence there is, before anybody puts it in force.

A verdict has many words; a preview needs only who is mastered and how far the others are, for hundreds of learners
in a second. It takes the very rules, gates and filter that verdicts take (tests hold the two together).

How many masteries come too early and how many are missed nobody can count, as nobody sees mastery itself. The
filter of `posterior` says how likely it is: summed over the class that makes the number to expect. Over five kinds of
simulated learners together such numbers were right within a third (124 expected, 90 true at the quick setting; 54 and
46; 13 and 9); for one kind alone they can be far off, so pages say "about" and compare settings rather than count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .evidence import Evidence
from .history import counting_tries, first_answers
from .ids import SkillId
from .mastery import ALMOST, first_met, progress
from .posterior import Course, believe_many
from .rules import MasteryRule, Statistical
from .rules.gates import Gates, counted, read_gates
from .rules.reading import Reading
from .rules.statistical import THRESHOLDS
from .worlds import MASTERED_SUCCESS, Vector, bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All evidence of one learner on one skill. `goal` is a rule that holds for this learner instead of the class's;
    `word` what the teacher said of it, mastered or not, which no rule overrules."""

    learner: int
    skill: SkillId
    history: tuple[Evidence, ...]
    goal: MasteryRule | None = None
    word: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule says of a case: mastered or how far (`progress` in [0, 1]); and the probability that the skill was
    truly mastered when it was called so (`likely`), or is by now if it was not."""

    mastered: bool
    progress: float
    likely: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """`called` masteries, of which `early` are expected to come too early, and `missed` that are there, but not
    called yet."""

    called: int
    early: float
    missed: float

    def __add__(self, other: Expectation) -> Expectation:
        """Of two parts of a class together."""
        return Expectation(
            called=self.called + other.called, early=self.early + other.early, missed=self.missed + other.missed
        )


NOTHING_EXPECTED = Expectation(called=0, early=0.0, missed=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The answers of a case that count, and its gates."""

    answers: tuple[Evidence, ...]
    gates: Gates


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The answers of many cases one after the other: how sure we are after each, whether the gates are open then, and
    which answer of its case it is, from 1; and where each case ends."""

    sure: Vector
    opened: NDArray[np.bool_]
    number: NDArray[np.int_]
    ends: NDArray[np.int_]

    def first_sure(self, rule: Statistical) -> Iterator[int | None]:
        """Of each case the place of the first answer after which mastery is called."""
        met = np.flatnonzero((self.sure >= rule.threshold) & self.opened & (self.number >= rule.least))
        starts = np.append(0, self.ends)[:-1]
        first = np.append(met, len(self.sure))[np.searchsorted(met, starts)]
        for start, end, place in zip(starts.tolist(), self.ends.tolist(), first.tolist(), strict=True):
            yield place - start if place < end else None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A rule tried on a class."""

    rule: MasteryRule
    cases: Sequence[Case]

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One outcome a case, in their order."""
        return tuple(
            _overruled(self._outcome(place, at), case.word)
            for place, (case, at) in enumerate(zip(self.cases, self._calls, strict=True))
        )

    @cached_property
    def expectation(self) -> Expectation:
        """False and missed masteries to expect of the rule."""
        return self._expected(self._calls)

    @cached_property
    def dial(self) -> Mapping[str, Expectation]:
        """For a statistical rule, what each setting of its dial would mean, from quick to strict."""
        rule = self.rule.rule
        if not isinstance(rule, Statistical):
            return {}
        others = {name: replace(rule, sureness=name) for name in THRESHOLDS if name != rule.sureness}
        found = {name: self._expected(self._called(replace(self.rule, rule=one))) for name, one in others.items()}
        found[rule.sureness] = self.expectation
        return {name: found[name] for name in THRESHOLDS}

    def _outcome(self, place: int, called: int | None) -> Outcome:
        likely = self._likely(place, called)
        if called is not None:
            return Outcome(mastered=True, progress=1.0, likely=likely)
        way = progress(self._way(place), self._reads[place].gates) if self._firsts[place] else 0.0
        return Outcome(mastered=False, progress=way, likely=likely)

    def _likely(self, place: int, called: int | None) -> float:
        """The probability that it was mastered when it was called, or is by now."""
        truth = self._truths[place].mastered
        if called is None:
            return truth[-1]
        return truth[_answers_until(self._firsts[place], self._reads[place].answers[called])]

    @cached_property
    def _calls(self) -> Sequence[int | None]:
        """After which of its answers each case is called mastered."""
        return self._called(self.rule)

    def _called(self, rule: MasteryRule) -> Sequence[int | None]:
        """The same by another setting of the rule, for the cases that have no goal of their own."""
        called: list[int | None] = [None] * len(self.cases)
        for place, at in zip(self._by_class, self._first_met(rule, self._by_class), strict=True):
            called[place] = at
        for place, case in enumerate(self.cases):
            if case.goal is not None:
                (called[place],) = self._first_met(case.goal, (place,))
        return called

    @cached_property
    def _by_class(self) -> Sequence[int]:
        """The cases that have no goal of their own."""
        return [place for place, case in enumerate(self.cases) if case.goal is None]

    def _first_met(self, rule: MasteryRule, places: Sequence[int]) -> Iterable[int | None]:
        """After which answers some cases are called mastered by one rule."""
        if not isinstance(rule.rule, Statistical):
            return [first_met(self._readings[place].met, self._reads[place].gates) for place in places]
        rows = self._rows_by_class if places is self._by_class else self._rows_of(places)
        return rows.first_sure(rule.rule)

    @cached_property
    def _rows_by_class(self) -> _Rows:
        return self._rows_of(self._by_class)

    def _rows_of(self, places: Sequence[int]) -> _Rows:
        sure = [self._beliefs[place].sure[1:] for place in places]
        opened = [self._reads[place].gates.open_after for place in places]
        lengths = list(map(len, sure))
        return _Rows(
            sure=np.fromiter(chain.from_iterable(sure), float),
            opened=np.fromiter(chain.from_iterable(opened), bool),
            number=np.fromiter(chain.from_iterable(range(1, one + 1) for one in lengths), int),
            ends=np.cumsum(lengths, dtype=int),
        )

    def _way(self, place: int) -> float:
        """How far a case is on the rule's own way."""
        rule = (self.cases[place].goal or self.rule).rule
        if not isinstance(rule, Statistical):
            return self._readings[place].progress
        answers, sure = self._reads[place].answers, self._beliefs[place].sure
        return rule.way(sure[-1], self.cases[place].skill) if answers else 0.0

    @cached_property
    def _readings(self) -> Mapping[int, Reading]:
        """What rules that do not ask the filter say of their cases."""
        rules = [case.goal or self.rule for case in self.cases]
        return {
            place: rule.read(self._reads[place].answers, self.cases[place].skill)
            for place, rule in enumerate(rules)
            if not isinstance(rule.rule, Statistical)
        }

    def _expected(self, called: Iterable[int | None]) -> Expectation:
        """What a teacher said of a case leaves nothing to expect."""
        number, early, missed = 0, 0.0, 0.0
        for place, (case, at) in enumerate(zip(self.cases, called, strict=True)):
            if case.word is not None:
                number += case.word
            elif at is None:
                missed += self._truths[place].mastered[-1]
            else:
                number, early = number + 1, early + (1 - self._likely(place, at))
        return Expectation(called=number, early=early, missed=missed)

    @cached_property
    def _reads(self) -> tuple[_Read, ...]:
        return tuple(map(self._read, range(len(self.cases))))

    def _read(self, place: int) -> _Read:
        case = self.cases[place]
        rule = case.goal or self.rule
        first = rule.tries == "first"
        tries = self._firsts[place] if first else counting_tries(case.history, case.skill, rule.tries)
        answers = counted(rule, tries).answers
        return _Read(answers=answers, gates=read_gates(rule, answers))

    @cached_property
    def _firsts(self) -> tuple[tuple[Evidence, ...], ...]:
        return tuple(first_answers(case.history, case.skill) for case in self.cases)

    @cached_property
    def _truths(self) -> Sequence[Course]:
        return self._believed(self._firsts)

    @cached_property
    def _beliefs(self) -> Sequence[Course]:
        """What the filter thinks of the answers that count; mostly all first answers do."""
        looked = [read.answers for read in self._reads]
        return self._truths if looked == list(self._firsts) else self._believed(looked)

    def _believed(self, histories: Sequence[Sequence[Evidence]]) -> Sequence[Course]:
        """What the filter thinks of one history a case, at the level that the rule of the case asks for."""
        found: dict[int, Course] = {}
        rules = [(case.goal or self.rule).rule for case in self.cases]
        levels = [rule.expected_success if isinstance(rule, Statistical) else MASTERED_SUCCESS for rule in rules]
        for level in set(levels):
            places = [place for place, one in enumerate(levels) if one == level]
            here = [histories[place] for place in places]
            priors = [self._priors[place] for place in places]
            found |= zip(places, believe_many(here, priors, level), strict=True)
        return [found[place] for place in range(len(histories))]

    @cached_property
    def _priors(self) -> Sequence[Vector]:
        """What each case's rule knows of the skill before any answer."""
        rules = [((case.goal or self.rule).rule, case.skill) for case in self.cases]
        return [rule.prior(skill) if isinstance(rule, Statistical) else bank().prior for rule, skill in rules]


def _overruled(one: Outcome, word: bool | None) -> Outcome:
    """A teacher's word decides, and leaves nothing to doubt."""
    if word is None:
        return one
    return Outcome(mastered=word, progress=1.0 if word else min(one.progress, ALMOST), likely=float(word))


def _answers_until(firsts: Sequence[Evidence], last: Evidence) -> int:
    """How many first answers there were by then."""
    return sum((one.at, one.id) <= (last.at, last.id) for one in firsts)
