"""Personal: what a teacher said and arranged about learners, brought into every verdict and grade.

Whoever judges (an answer, a new rule, an observation) asks here, so that a teacher's word and a modified goal hold
everywhere alike. Accommodations are not here: time, length and format never touch the mastery level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..learning.evidence import Evidence
from ..learning.ids import SkillId
from ..learning.mastery import judge
from ..learning.overruling import overrule
from ..learning.phrases import say
from ..learning.profile import LearnerPlan
from ..learning.rules import MasteryRule
from ..learning.verdicts import Level, TeacherWord, Verdict
from ..store import arrangements, contents, courses, teaching
from ..store.database import Session
from ..store.tables import PlacementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """The rule of one placement, with the words and plans for some learners."""

    rule: MasteryRule
    version: int
    words: Mapping[tuple[int, SkillId], TeacherWord] = field(default_factory=dict)
    plans: Mapping[int, LearnerPlan] = field(default_factory=dict)

    def verdict(self, person_id: int, skill: SkillId, history: Sequence[Evidence], now: datetime) -> Verdict:
        """The verdict that counts: by the learner's own goal where one is set, and by the teacher's word."""
        plan = self.plans.get(person_id)
        modified = plan.rule if plan else None
        own = judge(modified or self.rule, history, skill=skill, version=self.version, now=now)
        if modified is not None and own.level is not Level.NONE:
            own = replace(own, because=(say("Judged by a goal set for this learner."), *own.because))
        return overrule(own, self.words.get((person_id, skill)), history)

    def excused(self, person_id: int) -> frozenset[SkillId]:
        """Skills not asked of this learner."""
        plan = self.plans.get(person_id)
        return frozenset(plan.excused) if plan else frozenset()

    def spoken_of(self, person_id: int) -> tuple[SkillId, ...]:
        """Skills on which a teacher's word is in force."""
        return tuple(skill for one, skill in self.words if one == person_id)


def personal(session: Session, row: PlacementRow, person_ids: Iterable[int]) -> Personal:
    """Read what holds for these learners in a configured placement, in two statements."""
    assert row.content_id is not None
    ids = list(person_ids)
    return Personal(
        rule=courses.current_rule(session, row),
        version=row.rule_version,
        words=teaching.words(session, row.course_id, contents.get(session, row.content_id).key, ids),
        plans=arrangements.plans(session, row.id, ids),
    )
