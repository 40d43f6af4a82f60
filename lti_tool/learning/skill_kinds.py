"""Kinds of skills: what the learners of one skill have in common, as first weights of the Bayes filter.

A skill that is known or not has *one* chance to guess and *one* to slip, whoever answers; a skill that grows has one
mean and one spread of where learners start. So a skill is told from few learners: some hundred plausible kinds, each
a bell over the states of `worlds`, are weighed by how well they explain all learners of the skill together
(`kind_fit`), and the skill's first weights are the mean of the likely kinds (a mixture of hyperparameters, as in
empirical Bayes: Morris 1983). The kinds are our own judgement, wide on purpose; nothing is fitted on anybody's
answers.

A kind's name is the letter of its family and the place of each of its numbers in the lists below. Names stand in the
rules of schools, so the lists may grow at their ends and change nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .worlds import ELSEWHERE, NATURES, SHARES, Vector, bank, believed, prior_of, traits

OFTEN = 0.85
"""Share of a kind's learners whose minds are elsewhere now and then, or never, as the kind says."""

CLEAR = 0.7
"""A skill's nature is told where its kinds carry so much of the weight."""

LISTED = 8
"""So many kinds are named of a skill, each with at least one percent; together mostly nine tenths."""

LEFT = 0.02
"""Share that stays with all other kinds, however sure we are; no world dies out."""

