"""The statements of every login and launch, built once and run without making objects of rows.

A school arrives at once. A link of which the LMS says nothing new is recognised by one joined statement (`known`),
with the one who opens it if they came before. Whoever comes for the first time, as everybody does on the first day, is
written down by a statement for the person and one for their place in the course. All the rest (a changed name, a copied
course) goes by the rows themselves, in `people`, `courses` and `platforms`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update

from .database import Connection
from .tables import (
    ColumnRow,
    CourseRow,
    DeploymentRow,
    EnrolmentRow,
    LaunchRow,
    LoginRow,
    PersonRow,
    PlacementRow,
    RegistrationRow,
)
from .upserts import INSERTS

_REGISTRATIONS, _DEPLOYMENTS = cast(Table, RegistrationRow.__table__), DeploymentRow.__table__
_PEOPLE, _ENROLMENTS = cast(Table, PersonRow.__table__), cast(Table, EnrolmentRow.__table__)
_COURSES = CourseRow.__table__
_PLACEMENTS, _COLUMNS = PlacementRow.__table__, ColumnRow.__table__
_LOGINS, _LAUNCHES = cast(Table, LoginRow.__table__), cast(Table, LaunchRow.__table__)

_ONE_REGISTRATION = select(_REGISTRATIONS).where(_REGISTRATIONS.c.id == bindparam("id"))
_OF_ISSUER = select(_REGISTRATIONS).where(_REGISTRATIONS.c.issuer == bindparam("issuer")).limit(2)
_OF_CLIENT = _OF_ISSUER.where(_REGISTRATIONS.c.client_id == bindparam("client"))
_KEEP_LOGIN, _KEEP_LAUNCH = insert(_LOGINS), insert(_LAUNCHES)
_MEET = {word: new(_PEOPLE).on_conflict_do_nothing().returning(_PEOPLE.c.id) for word, new in INSERTS.items()}
_ENROL = {
    word: new(_ENROLMENTS).on_conflict_do_nothing().returning(_ENROLMENTS.c.id) for word, new in INSERTS.items()
}
_TAKE_LOGIN = delete(_LOGINS).where(_LOGINS.c.state == bindparam("state")).returning(*_LOGINS.c)
_NOTE_VISIT = update(_ENROLMENTS).where(_ENROLMENTS.c.id == bindparam("row")).values(last_visit_at=bindparam("at"))
_NOTE_LAUNCH = (
    update(_REGISTRATIONS).where(_REGISTRATIONS.c.id == bindparam("row")).values(last_launch_at=bindparam("at"))
)

_here = and_(
    _DEPLOYMENTS.c.registration_id == bindparam("registration"),
    _DEPLOYMENTS.c.deployment_id == bindparam("deployment"),
)
_somebody = and_(_PEOPLE.c.deployment_id == _DEPLOYMENTS.c.id, _PEOPLE.c.subject == bindparam("subject"))
_somewhere = and_(_COURSES.c.deployment_id == _DEPLOYMENTS.c.id, _COURSES.c.context_id == bindparam("context"))
_belongs = and_(_ENROLMENTS.c.course_id == _COURSES.c.id, _ENROLMENTS.c.person_id == _PEOPLE.c.id)
_by_link = _PLACEMENTS.c.resource_link_id == bindparam("place")
_by_key = _PLACEMENTS.c.key == bindparam("place")
_KNOWN = {
    by: select(
        _REGISTRATIONS.c.last_launch_at,
        _REGISTRATIONS.c.product,
        _DEPLOYMENTS.c.id.label("deployment_row"),
        _DEPLOYMENTS.c.status,
        _DEPLOYMENTS.c.notices_url,
        _PEOPLE.c.id.label("person_row"),
        *(_PEOPLE.c[name] for name in ("told", "locale", "is_test_user")),
        _COURSES.c.id.label("course_row"),
        _COURSES.c.title.label("course_title"),
        _COURSES.c.groups.label("group_names"),
        *(_COURSES.c[name] for name in ("label", "memberships_url", "line_items_url", "ags_scopes", "groups_url")),
        _COURSES.c.roster_failures,
        _ENROLMENTS.c.id.label("enrolment_row"),
        *(_ENROLMENTS.c[name] for name in ("role", "active", "last_visit_at", "groups")),
        _PLACEMENTS.c.id.label("placement_row"),
        _PLACEMENTS.c.title.label("link_title"),
        _PLACEMENTS.c.points,
        _COLUMNS.c.line_item_url,
        _COLUMNS.c.maximum,
    )
    .select_from(_DEPLOYMENTS)
    .join(_REGISTRATIONS, _REGISTRATIONS.c.id == _DEPLOYMENTS.c.registration_id)
    .join(_COURSES, _somewhere)
    .join(_PLACEMENTS, and_(_PLACEMENTS.c.course_id == _COURSES.c.id, opened))
    .outerjoin(_PEOPLE, _somebody)
    .outerjoin(_ENROLMENTS, _belongs)
    .outerjoin(_COLUMNS, _COLUMNS.c.placement_id == _PLACEMENTS.c.id)
    .where(_here)
    for by, opened in (("link", _by_link), ("key", _by_key))
}


def find_registrations(connection: Connection, issuer: str, client_id: str | None) -> Sequence[Any]:
    """Registrations of an issuer, narrowed to one client when it is named: all columns, at most two rows."""
    if client_id:
        return connection.execute(_OF_CLIENT, {"issuer": issuer, "client": client_id}).all()
    return connection.execute(_OF_ISSUER, {"issuer": issuer}).all()


def keep_login(connection: Connection, values: Mapping[str, Any]) -> None:
    """A login begins: all columns of `LoginRow`."""
    connection.execute(_KEEP_LOGIN, dict(values))


def take_login(connection: Connection, state: str, now: datetime) -> Any | None:
    """Use a login up: the row is deleted as it is read, so a state works once even under a race.

    Gives its columns; None when there is none, or it is over.
    """
    if not state:
        return None
    row = connection.execute(_TAKE_LOGIN, {"state": state}).one_or_none()
    return row if row is not None and row.expires_at > now else None


def give_back_login(connection: Connection, row: Any) -> None:
    """A login that was taken was not used after all: its columns are written down again."""
    connection.execute(_KEEP_LOGIN, dict(row._mapping))


def registration(connection: Connection, registration_id: int) -> Any | None:
    """All columns of one registration."""
    return connection.execute(_ONE_REGISTRATION, {"id": registration_id}).one_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Who comes where, in the LMS's words. `place` is its id of the link or, `by_key`, our own key of the activity."""

    registration: int
    deployment: str
    subject: str
    context: str
    place: str
    by_key: bool = False


