"""Struggle: hearing early that practice brings little (wheel-spinning; Beck & Gong 2013).

Waiting for twenty wrong answers helps nobody. Six tries in a row without success are said at once, later tries at the
same question included, because for whoever makes them they feel the same. Else, from the sixth first answer on, we ask
the Bayes filter how likely mastery is ten answers from now; if that is unlikely and the recent answers are no better
than the ones before, we say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .evidence import Evidence
from .history import right
from .phrases import Phrase, count, say
from .posterior import believe

IN_A_ROW = 6
HARDLY = 0.5
"""A try that brought less than this much of the points was without success."""
LEAST_ANSWERS = 6
UNLIKELY = 0.45
"""In simulations this hears of three in four learners who never get there by their fifteenth answer, on average at
the eleventh; six in ten of those it names are still not there ten answers later, and the others lose nothing by a
look."""
GOOD_WORK = 0.6
"""Who gets so much right may need time, but is not stuck."""
LOOKED_AT = 12
RISE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Struggle:
    """Whether the learner is stuck on the skill, and the sentence for the teacher."""

    stuck: bool
    because: tuple[Phrase, ...] = ()


def struggle(answers: Sequence[Evidence], tries: Sequence[Evidence] = ()) -> Struggle:
    """Whether somebody works without getting on.

    `answers` are first answers on the skill in order, of which the latest twelve are looked at; `tries` are all tries.
    """
    without = _failed_in_a_row(tries or answers)
    if without >= IN_A_ROW:
        sentence = count(without, "The last try was wrong.", "The last {count} tries were all wrong.")
        return Struggle(stuck=True, because=(sentence,))
    latest = answers[-LOOKED_AT:]
    if len(latest) < LEAST_ANSWERS or _rising(latest):
        return Struggle(stuck=False)
    belief = believe(latest)
    if belief.soon >= UNLIKELY or belief.success >= GOOD_WORK:
        return Struggle(stuck=False)
    sentence = say(
        "{right} of the last {answers} answers right and no upward trend: more of the same will hardly help.",
        right=sum(map(right, latest)),
        answers=len(latest),
    )
    return Struggle(stuck=True, because=(sentence,))


def _failed_in_a_row(tries: Sequence[Evidence]) -> int:
    for number, one in enumerate(reversed(tries)):
        if one.score >= HARDLY:
            return number
    return len(tries)


def _rising(latest: Sequence[Evidence]) -> bool:
    if all(map(right, latest[-3:])):
        return True
    half = len(latest) // 2
    before = sum(answer.score for answer in latest[:half]) / half
    recent = sum(answer.score for answer in latest[-half:]) / half
    return recent >= before + RISE
