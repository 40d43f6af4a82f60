"""The LMS tells us that a course was copied, before anybody opens it; and we ask it to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..lti import notices
from ..lti.errors import LaunchRefused, PlatformError
from ..lti.notices import Notice
from ..lti.values import Registration
from ..store import audit, copies, courses, platforms
from ..store.database import Session
from ..telemetry import log
from .border import Border, as_registration
from .errors import FlowError
from .service_access import connect

ASK_AGAIN_AFTER = timedelta(days=1)
"""After a refusal; an administrator may have allowed notices meanwhile."""


def take(border: Border, posted: bytes, now: datetime) -> int:
    """Take what an LMS posted: `{"notices": [{"jwt": …}]}`. Returns how many were genuine. The rest is logged.

    Raises `LaunchRefused` where the keys of the LMS cannot be fetched: it should send them again. Twice does no harm.
    """
    genuine = 0
    for token in notices.tokens_of(posted):
        try:
            notice = notices.verify_notice(token, _finder(border), border.key_sets, now)
        except LaunchRefused as refusal:
            log.warning("notice.refused", code=refusal.code, what=refusal.what)
            if refusal.status >= 500:
                raise
            continue
        genuine += 1
        log.info("notice.taken", kind=notice.kind, registration=notice.registration_id)
        if notice.is_copy:
            with border.db.writing() as session:
                _copied(session, notice, now)
    return genuine


def _finder(border: Border) -> notices.Find:
    def find(issuer: str, client_id: str) -> Sequence[Registration]:
        with border.db.reading() as session:
            return [as_registration(row) for row in platforms.find_registrations(session, issuer, client_id)]

    return find


def _copied(session: Session, notice: Notice, now: datetime) -> None:
    """Remember where the course came from; a course whose origin we never saw is none of ours yet."""
    deployment = platforms.deployment(session, notice.registration_id, notice.deployment_id)
    if deployment is None or deployment.status != "active":
        return
    if not copies.knows(session, deployment.id, notice.origins):
        return
    course = courses.keep_course(session, deployment.id, notice.context_id, now)
    course.title = course.title or notice.title
    course.copied_from_id = copies.nearest_course(session, course, notice.origins) or course.copied_from_id
    audit.record(session, "course.copied", now, course_id=course.id, original=course.copied_from_id)


def subscribe_due(border: Border, now: datetime) -> int:
    """Ask every LMS that offers notices and was not asked yet. Returns how many agreed."""
    with border.db.reading() as session:
        due = [
            (row.id, row.registration_id, row.notices_url)
            for row in platforms.to_ask_for_notices(session, now - ASK_AGAIN_AFTER)
        ]
    agreed = 0
    for deployment_id, registration_id, url in due:
        problem = ""
        try:
            notices.subscribe(connect(border, registration_id, now), url, border.tool.notices)
            agreed += 1
        except (PlatformError, FlowError) as error:
            problem = str(error)
            log.warning("notices.refused", registration=registration_id, problem=problem)
        with border.db.writing() as session:
            row = platforms.deployment_by_id(session, deployment_id)
            if row is not None:
                row.notices_asked_at, row.notices_problem = now, problem
    return agreed
