"""Running values: rules that keep one number, moved by every answer, and call mastery when it is high enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..evidence import Evidence
from ..phrases import Phrase, say
from .reading import MOST_ANSWERS_FORETOLD, NEARLY_EQUAL, Reading, more_right, percent

Step = Callable[[float, float], float]
"""The number before an answer, and the answer's score in [0, 1] -> the number after it."""


def _always(_value: float) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A number that begins at `start`, goes by `step`, and means mastery from `goal` on where it is `settled`."""

    start: float
    goal: float
    step: Step
    settled: Callable[[float], bool] = _always

    def enough(self, value: float) -> bool:
        """Whether this number means mastery."""
        return value >= self.goal - NEARLY_EQUAL and self.settled(value)


def run(number: Running, scores: Sequence[float]) -> list[float]:
    """The number after each answer."""
    values: list[float] = []
    for score in scores:
        values.append(number.step(values[-1] if values else number.start, min(1.0, max(0.0, score))))
    return values


def rights_until(number: Running, value: float) -> int | None:
    """Right answers in a row until the number means mastery; `None` beyond what we foretell."""
    for more in range(MOST_ANSWERS_FORETOLD + 1):
        if number.enough(value):
            return more
        value = number.step(value, 1.0)
    return None


def reading(answers: Sequence[Evidence], number: Running, *, because: Phrase, unaided: bool) -> Reading:
    """What a running number says."""
    values = run(number, [answer.score for answer in answers])
    value = values[-1] if values else number.start
    needed = rights_until(number, value)
    if not values and needed == 0:
        needed = 1
    way = number.goal - number.start
    return Reading(
        met=tuple(map(number.enough, values)),
        progress=min(1.0, max(0.0, (value - number.start) / way)) if values and way > 0 else 0.0,
        because=(because,) if answers else (),
        missing=more_right(needed, unaided=unaided),
        answers_expected=needed,
        looked_at=range(len(answers)),
    )


def stands_at(value: float, goal: float, what: str) -> Phrase:
    """Where the number stands, for the teacher."""
    return say(what, score=percent(max(0.0, value)), threshold=percent(goal))
