"""Reading: what a rule sees in the answers so far, before gates; and the sentences several rules share."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from ..errors import LearningError
from ..evidence import Evidence
from ..phrases import Phrase, count, moment, say

_Row = TypeVar("_Row", bound=tuple[object, ...])

NEARLY_EQUAL = 1e-9
"""Averages of scores are floats; a hair below the threshold is the threshold."""

MOST_ANSWERS_FORETOLD = 60
"""Beyond this we do not say how many answers are missing, only that it takes practice."""


class RuleError(LearningError):
    """A mastery rule asks for something that cannot be, such as 6 right answers of 5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a rule says of a row of answers.

    `met` tells for each answer whether the rule was met right after it. `progress` in [0, 1], `because`, `missing`
    and `answers_expected` (right answers still wanted at the least; `None` when nobody can say) speak of the end of
    the row. `looked_at` are the places of the answers that carried the decision. `dips` are the numbers of further
    right answers, above `answers_expected`, after which the rule would for a while not hold.
    """

    met: tuple[bool, ...]
    progress: float
    because: tuple[Phrase, ...]
    missing: Phrase
    answers_expected: int | None
    looked_at: range
    confidence: float | None = None
    dips: tuple[int, ...] = ()


def require(true: bool, sentence: str) -> None:
    """Refuse a rule's parameters. Raises `RuleError` with the sentence."""
    if not true:
        raise RuleError(sentence)


def of_skill(rows: Sequence[_Row], skill: str) -> _Row | None:
    """The row of a skill; rows begin with their skill's key and are in its order."""
    place = bisect_left(rows, skill, key=_key)
    return rows[place] if place < len(rows) and rows[place][0] == skill else None


def in_order(rows: Sequence[tuple[object, ...]]) -> bool:
    """Whether `of_skill` finds every row: one a skill, in the order of their keys."""
    return all(_key(one) < _key(following) for one, following in pairwise(rows))


def _key(row: tuple[object, ...]) -> str:
    return str(row[0])


def more_right(number: int | None, *, unaided: bool) -> Phrase:
    """The student's sentence: how many right answers are missing, in any order."""
    if number is None:
        return say("More practice: many right answers are still missing.")
    if unaided:
        return count(number, "1 more right answer without hints.", "{count} more right answers without hints.")
    return count(number, "1 more right answer.", "{count} more right answers.")


def of_the_last(right: int, answers: int) -> Phrase:
    """How many of the last answers were right, for the teacher."""
    if answers == 1:
        return say("The only answer so far is right.") if right else say("The only answer so far is not right.")
    return say("{right} of the last {answers} answers right.", right=right, answers=answers)


def not_yet(answers: int, needed: int) -> Phrase:
    """Too few answers to decide."""
    return count(
        answers,
        "1 answer so far, {needed} are needed.",
        "{count} answers so far, {needed} are needed.",
        needed=needed,
    )


def percent(share: float) -> int:
    """A share as whole percent, never rounded up to 100."""
    return 100 if share >= 1 else min(99, round(100 * share))


def dates(answers: Sequence[Evidence], places: range) -> tuple[str, str]:
    """When the first and the last of the answers at these places were given."""
    return moment(answers[places[0]].at), moment(answers[places[-1]].at)


def running_sums(scores: Sequence[float]) -> list[float]:
    """Sums of the first 0, 1, 2 ... scores."""
    sums = [0.0]
    for score in scores:
        sums.append(sums[-1] + score)
    return sums
