"""Standing: where one learner is with every skill, without the rule's reasons; enough to look over a whole class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .ids import SkillId
from .phrases import Phrase
from .verdicts import Level

_NONE: frozenset[SkillId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What all verdicts on one learner say, turned round: the skills of which something is true.

    `levels` holds the skills at each level that occurs; what is at none of them has shown nothing. `stuck` are those on
    which many answers brought little, with the reason where the rule gives one. `due` are mastered and should be seen
    again now. `earlier` were judged by a rule that is no longer in force. `progress` in (0, 1) is the way to mastery of
    the skills begun and not mastered. `awaits_check` lack nothing but a mixed check. `mastered_at` says when.

    A class has hundreds of thousands of verdicts, so whoever reads them fills only what is to be looked at.
    """

    levels: Mapping[Level, frozenset[SkillId]] = field(default_factory=dict)
    stuck: Mapping[SkillId, Phrase | None] = field(default_factory=dict)
    due: frozenset[SkillId] = _NONE
    earlier: frozenset[SkillId] = _NONE
    progress: Mapping[SkillId, float] = field(default_factory=dict)
    awaits_check: frozenset[SkillId] = _NONE
    mastered_at: Mapping[SkillId, datetime] = field(default_factory=dict)

    @property
    def mastered(self) -> frozenset[SkillId]:
        """The skills mastered."""
        return self.levels.get(Level.MASTERED, _NONE)

    def level(self, skill: SkillId) -> Level:
        """How far the learner is with one skill."""
        return next((level for level, skills in self.levels.items() if skill in skills), Level.NONE)


NOTHING = Standing()
"""Of somebody on whom there is no verdict."""
