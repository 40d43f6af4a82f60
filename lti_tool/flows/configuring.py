"""A teacher says what a placement is for: content, rule, grade. Rules are versioned, changes are audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..learning.rules import DEFAULT_PRESET, PRESETS, MasteryRule
from ..store import audit, contents, courses
from ..store.database import Session
from ..store.launches import Visit
from ..store.tables import PlacementRow
from .errors import NotAllowed, Refused
from .recalculating import recalculate_now

GRADING = ("average_progress", "mastered_share")
HIGHEST_POINTS = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a teacher chose. `content_id` None means the course that ships with the tool; `part` "" the whole.

    `points` is the maximum of the gradebook column; 0 means no grade.
    """

    content_id: int | None
    part: str
    rule: MasteryRule
    grading: str = GRADING[0]
    points: float = 10.0
    title: str = ""


def standard(session: Session, now: datetime) -> Configuration:
    """What the picker and the set-up page begin with."""
    content = contents.starter(session, now)
    parts = contents.get(session, content.id).parts
    preset = PRESETS[DEFAULT_PRESET]
    return Configuration(content_id=content.id, part=parts[0].key if parts else "", rule=preset.rule)


def configure(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> int:
    """Put a configuration in force for the placement of this visit. Returns the rule version.

    Everybody's verdicts follow in the same transaction (a class takes milliseconds), and changed grades are
    promised.
    """
    if visit.role != "teacher" or visit.placement_id is None:
        raise NotAllowed("Only a teacher of this course can change what counts as mastered.", who="teacher")
    row = courses.placement(session, visit.placement_id)
    version = apply(session, row, visit, wanted, now)
    recalculate_now(session, row, now)
    return version


def apply(session: Session, row: PlacementRow, visit: Visit, wanted: Configuration, now: datetime) -> int:
    """Write a checked configuration on a placement. Raises `Refused` naming each field at fault."""
    content_id = checked(session, visit, wanted, now)
    before = (row.content_id, row.part, row.grading, row.points)
    row.content_id, row.part, row.grading, row.points = content_id, wanted.part, wanted.grading, wanted.points
    if wanted.title.strip():
        row.title = wanted.title.strip()[:255]
    version = courses.add_rule(session, row, wanted.rule, visit.person_id, now)
    if row.points > 0:
        courses.keep_column(session, row, now)
    audit.record(
        session,
        "placement.configured",
        now,
        organisation_id=visit.organisation_id,
        course_id=row.course_id,
        actor_id=visit.person_id,
        placement=row.id,
        rule_version=version,
        before=list(before),
    )
    return version


def checked(session: Session, visit: Visit, wanted: Configuration, now: datetime) -> int:
    """The content's id, after every field was found good. Raises `Refused`."""
    problems: dict[str, str] = {}
    allowed = {row.id for row in contents.available(session, visit.organisation_id)}
    content_id = wanted.content_id or contents.starter(session, now).id
    if wanted.content_id is not None and content_id not in allowed:
        problems["content_id"] = "This content is not available to your school."
    elif wanted.part and wanted.part not in {part.key for part in contents.get(session, content_id).parts}:
        problems["part"] = "Choose one of the parts listed."
    if wanted.grading not in GRADING:
        problems["grading"] = "Choose how the grade is made."
    if not 0 <= wanted.points <= HIGHEST_POINTS:
        problems["points"] = f"Choose a number from 0 to {HIGHEST_POINTS:.0f}."
    if problems:
        raise Refused("Some choices cannot be used.", problems=problems)
    return content_id
