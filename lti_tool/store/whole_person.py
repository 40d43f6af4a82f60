"""All rows about one person, to hand out or to erase.

Which tables those are is read off the tables themselves: every one that refers to a person by `person_id`. A new
table is therefore never forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, Table, cast, delete, func, or_, select

from .database import Session
from .tables import (
    AuditRow,
    Base,
    ColumnRow,
    CourseRow,
    DeploymentRow,
    EnrolmentRow,
    EvidenceRow,
    GradePromiseRow,
    OrganisationRow,
    PersonRow,
    PlacementRow,
    RegistrationRow,
    RulePreviewRow,
    WithdrawalRow,
)

_SECRET = {"secret_hash", "client_key"}
"""Means to an end that say nothing about anybody."""


def search(session: Session, words: str, limit: int = 50) -> Sequence[tuple[PersonRow, str, str]]:
    """People whose name or e-mail holds these words, or whose id in the LMS they are: with LMS and organisation."""
    like = f"%{words.lower().replace('%', '').replace('_', '')}%"
    rows = session.execute(
        select(PersonRow, RegistrationRow.name, OrganisationRow.name)
        .join(DeploymentRow, DeploymentRow.id == PersonRow.deployment_id)
        .join(RegistrationRow, RegistrationRow.id == DeploymentRow.registration_id)
        .join(OrganisationRow, OrganisationRow.id == RegistrationRow.organisation_id)
        .where(
            or_(
                func.lower(PersonRow.name).like(like),
                func.lower(PersonRow.email).like(like),
                PersonRow.subject == words,
                cast(PersonRow.id, String) == words,
            )
        )
        .order_by(PersonRow.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def collect(session: Session, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row about the person by the name of its table, as plain values."""
    found = {"people": _rows(session, PersonRow.__table__, PersonRow.id == person_id)}  # type: ignore[arg-type]
    for table in _about_people():
        found[table.name] = _rows(session, table, table.c.person_id == person_id)
    theirs = select(EvidenceRow.id).where(EvidenceRow.person_id == person_id)
    found["withdrawals"] = _rows(
        session,
        WithdrawalRow.__table__,  # type: ignore[arg-type]
        WithdrawalRow.evidence_id.in_(theirs),
    )
    found["audit"] = _rows(session, AuditRow.__table__, AuditRow.actor_id == person_id)  # type: ignore[arg-type]
    return found


def course_titles(session: Session, ids: set[int]) -> dict[int, str]:
    """Titles of courses, so that an export can be read."""
    rows = session.execute(select(CourseRow.id, CourseRow.title).where(CourseRow.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def grades_of(session: Session, person_id: int) -> list[tuple[GradePromiseRow, int]]:
    """The person's grades, each with its course."""
    rows = session.execute(
        select(GradePromiseRow, PlacementRow.course_id)
        .join(ColumnRow, ColumnRow.id == GradePromiseRow.column_id)
        .join(PlacementRow, PlacementRow.id == ColumnRow.placement_id)
        .where(GradePromiseRow.person_id == person_id)
        .order_by(GradePromiseRow.id)
    )
    return [(row[0], row[1]) for row in rows]


def remove(session: Session, person_id: int) -> None:
    """Delete the person; the database deletes all that is theirs with them. Previews of rules name people inside
    what they found, so those of the person's courses go too: they are soon made again."""
    here = select(PlacementRow.id).join(EnrolmentRow, EnrolmentRow.course_id == PlacementRow.course_id)
    theirs = here.where(EnrolmentRow.person_id == person_id)
    session.execute(delete(RulePreviewRow).where(RulePreviewRow.placement_id.in_(theirs)))
    session.execute(delete(PersonRow).where(PersonRow.id == person_id))


def _about_people() -> list[Table]:
    return sorted(
        (table for table in Base.metadata.tables.values() if "person_id" in table.c), key=lambda table: table.name
    )


def _rows(session: Session, table: Table, where: Any) -> list[dict[str, Any]]:
    shown = [column for column in table.c if column.name not in _SECRET]
    found = session.execute(select(*shown).where(where).order_by(*table.primary_key.columns))
    return [{name: _plain(value) for name, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
