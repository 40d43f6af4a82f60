"""Fading average: every answer moves the average a little, the newest most, starting from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from .reading import Reading, require
from .running import Running, reading, run, stands_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FadingAverage:
    """An average from 0 on in which each answer keeps `fade` of what was before, at least `threshold`.

    The exponential moving average that Pelánek & Řihák (2018) recommend for its simplicity. It is calm: about eleven
    right answers in a row are needed at the usual numbers, and few are called too early.
    """

    kind: ClassVar[str] = "fading_average"
    threshold: float = 0.8
    fade: float = 0.85

    def __post_init__(self) -> None:
        require(0 < self.threshold <= 0.99, "The average to reach lies above 0 and at most at .99.")
        require(0.3 <= self.fade <= 0.97, "What was before keeps .3 to .97 of its weight.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the average says."""
        average = Running(start=0.0, goal=self.threshold, step=self._step)
        values = run(average, [answer.score for answer in answers])
        said = stands_at(
            values[-1] if values else 0.0, self.threshold, "Fading average {score} %, {threshold} % wanted."
        )
        return reading(answers, average, because=said, unaided=unaided)

    def _step(self, value: float, score: float) -> float:
        return self.fade * value + (1 - self.fade) * score
