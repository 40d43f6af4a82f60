"""What a placement is for: content, part, rule, grade, and the rules it had before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ...learning.phrases import Phrase
from ...learning.rules import DEFAULT_PRESET, PRESETS, MasteryRule, Preset, describe
from .. import contents, courses, people, previews, rules
from ..database import Session
from ..launches import Visit
from ..previews import Waiting
from ..tables import PlacementRow, RuleVersionRow
from .class_lines import display_name
from .reading import placement_view, progress_of
from .views import PlacementView, Progress

TRIED_FOR = timedelta(days=1)
"""So long the page of rules points to a preview that its teacher has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChoice:
    """A part of a course that can be placed. The empty key is the whole course."""

    key: str
    title: str
    description: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentChoice:
    """A course that can be placed."""

    id: int
    title: str
    description: str
    parts: tuple[PartChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionEntry:
    """A rule that was once in force."""

    version: int
    description: Phrase
    part_title: str
    at: datetime
    by: str
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEditor:
    """The rules page. `current` is the rule in force, or the default before the first set-up."""

    placement: PlacementView
    contents: tuple[ContentChoice, ...]
    presets: tuple[Preset, ...]
    current: MasteryRule
    current_preset: str
    current_content_id: int | None
    current_part: str
    grading: str
    points: float
    title: str
    versions: tuple[VersionEntry, ...]
    progress: Progress | None
    tried: Waiting | None
    """The newest preview this teacher has asked for and not put in force; only large classes have any."""


def content_choices(session: Session, organisation_id: int) -> tuple[ContentChoice, ...]:
    """All content a school may place."""
    found = []
    for row in contents.available(session, organisation_id):
        content = contents.get(session, row.id)
        whole = content.part("")
        parts = (*content.parts, whole)
        found.append(
            ContentChoice(
                id=row.id,
                title=content.title,
                description=content.description,
                parts=tuple(
                    PartChoice(
                        key=part.key,
                        title=part.title if part.key else "The whole course",
                        description=part.description,
                        skills=tuple(content.graph[skill].title for skill in part.skills),
                    )
                    for part in parts
                ),
            )
        )
    return tuple(found)


def preset_of(rule: MasteryRule) -> str:
    """The preset this rule is, or empty for a teacher's own."""
    return next((key for key, preset in PRESETS.items() if preset.rule == rule), "")


def load(session: Session, visit: Visit, now: datetime) -> RuleEditor:
    """Read the page."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    content = contents.get(session, row.content_id) if row.content_id else None
    current = courses.current_rule(session, row) if row.rule_version else PRESETS[DEFAULT_PRESET].rule
    versions = _versions(session, row)
    since = max(now - TRIED_FOR, versions[0].at) if versions else now - TRIED_FOR
    return RuleEditor(
        placement=placement_view(session, row, content),
        contents=content_choices(session, visit.organisation_id),
        presets=tuple(PRESETS.values()),
        current=current,
        current_preset=preset_of(current),
        current_content_id=row.content_id,
        current_part=row.part,
        grading=row.grading,
        points=row.points if row.rule_version else 10.0,
        title=row.title,
        versions=versions,
        progress=progress_of(session, row.id),
        tried=previews.latest_of(session, row.id, visit.person_id, since),
    )


def head(session: Session, visit: Visit) -> PlacementView:
    """The placement as the preview of a rule heads it."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    return placement_view(session, row, contents.get(session, row.content_id) if row.content_id else None)


def in_force(session: Session, visit: Visit) -> rules.Setting | None:
    """What is in force at the visit's placement; None before it was set up."""
    assert visit.placement_id is not None
    row = courses.placement(session, visit.placement_id)
    return courses.setting(session, row.id, row.rule_version)


def _versions(session: Session, placement: PlacementRow) -> tuple[VersionEntry, ...]:
    """Newest first."""
    rows = courses.rule_history(session, placement.id)
    authors = people.names(session, {row.created_by for row in rows if row.created_by})
    return tuple(
        VersionEntry(
            version=row.version,
            description=describe(rules.load(row.body)),
            part_title=_part_title(session, row),
            at=row.created_at,
            by=display_name(authors[row.created_by]) if row.created_by in authors else "",
            in_force=row.version == placement.rule_version,
        )
        for row in rows
    )


def _part_title(session: Session, row: RuleVersionRow) -> str:
    return contents.get(session, row.content_id).part(row.part).title if row.content_id else ""
