"""Knowledge tracing: the textbook model with four numbers, the same for all skills or each skill's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from ..evidence import Evidence
from .reading import Reading, in_order, of_skill, require
from .running import Running, reading, run, stands_at


class Chances(NamedTuple):
    """The model's four numbers: knows it already, learns it at an answer, right without knowing, wrong although
    knowing."""

    start: float
    learn: float
    guess: float
    slip: float


class SkillChances(NamedTuple):
    """The four numbers of one skill, by its key."""

    skill: str
    start: float
    learn: float
    guess: float
    slip: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracing:
    """The chance of knowing, by Bayesian knowledge tracing (Corbett & Anderson 1995), reaches `threshold`.

    `start` knows it already, `learn` learns it at an answer, `guess` is right without knowing, `slip` wrong although
    knowing. `skills` has numbers of single skills, as found in a class's own answers (`tracing_fit`); for all others
    the four count. They stand in the rule and do not move by themselves: a new fit is a new version.

    `steady` adds a second condition: the next answer is not expected to move the forecast of success by more than
    this (0: not asked). More questions would then hardly tell more (predictive similarity: Kaeser, Klingler & Gross
    2016, here as the expectation over both answers).

    One story holds for everybody, which calls many too early whose success lies in between; the statistical rule
    weighs many such stories instead of one.
    """

    kind: ClassVar[str] = "tracing"
    threshold: float = 0.95
    start: float = 0.1
    learn: float = 0.1
    guess: float = 0.1
    slip: float = 0.1
    steady: float = 0.0
    skills: tuple[SkillChances, ...] = ()

    def __post_init__(self) -> None:
        require(0 < self.threshold <= 0.99, "The chance to reach lies above 0 and at most at .99.")
        require(0 <= self.steady <= 0.5, "The next answer moves the forecast by 0 to .5.")
        require(in_order(self.skills), "What was found of the skills cannot be read.")
        for one in (self._everywhere, *(Chances(*skill[1:]) for skill in self.skills)):
            require(all(0.01 <= share <= 0.9 for share in one), "The four chances lie between .01 and .9.")
            require(
                one.guess + one.slip < 0.95, "Somebody who knows it must be right more often than one who guesses."
            )

    @property
    def _everywhere(self) -> Chances:
        return Chances(self.start, self.learn, self.guess, self.slip)

    def chances(self, skill: str) -> Chances:
        """The numbers that hold for a skill."""
        own = of_skill(self.skills, skill)
        return Chances(*own[1:]) if own else self._everywhere

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False, skill: str = "") -> Reading:
        """What the model says with the skill's own numbers."""
        here = self.chances(skill)
        known = Running(
            start=here.start,
            goal=self.threshold,
            step=lambda value, score: _after(here, value, score),
            settled=lambda value: not self.steady or _move(here, value) <= self.steady,
        )
        values = run(known, [answer.score for answer in answers])
        said = stands_at(
            values[-1] if values else here.start,
            self.threshold,
            "By knowledge tracing it is known with {score} %, {threshold} % wanted.",
        )
        return reading(answers, known, because=said, unaided=unaided)


def _after(here: Chances, known: float, score: float) -> float:
    """Bayes' rule, then the chance to have learned."""
    if_known: float = (1 - here.slip) ** score * here.slip ** (1 - score)
    if_not: float = here.guess**score * (1 - here.guess) ** (1 - score)
    after = known * if_known / (known * if_known + (1 - known) * if_not)
    return after + (1 - after) * here.learn


def _success(here: Chances, known: float) -> float:
    return known * (1 - here.slip) + (1 - known) * here.guess


def _move(here: Chances, known: float) -> float:
    """How far the next answer is expected to move the chance of a right answer."""
    now = _success(here, known)
    right, wrong = (abs(_success(here, _after(here, known, score)) - now) for score in (1.0, 0.0))
    return now * right + (1 - now) * wrong
