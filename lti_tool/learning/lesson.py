"""The time of a lesson: what fits into what is left of it, and what is said once nothing does.

A teacher's minutes are a budget of the sitting, counted from its first activity. They are no bell: who wants to go on
when they are used up may, and then chooses among what fits a whole lesson.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .activities import Activity
from .candidates import Candidate
from .phrases import Phrase, count, say
from .readiness import Readiness


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """`limit` are the teacher's minutes (None: no limit), `left` what is left of them, negative when over. `over` says
    that nothing to be begun fits any more, though some of the time is used."""

    limit: int | None
    left: float
    over: bool = False

    def fits(self, minutes: int) -> bool:
        """Whether it can be begun now: it fits into what is left; when the lesson is over, into another one."""
        return self.limit is None or minutes <= (self.limit if self.over else self.left)

    def never_fits(self, minutes: int) -> bool:
        """Whether it takes longer than any lesson."""
        return self.limit is not None and minutes > self.limit


def lesson_of(ready: Readiness, wanted: Iterable[Activity]) -> Lesson:
    """How the lesson stands, given all that could be begun now. A clock that went back uses up nothing."""
    limit, used = ready.situation.wishes.minutes, max(0.0, ready.situation.minutes_in_sitting)
    if limit is None:
        return Lesson(limit=None, left=0.0)
    left = limit - used
    others = [ready.minutes(one) for one in wanted if one.id != ready.situation.current]
    # What lies open fits in any case, until the time is up.
    fits = min(others) <= left if others else left > 0
    return Lesson(limit=limit, left=left, over=used > 0 and not fits)


def in_time(ready: Readiness, lesson: Lesson, found: list[Candidate]) -> list[Candidate]:
    """Those that fit the lesson; where none does, the shortest, as too little is better than nothing."""
    if lesson.limit is None or not found:
        return found
    fitting = [one for one in found if lesson.fits(ready.minutes(one.activity))]
    if fitting:
        return fitting
    shortest = min(ready.minutes(one.activity) for one in found)
    return [one for one in found if ready.minutes(one.activity) == shortest]


def time_up(lesson: Lesson) -> Phrase | None:
    """What is said when the lesson is over, or as good as over; `None` before."""
    if not lesson.over:
        return None
    if lesson.left < 1:
        return say(
            "The time of this lesson is used up. You can stop here, or go on if you like. All you did is kept."
        )
    return count(
        int(lesson.left),
        "About 1 minute of this lesson is left, and what comes next takes longer. You can stop here, or go on if you "
        "like. All you did is kept.",
        "About {count} minutes of this lesson are left, and what comes next takes longer. You can stop here, or go on "
        "if you like. All you did is kept.",
    )


def put_off(lesson: Lesson, titles: Sequence[str]) -> Phrase | None:
    """That what the teacher put first waits for the next lesson, by its titles; `None` without any."""
    if lesson.limit is None or not titles:
        return None
    named = ", ".join(f"“{title}”" for title in titles)
    return say(
        "What is left of this lesson is too short for {activities}. Next time it comes first.", activities=named
    )
