"""The numbers of knowledge tracing, found in a class's own answers.

Nobody sees who knows a skill; the numbers that explain the answers best are found by expectation maximisation over
the two-state model (Baum et al. 1970; Corbett & Anderson 1995), all skills at once. First one set of numbers is found
for the whole course, leaning a little on usual ones, and then each skill's own. A skill with few answers leans on the
course's numbers (partial pooling), the less the more answers it has, and with `OWN_ANSWERS` not at all: then these are
the textbook's numbers of greatest likelihood.

The model fits answers in more than one way, so the climb begins at several `STARTS`, goes on where it has come highest
after some steps (short runs: Biernacki, Celeux & Govaert 2003), and prefers numbers by which who guesses is wrong at
least as often as right and who knows is right most of the time; the other way round knowing and not knowing change
places (Beck & Chang 2007). Only where no start finds such numbers, as where success grows by and by from above one
half, guessing may be easier than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .ids import SkillId
from .response_features import Index, Matrix, Vector
from .rules.tracing import SkillChances, Tracing

USUAL = (0.35, 0.15, 0.2, 0.1)
"""What a course leans on: start, learn, guess, slip. Our own judgement."""
STARTS = ((0.1, 0.3, 0.1, 0.25), (0.5, 0.03, 0.4, 0.05))
"""Where the climb begins beside the course's numbers: few know and slips are common; half know and guessing is easy."""
LOWEST = np.array([0.01, 0.01, 0.01, 0.01])
HIGHEST = np.array([0.9, 0.9, 0.9, 0.4])
MOST_GUESSED = 0.5
MOST_WRONG = 0.94
"""Guessing and slipping stay below this together, so that who knows is right more often."""
COURSE_LEARNERS = 5.0
"""What the usual numbers count for in a course: so many learners, or so many answers."""
SKILL_LEARNERS = 10.0
"""What the course's numbers count for in a skill of which there are hardly any answers."""
OWN_ANSWERS = 300
"""With so many answers a skill has its own numbers alone."""
LEAST_LEARNERS = 5
"""A skill seen by fewer learners has the course's numbers."""
DIGITS = 3

_SHORT = 10
_ROUNDS = 60
_STILL = 1e-3
_LEAST = 1e-100
_HARDLY = 1e-6
_FAR = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """Rows of answers, the longest first: `scores` of all first answers, then of all second ones and so on; the
    answers of step t lie from `ends[t]` to `ends[t + 1]`, and belong to the first rows. `skill` of each row."""

    scores: Vector
    ends: Index
    skill: Index
    skills: int

    def parts(self) -> Iterator[slice]:
        """Where each step's answers lie."""
        return (slice(low, high) for low, high in zip(self.ends[:-1], self.ends[1:], strict=True))

    @property
    def of(self) -> Index:
        """The skill of each answer."""
        return np.concatenate([self.skill[: part.stop - part.start] for part in self.parts()])


def fit(rule: Tracing, histories: Mapping[tuple[int, SkillId], Sequence[float]]) -> Tracing:
    """The rule with the numbers of this class. `histories` are scores in [0, 1], in order, by learner and skill.

    Nothing to learn from gives the rule as it is. A million answers take about 20 seconds and 200 MB.
    """
    rows = {key: scores for key, scores in histories.items() if len(scores)}
    if not rows:
        return rule
    keys = sorted({skill for _, skill in rows})
    place = {skill: number for number, skill in enumerate(keys)}
    steps = _steps(list(rows.values()), np.array([place[skill] for _, skill in rows]), len(keys))
    course, own = fit_steps(steps)
    seen = Counter(skill for _, skill in rows)
    start, learn, guess, slip = _rounded(course)
    found = tuple(
        SkillChances(str(skill), *_rounded(own[place[skill]])) for skill in keys if seen[skill] >= LEAST_LEARNERS
    )
    return replace(rule, start=start, learn=learn, guess=guess, slip=slip, skills=found)


def _rounded(chances: Vector) -> tuple[float, ...]:
    return tuple(round(float(one), DIGITS) for one in chances)


def _steps(rows: Sequence[Sequence[float]], skill: Index, skills: int) -> _Steps:
    sizes = np.array([len(row) for row in rows])
    order = np.argsort(-sizes, kind="stable")
    longest = sizes[order]
    each = np.array([np.searchsorted(-longest, -step, side="left") for step in range(int(longest[0]))])
    ends = np.concatenate([[0], np.cumsum(each)])
    flat = np.concatenate([np.asarray(rows[row], dtype=float) for row in order])
    step = np.concatenate([np.arange(size) for size in longest])
    scores = np.empty(len(flat))
    scores[ends[step] + np.repeat(np.arange(len(rows)), longest)] = np.clip(flat, 0.0, 1.0)
    return _Steps(scores=scores, ends=ends, skill=skill[order], skills=skills)


def fit_steps(steps: _Steps) -> tuple[Vector, Matrix]:
    """The course's four numbers, and [skill, number] of each skill."""
    one = replace(steps, skill=np.zeros_like(steps.skill), skills=1)
    usual = np.array([USUAL])
    course = _climb(one, usual, _Lean(towards=usual, weight=np.array([[COURSE_LEARNERS]])), _ROUNDS)
    lean = _Lean(towards=np.repeat(course, steps.skills, axis=0), weight=_weight(steps))
    begun = [np.tile(start, (steps.skills, 1)) for start in (course[0], *STARTS)]
    short = np.array([_climb(steps, start, lean, _SHORT) for start in begun])
    best = np.array([_worth(steps, chances, lean) for chances in short]).argmax(axis=0)
    own = _climb(steps, short[best, np.arange(steps.skills)], lean, _ROUNDS)
    return _apart(course)[0], _apart(own)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lean:
    """The numbers each skill leans on, [skill, number], and for how many learners or answers they count, [skill, 1]."""

    towards: Matrix
    weight: Matrix


