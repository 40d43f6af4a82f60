"""The doctor: what works and what does not, each with the cure in words. Same checks for page and command line."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from ..lti.errors import PlatformError
from ..lti.keys import SealBroken
from ..settings import Settings
from ..store import migrating, outbox, platforms
from ..store.pages import install_health
from ..store.pages.install_health import InstallFacts
from .border import Border
from .errors import FlowError
from .service_access import connect

State = Literal["green", "grey", "red"]
_LATE = timedelta(minutes=5)
_SKEW_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding. Green works, grey could not be told or is a hint, red needs somebody; `cure` says what to do."""

    key: str
    title: str
    state: State
    what: str
    cure: str = ""


def doctor(border: Border, now: datetime) -> tuple[Check, ...]:
    """Check this installation and every LMS it knows. Talks to the LMSs."""
    found = [_address(border.settings), _database(border)]
    if found[-1].state == "red":
        return tuple(found)
    found += [_secret(border.settings), _keys(border, now), _queue(border, now)]
    with border.db.reading() as session:
        known = [row.id for row in platforms.registrations(session)]
    if not known:
        found.append(
            Check(
                key="platforms",
                title="LMSs",
                state="grey",
                what="No LMS is installed yet.",
                cure="Make a registration address: lti-tool platforms invite --name 'My school'",
            )
        )
    for registration_id in known:
        found += install_checks(border, registration_id, now)
    return tuple(found)


def _address(settings: Settings) -> Check:
    if settings.secure:
        return Check(
            key="address", title="Address", state="green", what=f"People reach Cairn at {settings.base_url}."
        )
    return Check(
        key="address",
        title="Address",
        state="grey" if settings.allow_private_platforms else "red",
        what=f"{settings.base_url} is not https, which is fine for trying things out only.",
        cure="Put a TLS proxy in front and set BASE_URL to the https address.",
    )


def _database(border: Border) -> Check:
    try:
        border.db.ping()
        waiting = migrating.pending(border.db.engine)
    except Exception as error:
        return Check(
            key="database",
            title="Database",
            state="red",
            what=f"The database does not answer ({type(error).__name__}).",
            cure="Check DATABASE_URL and that the server runs.",
        )
    if waiting:
        return Check(
            key="database",
            title="Database",
            state="red",
            what="The database has an older shape than this version needs.",
            cure="Run: lti-tool migrate",
        )
    return Check(key="database", title="Database", state="green", what="It answers and has the right shape.")


def _secret(settings: Settings) -> Check:
    if settings.secret:
        return Check(key="secret", title="Secret", state="green", what="SECRET_KEY is set.")
    place = settings.data_dir / "keys" / "secret.key"
    if not settings.embedded:
        return Check(
            key="secret",
            title="Secret",
            state="red",
            what="SECRET_KEY is not set, but several hosts may share this database.",
            cure="Set SECRET_KEY to the same long random text on every host.",
        )
    if place.exists() and stat.S_IMODE(os.stat(place).st_mode) & 0o077:
        return Check(
            key="secret",
            title="Secret",
            state="red",
            what=f"{place} can be read by others on this machine.",
            cure=f"Run: chmod 600 {place}",
        )
    return Check(
        key="secret", title="Secret", state="green", what="It is kept in the data folder, for its owner only."
    )


def _keys(border: Border, now: datetime) -> Check:
    try:
        key = border.signing_key(now)
    except SealBroken as error:
        return Check(
            key="keys",
            title="Our keys",
            state="red",
            what=str(error),
            cure="Set SECRET_KEY back to its old value, or restore keys/secret.key in the data folder.",
        )
    days = (now - key.created_at).days
    return Check(key="keys", title="Our keys", state="green", what=f"The signing key is {_many(days, 'day')} old.")


