"""One request for a service token at a time, whoever asks: threads, processes, hosts on one database."""

from __future__ import annotations

import multiprocessing
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

from clock import Clock
from lti.services import KEY
from lti_tool.flows.border import Border
from lti_tool.lti.http import Answer
from lti_tool.lti.platforms import Platform
from lti_tool.lti.tokens import LEASE, TokenSource
from lti_tool.lti.values import AccessToken, Registration
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from school import new_school

SCOPES = ("a", "b")


class SlowTokens:
    """An LMS that takes its time over a token and counts who asked, in a file that processes share."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def request(self, *_: object, **__: object) -> Answer:
        with self._log.open("a") as file:
            file.write("asked\n")
        sleep(0.4)
        body = b'{"access_token": "the-token", "expires_in": 3600}'
        return Answer(status=200, headers={}, body=body, url="https://lms.example/token")


def ask(settings: Settings, url: str, registration_id: int, log: Path) -> None:
    """What one worker does."""
    border = Border(Database(url), settings)
    registration = Registration(
        id=registration_id,
        organisation_id=1,
        issuer="https://lms.example",
        client_id="c",
        auth_login_url="",
        auth_token_url="https://lms.example/token",
        key_set_url="",
    )
    http = SlowTokens(log)
    source = TokenSource(registration, Platform(), KEY, border.tokens, http)  # type: ignore[arg-type]
    assert source.token(SCOPES, datetime.now(UTC)) == "the-token"


def test_processes_and_threads_ask_once_together(
    any_database: Database, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    school = new_school(any_database, clock())
    url = any_database.engine.url.render_as_string(hide_password=False)
    work = (replace(settings, secret="shared"), url, school.registration_id, tmp_path / "asked")
    spawn = multiprocessing.get_context("spawn")
    workers: list[threading.Thread | multiprocessing.process.BaseProcess] = [
        *(spawn.Process(target=ask, args=work) for _ in range(2)),
        *(threading.Thread(target=ask, args=work) for _ in range(3)),
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert [one.exitcode for one in workers if not isinstance(one, threading.Thread)] == [0, 0]
    assert (tmp_path / "asked").read_text().count("asked") == 1


def test_a_lease_ends_by_itself_and_belongs_to_one(
    any_database: Database, settings: Settings, clock: Clock
) -> None:
    school = new_school(any_database, clock())
    tokens, here = Border(any_database, settings).tokens, school.registration_id
    assert tokens.lease(here, SCOPES, "first", clock())
    assert not tokens.lease(here, SCOPES, "second", clock())
    assert tokens.lease(here, ("b",), "second", clock()), "another set of scopes is another token"
    assert tokens.lease(here, SCOPES, "second", clock() + LEASE), "the first one crashed"
    tokens.release(here, SCOPES, "first")
    assert not tokens.lease(here, SCOPES, "third", clock() + LEASE), "it belongs to the second"
    tokens.release(here, SCOPES, "second")
    assert tokens.lease(here, SCOPES, "third", clock())


def test_a_token_locked_with_a_lost_secret_is_asked_for_again(
    database: Database, settings: Settings, clock: Clock
) -> None:
    school = new_school(database, clock())
    old, new = (Border(database, replace(settings, secret=secret)).tokens for secret in ("old", "new"))
    old.write(school.registration_id, SCOPES, AccessToken(token="t", expires_at=clock() + timedelta(hours=1)))
    assert new.read(school.registration_id, SCOPES) is None
