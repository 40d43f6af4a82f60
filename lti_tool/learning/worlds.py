"""Worlds: simple stories of how a learner answers, held side by side by the Bayes filter (`posterior`).

*Two-state* worlds (Corbett & Anderson 1995): the skill is known or not, with a chance of guessing, slipping,
learning at each answer and forgetting overnight. *Stages*: half known on the way to known, as some all-or-none
learning goes in two steps (Restle 1964). *Ladders*: expected success climbs rung by rung. *Growing* worlds:
success rises with the logarithm of practice, quickly, slowly or not at all (Cen, Koedinger & Junker 2006; not at
all: Beck & Gong 2013). *Fading errors*: what is left to learn shrinks as a power of practice (Newell & Rosenbloom
1981), also for learners whose minds wander off now and then, for some answers in a row (Baker et al. 2004).

All states lie in one row. A world that starts in another state is the same world with other first weights, so a
state stands for its world and its start at once, and learning what a skill is like (`kind_fit`) means learning
first weights. Shipped weights are our own judgement, checked with simulated learners; nothing is fitted on anybody's
answers.

Wide on purpose. Frequent slips, easy guesses, stages and minds that wander in runs came last, tried on classes they
were not drawn from. Answers too many a learner at 5 false of 100 called, with what such a class shows, before and
after: where those who know slip in .12 to .25 of their answers 3.9 and 3.0 (the best single rule of research: 3.2); in
two steps 9.5 and 6.4 (6.3); where guessing succeeds in .25 to .55 4.7 and 4.6 (4.6); with minds often elsewhere 28.1
and 23.7 (24.7), in long runs 27.9 and 21.8 (21.7). Over five kinds of learners together 8.6 and 7.2, with 8.5 and 5.5
of 100 missed. It costs where minds are elsewhere for one or two answers only and nearly half of those are right, which
looks like skills that stay just below the level: 21 and 26.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

MASTERED_SUCCESS = 0.85
"""Expected success on a middling item from which a state counts as mastered where success is a matter of degree,
unless a teacher sets another level. Where a skill is known or not, who knows it has mastered it at every level."""

LEVELS_KEPT = 8

MOST_STEPS = 120
"""After so many answers growing worlds stand still."""

AHEAD = 6
"""How many answers the look ahead is long, in `Bank.soon`."""

RUNGS = (0.1, 0.22, 0.36, 0.5, 0.62, 0.72, 0.79, 0.84, 0.88, 0.92, 0.96)
SHARES = {"two_state": 0.36, "ladder": 0.15, "growing": 0.23, "fading": 0.2, "stages": 0.06}
"""Prior weight of each family."""

GUESSES = ((0.1, 0.22), (0.2, 0.27), (0.3, 0.23), (0.42, 0.18), (0.54, 0.1))
SLIPS = ((0.03, 0.31), (0.08, 0.36), (0.15, 0.23), (0.23, 0.1))
"""Chances to guess and to slip of two-state worlds, with their weights: authors mend or drop items that many guess or
many who know miss, so such items are rare."""

NATURES = {
    "any": tuple(SHARES),
    "known_or_not": ("two_state", "stages"),
    "gradual": ("ladder", "growing", "fading"),
}
"""What a teacher may know of a skill, and the families that go with it."""

SURE_OF_NATURE = {"any": 1.0, "known_or_not": 0.9, "gradual": 0.9}
"""How far each is believed: a teacher may err."""

DIFFICULTY_SLOPE = 0.85
"""Logits of success that one logit of item difficulty costs: below 1, as authors' difficulties are rough."""

