"""One learner and one skill for their teacher: the rule's verdict and the teacher's word, and all evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ...learning.activities import CourseContent
from ...learning.evidence import Source
from ...learning.history import right
from ...learning.ids import ItemId, SkillId
from ...learning.mastery import set_aside
from ...learning.phrases import Phrase
from ...learning.verdicts import TeacherWord, Verdict
from .. import arrangements, contents, courses, evidence, mastery, people, teaching
from ..database import Session
from ..launches import Visit
from ..tables import EvidenceRow, PersonRow, WithdrawalRow
from ..teaching import About
from .class_lines import display_name
from .reading import placement_view, skill_view
from .views import PlacementView, SkillView

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceEntry:
    """One piece of evidence. `aside` says why the rule does not look at it, if so; `question` is Markdown; `by` who
    wrote it down; `withdrawn_by` and why, if it is."""

    id: int
    at: datetime
    source: Source
    occasion: str
    question: str
    note: str
    score: float
    right: bool
    aside: Phrase | None
    hints_used: int
    attempt: int
    by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_note: str = ""

    @property
    def can_be_withdrawn(self) -> bool:
        """Only what a teacher wrote down, and only once."""
        return self.source is Source.OBSERVATION and self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordEntry:
    """One word a teacher said: mastered, not_yet or taken_back."""

    word: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillDetail:
    """The page. `shown` is what counts, `own` what the rule says by itself, `word` the teacher's word in force."""

    placement: PlacementView
    person_id: int
    name: str
    shown: SkillView
    own: SkillView
    word: TeacherWord | None
    words: tuple[WordEntry, ...]
    evidence: tuple[EvidenceEntry, ...]
    more: int


def load(session: Session, visit: Visit, person_id: int, skill: SkillId, now: datetime) -> SkillDetail | None:
    """Read the page; None when this is no student or skill of the visit's place."""
    assert visit.placement_id is not None
    assert visit.course_id is not None
    place = people.place_of_student(session, visit.course_id, person_id)
    row = courses.placement(session, visit.placement_id)
    content = contents.get(session, row.content_id) if row.content_id and row.rule_version else None
    if place is None or content is None or skill not in content.part(row.part).skills:
        return None
    about = About(course_id=visit.course_id, person_id=person_id, content_key=content.key, skill=skill)
    rows = teaching.shown(session, about)
    words = teaching.word_history(session, about)
    known = people.names(session, _authors(rows) | {one.said_by for one in words if one.said_by})
    verdict = mastery.verdicts(session, row.id, person_id).get(skill)
    counted = [evidence.value(one) for one, taken in rows if taken is None]
    plan = arrangements.plans(session, row.id, [person_id]).get(person_id)
    rule = (plan.rule if plan else None) or courses.current_rule(session, row)
    aside = set_aside(rule, counted, skill)
    return SkillDetail(
        placement=placement_view(session, row, content),
        person_id=person_id,
        name=display_name(place[1]),
        shown=skill_view(content, skill, verdict, len(counted), now),
        own=skill_view(content, skill, _own(verdict), len(counted), now),
        word=verdict.word if verdict else None,
        words=tuple(
            WordEntry(word=one.word, note=one.note, by=_name(known, one.said_by), at=one.said_at) for one in words
        ),
        evidence=tuple(_entry(content, one, taken, known, aside.get(one.id)) for one, taken in rows[:MOST_SHOWN]),
        more=max(0, len(rows) - MOST_SHOWN),
    )


def _own(verdict: Verdict | None) -> Verdict | None:
    return verdict.own or verdict if verdict else None


def _authors(rows: Sequence[tuple[EvidenceRow, WithdrawalRow | None]]) -> set[int]:
    found: set[int] = set()
    for row, taken in rows:
        found |= {row.recorded_by} if row.recorded_by else set()
        found |= {taken.withdrawn_by} if taken and taken.withdrawn_by else set()
    return found


def _entry(
    content: CourseContent,
    row: EvidenceRow,
    taken: WithdrawalRow | None,
    known: dict[int, PersonRow],
    aside: Phrase | None,
) -> EvidenceEntry:
    item = content.items.get(ItemId(row.item_key)) if row.item_key else None
    return EvidenceEntry(
        id=row.id,
        at=row.at,
        source=Source(row.source),
        occasion=row.occasion,
        question=item.stem if item else "",
        note=row.note,
        score=row.score,
        right=right(evidence.value(row)),
        aside=aside,
        hints_used=row.hints_used,
        attempt=row.attempt,
        by=_name(known, row.recorded_by),
        withdrawn_at=taken.withdrawn_at if taken else None,
        withdrawn_by=_name(known, taken.withdrawn_by) if taken else "",
        withdrawn_note=taken.note if taken else "",
    )


def _name(known: dict[int, PersonRow], person_id: int | None) -> str:
    return display_name(known[person_id]) if person_id in known else ""
