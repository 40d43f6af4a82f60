"""Mixture and ladder: the probability of mastery in worlds of hidden states, in which nothing else exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from ..evidence import Evidence
from ..filtering import rights_until, share, step, weights_after_each
from ..research_worlds import VIEWS, in_letters, speaks_of, weights_said, worlds_of
from ..worlds import Bank, Vector
from .likely import about, hardness, likely, seen, way
from .reading import Reading, in_order, of_skill, require

EVERY_OTHER = ""
"""The key under which stands what the course says of all other skills."""


class SkillWorlds(NamedTuple):
    """In which worlds one skill, by its key, is likely to live: `research_worlds.said`."""

    skill: str
    weights: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenMarkov:
    """The probability of mastery, by the `worlds` of a view from research, reaches `threshold`.

    `worlds` is `mixture` (every skill is known or not) or `ladder` (known or not, or up the rungs of a ladder; mastered
    from an expected success of .85). Nobody is called mastered before `least` answers. `skills` says in which of the
    worlds each skill lives, as found in a class's own answers (`research_fit`); where nothing was found, no world is
    likelier than another. It stands in the rule and does not move by itself: a new fit is a new version.

    These are views for those who want to compare. The statistical rule knows more ways to learn and waits for who is
    on the way up.
    """

    kind: ClassVar[str] = "hidden_markov"
    threshold: float = 0.95
    worlds: str = "mixture"
    least: int = 3
    skills: tuple[SkillWorlds, ...] = ()

    def __post_init__(self) -> None:
        require(0.5 <= self.threshold <= 0.99, "The chance to reach lies between .5 and .99.")
        require(self.worlds in VIEWS, "The worlds are a mixture or a ladder.")
        require(1 <= self.least <= 10, "At least 1 to 10 answers can be asked for.")
        readable = in_order(self.skills) and all(in_letters(one.weights) for one in self.skills)
        require(readable, "What was found of the skills cannot be read.")
        require(
            all(speaks_of(one.weights, self.worlds) for one in self.skills),
            "What was found of the skills is about other worlds. Learn from the class anew, or take all skills alike.",
        )

    def prior(self, skill: str) -> Vector:
        """First weights of the filter, [state]."""
        found = of_skill(self.skills, skill) or of_skill(self.skills, EVERY_OTHER)
        return weights_said(found.weights, self.worlds) if found else self._bank.prior

    def at_first(self, skill: str) -> tuple[float, float]:
        """Before any answer: the chance that somebody has mastered it, and the chance of a right answer."""
        prior = self.prior(skill)
        return share(prior, self._bank.mastered[0]), share(prior, self._bank.success[0])

    @property
    def _bank(self) -> Bank:
        return worlds_of(self.worlds).bank

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False, skill: str = "") -> Reading:
        """What the Bayes filter over these worlds says."""
        weights = prior = self.prior(skill)
        chances = [self._mastered(prior, 0)]
        for number, weights in enumerate(weights_after_each(answers, prior, self._bank), start=1):
            chances.append(self._mastered(weights, number))
        needed = rights_until(self._enough, weights, len(answers), self._bank)
        return Reading(
            met=tuple(self._called(chance, number) for number, chance in enumerate(chances[1:], start=1)),
            progress=way(chances[0], chances[-1], self.threshold) if answers else 0.0,
            because=(seen(answers), *hardness(answers), likely(chances[-1], self.threshold)) if answers else (),
            missing=about(needed, unaided),
            answers_expected=needed,
            looked_at=range(len(answers)),
            confidence=chances[-1],
        )

    def _mastered(self, weights: Vector, answers: int) -> float:
        return share(weights, self._bank.mastered[step(answers)])

    def _called(self, chance: float, answers: int) -> bool:
        return answers >= self.least and chance >= self.threshold

    def _enough(self, weights: Vector, answers: int) -> bool:
        return self._called(self._mastered(weights, answers), answers)
