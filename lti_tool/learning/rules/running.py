"""Running values: rules that keep one number, moved by every answer, and call mastery when it is high enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..evidence import Evidence
from ..phrases import Phrase, say
from .reading import MOST_ANSWERS_FORETOLD, NEARLY_EQUAL, Reading, more_right, percent

Step = Callable[[float, float], float]
"""The number before an answer, and the answer's score in [0, 1] -> the number after it."""


def run(start: float, scores: Sequence[float], step: Step) -> list[float]:
    """The number after each answer."""
    values: list[float] = []
    for score in scores:
        values.append(step(values[-1] if values else start, min(1.0, max(0.0, score))))
    return values


def rights_until(value: float, goal: float, step: Step) -> int | None:
    """Right answers in a row until the number reaches the goal; `None` beyond what we foretell."""
    for number in range(MOST_ANSWERS_FORETOLD + 1):
        if value >= goal - NEARLY_EQUAL:
            return number
        value = step(value, 1.0)
    return None


def reading(
    answers: Sequence[Evidence], step: Step, *, start: float, goal: float, because: Phrase, unaided: bool
) -> Reading:
    """What a running number says, `start` before any answer; mastery from `goal` on."""
    values = run(start, [answer.score for answer in answers], step)
    value = values[-1] if values else start
    needed = rights_until(value, goal, step)
    if not values and needed == 0:
        needed = 1
    return Reading(
        met=tuple(one >= goal - NEARLY_EQUAL for one in values),
        progress=min(1.0, max(0.0, (value - start) / (goal - start))) if values and goal > start else 0.0,
        because=(because,) if answers else (),
        missing=more_right(needed, unaided=unaided),
        answers_expected=needed,
        looked_at=range(len(answers)),
    )


def stands_at(value: float, goal: float, what: str) -> Phrase:
    """Where the number stands, for the teacher."""
    return say(what, score=percent(max(0.0, value)), threshold=percent(goal))
