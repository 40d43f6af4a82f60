"""What people do in a trial, over HTTP: install, place an activity, refresh the roster, learn."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sandbox_platform.browsing import new_session, only_form

from ...content.package import starter
from ..speaking import Refusal
from .pages import forms_of
from .school import School
from .student import Student, Temper, tempers

AT_ONCE = 8
SEED = 20
POINTS = "10"


def install(school: School) -> None:
    """The tool's operator makes an invite, the LMS's admin opens it: dynamic registration."""
    address = _invite(school)
    before = {tool["client_id"] for tool in school.lms.registrations()}
    page = school.lms.register(address, new_session())
    if page.status_code != 200:
        raise Refusal(f"Registration answered {page.status_code}: {page.text[:500]}")
    fresh = [tool["client_id"] for tool in school.lms.registrations() if tool["client_id"] not in before]
    if len(fresh) != 1:
        raise Refusal(f"The practice LMS has {len(fresh)} new tools after the registration; there should be one.")
    school.memory.client_id = fresh[0]
    school.remember()


def _invite(school: School) -> str:
    """Ask our own command line, as an operator would. The last line it prints is the address."""
    import subprocess

    from .processes import python

    command = python("lti_tool.cli", "platforms", "invite", "--name", "Practice LMS")
    done = subprocess.run(command, env=school.env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Refusal(f"No invite could be made: {done.stderr.strip()}")
    return done.stdout.strip().splitlines()[-1]


def place_activity(school: School) -> None:
    """The teacher adds an activity: the first part of the course, the rule the picker offers first, ten points."""
    browser = new_session()
    page = school.lms.open_picker("teacher", school.memory.client_id, browser)
    form = next((one for one in forms_of(page.url, page.text) if "points" in dict(one.fields)), None)
    if form is None:
        raise Refusal(f"The picker showed no form: {page.status_code} {page.url}")
    part = next((value for value in form.options.get("part", []) if value.partition(":")[2]), form.value("part"))
    reply = browser.post(form.action, data=form.filled([("part", part), ("points", POINTS)]), timeout=60)
    picked = school.lms.finish_picking(only_form(reply), browser)
    if picked.refused or len(picked.activities) != 1:
        raise Refusal(f"The practice LMS did not take the activity: {picked.refused or picked.activities}")
    school.memory.activity_id = picked.activities[0]
    school.remember()


def refresh_roster(school: School) -> None:
    """The teacher opens the class and asks for the roster."""
    browser = new_session()
    page = school.lms.enter("teacher", school.memory.activity_id, browser)
    if page.status_code != 200:
        raise Refusal(f"The teacher met {page.status_code} at {page.url}")
    form = next((one for one in forms_of(page.url, page.text) if one.path.endswith("/roster")), None)
    if form is None:
        raise Refusal("The class page has no button for the roster.")
    answer = browser.post(form.action, data=form.filled([]), timeout=60)
    if answer.status_code != 200:
        raise Refusal(f"The roster answered {answer.status_code}")


def class_at_work(console: Console, school: School, *, everybody: bool) -> None:
    """All students launch and answer, a few at a time. The bar moves as they finish."""
    people = school.lms.students()
    plans = tempers(len(people), SEED, everybody=everybody)
    coming = [(person, temper) for person, temper in zip(people, plans, strict=True) if temper is not None]
    content = starter()
    if away := len(people) - len(coming):
        console.print(f"{away} of {len(people)} students stay away: the teacher sees who has not opened it yet.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(AT_ONCE) as pool:
        bar = progress.add_task("Students at work", total=len(coming))

        def one(number: int, person: dict[str, Any], temper: Temper) -> None:
            rng = random.Random(f"{SEED}-{number}")  # noqa: S311 - practice, not secrets
            browser = new_session()
            student = Student(name=person["name"], browser=browser, content=content, temper=temper, rng=rng)
            student.work(school.lms.enter(person["key"], school.memory.activity_id, browser))

        jobs = [pool.submit(one, number, person, temper) for number, (person, temper) in enumerate(coming)]
        for done in as_completed(jobs):
            done.result()
            progress.advance(bar)
