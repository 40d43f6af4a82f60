"""Who changed what, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .database import Session
from .tables import AuditRow


def record(
    session: Session,
    action: str,
    now: datetime,
    *,
    organisation_id: int | None = None,
    course_id: int | None = None,
    actor_id: int | None = None,
    **details: Any,
) -> None:
    """Write one line of history inside the transaction of the change itself."""
    session.add(
        AuditRow(
            at=now,
            action=action,
            organisation_id=organisation_id,
            course_id=course_id,
            actor_id=actor_id,
            details=details,
        )
    )
