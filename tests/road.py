"""The whole road in one process: practice LMS on `localhost`, the tool on `127.0.0.1`, grades carried on demand."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import make_server

from furnishing import furnish, make_app
from lti_tool.flows import passing_back, registering
from lti_tool.flows.border import Border
from lti_tool.settings import Settings
from lti_tool.store import outbox
from lti_tool.store.database import Database
from sandbox_platform import SPECIFICATION, Manners, PlatformSettings, PracticeClient, running
from sandbox_platform.browsing import new_session, only_form, send


def utc_now() -> datetime:
    """Real time: tokens and signatures live in it."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Road:
    """An installed tool and its LMS. `border` shares the tool's database."""

    lms: PracticeClient
    lms_url: str
    tool_url: str
    border: Border
    client_id: str = ""

    @property
    def db(self) -> Database:
        return self.border.db

    def browser(self) -> requests.Session:
        """One person's browser, without a screen."""
        return new_session()

    def install(self) -> Road:
        """Invite, dynamic registration, active. Returns the road with its client id.

        In an LMS without dynamic registration its administrator and ours type in addresses instead.
        """
        if not self.lms.info()["registers_itself"]:
            return self._install_by_hand()
        address = registering.invite(self.border, "Practice School", utc_now())
        started = self.lms.start_registration(tool_url=address)
        page = self.lms.register(address, self.browser())
        assert page.ok, (page.status_code, page.text[:500])
        assert started
        installed = self.lms.registrations()[-1]
        if installed["pending"]:
            self.lms.activate(installed["client_id"])
        return replace(self, client_id=installed["client_id"])

    def _install_by_hand(self) -> Road:
        tool = self.border.tool
        given = self.lms.register_by_hand(
            name="Cairn",
            initiate_login_uri=tool.login,
            redirect_uris=[tool.launch],
            jwks_uri=tool.jwks,
            target_link_uri=tool.launch,
        )
        names = ("issuer", "client_id", "deployment_ids", "auth_login_url", "auth_token_url", "key_set_url", "name")
        registering.add_by_hand(self.border, {name: given[name] for name in names}, utc_now())
        return replace(self, client_id=given["client_id"])

    def place(self, *, part: str = "", points: float = 10.0, preset: str = "") -> str:
        """A teacher adds an activity through the picker. Returns the LMS's activity id."""
        teacher = self.browser()
        page = self.lms.open_picker("teacher", self.client_id, teacher)
        assert page.ok, (page.status_code, page.text[:500])
        form = picker_form(page, part=part, points=points, preset=preset)
        answer = teacher.request(form.method, form.action, data=form.fields)
        assert answer.ok, (answer.status_code, answer.text[:500])
        picked = self.lms.finish_picking(only_form(answer), teacher)
        assert picked.activities, picked
        return str(picked.activities[0])

    def enter(self, person: str, activity_id: str, session: requests.Session) -> requests.Response:
        """Somebody opens the activity. Returns the tool's first page."""
        return self.lms.enter(person, activity_id, session)

    def deliver_all(self, *, rounds: int = 20) -> list[str]:
        """Carry every promise that is due. Returns what became of each."""
        outcomes: list[str] = []
        for _ in range(rounds):
            with self.db.writing() as session:
                due = outbox.claim_due(session, utc_now())
            if not due:
                return outcomes
            outcomes += [passing_back.deliver(self.border, one, utc_now()) for one in due]
        return outcomes


def picker_form(page: requests.Response, *, part: str, points: float, preset: str) -> Any:
    """The picker's own form, filled in as a teacher would."""
    from sandbox_platform.browsing import forms_of

    form = next(one for one in forms_of(page) if "cancel" not in one.action)
    fields = dict(form.fields)
    offered = re.findall(r'name="part" value="([^"]*)"', page.text)
    fields["part"] = (
        next((one for one in offered if one.split(":")[-1] == part), offered[0]) if part else offered[0]
    )
    if preset:
        fields["preset"] = preset
    fields["points"] = f"{points:g}"
    return replace(form, fields=fields)


@contextmanager
def tool_running(
    data_dir: Path, *, browser_sees: Callable[[Any], Any] = lambda app: app, **settings: Any
) -> Iterator[tuple[str, Border]]:
    """The tool over real HTTP on 127.0.0.1. Yields its address and a border on its database.

    `browser_sees` wraps the application, to give its answers what an odd browser would make of them.
    """
    # The port is held from here on, so that nobody else takes it before we serve.
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    port = int(listener.getsockname()[1])
    chosen = Settings(
        base_url=f"http://127.0.0.1:{port}", data_dir=data_dir, allow_private_platforms=True, **settings
    )
    db = furnish(chosen)
    server = make_server("127.0.0.1", port, browser_sees(make_app(chosen)), threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield chosen.base_url, Border(db, chosen)
    finally:
        server.shutdown()
        server.server_close()
        listener.close()
        thread.join(timeout=10)
        db.close()


@contextmanager
def open_road(
    data_dir: Path, *, class_size: int = 5, manners: Manners = SPECIFICATION, **settings: Any
) -> Iterator[Road]:
    """Both sides, nothing installed yet."""
    with (
        running(PlatformSettings(class_size=class_size), manners=manners) as lms,
        tool_running(data_dir, **settings) as (tool_url, border),
    ):
        client = PracticeClient(lms.url, lms.admin_token)
        yield Road(lms=client, lms_url=lms.url, tool_url=tool_url, border=border)


__all__ = ["Road", "open_road", "send", "tool_running"]