def _weight(steps: _Steps) -> Matrix:
    answers = np.bincount(steps.of, minlength=steps.skills)
    return np.asarray(np.maximum(SKILL_LEARNERS * (1 - answers / OWN_ANSWERS), _HARDLY))[:, None]


def _climb(steps: _Steps, start: Matrix, lean: _Lean, rounds: int) -> Matrix:
    """Expectation and maximisation by turns, until the numbers stand still."""
    chances, of = np.clip(start, LOWEST, HIGHEST), steps.of
    for _ in range(rounds):
        happened, possible = _expected(steps, of, chances)
        better = np.clip((happened + lean.weight * lean.towards) / (possible + lean.weight), LOWEST, HIGHEST)
        moved = float(np.abs(better - chances).max())
        chances = better
        if moved < _STILL:
            break
    return chances


def _worth(steps: _Steps, chances: Matrix, lean: _Lean) -> Vector:
    """How well the numbers explain the answers of each skill, with what they lean on: the log of the likelihood and of
    the prior. Numbers that take knowing for not knowing come last."""
    of = steps.of
    if_known, if_not = _likelihoods(steps, of, chances)
    explained = _forward(steps, chances[:, 0], chances[:, 1][of], if_known, if_not)[1]
    prior = lean.weight * (lean.towards * np.log(chances) + (1 - lean.towards) * np.log(1 - chances))
    worth = np.bincount(of, np.log(explained), steps.skills) + prior.sum(axis=1)
    return np.asarray(np.where(chances[:, 2] <= MOST_GUESSED, worth, worth - _FAR))


def _apart(chances: Matrix) -> Matrix:
    start, learn, guess, slip = chances.T
    return np.stack([start, learn, np.minimum(guess, MOST_WRONG - slip), slip], axis=1)


def _likelihoods(steps: _Steps, of: Index, chances: Matrix) -> tuple[Vector, Vector]:
    """How likely each answer is from somebody who knows, and from somebody who does not."""
    guess, slip, scores = chances[:, 2][of], chances[:, 3][of], steps.scores
    return (1 - slip) ** scores * slip ** (1 - scores), guess**scores * (1 - guess) ** (1 - scores)


def _expected(steps: _Steps, of: Index, chances: Matrix) -> tuple[Matrix, Matrix]:
    """How often each of the four things is expected to have happened in each skill, and how often it could have."""
    scores, learn = steps.scores, chances[:, 1][of]
    if_known, if_not = _likelihoods(steps, of, chances)
    after, _ = _forward(steps, chances[:, 0], learn, if_known, if_not)
    known, learned, could = _backward(steps, after, learn, if_known, if_not)
    first = slice(0, len(steps.skill))
    unknown = 1 - known

    def total(worth: Vector, whose: Index = of) -> Vector:
        return np.asarray(np.bincount(whose, worth, steps.skills), dtype=float)

    ones = np.ones(len(steps.skill))
    happened = (
        total(known[first], of[first]),
        total(learned),
        total(unknown * scores),
        total(known * (1 - scores)),
    )
    possible = (total(ones, of[first]), total(could), total(unknown), total(known))
    return np.stack(happened, axis=1), np.stack(possible, axis=1)


def _forward(
    steps: _Steps, start: Vector, learn: Vector, if_known: Vector, if_not: Vector
) -> tuple[Vector, Vector]:
    """The chance of knowing once the answer is seen, before it teaches; and how likely the answer was."""
    after, explained = np.empty(len(steps.scores)), np.empty(len(steps.scores))
    before = start[steps.skill]
    for part in steps.parts():
        before = before[: part.stop - part.start]
        good = before * if_known[part]
        explained[part] = good + (1 - before) * if_not[part]
        after[part] = good / explained[part]
        before = after[part] + (1 - after[part]) * learn[part]
    return after, explained


def _backward(
    steps: _Steps, after: Vector, learn: Vector, if_known: Vector, if_not: Vector
) -> tuple[Vector, Vector, Vector]:
    """In the light of all answers: the chance of knowing at each answer, of having learned at it, and that there was
    something to learn (both 0 at the last answer, which nothing follows)."""
    known, learned, could = after.copy(), np.zeros(len(after)), np.zeros(len(after))
    ahead = np.ones(0)
    parts = list(steps.parts())
    for now, then in zip(reversed(parts[:-1]), reversed(parts[1:]), strict=True):
        size = then.stop - then.start
        ahead = np.concatenate([ahead, np.ones(size - len(ahead))])
        here = slice(now.start, now.start + size)
        later = if_known[then] * ahead
        stayed, moved = (1 - learn[here]) * if_not[then], learn[here] * later
        chance = after[here]
        every = chance * later + (1 - chance) * (stayed + moved)
        known[here] = chance * later / every
        learned[here] = (1 - chance) * moved / every
        could[here] = 1 - known[here]
        ahead = np.maximum(later / (stayed + moved), _LEAST)
    return known, learned, could