def known(connection: Connection, arrival: Arrival) -> Any | None:
    """All that is written down of an activity in a course and of somebody there, in one statement.

    None when the activity is new. Without `person_row` somebody is, without `enrolment_row` they are in this course.
    """
    return connection.execute(
        _KNOWN["key" if arrival.by_key else "link"],
        {
            "registration": arrival.registration,
            "deployment": arrival.deployment,
            "subject": arrival.subject,
            "context": arrival.context,
            "place": arrival.place,
        },
    ).one_or_none()


def meet(connection: Connection, deployment_row: int, subject: str, columns: Mapping[str, Any]) -> int | None:
    """Somebody is here for the first time (`people.as_newcomer`). None when they came in elsewhere meanwhile."""
    values = {"deployment_id": deployment_row, "subject": subject, **columns}
    return connection.execute(_MEET[connection.dialect.name], values).scalar_one_or_none()


def enrol(connection: Connection, course_row: int, person_row: int, columns: Mapping[str, Any]) -> int | None:
    """Somebody is in this course for the first time (`people.as_visitor`). None when they came in meanwhile."""
    values = {"course_id": course_row, "person_id": person_row, **columns}
    return connection.execute(_ENROL[connection.dialect.name], values).scalar_one_or_none()


def note_visit(connection: Connection, enrolment_id: int, now: datetime) -> None:
    """Somebody was in their course again."""
    connection.execute(_NOTE_VISIT, {"row": enrolment_id, "at": now})


def note_launch(connection: Connection, registration_id: int, now: datetime) -> None:
    """An LMS is in use."""
    connection.execute(_NOTE_LAUNCH, {"row": registration_id, "at": now})


def keep_launch(connection: Connection, values: Mapping[str, Any]) -> None:
    """A visit begins: all columns of `LaunchRow`."""
    connection.execute(_KEEP_LAUNCH, dict(values))
