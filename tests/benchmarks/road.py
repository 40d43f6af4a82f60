"""Launches, answers, teacher pages and grade deliveries: how much CPU each takes, and how many fit in a second.

The practice LMS runs in a process of its own; the tool runs in this one, so that its CPU time is what is measured.
Every figure comes with its ratio to a floor of the same run: CPU seconds differ between machines, ratios hardly.
Bounded: a class of `STUDENTS`, one minute or so, only addresses of this machine.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from rich.console import Console
from rich.table import Table
from werkzeug.serving import make_server

from lti_tool.app import create_app
from lti_tool.cli.serving import keep_for_good
from lti_tool.cli.try_.pages import forms_of
from lti_tool.cli.try_.processes import Child, Family, free_port, python
from lti_tool.cli.try_.student import Student, Temper
from lti_tool.content.package import starter
from lti_tool.flows import registering
from lti_tool.flows.border import Border
from lti_tool.jobs.tasks import utc_now
from lti_tool.jobs.worker import make_carrier
from lti_tool.settings import Settings
from lti_tool.store import migrating
from lti_tool.store.database import Database
from lti_tool.telemetry import configure_logging
from lti_tool.web import limits
from sandbox_platform import PracticeClient
from sandbox_platform.browsing import LaunchForm, new_session, only_form

from . import ltijs, plain
from .floors import signature_check, trivial_request
from .standing import Spent, come_in, stand

STUDENTS = 40
CLASS = 25
ANSWERS = 12
TURN = 15
"""Launches of one tool in a row, so that none is slowed down by what another left in the processor's caches."""


@dataclass(frozen=True)
class Bench:
    """The tool in this process, the practice LMS beside it."""

    app: Flask
    settings: Settings
    lms: PracticeClient
    activity_id: str


class Answer:
    """What `Student` reads of a page, from a test client's response."""

    def __init__(self, response: Any, url: str) -> None:
        self.status_code, self.text, self.url = response.status_code, response.get_data(as_text=True), url


class MeasuredBrowser:
    """A browser inside the process that notes the CPU time of every request by what it was for."""

    def __init__(self, bench: Bench, spent: dict[str, list[float]]) -> None:
        self._client = bench.app.test_client()
        self._base = bench.settings.base_url
        self.spent = spent

    def take_cookies(self, session: Any) -> None:
        for cookie in session.cookies:
            self._client.set_cookie(cookie.name, cookie.value, domain="127.0.0.1", path=cookie.path)

    def post(self, url: str, data: Any, timeout: float = 0) -> Answer:
        return self._follow("post", url, data=_grouped(data))

    def get(self, url: str, params: Any = None, timeout: float = 0) -> Answer:
        return self._follow("get", url, query_string=params)

    def _follow(self, method: str, url: str, **kwargs: Any) -> Answer:
        what = urlsplit(url).path.rstrip("/").rsplit("/", 1)[1]
        response = self._timed(what, method, url, **kwargs)
        while response.status_code in {302, 303}:
            url = self._base + urlsplit(response.headers["Location"]).path
            what = f"page after {what}"
            response = self._timed(what, "get", url)
        return Answer(response, url)

    def _timed(self, what: str, method: str, url: str, **kwargs: Any) -> Any:
        began = time.process_time()
        response = self._client.open(urlsplit(url).path, method=method, base_url=self._base, **kwargs)
        response.get_data()
        self.spent.setdefault(what, []).append(1000 * (time.process_time() - began))
        return response


