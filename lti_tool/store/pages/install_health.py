"""What an LMS admin sees of their own installation: rows only; the checks themselves are a flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, case, func, not_, select

from .. import outbox, platforms
from ..database import Session
from ..launches import Visit
from ..tables import (
    ColumnRow,
    CourseRow,
    DeploymentRow,
    GradePromiseRow,
    KeySetRow,
    LaunchRow,
    PersonRow,
    PlacementRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallFacts:
    """One registration as rows know it."""

    registration_id: int
    name: str
    issuer: str
    client_id: str
    product: str
    status: str
    deployments: tuple[tuple[str, str], ...]
    notices: Literal["", "offered", "agreed"]
    notices_problem: str
    """What the LMS said when it refused to tell us of copied courses."""
    scopes: tuple[str, ...]
    last_launch_at: datetime | None
    key_set_tried_at: datetime | None
    people: int
    named_people: int
    courses: int
    courses_with_roster: int
    roster_problem: str
    columns: int
    grades: Mapping[str, int]
    """How many are in which state; those whose column is gone apart, as `lost`."""
    grade_problem: str
    oldest_due_at: datetime | None
    """Since when a grade waits that could have left."""
    course_title: str
    memberships_url: str
    line_items_url: str
    """The newest course whose launches named services: what is asked of the LMS is asked there."""


def _notices(listed: Sequence[DeploymentRow]) -> Literal["", "offered", "agreed"]:
    offered = [one for one in listed if one.notices_url]
    if not offered:
        return ""
    return "agreed" if all(one.notices_asked_at and not one.notices_problem for one in offered) else "offered"


def load(session: Session, registration_id: int, deployment_id: int | None, now: datetime) -> InstallFacts | None:
    """Read one registration's facts; those of one deployment only, when it is named (it may be another school's)."""
    row = platforms.registration(session, registration_id)
    if row is None:
        return None
    inside = select(DeploymentRow.id).where(DeploymentRow.registration_id == registration_id)
    if deployment_id is not None:
        inside = inside.where(DeploymentRow.id == deployment_id)
    listed = [one for one in platforms.deployments(session, row.id) if deployment_id in (None, one.id)]
    keys = session.get(KeySetRow, registration_id)
    return InstallFacts(
        registration_id=row.id,
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        product=row.product,
        status=row.status,
        deployments=tuple((one.deployment_id, one.status) for one in listed),
        notices=_notices(listed),
        notices_problem=next((one.notices_problem for one in listed if one.notices_problem), ""),
        last_launch_at=row.last_launch_at,
        key_set_tried_at=keys.tried_at if keys else None,
        people=_count(session, select(func.count(PersonRow.id)).where(PersonRow.deployment_id.in_(inside))),
        named_people=_count(
            session,
            select(func.count(PersonRow.id)).where(PersonRow.deployment_id.in_(inside), PersonRow.name != ""),
        ),
        **_course_facts(session, inside, tuple(row.scopes)),
        **_grade_facts(session, inside, now),
    )


def _count(session: Session, query: Any) -> int:
    return session.scalar(query) or 0


def _course_facts(session: Session, inside: Any, granted: tuple[str, ...]) -> dict[str, Any]:
    """What the courses say, and the one to ask the LMS about: the newest whose launches named services."""
    rows: Sequence[CourseRow] = session.scalars(
        select(CourseRow).where(CourseRow.deployment_id.in_(inside)).order_by(CourseRow.id.desc())
    ).all()
    asked = next((row for row in rows if row.memberships_url or row.line_items_url), None)
    return {
        "scopes": (tuple(asked.ags_scopes) if asked else ()) or granted,
        "course_title": (asked.title or asked.label or asked.context_id) if asked else "",
        "memberships_url": asked.memberships_url if asked else "",
        "line_items_url": asked.line_items_url if asked else "",
        "courses": len(rows),
        "courses_with_roster": sum(bool(row.roster_read_at) for row in rows),
        "roster_problem": next((row.roster_problem for row in rows if row.roster_problem), ""),
    }


def _grade_facts(session: Session, inside: Any, now: datetime) -> dict[str, Any]:
    here = (
        select(ColumnRow.id)
        .join(PlacementRow, PlacementRow.id == ColumnRow.placement_id)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .where(CourseRow.deployment_id.in_(inside))
    )
    counts = and_(
        GradePromiseRow.column_id.in_(here), not_(and_(GradePromiseRow.state == "failed", outbox.has_no_row()))
    )
    gone = select(ColumnRow.id).where(ColumnRow.problem != "")
    is_lost = and_(GradePromiseRow.state == "failed", GradePromiseRow.column_id.in_(gone))
    state = case((is_lost, "lost"), else_=GradePromiseRow.state)
    states = session.execute(select(state, func.count()).where(counts).group_by(state))
    problem = session.scalar(
        select(GradePromiseRow.problem)
        .where(counts, GradePromiseRow.state == "failed", GradePromiseRow.problem != "", not_(is_lost))
        .order_by(GradePromiseRow.id.desc())
        .limit(1)
    )
    oldest = session.scalar(
        select(func.min(GradePromiseRow.due_at)).where(
            GradePromiseRow.column_id.in_(here), GradePromiseRow.state == "waiting", GradePromiseRow.due_at <= now
        )
    )
    return {
        "oldest_due_at": oldest,
        "columns": _count(session, select(func.count()).select_from(here.subquery())),
        "grades": {row[0]: row[1] for row in states},
        "grade_problem": problem or "",
    }


def claims_of(session: Session, visit: Visit) -> Mapping[str, Any]:
    """The decoded claims of this admin's own launch."""
    row = session.get(LaunchRow, visit.launch_id)
    return row.claims if row else {}
