"""An installation that its LMS made anew: what lies in the old one and in the new one, and the change of hands."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from .database import Session
from .tables import (
    AccessTokenRow,
    CourseRow,
    DeploymentRow,
    EvidenceRow,
    InviteRow,
    KeySetRow,
    OrganisationRow,
    PersonRow,
    PlacementRow,
    RegistrationRow,
    RuleVersionRow,
    TokenLeaseRow,
)


def organisation_name(session: Session, organisation_id: int) -> str:
    """What the operator calls the school or district."""
    return session.get_one(OrganisationRow, organisation_id).name


def count_courses(session: Session, deployments: Sequence[int]) -> int:
    """Courses of these installations (rows of deployments)."""
    wanted = select(func.count()).select_from(CourseRow).where(CourseRow.deployment_id.in_(deployments))
    return session.scalar(wanted) or 0


def count_people(session: Session, deployments: Sequence[int]) -> int:
    """People of these installations."""
    wanted = select(func.count()).select_from(PersonRow).where(PersonRow.deployment_id.in_(deployments))
    return session.scalar(wanted) or 0


def count_evidence(session: Session, deployments: Sequence[int]) -> int:
    """Everything seen of anybody's learning in the courses of these installations."""
    wanted = (
        select(func.count())
        .select_from(EvidenceRow)
        .join(CourseRow, CourseRow.id == EvidenceRow.course_id)
        .where(CourseRow.deployment_id.in_(deployments))
    )
    return session.scalar(wanted) or 0


def count_set_up(session: Session, deployments: Sequence[int]) -> int:
    """Activities that a teacher has set up in these installations."""
    wanted = (
        select(func.count(RuleVersionRow.placement_id.distinct()))
        .join(PlacementRow, PlacementRow.id == RuleVersionRow.placement_id)
        .join(CourseRow, CourseRow.id == PlacementRow.course_id)
        .where(CourseRow.deployment_id.in_(deployments))
    )
    return session.scalar(wanted) or 0


def count_known(session: Session, pairs: Sequence[tuple[int, int]]) -> int:
    """People of the new installations whom the LMS calls as somebody in the old one of the same pair (old, new)."""
    found = 0
    for old, new in pairs:
        there = aliased(PersonRow)
        wanted = (
            select(func.count())
            .select_from(PersonRow)
            .join(there, there.subject == PersonRow.subject)
            .where(PersonRow.deployment_id == new, there.deployment_id == old)
        )
        found += session.scalar(wanted) or 0
    return found


def change_hands(
    session: Session, old: RegistrationRow, new: RegistrationRow, pairs: Sequence[tuple[int, int]]
) -> None:
    """The old registration becomes known to its LMS as the new one is, which goes.

    `pairs` are rows of deployments (old, new): what lies in the new ones goes with them. Other installations of the
    new registration come along with all that is theirs.
    """
    replaced = {row: session.get_one(DeploymentRow, row) for _, row in pairs}
    names = {before: (replaced[after].deployment_id, replaced[after].status) for before, after in pairs}
    session.execute(delete(DeploymentRow).where(DeploymentRow.id.in_(list(replaced))))
    session.execute(
        update(DeploymentRow).where(DeploymentRow.registration_id == new.id).values(registration_id=old.id)
    )
    session.execute(update(InviteRow).where(InviteRow.registration_id == new.id).values(registration_id=old.id))
    for table in (AccessTokenRow, TokenLeaseRow, KeySetRow):
        session.execute(delete(table).where(table.registration_id == old.id))
    facts = {
        name: getattr(new, name)
        for name in (
            "client_id",
            "auth_login_url",
            "auth_token_url",
            "key_set_url",
            "auth_audience",
            "status",
            "scopes",
        )
    }
    facts |= {"product": new.product or old.product, "last_launch_at": new.last_launch_at or old.last_launch_at}
    session.execute(delete(RegistrationRow).where(RegistrationRow.id == new.id))
    session.execute(update(RegistrationRow).where(RegistrationRow.id == old.id).values(**facts))
    for before, (deployment_id, status) in names.items():
        fresh = {"deployment_id": deployment_id, "status": status, "notices_url": "", "notices_problem": ""}
        session.execute(
            update(DeploymentRow).where(DeploymentRow.id == before).values(**fresh, notices_asked_at=None)
        )
    session.expire_all()
