"""The whole road against a platform we did not write: login, launch, choosing content, roster, column, grades."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lti_tool.cli.try_.pages import forms_of
from lti_tool.cli.try_.processes import Child, Family, free_port, python
from lti_tool.cli.try_.student import Student, Temper
from lti_tool.content.package import starter
from sandbox_platform.browsing import LaunchForm, new_session, only_form, send

pytestmark = [pytest.mark.edx, pytest.mark.serial]
HERE = Path(__file__).parent
EDX_PYTHON = HERE.parents[1] / ".cairn-edx" / "bin" / "python"
TEACHER, ADA, BILAL = 1, 2, 3


@dataclass(frozen=True)
class Town:
    """The tool and the platform, both running."""

    platform: dict[str, Any]
    env: dict[str, str]

    def launch(self, person: int, browser: Any, *, choose: bool = False) -> Any:
        """From the platform's course page to the tool's first page."""
        page = browser.get(
            f"{self.platform['base']}/start",
            params={"person": person, "choose": "yes" if choose else ""},
            timeout=30,
        )
        return send(only_form(page), browser)

    def state(self) -> dict[str, Any]:
        answer = new_session().get(f"{self.platform['base']}/state", timeout=30)
        state: dict[str, Any] = answer.json()
        return state

    def lti_tool(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            python("lti_tool.cli", *arguments),
            env=self.env,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    assert EDX_PYTHON.exists(), "run `make setup-edx` first"
    folder = tmp_path_factory.mktemp("edx")
    tool_port, platform_port = free_port("127.0.0.1"), free_port("127.0.0.1")
    tool = f"http://127.0.0.1:{tool_port}"
    env = {
        **os.environ,
        "BASE_URL": tool,
        "LTI_TOOL_DATA_DIR": str(folder / "var"),
        "ALLOW_PRIVATE_PLATFORMS": "true",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    platform_env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(EDX_PYTHON), str(HERE / "platform_app.py"), "--tool", tool, "--port", str(platform_port)]
    command += ["--database", str(folder / "edx.sqlite3")]
    with Family() as family:
        platform = Child(name="Open edX", command=command, env=platform_env, log=folder / "edx.log")
        family.start(platform, lambda: '{"base"' in platform.log.read_text(errors="replace"))
        serving = python("lti_tool.cli", "serve", "--port", str(tool_port), "--workers", "1")
        served = Child(name="tool", command=serving, env=env, log=folder / "tool.log")
        family.start(served, lambda: "Cairn answers" in served.last_words())
        about = next(line for line in platform.log.read_text().splitlines() if line.startswith('{"base"'))
        yield Town(platform=json.loads(about), env=env)


def choose_fractions(town: Town) -> dict[str, Any]:
    """The teacher's visit to the picker, if nobody went before. Returns the chosen content item."""
    if not town.state()["chosen"]:
        browser = new_session()
        page = town.launch(TEACHER, browser, choose=True)
        form = next(one for one in forms_of(page.url, page.text) if "points" in dict(one.fields))
        part = next(value for value in form.options["part"] if value.partition(":")[2])
        reply = browser.post(form.action, data=form.filled([("part", part), ("points", "10")]), timeout=60)
        saved = send(LaunchForm(action=only_form(reply).action, fields=only_form(reply).fields), browser)
        assert saved.status_code == 200, saved.text
    (chosen,) = town.state()["chosen"]
    return dict(chosen)


def install(town: Town) -> None:
    """Register by hand; safe to do again."""
    values = {name: value for name, value in town.platform.items() if name != "base"}
    town.lti_tool("platforms", "add", "-", given=json.dumps({**values, "name": "Open edX"}))


def learn(town: Town, person: int, ability: float) -> None:
    """One student launches and works for a while."""
    browser = new_session()
    student = Student(
        name=str(person),
        browser=browser,
        content=starter(),
        temper=Temper(ability=ability, answers=14),
        rng=random.Random(person),
    )
    student.work(town.launch(person, browser))
    assert student.answered >= 14


def carried(town: Town, users: set[str]) -> dict[str, Any]:
    """Let the worker do what is due until these users have a score; scores of quick answers are spaced out."""
    deadline = time.monotonic() + 150
    while True:
        town.lti_tool("work", "--once")
        state = town.state()
        if users <= {score["user"] for score in state["scores"]}:
            return state
        assert time.monotonic() < deadline, promises(town)
        time.sleep(1)


def promises(town: Town) -> list[tuple[Any, ...]]:
    """What the tool still has to deliver, for the message of a failed test."""
    asked = "SELECT person_id, state, value, revision, attempts, problem, score_at, due_at FROM grade_promises"
    with closing(sqlite3.connect(Path(town.env["LTI_TOOL_DATA_DIR"]) / "cairn.db")) as database:
        return database.execute(asked).fetchall()


def test_registering_by_hand_twice_is_the_same_as_once(town: Town) -> None:
    install(town)
    install(town)
    listed = json.loads(town.lti_tool("platforms", "list", "--json"))
    assert [row["issuer"] for row in listed] == [town.platform["issuer"]]


def test_a_teacher_chooses_content_and_the_platform_keeps_it(town: Town) -> None:
    install(town)
    chosen = choose_fractions(town)
    assert chosen["type"] == "ltiResourceLink"
    address, _, query = chosen["url"].partition("?")
    assert address.endswith("/lti/launch")
    # The link's identity travels in its address too: a copied course may lose the custom values.
    assert query == f"placement={chosen['custom']['cairn_placement']}"
    assert chosen["lineItem"]["scoreMaximum"] == 10


def test_grades_of_two_students_arrive_once_each_in_one_column(town: Town) -> None:
    install(town)
    choose_fractions(town)
    learn(town, ADA, 4.0)
    learn(town, BILAL, -1.0)
    state = carried(town, {"student-1", "student-2"})
    assert len(state["columns"]) == 1
    assert state["columns"][0]["maximum"] == 10
    given = {score["user"]: score["given"] for score in state["scores"]}
    assert set(given) == {"student-1", "student-2"}
    assert len(state["scores"]) == 2
    assert given["student-1"] > given["student-2"]
    assert {score["grading"] for score in state["scores"]} == {"FullyGraded"}


def test_a_teacher_sees_the_whole_roster(town: Town) -> None:
    install(town)
    choose_fractions(town)
    browser = new_session()
    page = town.launch(TEACHER, browser)
    assert page.status_code == 200
    form = next(one for one in forms_of(page.url, page.text) if one.path.endswith("/roster"))
    page = browser.post(form.action, data=form.filled([]), timeout=60)
    for name in ("Ada Osei", "Bilal Kaya", "Chidi Park"):
        assert name in page.text


def test_a_student_is_not_let_in_as_a_teacher(town: Town) -> None:
    install(town)
    choose_fractions(town)
    browser = new_session()
    page = town.launch(ADA, browser)
    visit = page.url.split("/l/")[1].split("/")[0]
    base = page.url.split("/l/")[0]
    assert browser.get(f"{base}/l/{visit}/grades", timeout=30).status_code in {403, 404}
