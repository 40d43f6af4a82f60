"""What may be thrown away, and which courses are still alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CursorResult, Delete, and_, delete, or_, select

from .database import Session
from .tables import AccessTokenRow, CourseRow, InviteRow, LaunchRow, LoginRow, RulePreviewRow, ToolKeyRow

MOST_FAILURES = 3
"""After so many refusals in a row a course counts as over, until somebody opens it again."""


def courses_to_refresh(session: Session, visited_since: datetime, read_before: datetime) -> list[int]:
    """Courses somebody opened lately, whose LMS offers a roster that we have not read for a while."""
    visited = select(LaunchRow.course_id).where(LaunchRow.created_at >= visited_since)
    query = (
        select(CourseRow.id)
        .where(
            CourseRow.memberships_url != "",
            CourseRow.roster_failures < MOST_FAILURES,
            CourseRow.id.in_(visited),
            or_(CourseRow.roster_read_at.is_(None), CourseRow.roster_read_at < read_before),
        )
        .order_by(CourseRow.id)
    )
    return list(session.scalars(query))


def throw_away(
    session: Session,
    *,
    now: datetime,
    launches_before: datetime,
    invites_before: datetime,
    keys_before: datetime,
    previews_before: datetime,
) -> dict[str, int]:
    """Delete what nobody can use any more. Returns how many rows of each kind went."""
    doomed: dict[str, Delete] = {
        "logins": delete(LoginRow).where(LoginRow.expires_at < now),
        "launches": delete(LaunchRow).where(LaunchRow.expires_at < launches_before),
        "tokens": delete(AccessTokenRow).where(AccessTokenRow.expires_at < now),
        "invites": delete(InviteRow).where(
            or_(
                InviteRow.expires_at < invites_before,
                and_(InviteRow.used_at.is_not(None), InviteRow.used_at < invites_before),
            )
        ),
        "keys": delete(ToolKeyRow).where(ToolKeyRow.retired_at < keys_before),
        "previews": delete(RulePreviewRow).where(RulePreviewRow.touched_at < previews_before),
    }
    return {kind: _rows(session, statement) for kind, statement in doomed.items()}


def _rows(session: Session, statement: Delete) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
