"""Courses, the places where Cairn stands in them, their rules and gradebook columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Id, Key, refers_to


class CourseRow(Base):
    """A course of the LMS (LTI context), with the addresses its launches gave us."""

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("deployment_id", "context_id"),)

    id: Mapped[Id]
    deployment_id: Mapped[int] = refers_to("deployments.id", index=False)
    context_id: Mapped[Key]
    title: Mapped[str] = mapped_column(default="")
    label: Mapped[str] = mapped_column(default="")
    memberships_url: Mapped[str] = mapped_column(default="")
    line_items_url: Mapped[str] = mapped_column(default="")
    ags_scopes: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    roster_read_at: Mapped[datetime | None]
    roster_problem: Mapped[str] = mapped_column(default="")
    roster_summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    results_read_at: Mapped[datetime | None]
    copied_from_id: Mapped[int | None] = refers_to("courses.id", cascade=False)
    """The course this one was made from, as the LMS tells it."""
    groups_url: Mapped[str] = mapped_column(default="")
    groups: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Names of the LMS's groups by their id, as the LMS says them."""
    own_group_names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The same, as teachers say them: some LMSs name no group."""
    roster_changes_url: Mapped[str] = mapped_column(default="")
    """Where the LMS lists what changed since the last reading, if it does."""
    roster_whole_at: Mapped[datetime | None]
    roster_failures: Mapped[int] = mapped_column(default=0)
    """Readings in a row that failed for good; a visit sets it back."""


class PlacementRow(Base):
    """One place where Cairn stands in a course (LTI resource link).

    `key` is our own identity of it, carried through the LMS in `custom`, so it is known before the LMS
    has made its link and survives a copy. `part` is a part key of the content, empty for the whole course.
    `resource_link_id` is empty until the first launch.
    """

    __tablename__ = "placements"
    __table_args__ = (UniqueConstraint("course_id", "resource_link_id"),)

    id: Mapped[Id]
    course_id: Mapped[int] = refers_to("courses.id")
    key: Mapped[str] = mapped_column(String(36), unique=True)
    resource_link_id: Mapped[Key | None]
    title: Mapped[str] = mapped_column(default="")
    content_id: Mapped[int | None] = refers_to("contents.id", cascade=False)
    part: Mapped[Key] = mapped_column(default="")
    rule_version: Mapped[int] = mapped_column(default=0)
    grading: Mapped[str] = mapped_column(String(32), default="average_progress")
    points: Mapped[float] = mapped_column(default=0.0)
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    created_at: Mapped[datetime]
    copied_from_id: Mapped[int | None] = refers_to("placements.id", cascade=False)
    origin_key: Mapped[str] = mapped_column(String(36), default="")
    """The key of the first of its line: what the LMS still carries in the links it copied."""
    copy_answer: Mapped[str] = mapped_column(String(16), default="")
    """Copied from another course: asked (the teacher has not said yet), keep, change, anew. Else empty."""
    openers_asked_at: Mapped[datetime | None]
    """When the LMS was last asked who may open this."""
    openers_read_at: Mapped[datetime | None]
    """The same, of the last time that it said so."""


class RuleVersionRow(Base):
    """What a placement was for and what mastery meant, from when on. Never changed: a new wish is a new version."""

    __tablename__ = "rule_versions"
    __table_args__ = (UniqueConstraint("placement_id", "version"),)

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id", index=False)
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    content_id: Mapped[int | None] = refers_to("contents.id", cascade=False)
    part: Mapped[Key] = mapped_column(default="")
    grading: Mapped[str] = mapped_column(String(32), default="average_progress")
    points: Mapped[float] = mapped_column(default=0.0)
    created_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    created_at: Mapped[datetime]


class RecalculationRow(Base):
    """Everybody judged again after a change. The row is the truth; queues only wake workers.

    `state`: waiting, working (people up to `last_person_id` are done), done, replaced (by a newer one).
    """

    __tablename__ = "recalculations"

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id")
    rule_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    last_person_id: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class RulePreviewRow(Base):
    """What a rule would do to a large class, worked out beforehand. The row is the truth; queues only wake workers.

    `asked` is the choice as the teacher made it, under `key` with the rule in force then; `tried` the same with what
    the rule took from the class's answers. `state`: waiting, working (`done` of `total` students), done, failed.
    `result` is true of the evidence up to `evidence_id` and of the grades at `as_of`.
    """

    __tablename__ = "rule_previews"

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id")
    key: Mapped[str] = mapped_column(String(64))
    asked: Mapped[dict[str, Any]]
    tried: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    evidence_id: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[datetime | None]
    created_by: Mapped[int | None] = refers_to("people.id", cascade=False)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class ColumnRow(Base):
    """The one gradebook column of a placement (LTI line item)."""

    __tablename__ = "gradebook_columns"

    id: Mapped[Id]
    placement_id: Mapped[int] = refers_to("placements.id", unique=True, index=False)
    line_item_url: Mapped[str] = mapped_column(default="")
    label: Mapped[str] = mapped_column(default="")
    maximum: Mapped[float] = mapped_column(default=100.0)
    told_maximum: Mapped[float | None]
    """The points the LMS was told last, so that a change here reaches the gradebook, and one there is left alone."""
    resource_id: Mapped[Key] = mapped_column(default="")
    tag: Mapped[Key] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    making_until: Mapped[datetime | None]
    """Until when nobody else looks for this column in the LMS, or makes it: one worker does, or has just done."""
    created_at: Mapped[datetime]
