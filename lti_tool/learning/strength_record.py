"""Strengths of one learner by skill, kept between activities as plain JSON.

Only skills that work has told something about are kept: a row of numbers each (touched, stability, day, chances).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from .activities import CourseContent
from .ids import SkillId
from .once import once
from .situation import Followed
from .strength import GRID, Strengths, Work, first_strengths, observe

_DIGITS = 4
_HEAD = 3
"""Numbers of a row before its chances."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A course's skills by number, and what is believed of each `before` any work."""

    number: Mapping[SkillId, int]
    before: Strengths

    def fresh(self, day: float) -> Strengths:
        """A learner on their first day, free to change."""
        one = self.before
        return replace(
            one,
            chances=one.chances.copy(),
            mean=one.mean.copy(),
            stability=one.stability.copy(),
            last_day=np.full(len(one.mean), day),
            touched=one.touched.copy(),
        )


@once
def layout_of(content: CourseContent) -> Layout:
    """The layout of a course, worked out once."""
    graph = content.graph
    number = {skill: place for place, skill in enumerate(graph.order)}
    foundations = np.zeros((len(number), len(number)), dtype=bool)
    depths = np.zeros(len(number))
    for skill, place in number.items():
        for one in graph.prerequisites(skill):
            foundations[place] |= foundations[number[one]]
            foundations[place, number[one]] = True
            depths[place] = max(depths[place], depths[number[one]] + 1)
    before = first_strengths(foundations, depths / max(1.0, depths.max(initial=0.0)), day=0.0)
    return Layout(number=number, before=before)


def day_of(at: datetime) -> float:
    """A running count of days."""
    return at.timestamp() / 86400


def after(
    content: CourseContent, record: Mapping[str, list[float]], works: Iterable[tuple[SkillId, Work]]
) -> dict[str, Any]:
    """The record after some work; the `skill` number of each is filled in here. Unknown skills are left aside."""
    layout = layout_of(content)
    done = [(layout.number[skill], work) for skill, work in works if skill in layout.number]
    if not done:
        return dict(record)
    now = layout.fresh(done[0][1].day)
    _restore(now, layout, record)
    for place, work in done:
        observe(now, work.on(place))
    told = now.touched | (np.abs(now.chances - layout.before.chances).max(axis=1) > 10**-_DIGITS)
    skills = tuple(layout.number)
    return {skills[place]: _row(now, place) for place in told.nonzero()[0]}


def _restore(strengths: Strengths, layout: Layout, record: Mapping[str, list[float]]) -> None:
    for skill, row in record.items():
        place = layout.number.get(SkillId(skill))
        if place is None or len(row) != _HEAD + len(GRID):
            continue
        strengths.touched[place] = bool(row[0])
        if row[0]:
            strengths.stability[place], strengths.last_day[place] = row[1], row[2]
        strengths.chances[place] = row[_HEAD:]
        strengths.chances[place] /= strengths.chances[place].sum()
        strengths.mean[place] = strengths.chances[place] @ GRID


def _row(strengths: Strengths, place: int) -> list[float]:
    """Chances keep their leading digits, however small: one that is put away as none never comes back."""
    head = (strengths.touched[place], strengths.stability[place], strengths.last_day[place])
    chances = (float(f"{one:.{_DIGITS}g}") for one in strengths.chances[place])
    return [*(round(float(one), _DIGITS) for one in head), *chances]


def followed(record: Mapping[str, list[float]], day: float) -> dict[SkillId, Followed]:
    """The skills worked on, as planning looks at them."""
    rows = {SkillId(skill): row for skill, row in record.items() if row[0] and len(row) == _HEAD + len(GRID)}
    if not rows:
        return {}
    means = np.array([row[_HEAD:] for row in rows.values()]) @ GRID
    return {
        skill: Followed(strength=float(mean), stability=row[1], days=max(0.0, day - row[2]))
        for (skill, row), mean in zip(rows.items(), means, strict=True)
    }
