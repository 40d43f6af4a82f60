"""The doctor: what works and what does not, each with the cure in words. Same checks for page and command line."""

from __future__ import annotations

import shlex
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from .. import paths
from ..lti.keys import SealBroken
from ..settings import Settings
from ..store import migrating, outbox, platforms
from ..store.pages import install_health
from ..store.pages.install_health import InstallFacts
from . import probing, rotating_keys
from .border import Border
from .findings import Check, about, how_long, many

_LATE = timedelta(minutes=5)
_NIGHTLY_WORK = timedelta(days=5)
"""How long after its day a key may still sign: the next one is published for two days, and a night may be missed."""


def doctor(border: Border, now: datetime, *, gradebook: bool = False) -> tuple[Check, ...]:
    """Check this installation and every LMS it knows. Talks to the LMSs; with `gradebook`, writes a test column."""
    found = [_address(border.settings), _database(border)]
    if found[-1].state == "red":
        return tuple(found)
    found += [_secret(border.settings), _files(border.settings), our_keys(border, now), _queue(border, now)]
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
        found += install_checks(border, registration_id, now, gradebook=gradebook)
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
    if not settings.embedded:
        return Check(
            key="secret",
            title="Secret",
            state="red",
            what="SECRET_KEY is not set, but several hosts may share this database.",
            cure="Set SECRET_KEY to the same long random text on every host.",
        )
    return Check(
        key="secret", title="Secret", state="green", what="It is kept in the data folder, for its owner only."
    )


_OWN_FILES = ("keys/secret.key", "cairn.db", "jobs.db")


def _files(settings: Settings) -> Check:
    """May anybody else on this machine read the secret, or what people did?"""
    folder = settings.data_dir
    open_ones = [name for name in _OWN_FILES if _is_open(folder / name)] if _is_open(folder) else []
    if open_ones:
        return Check(
            key="files",
            title="Files",
            state="red",
            what=f"Others on this machine can read {', '.join(open_ones)} in {folder}.",
            cure=f"Run: chmod -R go= {folder}",
        )
    beside = _open_keys(paths.KEYS)
    if beside:
        return Check(
            key="files",
            title="Files",
            state="red",
            what=f"Others on this machine can read {', '.join(one.name for one in beside)} in {paths.KEYS}.",
            cure=f"Run: chmod go= {shlex.join(map(str, beside))}",
        )
    return Check(key="files", title="Files", state="green", what="The data folder is for its owner only.")


def _open_keys(folder: Path | None) -> list[Path]:
    """What an operator put beside the checkout (`keys/README.md`) and others may read."""
    if folder is None or not _is_open(folder):
        return []
    known = {"README.md", ".gitignore"}
    return sorted(one for one in folder.rglob("*") if one.is_file() and one.name not in known and _is_open(one))


def _is_open(place: Path) -> bool:
    return place.exists() and bool(stat.S_IMODE(place.stat().st_mode) & 0o077)


def our_keys(border: Border, now: datetime) -> Check:
    """Can our keys be unlocked, which one signs, and is the next one on its way in time?"""
    try:
        key = border.signing_key(now)
    except SealBroken as error:
        return Check(
            key="keys",
            title="Our keys",
            state="red",
            what=str(error),
            cure="Set SECRET_KEY back to its old value, or restore keys/secret.key in the data folder. Is it lost?"
            " Then run: lti-tool keys rotate --now",
        )
    entries = rotating_keys.listing(border, now)
    said = f"The signing key is {many((now - key.created_at).days, 'day')} old, {_others(entries)}."
    if not all(entry.sealed for entry in entries):
        cure = "Run: lti-tool keys rotate"
        return Check(
            key="keys", title="Our keys", state="red", what=f"{said} One lies open in the database.", cure=cure
        )
    if now - (key.signs_from or key.created_at) > rotating_keys.OLD_AFTER + _NIGHTLY_WORK:
        cure = "Start a worker, which replaces it by itself: lti-tool work. Or run: lti-tool keys rotate"
        return Check(key="keys", title="Our keys", state="red", what=f"{said} That is too old.", cure=cure)
    return Check(key="keys", title="Our keys", state="green", what=said)


def _others(entries: Sequence[rotating_keys.KeyEntry]) -> str:
    """The keys besides the one in use: those to come, and those that are still shown."""
    coming = next((entry for entry in entries if entry.state == "published"), None)
    retired = sum(entry.state == "retired" for entry in entries)
    if coming is not None:
        return f"the next one is published and signs from {coming.signs_from:%Y-%m-%d %H:%M} UTC"
    return f"{many(retired, 'older one')} still published" if retired else "and locked in the database"


def _queue(border: Border, now: datetime) -> Check:
    with border.db.reading() as session:
        waiting, oldest = outbox.waiting(session, now), outbox.oldest_due(session, now)
    if oldest is not None and now - oldest > _LATE:
        return Check(
            key="queue",
            title="Grade delivery",
            state="red",
            what=f"{many(waiting, 'grade')} due, one for {how_long(now - oldest)}. No worker seems to run.",
            cure="Start one: lti-tool work",
        )
    return Check(
        key="queue", title="Grade delivery", state="green", what=f"{many(waiting, 'grade')} due right now."
    )


