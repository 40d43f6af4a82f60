"""N times: a good result, so many times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from ..phrases import Phrase, count
from .reading import NEARLY_EQUAL, Reading, more_right, percent, require


@dataclass(frozen=True, slots=True, kw_only=True)
class NTimes:
    """A result of at least `threshold`, `times` times; not necessarily in a row, and wrong ones take nothing away.

    With `over` 1 every answer is a result. That is lenient: guessing gets there in the end. With `over` 5 a result
    is a round of five answers, one after the other, which is what a quiz is elsewhere.
    """

    kind: ClassVar[str] = "n_times"
    times: int = 3
    threshold: float = 0.8
    over: int = 1

    def __post_init__(self) -> None:
        require(1 <= self.times <= 20, "Between 1 and 20 good results can be asked for.")
        require(0 < self.threshold <= 1, "The result to reach lies above 0 and at most at 1.")
        require(1 <= self.over <= 20, "A round has 1 to 20 answers.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the results so far say."""
        met: list[bool] = []
        good, current = 0, 0.0
        for place, answer in enumerate(answers):
            current += answer.score
            if (place + 1) % self.over == 0:
                good += current / self.over >= self.threshold - NEARLY_EQUAL
                current = 0.0
            met.append(good >= self.times)
        left = max(0, self.times - good)
        needed = self._needed(left, len(answers) % self.over, current)
        return Reading(
            met=tuple(met),
            progress=min(1.0, good / self.times),
            because=(self._because(good),) if answers else (),
            missing=self._missing(left, unaided),
            answers_expected=needed,
            looked_at=range(len(answers)),
        )

    def _needed(self, left: int, begun: int, current: float) -> int:
        if left == 0:
            return 0
        rest = self.over - begun
        saved = (current + rest) / self.over >= self.threshold - NEARLY_EQUAL
        return rest + self.over * (left - 1 if saved else left)

    def _because(self, good: int) -> Phrase:
        if self.over == 1:
            return count(good, "1 right answer so far.", "{count} right answers so far.")
        return count(
            good,
            "1 round of {over} answers with at least {threshold} %.",
            "{count} rounds of {over} answers with at least {threshold} %.",
            over=self.over,
            threshold=percent(self.threshold),
        )

    def _missing(self, left: int, unaided: bool) -> Phrase:
        if self.over == 1:
            return more_right(left, unaided=unaided)
        return count(
            left,
            "1 more round of {over} answers with at least {threshold} %.",
            "{count} more rounds of {over} answers with at least {threshold} %.",
            over=self.over,
            threshold=percent(self.threshold),
        )
