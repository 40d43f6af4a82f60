"""A visit begins: what is written of it, and the short way in.

Most launches tell nothing new: the person, the course, the link and the addresses of the services are as they were
yesterday. On the first day only the person is new, and so is the whole class at once. `come_in` sees that by one
statement, writes newcomers down by two and the visit by another. As soon as anything differs it steps back, and
`launching` takes the long way, which follows every change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ..lti.login import new_secret
from ..lti.platforms import Platform, detect
from ..lti.values import Launch, Registration, RoleKind, Services
from ..settings import Settings
from ..store import arrivals, contents, people
from ..store.database import Connection
from ..store.platforms import fingerprint
from .border import Border
from .placing import key_of
from .presenting import details_of

NOTED_EVERY = timedelta(minutes=10)
"""When somebody was here, and when an LMS was used, is noted so often at the most: exact enough for every page that
shows it, and most launches then change nothing but add their visit."""


_TEST_COPY = " (test copy)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchSession:
    """A visit that has begun. The browser keeps `secret` for `path` only, until it could not count any more.

    `perhaps_back` is the placement, where it may be an activity that was deleted and brought back (`returning`).
    """

    id: str
    secret: str
    path: str
    expires_seconds: int
    perhaps_back: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Rows a visit belongs to."""

    deployment_id: int
    person_id: int
    course_id: int | None
    placement_id: int | None


def new_visit(
    settings: Settings, registration: Registration, launch: Launch, where: Where, now: datetime
) -> tuple[LaunchSession, dict[str, Any]]:
    """A visit with a new secret, and the columns to keep of it; the secret itself is not among them."""
    begun_id, secret = new_secret()[:32], new_secret()
    columns = {
        "id": begun_id,
        "secret_hash": fingerprint(secret),
        "person_id": where.person_id,
        "deployment_id": where.deployment_id,
        "course_id": where.course_id,
        "placement_id": where.placement_id,
        "role": launch.role.value,
        "message_type": launch.message_type.value,
        "locale": launch.presentation.locale or launch.person.locale,
        "details": details_of(registration, launch),
        "claims": launch.claims if launch.role is RoleKind.ADMIN or launch.is_lms_admin else {},
        "created_at": now,
        "expires_at": now + timedelta(hours=settings.visit_hours),
    }
    seconds = settings.visit_days * 86_400
    return LaunchSession(id=begun_id, secret=secret, path=f"/l/{begun_id}/", expires_seconds=seconds), columns


def apart(registration: Registration, launch: Launch) -> Launch:
    """The launch as one of another installation, without services, when it comes from a test copy that names itself
    the real LMS: what is tried there must not reach the real people, courses and grades of the same ids."""
    platform = detect(registration, launch.platform)
    if platform.is_test_installation(registration, launch) and not platform.is_test_installation(registration):
        return replace(launch, deployment_id=launch.deployment_id[:240] + _TEST_COPY, services=Services())
    return launch


def come_in(border: Border, registration: Registration, launch: Launch, now: datetime) -> LaunchSession | None:
    """The visit of somebody about whom this launch says nothing new, or who is new themselves; None in other cases."""
    course, link = launch.course, launch.link
    if course is None or link is None:
        return None
    chosen = key_of(launch) if detect(registration, launch.platform).shares_link(launch) else ""
    with border.db.arriving() as connection:
        if launch.role is not RoleKind.STUDENT and not contents.has_starter(connection):
            return None
        arrival = arrivals.Arrival(
            registration=registration.id,
            deployment=launch.deployment_id,
            subject=launch.subject,
            context=course.context_id,
            place=chosen or link.resource_link_id,
            by_key=bool(chosen),
        )
        known = arrivals.known(connection, arrival)
        if known is None or not _says_nothing_new(known, registration, launch, by_key=arrival.by_key):
            return None
        person_row = known.person_row or _met(connection, known, launch, now)
        if person_row is None or not _is_enrolled(connection, known, person_row, registration, launch, now):
            return None
        _note(connection, known, registration, now)
        where = Where(
            deployment_id=known.deployment_row,
            person_id=person_row,
            course_id=known.course_row,
            placement_id=known.placement_row,
        )
        begun, columns = new_visit(border.settings, registration, launch, where, now)
        arrivals.keep_launch(connection, columns)
    return begun


