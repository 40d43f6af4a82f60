"""Visits: what a launch opened, found again with every request. How they begin stands in `arrivals`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from .database import Connection, Session
from .platforms import fingerprint
from .tables import DeploymentRow, EnrolmentRow, LaunchRow, PersonRow, RegistrationRow

_LAUNCHES, _PEOPLE = LaunchRow.__table__.c, PersonRow.__table__.c
_DEPLOYMENTS, _REGISTRATIONS = DeploymentRow.__table__.c, RegistrationRow.__table__.c
_ENROLMENTS = EnrolmentRow.__table__.c
_VISIT = (
    select(
        _LAUNCHES.person_id,
        _LAUNCHES.deployment_id,
        _LAUNCHES.course_id,
        _LAUNCHES.placement_id,
        _LAUNCHES.role,
        _LAUNCHES.message_type,
        _LAUNCHES.locale,
        _LAUNCHES.details,
        _LAUNCHES.expires_at,
        _PEOPLE.subject,
        _PEOPLE.name,
        _PEOPLE.given_name,
        _PEOPLE.is_test_user,
        _DEPLOYMENTS.registration_id,
        _REGISTRATIONS.organisation_id,
        _REGISTRATIONS.status,
        _DEPLOYMENTS.status.label("deployment_status"),
        _ENROLMENTS.role.label("place"),
    )
    .join_from(LaunchRow.__table__, PersonRow.__table__, _PEOPLE.id == _LAUNCHES.person_id)
    .join(DeploymentRow.__table__, _DEPLOYMENTS.id == _LAUNCHES.deployment_id)
    .join(RegistrationRow.__table__, _REGISTRATIONS.id == _DEPLOYMENTS.registration_id)
    .outerjoin(
        EnrolmentRow.__table__,
        and_(_ENROLMENTS.course_id == _LAUNCHES.course_id, _ENROLMENTS.person_id == _LAUNCHES.person_id),
    )
    .where(_LAUNCHES.id == bindparam("launch"), _LAUNCHES.secret_hash == bindparam("secret"))
)
"""Built once: making and naming a statement costs as much as running it, and every request asks this."""


STAFF_PLACES = frozenset({"teacher", "assistant", "admin"})
"""Places in a course that a launch with the role of a student does not take away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who is here, where, and as what: everything a request may rely on.

    `role` is student, teacher, assistant, admin or observer, as the launch said; `place` is the one they have in the
    course, empty outside of one. `details` holds return_url, document_target, platform_origin, frame_resize, mentored,
    for_user, deep_link and platform_name.
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
    place: str = ""

    @property
    def is_graded(self) -> bool:
        """True for those who have a grade: students, but not an LMS's test user, nor anybody in a test copy of it, nor
        staff who look."""
        is_student = self.role == "student" and not self.is_looking
        return is_student and not self.is_test_user and not self.details.get("is_test_copy")

    @property
    def is_looking(self) -> bool:
        """True for staff whom the LMS lets see the course as a student does."""
        return self.role == "student" and self.place in STAFF_PLACES

    @property
    def is_staff(self) -> bool:
        """True for those who may see a class."""
        return self.role in {"teacher", "assistant"}


def find_visit(session: Session | Connection, launch_id: str, secret: str, now: datetime) -> Visit | None:
    """The visit this secret opens; None when it is over, or the operator lets its LMS or school in no more."""
    found = session.execute(_VISIT, {"launch": launch_id, "secret": fingerprint(secret)}).one_or_none()
    if found is None or found.expires_at <= now or {found.status, found.deployment_status} != {"active"}:
        return None
    return Visit(
        launch_id=launch_id,
        person_id=found.person_id,
        subject=found.subject,
        person_name=found.name,
        given_name=found.given_name or found.name.split(" ")[0],
        is_test_user=found.is_test_user,
        deployment_id=found.deployment_id,
        registration_id=found.registration_id,
        organisation_id=found.organisation_id,
        course_id=found.course_id,
        placement_id=found.placement_id,
        role=found.role,
        message_type=found.message_type,
        locale=found.locale,
        details=found.details,
        expires_at=found.expires_at,
        place=found.place or "",
    )


def newest_roles(session: Session, course_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """The role each of these people came with last, of those whose visits are still on record."""
    theirs = (LaunchRow.course_id == course_id, LaunchRow.person_id.in_(person_ids))
    newest = select(LaunchRow.person_id, func.max(LaunchRow.created_at).label("at")).where(*theirs)
    last = newest.group_by(LaunchRow.person_id).subquery()
    at_last = and_(last.c.person_id == LaunchRow.person_id, last.c.at == LaunchRow.created_at)
    found = session.execute(select(LaunchRow.person_id, LaunchRow.role).join(last, at_last).where(*theirs))
    return {row.person_id: row.role for row in found}


def prolong(session: Session, launch_id: str, until: datetime, longest: timedelta) -> None:
    """Move the end of a visit to `until`, but never past `longest` after its launch and never back."""
    row = session.get(LaunchRow, launch_id)
    if row is not None:
        row.expires_at = max(row.expires_at, min(until, row.created_at + longest))