def _grouped(fields: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields.items() if isinstance(fields, dict) else fields:
        found.setdefault(name, []).append(value)
    return found


@contextmanager
def ready() -> Iterator[Bench]:
    """Tool and practice LMS, installed and with one activity placed."""
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder, Family() as family:
        port, lms_port = free_port("127.0.0.1"), free_port("localhost")
        data = Path(folder)
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "SANDBOX_ADMIN_TOKEN": "bench"}
        command = python("sandbox_platform", "--port", str(lms_port), "--class-size", str(STUDENTS))
        lms_child = Child(name="LMS", command=command, env=env, log=data / "lms.log")
        family.start(lms_child, lambda: "admin token" in lms_child.last_words())
        settings = Settings(
            base_url=f"http://127.0.0.1:{port}",
            data_dir=data / "var",
            secret="for the bench only",
            allow_private_platforms=True,
            log_level="ERROR",
        )
        migrating.upgrade(settings.database)
        limits.PER_PERSON = "1000000 per second"  # nobody alive answers forty questions a second, students here do
        app = create_app(settings)
        server = make_server("127.0.0.1", port, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        lms = PracticeClient(f"http://localhost:{lms_port}", "bench")
        yield Bench(app=app, settings=settings, lms=lms, activity_id=_install(settings, lms))
        server.shutdown()


def _install(settings: Settings, lms: PracticeClient) -> str:
    db = Database(settings.database)
    lms.register(registering.invite(Border(db, settings), "Bench", utc_now()), new_session())
    db.close()
    browser = new_session()
    page = lms.open_picker("teacher", lms.registrations()[-1]["client_id"], browser)
    form = next(one for one in forms_of(page.url, page.text) if "points" in dict(one.fields))
    part = next(value for value in form.options["part"] if value.partition(":")[2])
    reply = browser.post(form.action, data=form.filled([("part", part)]), timeout=60)
    return lms.finish_picking(only_form(reply), browser).activities[0]


def launch(bench: Bench, person: str, spent: dict[str, list[float]]) -> tuple[MeasuredBrowser, Answer]:
    """One launch; the login is measured by itself, the LMS's part is not."""
    session = new_session()
    form: LaunchForm = bench.lms.launch(person, bench.activity_id, session)
    browser = MeasuredBrowser(bench, spent)
    registration = bench.lms.registrations()[-1]
    query = {
        "iss": registration["issuer"],
        "client_id": registration["client_id"],
        "login_hint": "somebody",
        "target_link_uri": f"{bench.settings.base_url}/lti/launch",
    }
    began = time.process_time()
    bench.app.test_client().get("/lti/login", base_url=bench.settings.base_url, query_string=query)
    spent.setdefault("login", []).append(1000 * (time.process_time() - began))
    browser.take_cookies(session)
    return browser, browser.post(form.action, form.fields)


def class_day(bench: Bench, spent: dict[str, list[float]]) -> None:
    """Everybody launches and answers, one after the other."""
    content = starter()
    for number in range(STUDENTS):
        browser, page = launch(bench, f"student-{number + 1}", spent)
        temper = Temper(ability=random.Random(number).gauss(0.8, 1.2), answers=ANSWERS)
        student = Student(
            name=str(number), browser=browser, content=content, temper=temper, rng=random.Random(number)
        )
        student.work(page)


def teacher_day(bench: Bench, spent: dict[str, list[float]]) -> None:
    """The class page of a full class, again and again."""
    browser, page = launch(bench, "teacher", {})
    browser.spent = {}
    for _ in range(20):
        browser.get(page.url)
    (spent["teacher page"],) = browser.spent.values()


def deliveries(bench: Bench) -> tuple[float, float]:
    """Carry everything that waits: (scores per second, CPU milliseconds per score)."""
    time.sleep(2)
    db = Database(bench.settings.database)
    carrier = make_carrier(Border(db, bench.settings))
    wall, cpu = time.perf_counter(), time.process_time()
    count = carrier.drain()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    carrier.close()
    db.close()
    return count / wall, 1000 * cpu / max(1, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """CPU milliseconds of whole roads in, taken in turns.

    Ours for students who came before and for newcomers, and those of the other tools by name.
    """

    ours: list[Spent]
    newcomers: list[Spent]
    plain: dict[str, list[float]]


def ways_in() -> WaysIn:
    """Launches over bare WSGI; an LMS that signs in this process."""
    found = WaysIn(ours=[], newcomers=[], plain={})
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        settings = Settings(
            base_url="https://tool.example",
            data_dir=Path(folder),
            secret="for the bench only",
            log_level="ERROR",
        )
        db = Database(settings.database)
        migrating.upgrade(settings.database)
        standing = stand(settings, db, CLASS)
        for number in range(2 * CLASS):
            come_in(standing, f"s{number % CLASS}")
        examples = {manner.name: plain.launches(manner) for manner in plain.MANNERS}
        if ltijs.installed():
            examples |= {name: ltijs.launches(scheme) for name, scheme in ltijs.SCHEMES.items()}
        keep_for_good()  # as the server does; it is as good for the examples in this process
        for turn in range(plain.ROUNDS // TURN):
            for name, example in examples.items():
                found.plain.setdefault(name, []).extend(islice(example, TURN))
            found.ours.extend(come_in(standing, f"s{number}")[0] for number in range(TURN))
            found.newcomers.extend(come_in(standing, f"new {turn} {number}")[0] for number in range(TURN))
        db.close()
    return found


def _compare(console: Console, found: WaysIn) -> None:
    ours = median(one.whole for one in found.ours)
    table = Table(title="The whole road in, one request after the other", title_justify="left")
    for title in ("CPU ms of the tool's process", "login", "launch", "first page", "all", "Cairn takes"):
        table.add_column(title, justify="left" if title.startswith("CPU") else "right")
    for who, spent in (("came before", found.ours), ("newcomer", found.newcomers)):
        parts = (median(getattr(one, part) for one in spent) for part in ("login", "launch", "page", "whole"))
        table.add_row(f"Cairn, {who}", *(f"{part:.2f}" for part in parts), "")
    for name, theirs in found.plain.items():
        table.add_row(name, "", "", "", f"{median(theirs):.2f}", f"{ours / median(theirs):.2f}")
    console.print(table)
    console.print(
        "Counted alike for all: all CPU between the request and the last byte of its answer, without the LMS and "
        "without a server (but ltijs with the one it brings, in a warm Node.js). Cairn answers three requests, writes "
        "and reads its database and shows the student's next steps. The examples keep nothing and show two lines, yet "
        "ask for the LMS's keys with every launch; over https each asking of pylti1p3 begins with reading the list of "
        "all authorities."
    )
    if not ltijs.SCHEMES.keys() & found.plain.keys():
        console.print("ltijs is left out: there is no Node.js with npm here, or npm cannot fetch it.")


def main() -> None:
    """Measure and print."""
    configure_logging("ERROR")
    logging.getLogger("werkzeug").setLevel("ERROR")
    console = Console(highlight=False, width=100)
    check, trivial = signature_check(), trivial_request()
    found = ways_in()
    spent: dict[str, list[float]] = {}
    with ready() as bench:
        class_day(bench, spent)
        teacher_day(bench, spent)
        per_second, per_score = deliveries(bench)
    launching = median(spent["login"]) + median(spent["launch"])
    first_page = median(spent["page after launch"])
    answering = median(spent["answer"])
    after_answer = median(spent["page after answer"])
    table = Table(title=f"A class of {STUDENTS}, {len(spent['answer'])} answers", title_justify="left")
    for title in ("what", "CPU ms", "in floors", "a second on one core"):
        table.add_column(title, justify="left" if title == "what" else "right")
    _row(table, "floor: one RS256 check", check, None)
    _row(table, "floor: one trivial Flask request", trivial, None)
    _row(table, "first launch of somebody new (login and id_token)", launching, check + 2 * trivial)
    _row(table, "and the first page (a welcome)", first_page, trivial)
    _row(table, "answer: mark, judge, next, promise", answering, trivial)
    _row(table, "page after an answer", after_answer, trivial)
    _row(table, "teacher's class page", median(spent["teacher page"]), trivial)
    _row(table, "grade carried to the LMS", per_score, trivial)
    console.print(table)
    _compare(console, found)
    console.print(f"Grades carried by one worker, with its threads: {per_second:.0f} a second.")


def _row(table: Table, what: str, milliseconds: float, floor: float | None) -> None:
    ratio = "" if floor is None else f"{milliseconds / floor:.1f}"
    table.add_row(what, f"{milliseconds:.2f}", ratio, f"{1000 / milliseconds:.0f}")


if __name__ == "__main__":
    main()