def facts_of(launch: Launch) -> dict[str, Any]:
    """What a launch says of the person, by the names of `people`."""
    return {**asdict(launch.person), "is_test_user": launch.is_test_user}


def _met(connection: Connection, known: Any, launch: Launch, now: datetime) -> int | None:
    columns = people.as_newcomer(facts_of(launch), "launch", now)
    return arrivals.meet(connection, known.deployment_row, launch.subject, columns)


def _is_enrolled(
    connection: Connection, known: Any, person_row: int, registration: Registration, launch: Launch, now: datetime
) -> bool:
    if known.enrolment_row is not None:
        return True
    groups, _ = told_groups(detect(registration, launch.platform), launch)
    columns = people.as_visitor(launch.role.value, now) | {"groups": list(groups or ())}
    return arrivals.enrol(connection, known.course_row, person_row, columns) is not None


def _note(connection: Connection, known: Any, registration: Registration, now: datetime) -> None:
    is_here = known.enrolment_row is not None
    if is_here and (known.last_visit_at is None or now - known.last_visit_at > NOTED_EVERY):
        arrivals.note_visit(connection, known.enrolment_row, now)
    if known.last_launch_at is None or now - known.last_launch_at > NOTED_EVERY:
        arrivals.note_launch(connection, registration.id, now)


def _says_nothing_new(known: Any, registration: Registration, launch: Launch, *, by_key: bool) -> bool:
    ids, names = told_groups(detect(registration, launch.platform), launch)
    is_settled = known.status == "active" and not known.roster_failures
    is_told = _is_as(known, _told_of_course(launch)) and names.items() <= known.group_names.items()
    # A link that many share says nothing of the activity, but wakes grades that wait for it to be opened.
    is_known = known.line_item_url != "" if by_key else _knows_link(known, launch)
    is_somebody = _knows_person(known, launch) and _knows_member(known, launch, ids)
    return bool(is_settled and is_told and is_known and is_somebody)


def _knows_link(known: Any, launch: Launch) -> bool:
    told = {"link_title": launch.link.title if launch.link else "", "line_item_url": launch.services.line_item_url}
    is_followed = not launch.services.line_item_url or known.maximum == (known.points or known.maximum)
    return is_followed and _is_as(known, told)


def _knows_person(known: Any, launch: Launch) -> bool:
    """True of somebody as they were known, or not at all."""
    if known.person_row is None:
        return True
    is_named = known.told.get("launch", {}) == people.said_names(asdict(launch.person))
    return is_named and _is_as(known, {"locale": launch.person.locale, "is_test_user": launch.is_test_user})


def _knows_member(known: Any, launch: Launch, groups: tuple[str, ...] | None) -> bool:
    """True of a member of the course as they were, or who is none yet."""
    if known.enrolment_row is None:
        return True
    is_grouped = groups is None or known.groups == list(groups)
    return bool(known.active and known.role == launch.role.value and is_grouped)


def _is_as(known: Any, told: Mapping[str, object]) -> bool:
    return all(not value or known._mapping[name] == value for name, value in told.items())


def told_groups(platform: Platform, launch: Launch) -> tuple[tuple[str, ...] | None, Mapping[str, str]]:
    """The person's groups in the course, and names of groups by their ids; None when the launch says nothing of them.

    Where the LMS has a service for groups, its ids and names count, and they come with the roster.
    """
    if launch.services.groups_url:
        return None, {}
    return platform.group_ids_of(launch.custom), platform.group_names_of(launch.custom)


def _told_of_course(launch: Launch) -> Mapping[str, object]:
    """What the launch says of where it is, by the names of `arrivals.known`. What it leaves out changes nothing."""
    course, services = launch.course, launch.services
    return {
        "product": launch.platform.product,
        "notices_url": services.notices_url,
        "course_title": course.title if course else "",
        "label": course.label if course else "",
        "memberships_url": services.memberships_url,
        "line_items_url": services.line_items_url,
        "ags_scopes": list(services.ags_scopes),
        "groups_url": services.groups_url,
    }
