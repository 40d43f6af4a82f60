"""Banks of worlds in which nothing else exists: views of research, for those who want to compare.

`mixture`: every skill is known or not, in 288 two-state worlds (Corbett & Anderson 1995) that differ in how many know
it at first, how soon it is learned, guessing, slipping and forgetting overnight. `ladder`: such worlds again, and 60 in
which expected success climbs rung by rung, more or less quickly or not at all, from each of twelve rungs.

They differ from the usual bank (`worlds`) in four ways. Their grids are coarser and there is no growth by practice
and no wandering mind. How many know the skill at first belongs to the world and is learned with it, where the usual
bank holds one share for all. Difficulty costs less in the mixture (.6 logits a logit) and a little more on the ladder
(.9). And mastery is the plain probability of a mastered state, without waiting for who is on the way up, so learners
just below the level pass for masters more often.

What is learned of a skill are weights of worlds (`research_fit`). Worlds that differ only in where learners start are
one and the same afterwards, so first weights of states say all of it: of 192 and of 252.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from .worlds import Bank, State, Vector, assemble, still

FLOOR = 1e-5
"""The smallest weight that is told apart."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

_LEARN = (0.02, 0.08, 0.2, 0.45)
_FORGET = (0.0, 0.12)
_RUNGS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.68, 0.75, 0.82, 0.88, 0.93, 0.97)
_CLIMBS = (0.0, 0.05, 0.12, 0.25, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The numbers two-state worlds are made of; each combination is a world."""

    start: tuple[float, ...]
    guess: tuple[float, ...]
    slip: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worlds:
    """A bank, and where each world begins: first weights, [world, state]."""

    bank: Bank
    starts: Vector


@lru_cache(maxsize=2)
def worlds_of(view: str) -> Worlds:
    """The worlds of a view (a key of `VIEWS`), built once. No world is likelier than another at first."""
    return VIEWS[view]()


def _mixture() -> Worlds:
    grid = Grid(start=(0.1, 0.35, 0.7), guess=(0.1, 0.2, 0.35, 0.5), slip=(0.03, 0.08, 0.16))
    return _worlds(_two_state(grid), _known_or_not(grid), slope=0.6)


def _ladder() -> Worlds:
    grid = Grid(start=(0.05, 0.35, 0.8), guess=(0.1, 0.2, 0.3, 0.42), slip=(0.03, 0.08, 0.15))
    pairs, rungs = _known_or_not(grid), np.eye(len(_CLIMBS) * len(_RUNGS))
    starts = np.zeros((len(pairs) + len(rungs), pairs.shape[1] + len(rungs)))
    starts[: len(pairs), : pairs.shape[1]] = pairs
    starts[len(pairs) :, pairs.shape[1] :] = rungs
    return _worlds([*_two_state(grid), *_rungs()], starts, slope=0.9)


VIEWS = {"mixture": _mixture, "ladder": _ladder}


def _worlds(states: list[State], starts: Vector, slope: float) -> Worlds:
    return Worlds(bank=assemble(states, starts.mean(axis=0), slope), starts=starts)


def _two_state(grid: Grid) -> list[State]:
    """Unknown and known, one after the other, for each world whatever its start."""
    return [
        state
        for learn, guess, slip, forget in product(_LEARN, grid.guess, grid.slip, _FORGET)
        for state in (
            _state("two_state", guess, ability=0.0, climb=learn),
            _state("two_state", 1 - slip, ability=1.0, fall=forget),
        )
    ]


def _known_or_not(grid: Grid) -> Vector:
    """Where two-state worlds begin, [world, state]: so many know it at the start, the others do not."""
    pairs = len(_LEARN) * len(grid.guess) * len(grid.slip) * len(_FORGET)
    return np.concatenate([np.kron(np.eye(pairs), [1 - known, known]) for known in grid.start])


def _rungs() -> list[State]:
    return [
        _state("ladder", success, ability=success, climb=0.0 if success == _RUNGS[-1] else climb)
        for climb, success in product(_CLIMBS, _RUNGS)
    ]


def _state(family: str, success: float, *, ability: float, climb: float = 0.0, fall: float = 0.0) -> State:
    return State(
        family=family,
        traits=(),
        weight=1.0,
        success=still(success),
        ability=still(ability),
        climb=climb,
        fall=fall,
    )


def said(weights: Vector) -> str:
    """First weights of states as text, a letter a state: even steps of the logarithm, so each weight is kept within a
    tenth of itself. `weights` is [state] and sums to one."""
    steps = len(LETTERS) - 1
    places = np.rint(steps * (1 - np.log(np.clip(weights, FLOOR, 1.0)) / np.log(FLOOR)))
    return "".join(LETTERS[int(place)] for place in places)


@lru_cache(maxsize=2000)
def weights_said(text: str, view: str) -> Vector:
    """`said` back, [state], summing to one. Raises `ValueError` for anything that `view` cannot have said."""
    if not (in_letters(text) and speaks_of(text, view)):
        raise ValueError(text)
    places = np.array([_PLACES[letter] for letter in text])
    weights = FLOOR ** (1 - places / (len(LETTERS) - 1))
    return np.asarray(weights / weights.sum())


def in_letters(text: str) -> bool:
    """Whether these are weights at all."""
    return bool(text) and not text.strip(LETTERS)


def speaks_of(text: str, view: str) -> bool:
    """Whether there is a weight for each state of the view."""
    return len(text) == len(worlds_of(view).bank.prior)


_PLACES: Mapping[str, int] = {letter: place for place, letter in enumerate(LETTERS)}
