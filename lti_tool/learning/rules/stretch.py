"""Stretches: averages over so many answers one after the other, for `Highest` and `Latest`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..evidence import Evidence
from ..phrases import Phrase, count
from .reading import NEARLY_EQUAL, dates, not_yet, percent, require, running_sums


class Words(NamedTuple):
    """How a stretch is spoken of that has one answer, or `many`."""

    one: str
    many: str


def check_stretch(threshold: float, over: int) -> None:
    """Refuse a threshold outside (0, 1] or an empty stretch."""
    require(0 < threshold <= 1, "The average to reach lies above 0 and at most at 1.")
    require(over >= 1, "A stretch has at least one answer.")


def means(scores: Sequence[float], over: int) -> list[float]:
    """The average of each full stretch, the earliest first."""
    sums = running_sums(scores)
    return [(sums[end] - sums[end - over]) / over for end in range(over, len(sums))]


def good_enough(total: float, threshold: float, over: int) -> bool:
    """Whether scores that add up to `total` reach the average."""
    return total / over >= threshold - NEARLY_EQUAL


def met_by(scores: Sequence[float], threshold: float, over: int) -> list[bool]:
    """For each answer, whether the stretch that ends there is full and good enough."""
    early = [False] * min(len(scores), over - 1)
    return early + [good_enough(mean, threshold, 1) for mean in means(scores, over)]


def rights_needed(scores: Sequence[float], threshold: float, over: int) -> int:
    """Full scores in a row that make the stretch at the end good enough."""
    for more in range(over):
        kept = scores[len(scores) - (over - more) :] if len(scores) >= over - more else None
        if kept is not None and good_enough(sum(kept) + more, threshold, over):
            return more
    return over


def why(
    words: Words, answers: Sequence[Evidence], window: range, value: float, threshold: float, over: int
) -> tuple[Phrase, ...]:
    """The reason in words: `words` name the stretch and take its dates, average and the average wanted."""
    if not answers:
        return ()
    if len(window) < over:
        return (not_yet(len(window), over),)
    first, last = dates(answers, window)
    score, wanted = percent(value), percent(threshold)
    return (count(over, words.one, words.many, first=first, last=last, score=score, threshold=wanted),)
