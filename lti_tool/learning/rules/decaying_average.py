"""Decaying average: the latest work counts most, all earlier work the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..evidence import Evidence
from ..phrases import Phrase, count, say
from .average import MOST
from .reading import (
    MOST_ANSWERS_FORETOLD,
    NEARLY_EQUAL,
    Reading,
    dates,
    more_right,
    percent,
    require,
    running_sums,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecayingAverage:
    """`recent_weight` x mean of the latest work + the rest x mean of *all* earlier answers, at least `threshold`.

    65/35 is what teachers know from outcome gradebooks; the 35 are the plain mean of everything earlier, not a
    decay repeated. There, the latest work is a whole piece of work, not one question: one lucky answer must not
    count 65 %. So our latest work is the latest `recent` answers, and nothing is decided before there are as many.
    `window` leaves older answers out altogether (`None` keeps all), so that a slow start is forgiven one day. Order
    is by the date of the answer, and the reasons name the dates used.
    """

    kind: ClassVar[str] = "decaying_average"
    threshold: float = 0.8
    recent_weight: float = 0.65
    window: int | None = None
    recent: int = 5

    def __post_init__(self) -> None:
        require(0 < self.threshold <= 1, "The average to reach lies above 0 and at most at 1.")
        forgives = self.window is not None or self.threshold <= MOST
        require(forgives, "Without a window a decaying average can be asked up to .95: a slip must be forgiven.")
        require(0 < self.recent_weight <= 1, "The latest work counts something, at most all.")
        require(1 <= self.recent <= 20, "The latest work has 1 to 20 answers.")
        require(self.window is None or self.window >= 1, "The window holds at least one answer.")

    def read(self, answers: Sequence[Evidence], *, unaided: bool = False) -> Reading:
        """What the two averages say."""
        sums = running_sums([answer.score for answer in answers])
        size = len(answers)
        met = tuple(self._met(sums, end) for end in range(1, size + 1))
        needed = self._needed(sums)
        full = min(1.0, size / self.recent)
        average = self._average(sums, size) if size else 0.0
        return Reading(
            met=met,
            progress=min(1.0, full * average / self.threshold),
            because=self._because(answers, sums) if answers else (),
            missing=more_right(needed, unaided=unaided),
            answers_expected=needed,
            looked_at=range(self._start(size), size),
            dips=self._dips(sums, needed),
        )

    def _start(self, end: int) -> int:
        return 0 if self.window is None else max(0, end - self.window)

    def _average(self, sums: Sequence[float], end: int) -> float:
        start = self._start(end)
        middle = max(start, end - self.recent)
        latest = (sums[end] - sums[middle]) / (end - middle)
        if middle == start:
            return latest
        earlier = (sums[middle] - sums[start]) / (middle - start)
        return self.recent_weight * latest + (1 - self.recent_weight) * earlier

    def _met(self, sums: Sequence[float], end: int) -> bool:
        return end >= self.recent and self._average(sums, end) >= self.threshold - NEARLY_EQUAL

    def _needed(self, sums: Sequence[float]) -> int | None:
        longer = list(sums)
        for more in range(MOST_ANSWERS_FORETOLD + 1):
            if len(longer) > 1 and self._met(longer, len(longer) - 1):
                return more
            longer.append(longer[-1] + 1)
        return None

    def _dips(self, sums: Sequence[float], needed: int | None) -> tuple[int, ...]:
        """A right answer pushes an older one out of the latest work: a good one may be missed there, a bad one weigh
        more among the earlier. Once the latest are all new and right, every further one helps."""
        if needed is None:
            return ()
        longer = [*sums, *(sums[-1] + more for more in range(1, self.recent + 1))]
        later = range(needed + 1, self.recent + 1)
        return tuple(more for more in later if not self._met(longer, len(sums) - 1 + more))

    def _because(self, answers: Sequence[Evidence], sums: Sequence[float]) -> tuple[Phrase, ...]:
        end = len(answers)
        start = self._start(end)
        middle = max(start, end - self.recent)
        first, last = dates(answers, range(middle, end))
        latest = count(
            end - middle,
            "The latest answer ({first}) scores {score} % and counts {weight} %.",
            "The latest {count} answers ({first} to {last}) average {score} % and count {weight} %.",
            first=first,
            last=last,
            score=percent((sums[end] - sums[middle]) / (end - middle)),
            weight=percent(self.recent_weight) if middle > start else 100,
        )
        total = say(
            "Decaying average {score} %, {threshold} % wanted.",
            score=percent(self._average(sums, end)),
            threshold=percent(self.threshold),
        )
        older = _left_out(answers, start)
        if middle == start:
            return total, latest, *older
        first, last = dates(answers, range(start, middle))
        earlier = count(
            middle - start,
            "The answer before ({first}) scores {score} % and counts {weight} %.",
            "The {count} answers before ({first} to {last}) average {score} % and count {weight} %.",
            first=first,
            last=last,
            score=percent((sums[middle] - sums[start]) / (middle - start)),
            weight=percent(1 - self.recent_weight),
        )
        return total, latest, earlier, *older


def _left_out(answers: Sequence[Evidence], start: int) -> tuple[Phrase, ...]:
    """What lies before the window."""
    if not start:
        return ()
    first, last = dates(answers, range(start))
    window = len(answers) - start
    kept = (
        "Only the last answer is looked at: " if window == 1 else "Only the last {window} answers are looked at: "
    )
    return (
        count(
            start,
            kept + "1 older one ({first}) is left out.",
            kept + "{count} older ones ({first} to {last}) are left out.",
            window=window,
            first=first,
            last=last,
        ),
    )
