"""Odds: right answers speak for mastery, wrong ones against it, until one side is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import ClassVar

from ..evidence import Evidence
from ..phrases import say
from .reading import Reading, require
from .running import Running, reading, run


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """The answers since the last low point are `times` likelier from somebody who gets `known` right than from
    somebody who gets `unknown` right.

    Wald's (1945) sequential test in its restarted form (Page 1954): who was wrong a lot begins again from even odds,
    so that a hard start is forgiven.
    """

    kind: ClassVar[str] = "odds"
    times: int = 19
    known: float = 0.92
    unknown: float = 0.55

    def __post_init__(self) -> None:
        require(2 <= self.times <= 2000, "The odds to reach lie between 2 and 2000.")
        require(0.05 <= self.unknown < self.known <= 0.99, "Who knows it is right more often than who does not.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the odds say."""
        weight = Running(start=0.0, goal=log(self.times), step=self._step)
        values = run(weight, [answer.score for answer in answers])
        said = say(
            "The answers are {odds} times likelier from somebody who knows it, {times} times wanted.",
            odds=round(exp(values[-1]), 1) if values else 1,
            times=self.times,
        )
        return reading(answers, weight, because=said, unaided=unaided)

    def _step(self, weight: float, score: float) -> float:
        right, wrong = log(self.known / self.unknown), log((1 - self.known) / (1 - self.unknown))
        return max(0.0, weight + score * right + (1 - score) * wrong)