def _queue(border: Border, now: datetime) -> Check:
    with border.db.reading() as session:
        waiting, oldest = outbox.waiting(session, now), outbox.oldest_due(session, now)
    if oldest is not None and now - oldest > _LATE:
        minutes = int((now - oldest).total_seconds() // 60)
        return Check(
            key="queue",
            title="Grade delivery",
            state="red",
            what=f"{waiting} grades wait, the oldest for {minutes} minutes. No worker seems to run.",
            cure="Start one: lti-tool work",
        )
    return Check(
        key="queue", title="Grade delivery", state="green", what=f"{_many(waiting, 'grade')} due right now."
    )


def install_checks(border: Border, registration_id: int, now: datetime) -> tuple[Check, ...]:
    """Check one LMS: launches, keys, service token, roster, names, grades, clock."""
    with border.db.reading() as session:
        facts = install_health.load(session, registration_id)
    if facts is None:
        return ()
    return tuple(_of_platform(border, facts, now))


def _of_platform(border: Border, facts: InstallFacts, now: datetime) -> Iterator[Check]:
    yield _status(facts)
    yield _launch(facts, now)
    yield from _key_set(border, facts, now)
    yield _token(border, facts, now)
    yield _roster(facts)
    yield _names(facts)
    yield _grades(facts)


def _check(facts: InstallFacts, key: str, title: str, state: State, what: str, cure: str = "") -> Check:
    return Check(
        key=f"{facts.registration_id}.{key}", title=f"{facts.name}: {title}", state=state, what=what, cure=cure
    )


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _status(facts: InstallFacts) -> Check:
    if facts.status == "active":
        waiting = [name for name, status in facts.deployments if status != "active"]
        if waiting:
            cure = f"Run: lti-tool platforms approve {facts.registration_id}"
            return _check(facts, "status", "Installed", "red", f"Deployment {waiting[0]} waits for approval.", cure)
        return _check(facts, "status", "Installed", "green", f"Active, issuer {facts.issuer}.")
    cure = f"Run: lti-tool platforms approve {facts.registration_id}"
    return _check(facts, "status", "Installed", "red", f"It is {facts.status}: nobody can come in.", cure)


def _launch(facts: InstallFacts, now: datetime) -> Check:
    if facts.last_launch_at is None:
        return _check(facts, "launch", "Launch", "grey", "Nobody has opened Cairn yet.", "Open an activity once.")
    hours = int((now - facts.last_launch_at).total_seconds() // 3600)
    when = "within the last hour" if hours < 1 else "an hour ago" if hours == 1 else f"{hours} hours ago"
    return _check(facts, "launch", "Launch", "green", f"The last one was {when}.")


def _key_set(border: Border, facts: InstallFacts, now: datetime) -> Iterator[Check]:
    with border.db.reading() as session:
        row = platforms.registration(session, facts.registration_id)
        url = row.key_set_url if row else ""
    cure = "Ask the LMS admin whether this address is right and open to us."
    try:
        answer = border.http.get(url)
        good = answer.ok and bool(answer.json().get("keys"))
    except (PlatformError, ValueError, AttributeError) as error:
        yield _check(facts, "key_set", "Its keys", "red", f"{url} gave no keys: {error}", cure)
        return
    if not good:
        yield _check(facts, "key_set", "Its keys", "red", f"{url} answered {answer.status} without keys.", cure)
        return
    yield _check(facts, "key_set", "Its keys", "green", "They can be fetched.")
    yield _clock(facts, answer.headers.get("Date", ""), now)


def _clock(facts: InstallFacts, said: str, now: datetime) -> Check:
    try:
        skew = abs((parsedate_to_datetime(said) - now).total_seconds())
    except (ValueError, TypeError):
        return _check(facts, "clock", "Clocks", "grey", "The LMS does not say its time.")
    if skew > _SKEW_SECONDS:
        cure = "Switch on time synchronisation (NTP) on both machines."
        return _check(facts, "clock", "Clocks", "red", f"Ours and the LMS's differ by {skew:.0f} seconds.", cure)
    return _check(facts, "clock", "Clocks", "green", "Ours and the LMS's agree.")


def _token(border: Border, facts: InstallFacts, now: datetime) -> Check:
    scopes = tuple(scope for scope in facts.scopes if "/scope/" in scope)
    if not scopes:
        return _check(facts, "token", "Services", "grey", "It is not known yet which services the LMS offers.")
    try:
        connect(border, facts.registration_id, now).token(scopes)
    except (PlatformError, FlowError) as error:
        cure = "The LMS must be able to fetch our keys: " + border.tool.jwks
        return _check(facts, "token", "Services", "red", f"No access: {error}", cure)
    return _check(facts, "token", "Services", "green", "The LMS lets us use its services.")


def _roster(facts: InstallFacts) -> Check:
    if facts.roster_problem:
        return _check(facts, "roster", "Roster", "red", facts.roster_problem, "Open the class page and refresh it.")
    if not facts.courses_with_roster:
        return _check(facts, "roster", "Roster", "grey", "No roster was read yet.", "A teacher's visit reads it.")
    return _check(
        facts,
        "roster",
        "Roster",
        "green",
        f"Read for {facts.courses_with_roster} of {_many(facts.courses, 'course')}.",
    )


def _names(facts: InstallFacts) -> Check:
    if not facts.people:
        return _check(facts, "names", "Names", "grey", "Nobody has come yet.")
    if not facts.named_people:
        cure = "Allow names in the tool's privacy settings; teachers see numbers until then."
        return _check(facts, "names", "Names", "grey", "The LMS shares no names.", cure)
    return _check(facts, "names", "Names", "green", f"Shared for {facts.named_people} of {facts.people} people.")


def _grades(facts: InstallFacts) -> Check:
    failed = facts.grades.get("failed", 0)
    if failed:
        return _check(
            facts,
            "grades",
            "Grades",
            "red",
            f"{failed} could not be delivered: {facts.grade_problem}",
            "The teacher sees who on the grades page and can send them again there.",
        )
    if not facts.grades:
        return _check(facts, "grades", "Grades", "grey", "No grade was promised yet.")
    said = ", ".join(f"{number} {state}" for state, number in sorted(facts.grades.items()))
    return _check(facts, "grades", "Grades", "green", f"In {_many(facts.columns, 'column')}: {said}.")
