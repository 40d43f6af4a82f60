"""Kinds of skills: what the learners of one skill have in common, as first weights of the Bayes filter.

A skill that is known or not has *one* chance to guess and *one* to slip, whoever answers; a skill that grows has one
mean and one spread of where learners start. So a skill is told from few learners: some hundred plausible kinds, each
a bell over the states of `worlds`, are weighed by how well they explain all learners of the skill together
(`kind_fit`), and the skill's first weights are the mean of the likely kinds (a mixture of hyperparameters, as in
empirical Bayes: Morris 1983). The kinds are our own judgement, wide on purpose; nothing is fitted on anybody's
answers.

A kind's name is the letter of its family and the place of each of its numbers in the lists below, or in `worlds`.
Names stand in the rules of schools, so the lists may grow at their ends and change nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .worlds import GUESSES, NATURES, SHARES, SLIPS, Vector, bank, believed, prior_of, traits

OFTEN = 0.85
"""Share of a kind's learners whose minds wander off now and then, or never, as the kind says."""

CLEAR = 0.7
"""A skill's nature is told where its kinds carry so much of the weight."""

LISTED = 8
"""So many kinds are named of a skill, each with at least one percent."""

LEFT = 0.02
"""Share that stays with all other kinds, however sure we are; no world dies out."""

LETTERS = {"two_state": "c", "ladder": "l", "growing": "g", "fading": "f", "stages": "s"}
"""How the names of a family's kinds begin. Alone it stands for those of its kinds that are not named."""

_IN_JUMPS = tuple(LETTERS[family] for family in NATURES["known_or_not"])
_SAID = re.compile(r"(?:[a-z][0-9]{0,8} [1-9][0-9]?(?: |$))*")

Bells = Iterator[tuple[str, float, Vector]]
"""The kinds of a family: name, how usual it is among them, bell over the family's states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """All kinds: names, families, first weights [kind, state] and prior weight [kind], and where each family stands
    among them. A family weighs what it does in `worlds`; within it a kind weighs as much as its chances to guess and
    slip do."""

    names: tuple[str, ...]
    families: tuple[str, ...]
    first: Vector
    prior: Vector
    of_family: Mapping[str, slice]


@lru_cache(maxsize=1)
def kinds() -> Kinds:
    """The kinds, built once."""
    states = len(bank().prior)
    names: list[str] = []
    families: list[str] = []
    first: list[Vector] = []
    prior: list[float] = []
    of_family: dict[str, slice] = {}
    for family, bells in (
        ("two_state", _two_state),
        ("ladder", _ladders),
        ("growing", _growing),
        ("fading", _fading),
        ("stages", _stages),
    ):
        places, made_of = traits(family)
        found = list(bells(made_of))
        of_family[family] = slice(len(names), len(names) + len(found))
        names += [name for name, _, _ in found]
        families += [family] * len(found)
        first += [_spread(bell, places, states) for _, _, bell in found]
        whole = sum(usual for _, usual, _ in found)
        prior += [SHARES[family] * usual / whole for _, usual, _ in found]
    return Kinds(
        names=tuple(names),
        families=tuple(families),
        first=np.array(first),
        prior=np.array(prior),
        of_family=of_family,
    )


@lru_cache(maxsize=len(NATURES))
def kind_weights(nature: str) -> Vector:
    """Prior weight of each kind, [kind], for skills of this nature."""
    return believed(kinds().prior, kinds().families, nature)


def said(likely: Vector) -> str:
    """Of what kinds a skill is likely to be, in short: the likeliest kinds and percents, the likeliest first, then what
    the other kinds of each family have together, under the family's letter. `likely` is [kind]."""
    every = kinds()
    first = np.argsort(-likely)[:LISTED]
    first = first[np.round(100 * likely[first]) >= 1]
    others = likely.copy()
    others[first] = 0.0
    listed = [(every.names[place], likely[place]) for place in first]
    listed += [(LETTERS[family], others[where].sum()) for family, where in every.of_family.items()]
    percents = [(name, round(100 * share)) for name, share in listed]
    return " ".join(f"{name} {min(percent, 99)}" for name, percent in percents if percent >= 1)


def shares(text: str) -> Mapping[str, float]:
    """`said` back: name of a kind or letter of a family -> share. Raises `ValueError` for anything else."""
    words = text.split()
    found = {name: int(percent) / 100 for name, percent in zip(words[::2], words[1::2], strict=True)}
    most = LISTED + len(LETTERS)
    if not _SAID.fullmatch(text) or len(found) > most or sum(found.values()) > 1 + most / 200:
        raise ValueError(text)
    return found


