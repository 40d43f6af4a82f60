"""Logins under way and launch sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from .database import Session
from .platforms import fingerprint
from .tables import DeploymentRow, LaunchRow, LoginRow, PersonRow, RegistrationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who is here, where, and as what: everything a request may rely on.

    `role` is student, teacher, assistant, admin or observer. `details` holds return_url, document_target,
    platform_origin, frame_resize, mentored, for_user, deep_link and platform_name.
    """

    launch_id: str
    person_id: int
    subject: str
    person_name: str
    given_name: str
    is_test_user: bool
    deployment_id: int
    registration_id: int
    organisation_id: int
    course_id: int | None
    placement_id: int | None
    role: str
    message_type: str
    locale: str
    details: Mapping[str, Any]
    expires_at: datetime

    @property
    def is_graded(self) -> bool:
        """True for those who have a grade: students, but not an LMS's test user, nor anybody in a test copy of it."""
        return self.role == "student" and not self.is_test_user and not self.details.get("is_test_copy")

    @property
    def is_staff(self) -> bool:
        """True for those who may see a class."""
        return self.role in {"teacher", "assistant"}


def take_login(session: Session, state: str, now: datetime) -> LoginRow | None:
    """Use a login up: the row is deleted as it is read, so a state works once even under a race."""
    if not state:
        return None
    row = session.execute(delete(LoginRow).where(LoginRow.state == state).returning(LoginRow)).scalar_one_or_none()
    return row if row is not None and row.expires_at > now else None


def find_visit(session: Session, launch_id: str, secret: str, now: datetime) -> Visit | None:
    """The visit this secret opens; None when it is over, paused by the operator, or somebody else's."""
    found = session.execute(
        select(LaunchRow, PersonRow, RegistrationRow)
        .join(PersonRow, PersonRow.id == LaunchRow.person_id)
        .join(DeploymentRow, DeploymentRow.id == LaunchRow.deployment_id)
        .join(RegistrationRow, RegistrationRow.id == DeploymentRow.registration_id)
        .where(LaunchRow.id == launch_id, LaunchRow.secret_hash == fingerprint(secret))
    ).one_or_none()
    if found is None or found[0].expires_at <= now or found[2].status != "active":
        return None
    launch, person, registration = found
    return Visit(
        launch_id=launch.id,
        person_id=person.id,
        subject=person.subject,
        person_name=person.name,
        given_name=person.given_name or person.name.split(" ")[0],
        is_test_user=person.is_test_user,
        deployment_id=launch.deployment_id,
        registration_id=registration.id,
        organisation_id=registration.organisation_id,
        course_id=launch.course_id,
        placement_id=launch.placement_id,
        role=launch.role,
        message_type=launch.message_type,
        locale=launch.locale,
        details=launch.details,
        expires_at=launch.expires_at,
    )


def prolong(session: Session, launch_id: str, until: datetime, longest: timedelta) -> None:
    """Move the end of a visit to `until`, but never past `longest` after its launch and never back."""
    row = session.get(LaunchRow, launch_id)
    if row is not None:
        row.expires_at = max(row.expires_at, min(until, row.created_at + longest))