_CLICKS = "c"
_SAID = re.compile(r"(?:[a-z][0-9]{1,8} [1-9][0-9]?(?: |$))*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """All kinds: names, families, first weights [kind, state] and prior weight [kind]; each family weighs what it does
    in `worlds`."""

    names: tuple[str, ...]
    families: tuple[str, ...]
    first: Vector
    prior: Vector


@lru_cache(maxsize=1)
def kinds() -> Kinds:
    """The kinds, built once."""
    states = len(bank().prior)
    names: list[str] = []
    families: list[str] = []
    first: list[Vector] = []
    prior: list[float] = []
    for family, bells in (
        ("two_state", _two_state),
        ("ladder", _ladders),
        ("growing", _growing),
        ("fading", _fading),
    ):
        places, made_of = traits(family)
        found = list(bells(made_of))
        names += [name for name, _ in found]
        families += [family] * len(found)
        first += [_spread(bell, places, states) for _, bell in found]
        prior += [SHARES[family] / len(found)] * len(found)
    return Kinds(names=tuple(names), families=tuple(families), first=np.array(first), prior=np.array(prior))


@lru_cache(maxsize=len(NATURES))
def kind_weights(nature: str) -> Vector:
    """Prior weight of each kind, [kind], for skills of this nature."""
    return believed(kinds().prior, kinds().families, nature)


def said(likely: Vector) -> str:
    """The likeliest kinds of a skill in short: names and percents, the likeliest first. `likely` is [kind]."""
    listed = [(kinds().names[place], round(100 * likely[place])) for place in np.argsort(-likely)[:LISTED]]
    return " ".join(f"{name} {min(percent, 99)}" for name, percent in listed if percent >= 1)


def shares(text: str) -> Mapping[str, float]:
    """`said` back: name -> share. Raises `ValueError` for anything else."""
    words = text.split()
    found = {name: int(percent) / 100 for name, percent in zip(words[::2], words[1::2], strict=True)}
    if not _SAID.fullmatch(text) or len(found) > LISTED or sum(found.values()) > 1 + LISTED / 200:
        raise ValueError(text)
    return found


@lru_cache(maxsize=2000)
def first_weights(text: str, nature: str) -> Vector:
    """First weights of a skill of which this is `said`. What it leaves open, and kinds nobody knows any more, have
    the weights of the skill's `nature`."""
    every, listed = kinds(), shares(text)
    known = [(place, listed[name]) for place, name in enumerate(every.names) if name in listed]
    here = [share for _, share in known]
    left = max(LEFT, 1 - sum(here))
    weights = np.array(here) @ every.first[[place for place, _ in known]] if known else 0.0
    return np.asarray((weights + left * prior_of(nature)) / (sum(here) + left))


def nature_said(text: str) -> str:
    """The nature (a key of `worlds.NATURES`) of a skill of which this is `said`."""
    listed = shares(text)
    clicks = sum(share for name, share in listed.items() if name.startswith(_CLICKS))
    if clicks >= CLEAR:
        return "known_or_not"
    return "gradual" if sum(listed.values()) - clicks >= CLEAR else "any"


def _spread(bell: Vector, places: NDArray[np.int64], states: int) -> Vector:
    whole = np.zeros(states)
    whole[places] = bell / bell.sum()
    return whole


def _near(values: Vector, middle: float, width: float) -> Vector:
    return np.asarray(np.exp(-0.5 * ((values - middle) / width) ** 2))


def _every(letter: str, *lists: Sequence[float]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """All combinations, with their names."""
    for numbered in product(*(enumerate(one) for one in lists)):
        yield letter + "".join(str(place) for place, _ in numbered), tuple(value for _, value in numbered)


def _two_state(made_of: Vector) -> Iterator[tuple[str, Vector]]:
    """Guess, slip and forgetting belong to the skill; how quickly somebody learns differs."""
    learn, guess, slip, forget, known = made_of
    for name, (pace, lucky, slips, nights, start) in _every(
        _CLICKS, (0.03, 0.09, 0.2), (0.1, 0.2, 0.3, 0.42), (0.03, 0.08, 0.15), (0.0, 0.12), (0.1, 0.35, 0.65, 0.85)
    ):
        items = _near(guess, lucky, 0.04) * _near(slip, slips, 0.02) * (forget == nights)
        yield name, items * _near(np.log(learn), np.log(pace), 0.6) * np.where(known == 1, start, 1 - start)


def _ladders(made_of: Vector) -> Iterator[tuple[str, Vector]]:
    climb, success = made_of
    for name, (pace, start, width) in _every("l", (0.05, 0.12, 0.3), (0.2, 0.45, 0.7, 0.88), (0.12, 0.3)):
        yield name, _near(np.log(climb), np.log(pace), 0.4) * _near(success, start, width)


def _growing(made_of: Vector) -> Iterator[tuple[str, Vector]]:
    """Learners start around a mean; most grow about as quickly as the others, some not at all."""
    place, pace, floor = made_of
    for name, (mean, width, speed, lucky, still) in _every(
        "g",
        (-2.5, -1.75, -1.0, -0.25, 0.5, 1.25, 2.0, 2.75),
        (0.6, 1.2, 2.0),
        (0.1, 0.25, 0.5, 0.9),
        (0.05, 0.2),
        (0.05, 0.25),
    ):
        grows = _share_out(pace, speed) * (1 - still) + still * (pace == 0)
        yield name, _near(place, mean, width) * (floor == lucky) * grows


def _share_out(pace: Vector, speed: float) -> Vector:
    """How likely each pace above none is, summing to one over the different paces."""
    moving = np.where(pace > 0, _near(np.log(np.maximum(pace, 0.01)), np.log(speed), 0.45), 0.0)
    return np.asarray(moving / np.unique(moving).sum())


def _fading(made_of: Vector) -> Iterator[tuple[str, Vector]]:
    """Some know it already, whatever the others do."""
    pace, first, elsewhere = made_of
    ahead = 0.1 * (first >= first.max())
    for name, (speed, start, width, away) in _every(
        "f", (0.1, 0.2, 0.35, 0.6, 1.0), (0.2, 0.45, 0.75), (0.2, 0.35), (0.0, ELSEWHERE[0])
    ):
        minds = np.where(elsewhere == away, OFTEN, 1 - OFTEN)
        yield name, _near(np.log(pace), np.log(speed), 0.6) * (_near(first, start, width) + ahead) * minds
