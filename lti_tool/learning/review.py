"""Review: when a mastered skill should be seen again (FSRS, the `fsrs` package, without its random fuzz).

A skill is one memory. It is stored at the moment of mastery: as easy when the learner never got it wrong (it was
known already), as good otherwise. Every later day of work on it is one review, graded by that day's answers. A
wrong last answer asks for a look at once, or on the next day if it fell on the day of mastery. The target of 93 %
recall is where our playlist simulations kept most after a month.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from fsrs import Card, Rating, Scheduler

from .evidence import Evidence
from .history import days_of, first_answers, night_between, right

TARGET_RECALL = 0.93
LONGEST_PAUSE_DAYS = 180


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    return Scheduler(
        desired_retention=TARGET_RECALL,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_PAUSE_DAYS,
        enable_fuzzing=False,
    )


def due_at(history: Iterable[Evidence], mastered_at: datetime) -> datetime:
    """When one mastered skill is due for review (aware, UTC), from the skill's evidence and the time of mastery."""
    answers = first_answers(history)
    start = mastered_at.astimezone(UTC)
    before = [answer for answer in answers if answer.at <= mastered_at]
    after = [answer for answer in answers if answer.at > mastered_at]
    first = Rating.Easy if all(map(right, before)) else Rating.Good
    card = _reviewed(Card(card_id=1, due=start), first, start)
    for day in _by_day(after):
        card = _reviewed(card, _rating(day), day[-1].at.astimezone(UTC))
    tomorrow = start + timedelta(days=1)
    if after and not right(after[-1]):
        later = any(map(night_between, [start, *(one.at for one in after)], [one.at for one in after]))
        return after[-1].at.astimezone(UTC) if later else tomorrow
    return max(card.due, tomorrow)


def _reviewed(card: Card, rating: Rating, at: datetime) -> Card:
    return _scheduler().review_card(card, rating, at)[0]


def _by_day(answers: Sequence[Evidence]) -> list[list[Evidence]]:
    days: dict[int, list[Evidence]] = {}
    for answer, day in zip(answers, days_of(answers), strict=True):
        days.setdefault(day, []).append(answer)
    return list(days.values())


def _rating(day: Sequence[Evidence]) -> Rating:
    """A day of work as one review: mostly right is good, mixed is hard, mostly wrong starts again."""
    share = sum(map(right, day)) / len(day)
    if share < 0.5 or not right(day[-1]):
        return Rating.Again
    return Rating.Good if share >= 0.8 and not day[-1].hints_used else Rating.Hard