WANDERS = 0.06
"""Chance that the mind wanders off at an answer, of learners whose mind does."""
RETURNS = 0.25
"""Chance that it comes back at an answer: it is elsewhere for four in a row, on average."""
ELSEWHERE = 0.25
"""Chance of a right answer meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """All states of all worlds in a row.

    `families` (the name of each), `prior`, `climb` (chance to move to the next state at an answer), `back` (to the one
    before, at an answer) and `fall` (to the one before, overnight): [state]. `returning` are the places among which
    there is a way back.
    `success`, `logit` (of success on a middling item), `lasting` (success over many items, wherever the mind is now),
    `ability` (success with the mind on it; 0 or 1 where a skill is known or not), `mastered` (at the bank's level) and
    `soon` (mastered `AHEAD` answers later, by learning alone): [answers so far, state]. `slope`: logits of success that
    one logit of difficulty costs.
    """

    families: tuple[str, ...]
    prior: Vector
    climb: Vector
    back: Vector
    fall: Vector
    returning: slice
    success: Vector
    logit: Vector
    lasting: Vector
    ability: Vector
    mastered: Vector
    soon: Vector
    slope: float = DIFFICULTY_SLOPE


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a bank: its family and what makes it up (`traits`), its weight there, success and ability after
    0, 1, 2 ... answers."""

    family: str
    traits: tuple[float, ...]
    weight: float
    success: Vector
    ability: Vector
    climb: float = 0.0
    back: float = 0.0
    fall: float = 0.0


def still(value: float) -> Vector:
    """What no number of answers changes."""
    return np.full(MOST_STEPS + 1, value)


def _two_state() -> Iterator[State]:
    start = 0.36
    learns = ((0.02, 0.2), (0.07, 0.3), (0.18, 0.3), (0.4, 0.2))
    forgets = ((0.0, 0.6), (0.12, 0.4))
    for learn, guess, slip, forget in product(learns, GUESSES, SLIPS, forgets):
        weight = learn[1] * guess[1] * slip[1] * forget[1]
        unknown, known = still(guess[0]), still(1 - slip[0])
        traits = (learn[0], guess[0], slip[0], forget[0])
        yield State(
            family="two_state",
            traits=(*traits, 0.0),
            weight=weight * (1 - start),
            success=unknown,
            ability=still(0.0),
            climb=learn[0],
        )
        yield State(
            family="two_state",
            traits=(*traits, 1.0),
            weight=weight * start,
            success=known,
            ability=still(1.0),
            fall=forget[0],
        )


def _ladders() -> Iterator[State]:
    entry = np.linspace(1.2, 0.5, len(RUNGS))
    for climb, share in ((0.05, 0.4), (0.12, 0.35), (0.3, 0.25)):
        for rung, success in enumerate(RUNGS):
            last = rung == len(RUNGS) - 1
            yield State(
                family="ladder",
                traits=(climb, success),
                weight=share * float(entry[rung]),
                success=still(success),
                ability=still(success),
                climb=0.0 if last else climb,
            )


def _growing() -> Iterator[State]:
    practice = np.log2(1 + np.arange(MOST_STEPS + 1))
    paces = ((0.0, 0.25), (0.15, 0.15), (0.3, 0.2), (0.5, 0.2), (0.8, 0.15), (1.2, 0.05))
    for place, pace, floor in product(np.arange(-4.0, 4.01, 0.5), paces, (0.05, 0.2)):
        success = floor + (0.97 - floor) / (1 + np.exp(-(place + pace[0] * practice)))
        weight = pace[1] * float(np.exp(-0.5 * ((place - 0.2) / 1.8) ** 2))
        yield State(
            family="growing",
            traits=(place, pace[0], floor),
            weight=weight,
            success=success,
            ability=success,
        )


def _fading() -> Iterator[State]:
    practice = 1.0 + np.arange(MOST_STEPS + 1)
    for first, pace, wanders in product(
        (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.93), (0.1, 0.2, 0.35, 0.6, 1.0), (0.0, WANDERS)
    ):
        able = np.minimum(1 - (1 - first) * practice**-pace, 0.97)
        away = wanders / (wanders + RETURNS)
        traits = (pace, first, away)
        yield State(
            family="fading", traits=(*traits, 0.0), weight=1 - away, success=able, ability=able, climb=wanders
        )
        if wanders:
            elsewhere = still(ELSEWHERE)
            yield State(
                family="fading", traits=(*traits, 1.0), weight=away, success=elsewhere, ability=able, back=RETURNS
            )


def _stages() -> Iterator[State]:
    guess = 0.17
    for learn, half, slip in product((0.07, 0.2), (0.45, 0.62), (0.04, 0.1)):
        for stage, success, ability, share in (
            (0.0, guess, 0.0, 0.4),
            (1.0, half, half, 0.3),
            (2.0, 1 - slip, 1.0, 0.3),
        ):
            yield State(
                family="stages",
                traits=(learn, half, slip, stage),
                weight=share,
                success=still(success),
                ability=still(ability),
                climb=0.0 if ability == 1 else learn,
            )


def _rows() -> list[State]:
    return [row for family in (_two_state, _ladders, _growing, _fading, _stages) for row in family()]


def traits(family: str) -> tuple[NDArray[np.int64], Vector]:
    """The places of a family's states in the bank, and what makes them up, [trait, state].

    Two-state: learn, guess, slip, forget, known at first; ladder: climb, success; growing: place, pace, floor;
    fading: pace, success at first, share of answers with the mind elsewhere, elsewhere at first; stages: learn, success
    when half known, slip, stage at first (0, 1, 2).
    """
    found = [(place, row.traits) for place, row in enumerate(_rows()) if row.family == family]
    return np.array([place for place, _ in found]), np.array([one for _, one in found]).T


@lru_cache(maxsize=LEVELS_KEPT)
def bank(level: float = MASTERED_SUCCESS) -> Bank:
    """The bank with states of this ability counted as mastered; each is built once."""
    if level != MASTERED_SUCCESS:
        usual = bank()
        mastered = (usual.ability >= level).astype(float)
        return replace(usual, mastered=mastered, soon=_ahead(mastered, usual.climb))
    rows = _rows()
    totals = {family: sum(row.weight for row in rows if row.family == family) for family in SHARES}
    return assemble(rows, np.array([SHARES[row.family] * row.weight / totals[row.family] for row in rows]))


def assemble(states: Sequence[State], prior: Vector, slope: float = DIFFICULTY_SLOPE) -> Bank:
    """A bank of these states, at the usual level. States of one world stand one after the other: each climbs to the
    next, and falls or goes back to the one before."""
    success = np.array([state.success for state in states]).T.copy()
    ability = np.array([state.ability for state in states]).T.copy()
    mastered = (ability >= MASTERED_SUCCESS).astype(float)
    climb = np.array([state.climb for state in states])
    back = np.array([state.back for state in states])
    away = back.nonzero()[0]
    return Bank(
        families=tuple(state.family for state in states),
        prior=prior,
        climb=climb,
        back=back,
        fall=np.array([state.fall for state in states]),
        returning=slice(away[0] - 1, away[-1] + 1) if len(away) else slice(0),
        success=success,
        logit=np.log(success / (1 - success)),
        lasting=_lasting(success, climb, back),
        ability=ability,
        mastered=mastered,
        soon=_ahead(mastered, climb),
        slope=slope,
    )


@lru_cache(maxsize=len(NATURES))
def prior_of(nature: str) -> Vector:
    """First weights for a skill of this nature (a key of `NATURES`)."""
    return believed(bank().prior, bank().families, nature)


def believed(prior: Vector, families: Sequence[str], nature: str) -> Vector:
    """Prior weights, of states or of whatever has a family each, for a skill of this nature."""
    mine = prior * np.isin(families, NATURES[nature])
    sure = SURE_OF_NATURE[nature]
    return np.asarray(sure * mine / mine.sum() + (1 - sure) * prior)


def _lasting(success: Vector, climb: Vector, back: Vector) -> Vector:
    """Of a mind here and one elsewhere, as much as each there is in the long run."""
    away = back.nonzero()[0]
    here, lasting = away - 1, success.copy()
    share = climb[here] / (climb[here] + back[away])
    lasting[:, here] = lasting[:, away] = (1 - share) * success[:, here] + share * success[:, away]
    return lasting


def _ahead(mastered: Vector, climb: Vector) -> Vector:
    """For each state the chance to be mastered `AHEAD` answers later: the climb, read backwards. Minds that wander off
    change nothing."""
    later = np.minimum(np.arange(MOST_STEPS + 1) + AHEAD, MOST_STEPS)
    chance = mastered[later]
    for _ in range(AHEAD):
        chance = (1 - climb) * chance + climb * np.roll(chance, -1, axis=1)
    return chance
