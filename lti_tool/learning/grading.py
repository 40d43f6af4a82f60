"""Grading: verdicts and a policy -> the grade the gradebook should show, with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .ids import Score, SkillId
from .phrases import Phrase, say
from .verdicts import Level, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingPolicy:
    """`mastered_share`: share of the skills mastered. `average_progress`: mean progress over the skills."""

    kind: Literal["mastered_share", "average_progress"] = "mastered_share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """`value` in [0, 1], or `None` while there is nothing to grade; `complete` when every skill is mastered."""

    value: Score | None
    complete: bool
    because: Phrase


def grade_for(policy: GradingPolicy, verdicts: Mapping[SkillId, Verdict], scope: Sequence[SkillId]) -> Grade:
    """The grade for the skills in `scope`. A skill without a verdict counts as not begun."""
    skills = tuple(dict.fromkeys(scope))
    found = [verdicts[skill] for skill in skills if skill in verdicts]
    if not skills:
        return Grade(value=None, complete=False, because=say("No skills are chosen here, so there is no grade."))
    if all(verdict.level is Level.NONE for verdict in found):
        return Grade(value=None, complete=False, because=say("No answers yet, so there is no grade."))
    mastered = sum(verdict.mastered for verdict in found)
    complete = mastered == len(skills)
    if policy.kind == "mastered_share":
        share = mastered / len(skills)
        because = say("{mastered} of {skills} skills mastered.", mastered=mastered, skills=len(skills))
    else:
        share = sum(min(1.0, max(0.0, verdict.progress)) for verdict in found) / len(skills)
        because = say(
            "On average {progress} % of the way to mastery, over {skills} skills.",
            progress=100 if complete else min(99, round(100 * share)),
            skills=len(skills),
        )
    return Grade(value=Score(1.0 if complete else min(1.0, share)), complete=complete, because=because)
