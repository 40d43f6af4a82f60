"""Login and launch -> learner, course, placement, visit. No call to the LMS happens here.

Three transactions: the login is written; the launch takes it out for good (so state and nonce work once, whatever
comes of it); the verified launch is written. Only the signature check lies between the last two. Two of the six
statements are the login's; somebody who came before takes four more, a newcomer six (`beginning.come_in`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ..lti.errors import KeysOnTheWay, LaunchRefused
from ..lti.launch import unverified_state, verify
from ..lti.login import LOGIN_SECONDS, is_same_browser, origin, start
from ..lti.platforms import detect
from ..lti.refusals import refuse
from ..lti.values import Launch, MessageType, OpenLogin, Registration, RoleKind
from ..store import arrivals, audit, contents, courses, launches, people, platforms
from ..store.database import Connection, Session
from ..store.launches import Visit, find_visit
from ..store.tables import CourseRow, DeploymentRow, LaunchRow, LoginRow
from ..telemetry import LAUNCHES, log
from .beginning import NOTED_EVERY, LaunchSession, Where, apart, come_in, facts_of, new_visit, told_groups
from .border import Border, as_registration
from .errors import VisitEnded
from .placing import note_history, placed
from .returning import may_be_one

LOGIN_PARAMETERS = (
    "iss",
    "login_hint",
    "target_link_uri",
    "lti_message_hint",
    "client_id",
    "lti_deployment_id",
)
"""What an LMS may say at a login initiation, and what is needed to begin it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLogin:
    """Where to send the browser, and the secret it keeps under the name of `state`.

    `storage_target` is the frame of the LMS that can keep the secret where no cookie can; empty without one.
    """

    url: str
    state: str
    browser_secret: str
    expires_seconds: int
    storage_target: str = ""
    storage_origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginUnderWay:
    """A login whose browser has not yet shown its secret: how to begin again, and who may keep the secret."""

    parameters: dict[str, str]
    storage_target: str
    storage_origin: str


def open_login(border: Border, params: Mapping[str, str], now: datetime) -> OpenedLogin:
    """Answer a login initiation by GET or POST. Raises `LaunchRefused`."""
    with border.db.arriving() as connection:

        def find(issuer: str, client_id: str | None) -> list[Registration]:
            return [as_registration(row) for row in arrivals.find_registrations(connection, issuer, client_id)]

        begun = start(params, find, border.tool, now)
        login = begun.login
        arrivals.keep_login(
            connection,
            {
                "state": login.state,
                "nonce": login.nonce,
                "registration_id": login.registration_id,
                "target_link_uri": login.target_link_uri,
                "browser_hash": platforms.fingerprint(login.browser),
                "storage_target": login.storage_target,
                "deployment_id": login.deployment_id,
                "parameters": {name: params[name] for name in LOGIN_PARAMETERS if params.get(name)},
                "expires_at": login.expires_at,
            },
        )
    return OpenedLogin(
        url=begun.url,
        state=login.state,
        browser_secret=login.browser,
        expires_seconds=LOGIN_SECONDS,
        storage_target=login.storage_target,
        storage_origin=begun.platform_origin,
    )


def login_under_way(border: Border, state: str, now: datetime) -> LoginUnderWay | None:
    """The login of that state, still open; None when there is none."""
    with border.db.reading() as session:
        row = session.get(LoginRow, state) if state else None
        registration = platforms.registration(session, row.registration_id) if row else None
        if row is None or registration is None or row.expires_at <= now:
            return None
        return LoginUnderWay(
            parameters=dict(row.parameters),
            storage_target=row.storage_target,
            storage_origin=origin(registration.auth_login_url),
        )


def complete(border: Border, form: Mapping[str, str], browser_secret: str | None, now: datetime) -> LaunchSession:
    """Verify a launch and begin the visit. Raises `LaunchRefused`; nothing is kept of a refused launch.

    After `KeysOnTheWay` the same form may be sent once more.
    """
    row, registration = _take_login(border, unverified_state(form), browser_secret, now)
    try:
        launch = apart(registration, verify(form, _as_login(row), registration, border.key_sets, border.tool, now))
        begun = come_in(border, registration, launch, now) or _come_with_news(border, registration, launch, now)
    except KeysOnTheWay:
        with border.db.arriving() as connection:
            arrivals.give_back_login(connection, row)
        raise
    except LaunchRefused as refused:
        refused.return_url = detect(registration).return_at_top(refused.return_url)
        raise
    LAUNCHES.labels(outcome="begun").inc()
    log.info("launch.begun", launch=begun.id, registration=registration.id, role=launch.role.value)
    return begun


def _come_with_news(border: Border, registration: Registration, launch: Launch, now: datetime) -> LaunchSession:
    """The long way: somebody or something is new, or has changed."""
    with border.db.writing() as session:
        deployment = _deployment(session, border, registration, launch.deployment_id, now)
        # An unapproved deployment is kept, so that the operator finds it waiting, but nobody comes in.
        status = deployment.status
        begun = begin(session, border, registration, deployment, launch, now) if status == "active" else None
        if launch.role is not RoleKind.STUDENT:
            # Those who set things up must find the course that ships with the tool.
            contents.starter(session, now)
    if begun is None:
        code = "deployment_refused" if status == "refused" else "deployment_unknown"
        refused = refuse(code, deployment=launch.deployment_id, issuer=registration.issuer)
        refused.return_url = launch.presentation.return_url
        raise refused
    return begun


