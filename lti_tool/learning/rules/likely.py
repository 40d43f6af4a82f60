"""What rules that work with probabilities of mastery say alike."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from ..evidence import Evidence
from ..history import right
from ..phrases import Phrase, count, say
from .reading import of_the_last, percent

LATEST = 8
"""So many answers are looked back on in words."""


def way(start: float, now: float, goal: float) -> float:
    """How far the odds have come from where everybody starts to where mastery is called, in [0, 1]."""
    if start >= goal:
        return 1.0
    first, here, last = (log(one / (1 - one)) for one in (start, min(max(now, 1e-9), 1 - 1e-9), goal))
    return min(1.0, max(0.0, (here - first) / (last - first)))


def seen(answers: Sequence[Evidence]) -> Phrase:
    """How many of the latest answers were right."""
    latest = answers[-LATEST:]
    return of_the_last(sum(map(right, latest)), len(latest))


def hardness(answers: Sequence[Evidence]) -> tuple[Phrase, ...]:
    """Whether the latest questions were unlike most."""
    latest = answers[-LATEST:]
    mean = sum(answer.difficulty for answer in latest) / len(latest)
    if mean >= 0.4:
        return (say("The questions were harder than average."),)
    if mean <= -0.4:
        return (say("The questions were easier than average."),)
    return ()


def likely(chance: float, threshold: float) -> Phrase:
    """How likely mastery is, and how likely it must be."""
    return say(
        "That makes mastery {chance} % likely, {threshold} % wanted.",
        chance=percent(chance),
        threshold=percent(threshold),
    )


def about(needed: int | None, unaided: bool) -> Phrase:
    """About how many right answers are missing; harder and easier questions count differently."""
    if needed is None:
        return say("More practice: many right answers are still missing.")
    if unaided:
        return count(
            needed, "About 1 more right answer without hints.", "About {count} more right answers without hints."
        )
    return count(needed, "About 1 more right answer.", "About {count} more right answers.")
