"""Reading a history: whatever order and however often evidence was delivered, it reads the same.

We order by (`at`, `id`) because a learner's clock is the server's and two answers may share a moment; we drop
doubles by `id` because deliveries may repeat. Evidence that is not saved yet (`id` 0) is a double only of its
equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import lt
from typing import Literal

from .evidence import Evidence, Source
from .ids import SkillId

Tries = Literal["first", "best"]

NIGHT = timedelta(hours=10)
"""So long a pause lies between two days of work. Counting by calendar would need the school's time zone: in Sydney
a morning lesson crosses midnight UTC. A night between two answers is what spacing is about anyway."""

SHOWN_TO_A_PERSON = 0.8
"""A teacher's observation or a grade from elsewhere counts as right from here; rubrics seldom end at 1."""


def _order(evidence: Evidence) -> tuple[datetime, int, str, int, float, int]:
    return (
        evidence.at,
        evidence.id,
        evidence.item or "",
        evidence.attempt,
        evidence.score,
        evidence.hints_used,
    )


def in_order(history: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The history by (`at`, `id`), each observation once."""
    came = tuple(history)
    if _ordered(came):
        return came
    seen: set[int | Evidence] = set()
    kept: list[Evidence] = []
    for evidence in sorted(came, key=_order):
        mark = evidence.id or evidence
        if mark not in seen:
            seen.add(mark)
            kept.append(evidence)
    return tuple(kept)


def _ordered(came: Sequence[Evidence]) -> bool:
    """Whether it came as it is to be read: from the store it mostly does, and sorting takes four times as long."""
    ids = {one.id for one in came}
    moments = [(one.at, one.id) for one in came]
    return len(ids) == len(came) and 0 not in ids and all(map(lt, moments, moments[1:]))


def work(history: Iterable[Evidence], skill: SkillId | None = None) -> tuple[Evidence, ...]:
    """All that rules look at, in order; of one skill if named. The first questions only say where to start: learners
    are told that they count for no grade, so that nobody has to be afraid of not knowing yet."""
    return in_order(
        one for one in history if (skill is None or one.skill == skill) and one.source is not Source.ASSESSMENT
    )


def first_answers(history: Iterable[Evidence], skill: SkillId | None = None) -> tuple[Evidence, ...]:
    """What speaks for knowledge: first answers to an item as it was served, in order; of one skill if named."""
    return tuple(one for one in work(history, skill) if one.attempt == 1)


def best_tries(history: Iterable[Evidence], skill: SkillId | None = None) -> tuple[Evidence, ...]:
    """One answer for each question as served: the best of its tries, the earlier of two equal ones.

    A later try belongs to the question answered just before it, on the same day of work; others are left out.
    """
    kept: list[Evidence] = []
    latest: Evidence | None = None
    for one in work(history, skill):
        if one.attempt == 1:
            kept.append(one)
        elif latest is None or one.item != latest.item or night_between(latest.at, one.at):
            latest = None
            continue
        elif one.score > kept[-1].score:
            kept[-1] = one
        latest = one
    return tuple(kept)


def counting_tries(history: Iterable[Evidence], skill: SkillId, tries: Tries) -> tuple[Evidence, ...]:
    """One answer for each question as served, by a teacher's retake policy."""
    return best_tries(history, skill) if tries == "best" else first_answers(history, skill)


def right(evidence: Evidence) -> bool:
    """Whether an observation counts as a right answer where a rule counts answers."""
    if evidence.source in (Source.OBSERVATION, Source.LMS_GRADE):
        return evidence.score >= SHOWN_TO_A_PERSON
    return evidence.correct


def night_between(earlier: datetime, later: datetime) -> bool:
    """Whether a new day of work has begun between two neighbouring answers."""
    return later - earlier >= NIGHT


def days_of(answers: Sequence[Evidence]) -> list[int]:
    """The running number of the day of work of each answer, from 1, for answers in order."""
    days: list[int] = []
    for place, answer in enumerate(answers):
        new = place == 0 or night_between(answers[place - 1].at, answer.at)
        days.append((days[-1] if days else 0) + int(new))
    return days
