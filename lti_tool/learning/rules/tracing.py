"""Knowledge tracing: the textbook model with four numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from .reading import Reading, require
from .running import reading, run, stands_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracing:
    """The chance of knowing, by Bayesian knowledge tracing (Corbett & Anderson 1995), reaches `threshold`.

    `start` knows it already, `learn` learns it at an answer, `guess` is right without knowing, `slip` wrong although
    knowing. The same numbers hold for everybody, which calls many too early whose success lies in between; the
    statistical rule weighs many such stories instead of one.
    """

    kind: ClassVar[str] = "tracing"
    threshold: float = 0.95
    start: float = 0.1
    learn: float = 0.1
    guess: float = 0.1
    slip: float = 0.1

    def __post_init__(self) -> None:
        require(0 < self.threshold <= 0.99, "The chance to reach lies above 0 and at most at .99.")
        for share in (self.start, self.learn, self.guess, self.slip):
            require(0.01 <= share <= 0.9, "The four chances lie between .01 and .9.")
        require(
            self.guess + self.slip < 0.95, "Somebody who knows it must be right more often than one who guesses."
        )

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the model says."""
        values = run(self.start, [answer.score for answer in answers], self._step)
        said = stands_at(
            values[-1] if values else self.start,
            self.threshold,
            "By knowledge tracing it is known with {score} %, {threshold} % wanted.",
        )
        return reading(answers, self._step, start=self.start, goal=self.threshold, because=said, unaided=unaided)

    def _step(self, known: float, score: float) -> float:
        """Bayes' rule, then the chance to have learned."""
        if_known: float = (1 - self.slip) ** score * self.slip ** (1 - score)
        if_not: float = self.guess**score * (1 - self.guess) ** (1 - score)
        after = known * if_known / (known * if_known + (1 - known) * if_not)
        return after + (1 - after) * self.learn
