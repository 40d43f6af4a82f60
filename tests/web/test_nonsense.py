"""Whatever anybody sends to whichever address: an answer in words, never a breakdown, never somebody else's data."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, g
from werkzeug.routing import Rule

from clock import Clock
from learner import Learner
from lti_tool.app import create_app
from lti_tool.settings import Settings
from lti_tool.store import courses, people
from lti_tool.store.database import Database
from lti_tool.web import limits
from lti_tool.web.csrf import form_token
from lti_tool.web.house import house, move_in
from school import School, new_school
from web.visits import Browser

ROLES = ("student", "teacher", "assistant", "admin", "observer")
STRANGER = "Zara Faraway"
"""A student of another course in the same LMS."""
TEMPLATES = Path(__file__).parents[2] / "templates"
_ELSEWHERE = (
    "place:a pair:a shown:1 points:1 due:meaning do:meaning-mix state id_token rule page version turn streak.n"
)
FIELDS = sorted(
    {name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'name="([\w.]+)"', path.read_text("utf-8"))}
    - {"token", "visit", "viewport", "JWT"}
    | set(_ELSEWHERE.split())
)
ODD = (
    "", " ", "0", "-1", "1", "3", "1e999", "nan", "inf", "²", "9" * 5000, str(2**63), str(2**31), "true", "on",
    "known", "not_yet", "first", "2026-02-30", "0001-01-01", "9999-12-31", "x" * 70_000, "\0", "a\0b", "🦊",
    "<b>", "' OR 1=1 --", "%00", "../../etc/passwd", "{}", "null", "\u202e", "1:all", "1:meaning", "choice",
)  # fmt: skip
ODD_PARTS = ("0", str(2**31), str(2**63), "9" * 5000, "meaning%00", "nobody", "%F0%9F", "..%2f", "x" * 4000)
ROUNDS = 4
LARGEST = 200_000
"""Characters of one form: more is refused before anybody reads it."""
ANSWERS = {200, 204, 302, 303, 304, 308, 400, 401, 403, 404, 405, 409, 410, 413, 414, 422, 429, 502, 503}


@pytest.fixture
def school(any_database: Database, clock: Clock) -> School:
    """A class of two who have worked, beside another class."""
    return new_school(any_database, clock(), students=2)


@pytest.fixture
def stranger(school: School, clock: Clock) -> int:
    """The number of a student in the other class."""
    with school.db.writing() as session:
        other = courses.keep_course(session, school.deployment_id, "course-6", clock())
        person = people.keep_person(session, school.deployment_id, "far", {"name": STRANGER}, clock())
        people.enrol(session, other.id, person.id, "student", clock())
        return person.id


@pytest.fixture
def app(any_url: str, settings: Settings, school: School, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application on the school's database, in the test's time; nobody is asked to slow down."""
    monkeypatch.setattr(limits, "PER_PERSON", "1000000 per hour")
    app = create_app(replace(settings, database_url=any_url))
    with app.app_context():
        move_in(app, replace(house(), clock=clock))
    return app


@pytest.fixture
def at_work(school: School, clock: Clock) -> None:
    """The first student has a question on the desk, so that answers meet something."""
    learner = Learner(school, school.student, clock)
    learner.start()
    learner.open_practice()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.usefixtures("at_work")
def test_no_nonsense_breaks_a_page_or_opens_a_foreign_one(
    app: Flask, school: School, stranger: int, role: str
) -> None:
    chance, browser, wrong = random.Random(role), _browser(app, school, role), []
    token = _token(app, browser)
    for rule in app.url_map.iter_rules():
        gate = app.view_functions[rule.endpoint].gate  # type: ignore[attr-defined]
        rounds = ROUNDS if gate.public or role in gate.roles | gate.preview else 1
        for method in sorted((rule.methods or set()) & {"GET", "POST"}) * rounds:
            path, sent = _path(rule, browser, stranger, chance), _nonsense(chance, stranger)
            if method == "GET":
                answer = browser.client.get(path, query_string={name: text[:2000] for name, text in sent.items()})
            else:
                answer = browser.client.post(path, data={**sent, "token": token})
            # 502 is a page too: the LMS of this test is not there.
            if answer.status_code not in ANSWERS or STRANGER in answer.text:
                fields = {name: text[:24] for name, text in sent.items()}
                wrong.append(f"{answer.status_code} {method} {path[:90]} {fields}")
    assert not wrong, "\n".join(wrong)


def _browser(app: Flask, school: School, role: str) -> Browser:
    who = school.student if role in {"student", "observer"} else school.teacher
    return Browser(app, school, who, role=role, **({"mentored": ["s1"]} if role == "observer" else {}))


def _token(app: Flask, browser: Browser) -> str:
    """A form token of this visit, also for a role whose pages hold no form."""
    with app.test_request_context():
        g.visit_secret = f"secret-of-{browser.visit.launch_id}"
        g.visit = replace(browser.visit, launch_id=browser.base.split("/")[2])
        return form_token()


def _path(rule: Rule, browser: Browser, stranger: int, chance: random.Random) -> str:
    """The address with odd numbers and names in it, and now and then somebody of another course."""

    def part(found: re.Match[str]) -> str:
        if found[1] == "launch_id":
            return browser.base.split("/")[2]
        return chance.choice((*ODD_PARTS, str(stranger), str(browser.visit.person_id), "1"))

    return re.sub(r"<(?:\w+:)?(\w+)>", part, rule.rule)


def _nonsense(chance: random.Random, stranger: int) -> dict[str, str]:
    """Some of all fields there are, each with something odd in it."""
    names = chance.sample(FIELDS, chance.randint(0, len(FIELDS)))
    sent = {name: chance.choice((*ODD, str(stranger))) for name in names}
    while sum(map(len, sent.values())) > LARGEST:
        sent.popitem()
    return sent