@lru_cache(maxsize=2000)
def first_weights(text: str, nature: str) -> Vector:
    """First weights of a skill of which this is `said`. What it leaves open, and kinds nobody knows any more, have
    the weights of the skill's `nature`."""
    named = _by_name()
    listed = [(share, named[name]) for name, share in shares(text).items() if name in named]
    told = sum(share for share, _ in listed)
    left = max(LEFT, 1 - told)
    weights = sum((share * first for share, first in listed), np.zeros(len(bank().prior)))
    return np.asarray((weights + left * prior_of(nature)) / (told + left))


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, Vector]:
    """First weights by the name of a kind; by the letter of a family those of all its worlds."""
    every, usual = kinds(), bank().prior
    whole = {LETTERS[one]: usual * (np.array(bank().families) == one) / SHARES[one] for one in SHARES}
    return whole | dict(zip(every.names, every.first, strict=True))


def nature_said(text: str) -> str:
    """The nature (a key of `worlds.NATURES`) of a skill of which this is `said`."""
    listed = shares(text)
    clicks = sum(share for name, share in listed.items() if name.startswith(_IN_JUMPS))
    if clicks >= CLEAR:
        return "known_or_not"
    return "gradual" if sum(listed.values()) - clicks >= CLEAR else "any"


def _spread(bell: Vector, places: NDArray[np.int64], states: int) -> Vector:
    whole = np.zeros(states)
    whole[places] = bell / bell.sum()
    return whole


def _near(values: Vector, middle: float, width: float) -> Vector:
    return np.asarray(np.exp(-0.5 * ((values - middle) / width) ** 2))


def _every(family: str, *lists: Sequence[float]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """All combinations, with their names."""
    for numbered in product(*(enumerate(one) for one in lists)):
        yield (
            LETTERS[family] + "".join(str(place) for place, _ in numbered),
            tuple(value for _, value in numbered),
        )


def _two_state(made_of: Vector) -> Bells:
    """Guess, slip and forgetting belong to the skill; how quickly somebody learns differs."""
    learn, guess, slip, forget, known = made_of
    lucks, misses = dict(GUESSES), dict(SLIPS)
    for name, (pace, lucky, slips, nights, start) in _every(
        "two_state", (0.03, 0.09, 0.2), tuple(lucks), tuple(misses), (0.0, 0.12), (0.1, 0.35, 0.65, 0.85)
    ):
        items = _near(guess, lucky, 0.04) * _near(slip, slips, 0.02) * (forget == nights)
        learners = _near(np.log(learn), np.log(pace), 0.6) * np.where(known == 1, start, 1 - start)
        yield name, lucks[lucky] * misses[slips], items * learners


def _ladders(made_of: Vector) -> Bells:
    climb, success = made_of
    for name, (pace, start, width) in _every("ladder", (0.05, 0.12, 0.3), (0.2, 0.45, 0.7, 0.88), (0.12, 0.3)):
        yield name, 1.0, _near(np.log(climb), np.log(pace), 0.4) * _near(success, start, width)


def _growing(made_of: Vector) -> Bells:
    """Learners start around a mean; most grow about as quickly as the others, some not at all."""
    place, pace, floor = made_of
    for name, (mean, width, speed, lucky, still) in _every(
        "growing",
        (-2.5, -1.75, -1.0, -0.25, 0.5, 1.25, 2.0, 2.75),
        (0.6, 1.2, 2.0),
        (0.1, 0.25, 0.5, 0.9),
        (0.05, 0.2),
        (0.05, 0.25),
    ):
        grows = _share_out(pace, speed) * (1 - still) + still * (pace == 0)
        yield name, 1.0, _near(place, mean, width) * (floor == lucky) * grows


def _share_out(pace: Vector, speed: float) -> Vector:
    """How likely each pace above none is, summing to one over the different paces."""
    moving = np.where(pace > 0, _near(np.log(np.maximum(pace, 0.01)), np.log(speed), 0.45), 0.0)
    return np.asarray(moving / np.unique(moving).sum())


def _fading(made_of: Vector) -> Bells:
    """Some know it already, whatever the others do."""
    pace, first, away, elsewhere = made_of
    ahead = 0.1 * (first >= first.max())
    now = np.where(elsewhere == 1, away, 1 - away)
    for name, (speed, start, width, wander) in _every(
        "fading", (0.1, 0.2, 0.35, 0.6, 1.0), (0.2, 0.45, 0.75), (0.2, 0.35), (False, True)
    ):
        minds = now * np.where((away > 0) == wander, OFTEN, 1 - OFTEN)
        yield name, 1.0, _near(np.log(pace), np.log(speed), 0.6) * (_near(first, start, width) + ahead) * minds


def _stages(made_of: Vector) -> Bells:
    """Success when half known and slips belong to the skill."""
    learn, half, slip, stage = made_of
    starts = ((0.6, 0.25, 0.15), (0.35, 0.35, 0.3), (0.2, 0.25, 0.55))
    for name, (pace, middle, slips, start) in _every(
        "stages", (0.07, 0.2), (0.45, 0.62), (0.04, 0.1), range(len(starts))
    ):
        items = (half == middle) * (slip == slips)
        learners = _near(np.log(learn), np.log(pace), 0.6) * np.array(starts[int(start)])[stage.astype(int)]
        yield name, 1.0, items * learners
