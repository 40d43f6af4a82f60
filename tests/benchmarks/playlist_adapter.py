"""The product's choice of the next activity behind the interface of outside benchmark programs.

`start(world, public)`, `choose(day)` -> one to three activity numbers, `observe(result)`. The world's tables are
translated into `learning.worth` and `learning.strength` values; these decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lti_tool.learning.strength import Strengths, Work, first_strengths, observe
from lti_tool.learning.worth import Offers, Standing, best_few, recall, worth


class CairnPolicy:
    """One learner's playlist."""

    def start(self, world: Any, public: Mapping[str, NDArray[np.float64]]) -> None:
        """A new learner in a course. `public` holds liked topics and ways of working in logits."""
        size = len(world.pre)
        self.offers = Offers(
            skill=np.asarray(world.a_skill, dtype=np.int64),
            hardness=np.asarray(world.a_diff, dtype=float),
            minutes=np.asarray(world.a_min, dtype=float),
            way=np.asarray(world.a_type, dtype=np.int64),
            liking=np.asarray(public["topic"][world.a_topic] + public["modality"][world.a_mod], dtype=float),
        )
        self.themes = np.asarray(world.a_topic) * 1000 + np.asarray(world.a_mod)
        self.direct = [np.asarray(one, dtype=np.int64) for one in world.pre]
        self.rests = np.full((max((len(one) for one in world.pre), default=0) + 1, size), size)
        for skill, before in enumerate(world.pre):
            self.rests[: len(before), skill] = before
        self.opens = np.bincount(np.concatenate([np.zeros(0, np.int64), *self.direct]), minlength=size)
        self.times = np.zeros(len(self.offers.skill))
        self.strengths = _fresh(world)
        self.have = np.ones(size + 1)
        """What is there of each skill now, and one more for what rests on nothing."""

    def choose(self, day: float) -> list[int]:
        """Up to three activities, the best first."""
        values = worth(self.offers, self._standing(day), self.times)
        return best_few(values, self.themes)

    def observe(self, result: Mapping[str, Any]) -> None:
        """What was done and how it went."""
        activity = int(result["activity"])
        self.times[activity] += 1
        work = Work(
            skill=int(self.offers.skill[activity]),
            way=int(self.offers.way[activity]),
            hardness=float(self.offers.hardness[activity]),
            right=int(result["score"]),
            answers=int(result["n"]),
            finished=bool(result["completed"]),
            day=float(result["day"]),
        )
        observe(self.strengths, work)

    def _standing(self, day: float) -> Standing:
        mine = self.strengths
        recalled = recall(day - mine.last_day, mine.stability)
        self.have[:-1] = mine.mean * recalled
        return Standing(
            strength=mine.mean,
            stability=mine.stability,
            recalled=recalled,
            foundation=self.have.take(self.rests).min(axis=0),
            begun=mine.touched,
            opens=self.opens,
        )


def _fresh(world: Any) -> Strengths:
    size = len(world.pre)
    foundations = np.zeros((size, size), dtype=bool)
    depths = np.zeros(size)
    for skill in world.topo:
        for before in world.pre[skill]:
            foundations[skill] |= foundations[before]
            foundations[skill, before] = True
            depths[skill] = max(depths[skill], depths[before] + 1)
    return first_strengths(foundations, depths / max(1.0, depths.max()), day=-3.0)
