"""The picker: what a teacher may add to a course."""

from __future__ import annotations

from dataclasses import dataclass

from ...learning.rules import DEFAULT_PRESET, PRESETS, Preset
from .. import courses
from ..database import Session
from ..launches import Visit
from .rule_editor import ContentChoice, content_choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """`accept_line_item` is False where the LMS will make no gradebook column, None where it did not say."""

    course_title: str
    contents: tuple[ContentChoice, ...]
    presets: tuple[Preset, ...]
    default_preset: str
    accept_multiple: bool
    accept_line_item: bool | None
    platform_name: str


def load(session: Session, visit: Visit) -> Picker:
    """Read the page."""
    request = visit.details.get("deep_link") or {}
    return Picker(
        course_title=courses.course(session, visit.course_id).title if visit.course_id else "",
        contents=content_choices(session, visit.organisation_id),
        presets=tuple(PRESETS.values()),
        default_preset=DEFAULT_PRESET,
        accept_multiple=bool(request.get("accept_multiple", True)),
        accept_line_item=request.get("accept_line_item"),
        platform_name=visit.details.get("platform_name", ""),
    )