def _take_login(border: Border, state: str, browser_secret: str | None, now: datetime) -> tuple[Any, Registration]:
    with border.db.arriving() as connection:
        row = arrivals.take_login(connection, state, now)
        registration = arrivals.registration(connection, row.registration_id) if row else None
    if row is None or registration is None:
        raise refuse("state_unknown")
    if not is_same_browser(browser_secret, row.browser_hash):
        raise refuse("browser_other")
    return row, as_registration(registration)


def _as_login(row: Any) -> OpenLogin:
    return OpenLogin(
        state=row.state,
        nonce=row.nonce,
        registration_id=row.registration_id,
        target_link_uri=row.target_link_uri,
        browser="",
        storage_target=row.storage_target,
        expires_at=row.expires_at,
        deployment_id=row.deployment_id,
    )


def begin(
    session: Session,
    border: Border,
    registration: Registration,
    deployment: DeploymentRow,
    launch: Launch,
    now: datetime,
) -> LaunchSession:
    """Write down who came and where, and open the visit."""
    person = people.keep_person(session, deployment.id, launch.subject, facts_of(launch), now)
    platform = detect(registration, launch.platform)
    course = _course(session, deployment, launch, now)
    if course is not None:
        has_roster = bool(course.memberships_url) and not course.roster_problem
        place = people.enrol(session, course.id, person.id, launch.role.value, now, sure=not has_roster)
        groups, names = told_groups(platform, launch)
        if groups is not None and place.groups != list(groups):
            place.groups = list(groups)
        if not names.items() <= course.groups.items():
            course.groups = {**course.groups, **names}
    placement = placed(session, course, launch, person, now, shares_link=platform.shares_link(launch))
    _note_launch(session, registration, launch, now)
    where = Where(
        deployment_id=deployment.id,
        person_id=person.id,
        course_id=course.id if course else None,
        placement_id=placement.id if placement else None,
    )
    begun, columns = new_visit(border.settings, registration, launch, where, now)
    session.add(LaunchRow(**columns))
    return replace(begun, perhaps_back=where.placement_id) if may_be_one(session, placement, now) else begun


def _deployment(
    session: Session, border: Border, registration: Registration, deployment_id: str, now: datetime
) -> DeploymentRow:
    known = platforms.deployment(session, registration.id, deployment_id)
    if known is not None:
        return known
    status = "pending" if border.settings.approve_deployments else "active"
    audit.record(
        session,
        "deployment.seen",
        now,
        organisation_id=registration.organisation_id,
        deployment=deployment_id,
        status=status,
    )
    return platforms.add_deployment(session, registration.id, deployment_id, status, now)


def _course(session: Session, deployment: DeploymentRow, launch: Launch, now: datetime) -> CourseRow | None:
    if launch.course is None or not launch.course.context_id:
        return None
    row = courses.keep_course(session, deployment.id, launch.course.context_id, now)
    services = launch.services
    row.roster_failures = 0
    offered = {
        "title": launch.course.title,
        "label": launch.course.label,
        "memberships_url": services.memberships_url,
        "line_items_url": services.line_items_url,
        "ags_scopes": list(services.ags_scopes),
        "groups_url": services.groups_url,
    }
    for name, value in offered.items():
        if value and getattr(row, name) != value:
            setattr(row, name, value)
    note_history(session, row, launch.course.history)
    if services.notices_url and deployment.notices_url != services.notices_url:
        deployment.notices_url, deployment.notices_asked_at = services.notices_url, None
    return row


def _note_launch(session: Session, registration: Registration, launch: Launch, now: datetime) -> None:
    row = platforms.registration(session, registration.id)
    if row is None:
        return
    if launch.platform.product and row.product != launch.platform.product:
        row.product = launch.platform.product
    if row.last_launch_at is None or now - row.last_launch_at > NOTED_EVERY:
        row.last_launch_at = now


def visit(session: Session | Connection, launch_id: str, secret: str, now: datetime) -> Visit:
    """The visit a browser shows the secret of. Raises `VisitEnded`."""
    found = find_visit(session, launch_id, secret, now)
    if found is None:
        raise VisitEnded(
            "Your visit has ended.",
            who="you",
            tell="Go back to your course and open the activity again. What you sent before is saved.",
        )
    return found


def prolong(border: Border, visit: Visit, now: datetime) -> None:
    """Whoever is at work stays: each hour of use moves the end of a visit, up to its last day.

    To the hour only, so that reading a page does not become a write.
    """
    hours = timedelta(hours=border.settings.visit_hours)
    if now + hours - visit.expires_at < min(timedelta(hours=1), hours / 4):
        return
    with border.db.writing() as session:
        launches.prolong(session, visit.launch_id, now + hours, timedelta(days=border.settings.visit_days))


def is_review(visit: Visit) -> bool:
    """True when a teacher came from the gradebook to see one student's work."""
    return visit.message_type == MessageType.REVIEW.value


def is_privacy(visit: Visit) -> bool:
    """True when somebody came to see what is kept about a person (Data Privacy Launch 1.0)."""
    return visit.message_type == MessageType.PRIVACY.value