def install_checks(
    border: Border,
    registration_id: int,
    now: datetime,
    *,
    deployment_id: int | None = None,
    gradebook: bool = False,
) -> tuple[Check, ...]:
    """Check one LMS: launches, keys, service token, roster, column, names, grades, clock.

    `deployment_id` narrows to one school where several share a registration. Only with `gradebook` a test column is
    made and removed.
    """
    with border.db.reading() as session:
        facts = install_health.load(session, registration_id, deployment_id, now)
    return tuple(_of_platform(border, facts, now, gradebook)) if facts is not None else ()


def _of_platform(border: Border, facts: InstallFacts, now: datetime, gradebook: bool) -> Iterator[Check]:
    yield _status(facts)
    yield _launch(facts, now)
    yield from probing.key_set(border, facts, now)
    yield from probing.services(border, facts, now)
    if gradebook:
        yield probing.test_column(border, facts, now)
    yield from _notices(facts)
    yield _names(facts)
    yield _grades(facts)
    yield _delivery(facts, now)


def _status(facts: InstallFacts) -> Check:
    if facts.status == "active":
        waiting = [name for name, status in facts.deployments if status == "pending"]
        if waiting:
            cure = f"Run: lti-tool platforms admit {facts.registration_id} {shlex.quote(waiting[0])} (or refuse)"
            return about(facts, "status", "Installed", "red", f"Deployment {waiting[0]} waits for approval.", cure)
        return about(facts, "status", "Installed", "green", f"Active, issuer {facts.issuer}.")
    cure = f"Run: lti-tool platforms approve {facts.registration_id}"
    return about(facts, "status", "Installed", "red", f"It is {facts.status}: nobody can come in.", cure)


def _launch(facts: InstallFacts, now: datetime) -> Check:
    if facts.last_launch_at is None:
        return about(facts, "launch", "Launch", "grey", "Nobody has opened Cairn yet.", "Open an activity once.")
    hours = int((now - facts.last_launch_at).total_seconds() // 3600)
    when = "within the last hour" if hours < 1 else "an hour ago" if hours == 1 else f"{hours} hours ago"
    return about(facts, "launch", "Launch", "green", f"The last one was {when}.")


def _notices(facts: InstallFacts) -> Iterator[Check]:
    """Does it tell us of copied courses? Silent where the LMS has no such service."""
    title = "Notices of copied courses"
    if facts.notices_problem:
        cure = "Allow notices (context copy) for this tool. Without them a copy is met when it is first opened."
        yield about(facts, "notices", title, "grey", f"The LMS refuses them: {facts.notices_problem}", cure)
    elif facts.notices == "agreed":
        yield about(facts, "notices", title, "green", "The LMS tells us when a course is copied.")
    elif facts.notices == "offered":
        yield about(facts, "notices", title, "grey", "The LMS offers them; it is asked within ten minutes.")


def _names(facts: InstallFacts) -> Check:
    if not facts.people:
        return about(facts, "names", "Names", "grey", "Nobody has come yet.")
    if not facts.named_people:
        cure = "Allow names in the tool’s privacy settings; teachers see numbers until then."
        return about(facts, "names", "Names", "grey", "The LMS shares no names.", cure)
    return about(facts, "names", "Names", "green", f"Shared for {facts.named_people} of {facts.people} people.")


def _grades(facts: InstallFacts) -> Check:
    failed = facts.grades.get("failed", 0)
    if failed:
        return about(
            facts,
            "grades",
            "Grades",
            "red",
            f"{failed} could not be delivered: {facts.grade_problem}",
            "The teacher sees who on the grades page and can send them again there.",
        )
    lost = facts.grades.get("lost", 0)
    if lost:
        what = (
            f"{many(lost, 'grade')} cannot be delivered: the gradebook column is gone, perhaps with its activity."
        )
        cure = (
            "Was the activity deleted? Then nothing is wrong. If it is still there, its teacher opens the grades page"
            " and presses “Send again”."
        )
        return about(facts, "grades", "Grades", "grey", what, cure)
    if not facts.grades:
        return about(facts, "grades", "Grades", "grey", "No grade has been worked out yet.")
    said = ", ".join(f"{number} {state}" for state, number in sorted(facts.grades.items()))
    return about(facts, "grades", "Grades", "green", f"In {many(facts.columns, 'column')}: {said}.")


def _delivery(facts: InstallFacts, now: datetime) -> Check:
    if facts.oldest_due_at is not None and now - facts.oldest_due_at > _LATE:
        what = f"A grade has been waiting for {how_long(now - facts.oldest_due_at)}. No worker seems to run."
        return about(
            facts, "delivery", "Grade delivery", "red", what, "The operator of Cairn starts one: lti-tool work"
        )
    return about(facts, "delivery", "Grade delivery", "green", "Grades leave on time.")
