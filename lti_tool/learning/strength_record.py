"""Strengths of one learner by skill, kept between activities as plain JSON.

Only skills that work has told something about are kept. One that was worked on has a row of numbers: 1, stability, day,
chances. Others only heard of it, of hundreds in a large course: they have 0 and how often that spoke for and against
them, from which their chances follow. In records written before, they have chances too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from .activities import CourseContent
from .ids import SkillId
from .once import once
from .situation import Followed
from .strength import GRID, ILL, WELL, Strengths, Work, first_strengths, observe

_DIGITS = 4
_HEAD = 3
"""Numbers of a row before its chances; all of a row that only heard."""
_SAYS = np.log(np.stack((WELL, ILL)))
"""What hearing once, well or ill, adds to the logarithms of the chances."""


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
            heard_well=one.heard_well.copy(),
            heard_ill=one.heard_ill.copy(),
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
    skills = tuple(layout.number)
    worked = {skills[place]: _row(now, place) for place in now.touched.nonzero()[0].tolist()}
    heard = (~now.touched & (now.heard_well + now.heard_ill > 0)).nonzero()[0]
    times = zip(heard, now.heard_well[heard].tolist(), now.heard_ill[heard].tolist(), strict=True)
    return worked | {skills[place]: [0, well, ill] for place, well, ill in times}


def _restore(strengths: Strengths, layout: Layout, record: Mapping[str, list[float]]) -> None:
    heard: dict[int, tuple[int, int]] = {}
    for skill, row in record.items():
        place = layout.number.get(SkillId(skill))
        if place is None or len(row) not in {_HEAD, _HEAD + len(GRID)}:
            continue
        if row[0]:
            _restore_worked(strengths, place, row)
        else:
            heard[place] = (int(row[1]), int(row[2])) if len(row) == _HEAD else _times_heard(layout, place, row)
    _restore_heard(strengths, heard)


def _restore_worked(strengths: Strengths, place: int, row: Sequence[float]) -> None:
    if len(row) == _HEAD:
        return
    strengths.touched[place] = True
    strengths.stability[place], strengths.last_day[place] = row[1], row[2]
    strengths.chances[place] = row[_HEAD:]
    strengths.chances[place] /= strengths.chances[place].sum()
    strengths.mean[place] = strengths.chances[place] @ GRID


def _restore_heard(strengths: Strengths, heard: Mapping[int, tuple[int, int]]) -> None:
    """All at once, in logarithms: what was heard a thousand times is too much for a product."""
    if not heard:
        return
    places, times = list(heard), np.array(list(heard.values()))
    strengths.heard_well[places], strengths.heard_ill[places] = times.T
    logs = np.log(strengths.chances[places]) + times @ _SAYS
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    strengths.chances[places], strengths.mean[places] = chances, chances @ GRID


def _times_heard(layout: Layout, place: int, row: Sequence[float]) -> tuple[int, int]:
    """How often a skill heard well and ill, from its chances as records kept them before: whole numbers, so that four
    digits of each chance are enough to find them."""
    chances = np.array(row[_HEAD:])
    told = chances > 0
    if not told.any():
        return 0, 0
    ways = np.vstack((_SAYS, np.ones(len(GRID)))).T[told]
    said = np.log(chances[told] / layout.before.chances[place][told])
    well, ill, _ = np.linalg.lstsq(ways, said, rcond=None)[0]
    return max(0, round(float(well))), max(0, round(float(ill)))


def _row(strengths: Strengths, place: int) -> list[float]:
    """Chances keep their leading digits, however small: one that is put away as none never comes back."""
    head = (strengths.stability[place], strengths.last_day[place])
    chances = (float(f"{one:.{_DIGITS}g}") for one in strengths.chances[place])
    return [1.0, *(round(float(one), _DIGITS) for one in head), *chances]


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
