"""Struggle: hearing early that practice brings little (wheel-spinning; Beck & Gong 2013).

Waiting for twenty wrong answers helps nobody. From the sixth answer on we ask the Bayes filter how likely mastery
is ten answers from now; if that is unlikely and the recent answers are no better than the ones before, we say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .evidence import Evidence
from .history import right
from .phrases import Phrase, say
from .posterior import believe

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


def struggle(answers: Sequence[Evidence]) -> Struggle:
    """Whether first answers, in order, show effort without getting on. Looks at the latest twelve."""
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


def _rising(latest: Sequence[Evidence]) -> bool:
    if all(map(right, latest[-3:])):
        return True
    half = len(latest) // 2
    before = sum(answer.score for answer in latest[:half]) / half
    recent = sum(answer.score for answer in latest[-half:]) / half
    return recent >= before + RISE
