"""The doctor's questions to one LMS: its keys, its clock, a token, the roster, and a column made and removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice

from ..lti import grades as gradebook
from ..lti import roster as lms_roster
from ..lti.connection import Connection
from ..lti.errors import CertificateRefused, Meaning, PlatformAway, PlatformError
from ..lti.http import Answer
from ..lti.key_sets import usable_keys
from ..lti.values import ColumnWish
from ..store import platforms
from ..store.pages.install_health import InstallFacts
from .border import Border
from .errors import FlowError
from .findings import Check, about, many
from .service_access import connect

_SKEW_SECONDS = 30
_ALLOW_GRADES = "Allow “Assignment and Grade Services” for this tool in the LMS."
_BY_ITSELF = "Cairn asks again by itself."
_ON_A_WISH = "Try the gradebook again later."
_LASTING = "If this lasts, ask the LMS admin whether it runs and is open to us."
_TEST_COLUMN = "Cairn test (removed at once)"


def key_set(border: Border, facts: InstallFacts, now: datetime) -> Iterator[Check]:
    """Can its public keys be fetched, and does its clock agree with ours?"""
    with border.db.reading() as session:
        row = platforms.registration(session, facts.registration_id)
        url = row.key_set_url if row else ""
    cure = "Ask the LMS admin whether this address is right and open to us."
    try:
        answer = border.http.get(url)
    except PlatformError as error:
        yield about(facts, "key_set", "Keys of the LMS", "red", f"{url} gave no keys: {error}", _cure(error, cure))
        return
    if not answer.ok or not _has_keys(answer):
        said = f"{url} answered {answer.status} without a key that can sign launches (RS256)."
        yield about(facts, "key_set", "Keys of the LMS", "red", said, cure)
        return
    yield about(facts, "key_set", "Keys of the LMS", "green", "Cairn can fetch them.")
    yield _clock(facts, answer.headers.get("Date", ""), now)


def _cure(error: Exception, usual: str) -> str:
    """What to do about a refusal, if that is clear from it."""
    return error.cure if isinstance(error, CertificateRefused) else usual


def _service_cure(error: Exception, usual: str, asked_again: str = _BY_ITSELF) -> str:
    """The same where a setting is to blame as a rule: not for an LMS that is away, or in trouble of its own."""
    if isinstance(error, PlatformAway):
        return f"The LMS did not answer. {asked_again} {_LASTING}"
    if isinstance(error, PlatformError) and error.meaning is Meaning.TROUBLE:
        return f"The LMS has trouble of its own. {asked_again} {_LASTING}"
    return _cure(error, usual)


def _has_keys(answer: Answer) -> bool:
    try:
        document = answer.json()
    except ValueError:
        return False
    return isinstance(document, dict) and bool(usable_keys(document))


def _clock(facts: InstallFacts, said: str, now: datetime) -> Check:
    try:
        skew = abs((parsedate_to_datetime(said) - now).total_seconds())
    except (ValueError, TypeError):
        return about(facts, "clock", "Clocks", "grey", "The LMS does not say its time.")
    if skew > _SKEW_SECONDS:
        cure = "Switch on time synchronisation (NTP) on both machines."
        return about(facts, "clock", "Clocks", "red", f"Ours and the LMS’s differ by {skew:.0f} seconds.", cure)
    return about(
        facts,
        "clock",
        "Clocks",
        "green",
        f"Ours and the LMS’s agree, to within {many(max(1, round(skew)), 'second')}.",
    )


def services(border: Border, facts: InstallFacts, now: datetime) -> Iterator[Check]:
    """Does it give us a token, and with it the roster?"""
    scopes = tuple(scope for scope in facts.scopes if "/scope/" in scope)
    if facts.memberships_url and lms_roster.ROSTER_SCOPE not in scopes:
        scopes = (*scopes, lms_roster.ROSTER_SCOPE)
    if not scopes:
        what = "It is not known yet which services the LMS offers."
        cure = "Open Cairn once in a course."
        if facts.courses:
            what = "Cairn was opened in a course, and the LMS offered neither gradebook nor roster."
            cure = f"{_ALLOW_GRADES} Then open an activity again."
        yield about(facts, "token", "Services", "grey", what, cure)
        yield _no_roster(facts)
        return
    try:
        connection = connect(border, facts.registration_id, now)
        connection.token(scopes)
    except (PlatformError, FlowError) as error:
        cure = "The LMS must be able to fetch our keys: " + border.tool.jwks
        yield about(facts, "token", "Services", "red", f"No access: {error}", _service_cure(error, cure))
        yield about(facts, "roster", "Roster", "grey", "Without access it cannot be read.")
        return
    yield _allowed(facts, scopes)
    yield _roster(connection, facts) if facts.memberships_url else _no_roster(facts)


def _allowed(facts: InstallFacts, scopes: Sequence[str]) -> Check:
    """An administrator may have taken single services away: without leave to send grades none ever arrives."""
    if gradebook.SCORE_SCOPE in scopes:
        what = f"The LMS lets us use {many(len(scopes), 'service')}."
        return about(facts, "token", "Services", "green", what)
    if all(scope == lms_roster.ROSTER_SCOPE for scope in scopes):
        what = "The LMS gives us access, but offers no gradebook."
        return about(facts, "token", "Services", "grey", what, _ALLOW_GRADES)
    what = "The LMS gives us access to its gradebook, but does not let us send grades."
    return about(facts, "token", "Services", "red", what, _ALLOW_GRADES)


def _no_roster(facts: InstallFacts) -> Check:
    if not facts.courses:
        return about(facts, "roster", "Roster", "grey", "No course is known yet.", "Open Cairn once in a course.")
    what = "The LMS offers no roster; people appear as they come."
    return about(facts, "roster", "Roster", "grey", what, "Allow “Names and Roles” for this tool.")


def _roster(connection: Connection, facts: InstallFacts) -> Check:
    try:
        found = list(islice(lms_roster.members(connection, facts.memberships_url), 100))
    except PlatformError as error:
        cure = "Allow “Names and Roles” for this tool, and check that the course is still there."
        what = f"The roster of {facts.course_title}: {error}"
        return about(facts, "roster", "Roster", "red", what, _service_cure(error, cure))
    read = f"Read in {facts.courses_with_roster} of {many(facts.courses, 'course')}"
    if not found:
        return about(facts, "roster", "Roster", "grey", f"The roster of {facts.course_title} is empty. {read}.")
    return about(
        facts, "roster", "Roster", "green", f"The roster of {facts.course_title} can be read. {read} so far."
    )


def test_column(border: Border, facts: InstallFacts, now: datetime) -> Check:
    """Make a gradebook column in the newest course, and remove it at once. Only on somebody's wish."""
    title = "Gradebook column"
    if not facts.line_items_url or gradebook.COLUMN_SCOPE not in facts.scopes:
        what = "The LMS does not let this tool make columns; it makes them itself for graded activities."
        return about(facts, "column", title, "grey", what)
    wish = ColumnWish(label=_TEST_COLUMN, score_maximum=1.0, tag="cairn-test", resource_id="cairn-test")
    try:
        connection = connect(border, facts.registration_id, now)
        if connection.platform.is_test_installation(connection.registration):
            return about(facts, "column", title, "grey", "This is a test copy of an LMS: nothing is written to it.")
        made = gradebook.create_column(connection, facts.line_items_url, wish, facts.scopes)
    except (PlatformError, FlowError) as error:
        cure = _service_cure(error, "Allow the tool to manage gradebook columns (line items).", _ON_A_WISH)
        return about(facts, "column", title, "red", f"None could be made in {facts.course_title}: {error}", cure)
    try:
        gradebook.delete_column(connection, made.line_item_url)
    except PlatformError as error:
        cure = f"Please delete “{_TEST_COLUMN}” by hand. Grades work all the same."
        return about(
            facts, "column", title, "grey", f"Made in {facts.course_title}, but not removed: {error}", cure
        )
    return about(facts, "column", title, "green", f"Made in {facts.course_title}, and removed again.")
