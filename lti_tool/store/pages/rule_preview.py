"""What a setting would do to the class: who becomes mastered, who loses it and why, which grades change.

Counted from the evidence that exists (`rule_tally`), at once or beforehand; here it gets names. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...learning.ids import SkillId
from ...learning.mastery import judge
from ...learning.phrases import Phrase, say
from ...learning.preview import Expectation
from ...learning.rules import MasteryRule, describe, found_in_class
from ..database import Session
from ..rules import Setting
from ..tables import PlacementRow
from .rule_tally import Tally, tally
from .rule_trial import Move, TriedClass, the_class

FALLS_ON_A_PAGE = 100
"""Falling grades on one page of a preview that was worked out beforehand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A learner who would have mastered these skills."""

    person_id: int
    name: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A learner who would no longer have mastered a skill; `why` says what is missing."""

    person_id: int
    name: str
    skill: str
    why: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A grade that would go down; both values in [0, 1]."""

    person_id: int
    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """What would change, in numbers as in `Tally`; of those who gain and lose the first, by name. Of `falls_count`
    falling grades `falls` are those of this `page` of `pages`. `scarce` names skills with fewer questions than the
    rule asks for; `found` says by title what the rule holds of single skills, taken from a class's answers."""

    setting: Setting
    rule: Phrase
    learners: int
    answers: int
    seen: int
    silent: int
    said: int
    own_goals: int
    excused: int
    called_before: int
    called: int
    gained: tuple[Gain, ...]
    gained_count: int
    lost: tuple[Loss, ...]
    lost_count: int
    rises: int
    falls: tuple[Fall, ...]
    falls_count: int
    page: int
    pages: int
    kept: int
    points_before: float
    expected: Expectation
    dial: Mapping[str, Expectation]
    scarce: tuple[Phrase, ...]
    found: tuple[tuple[str, Phrase], ...]


def load(session: Session, row: PlacementRow, setting: Setting, now: datetime) -> RulePreview:
    """Read the class and try the setting on it, with every falling grade on one page."""
    found = the_class(session, row, setting)
    return named(found, tally(session, row, found, setting), row, setting, now)


def named(
    found: TriedClass, kept: Tally, row: PlacementRow, setting: Setting, now: datetime, *, page: int | None = None
) -> RulePreview:
    """A tally with names; `page` is which of the pages of falling grades to show, None for all in one. Who is not in
    the class any more is left out."""
    falls = [one for one in kept.falls if one.person_id in found.students]
    pages = -(-len(falls) // FALLS_ON_A_PAGE) or 1 if page else 1
    page = min(page or 1, pages)
    here = falls[(page - 1) * FALLS_ON_A_PAGE : page * FALLS_ON_A_PAGE] if pages > 1 else falls
    return RulePreview(
        setting=setting,
        rule=describe(setting.rule),
        gained=tuple(_gained(found, kept)),
        lost=tuple(_lost(found, kept)),
        falls=tuple(_falls(found, here)),
        falls_count=len(falls),
        page=page,
        pages=pages,
        points_before=row.points or setting.points,
        scarce=tuple(_scarce(found, setting.rule, now)),
        found=tuple(
            (found.content.graph[SkillId(skill)].title, words)
            for skill, words in found_in_class(setting.rule)
            if skill in found.skills
        ),
        **{name: getattr(kept, name) for name in _COUNTED},
    )


_COUNTED = (
    "learners",
    "answers",
    "seen",
    "silent",
    "said",
    "own_goals",
    "excused",
    "called_before",
    "called",
    "gained_count",
    "lost_count",
    "rises",
    "kept",
    "expected",
    "dial",
)


def _gained(found: TriedClass, kept: Tally) -> Iterator[Gain]:
    for key, skills in kept.gained.items():
        if key in found.students:
            titles = tuple(found.content.graph[skill].title for skill in skills)
            yield Gain(person_id=key, name=found.students[key], skills=titles)


def _lost(found: TriedClass, kept: Tally) -> Iterator[Loss]:
    for one in kept.lost:
        if one.person_id in found.students:
            title = found.content.graph[one.skill].title
            yield Loss(person_id=one.person_id, name=found.students[one.person_id], skill=title, why=one.why)


def _falls(found: TriedClass, falls: Sequence[Move]) -> Iterator[Fall]:
    for one in falls:
        name = found.students[one.person_id]
        yield Fall(person_id=one.person_id, name=name, before=one.before, after=one.after)


def _scarce(found: TriedClass, rule: MasteryRule, now: datetime) -> Iterator[Phrase]:
    """Skills that could never be mastered by new questions alone, because there are too few."""
    if rule.repeats != "never":
        return
    for skill in found.skills:
        wanted = judge(rule, (), skill=skill, version=0, now=now).answers_expected
        questions = len(found.content.items_by_skill[skill])
        if wanted is not None and questions < wanted:
            yield say(
                "“{skill}” has {questions} questions, and the rule asks for at least {wanted} different ones.",
                skill=found.content.graph[skill].title,
                questions=questions,
                wanted=wanted,
            )
