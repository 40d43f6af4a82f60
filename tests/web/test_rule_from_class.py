"""A rule that learns from the class: asked for, shown, carried along, and then standing still."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask import Flask
from sqlalchemy import event

from classroom import judge_everybody, practise, skills_of
from clock import Clock
from lti_tool.learning.rules import HiddenMarkov, Statistical, Tracing
from lti_tool.store import courses
from lti_tool.store.database import Database
from lti_tool.web.house import house
from school import School, new_school
from web.test_rule_form import gaps
from web.visits import Browser, Enter, chosen_part


@pytest.fixture
def school(database: Database, clock: Clock, request: pytest.FixtureRequest) -> School:
    """Six students, or fewer, who have answered questions on one skill."""
    school = new_school(database, clock(), students=getattr(request, "param", 6))
    for visit, answers in zip(school.students, ("RRRR", "WRRR", "WWRR", "WWWR", "RWRR", "WWWW"), strict=False):
        practise(school, visit, skills_of(school)[0], answers, clock())
    judge_everybody(school, clock.pass_by(hours=1))
    return school


def ask(teacher: Browser, school: School, kind: str, **own: str) -> tuple[int, str]:
    """The preview of a rule that shall learn from the class."""
    asked = {**gaps(teacher.text("rules"), kind), f"{kind}.skills": "class"}
    asked |= {f"{kind}.{name}": value for name, value in own.items()}
    answer = teacher.send(
        "rules/preview", part=chosen_part(school), preset="own", kind=kind, points="10", more=asked
    )
    return answer.status_code, answer.text


def carried(page: str) -> dict[str, str]:
    """What the preview's own form would send."""
    inside = page[page.rindex("<form") :]
    found = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', inside)
    return {name: html.unescape(value) for name, value in found if name != "token"}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("tracing", "Guessed right: "),
        ("statistical", "It clicks: known"),
        ("hidden_markov", "of 100 answers are right"),
    ],
)
def test_what_the_class_says_is_shown_and_kept_as_shown(
    enter: Enter, school: School, clock: Clock, kind: str, words: str
) -> None:
    teacher = enter("teacher")
    status, page = ask(teacher, school, kind)
    assert status == 200
    assert "What the class’s answers say of each skill" in page
    assert words in page or "Cannot be told from these answers" in page
    fields = carried(page)
    back = teacher.send("rules/edit", more=fields).text
    assert re.search(r"selected>as this class’s answers said before<", back)
    for visit in school.students:
        practise(school, visit, skills_of(school)[0], "WWWW", clock.pass_by(hours=1))
    saved = teacher.send("rules", more={**fields, "agreed": "yes"})
    if "would go down" in saved.text:
        saved = teacher.send("rules", more={**carried(saved.text), "agreed": "yes"})
    assert "Saved" in saved.text
    with school.db.reading() as session:
        rule = courses.current_rule(session, courses.placement(session, school.placement_id)).rule
    assert isinstance(rule, Tracing | Statistical | HiddenMarkov)
    assert [list(one) for one in rule.skills] == json.loads(fields[f"{kind}.skills"])


def test_a_rule_that_learned_can_be_gone_back_to(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    fields = carried(ask(teacher, school, "tracing")[1])
    teacher.send("rules", more={**fields, "agreed": "yes"})
    easier = carried(teacher.send("rules/preview", part=chosen_part(school), preset="sure_quick", points="10").text)
    assert "Saved" in teacher.send("rules", more={**easier, "agreed": "yes"}).text
    again = carried(teacher.text("rules/preview?version=2"))
    assert again["tracing.skills"] == fields["tracing.skills"]


@pytest.mark.parametrize("school", [2], indirect=True)
def test_too_few_answers_to_learn_from_are_told(enter: Enter, school: School) -> None:
    page = ask(enter("teacher"), school, "statistical")[1]
    assert "There are too few answers yet to tell the skills apart" in page


@pytest.mark.parametrize("typed", ["[[", '[["s",7]]', '[["s","odd"]]', '{"s":1}', "7"])
def test_what_was_found_cannot_be_sent_in_another_shape(enter: Enter, school: School, typed: str) -> None:
    assert ask(enter("teacher"), school, "statistical", skills=typed)[0] == 422


def test_learning_from_the_class_costs_few_looks_into_the_database(
    app: Flask, enter: Enter, school: School
) -> None:
    teacher = enter("teacher")
    asked = {**gaps(teacher.text("rules"), "tracing"), "tracing.skills": "class", "token": teacher.token()}
    fields = {"part": chosen_part(school), "preset": "own", "kind": "tracing", "points": "10", **asked}
    address = teacher.client.post(teacher.base + "rules/preview", data=fields).location
    assert teacher.client.get(address).status_code == 200
    seen: list[str] = []
    with app.app_context():
        event.listen(house().db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    teacher.client.post(teacher.base + "rules/preview", data=fields)
    assert teacher.client.get(address).status_code == 200
    assert sum(one.startswith("SELECT") for one in seen) <= 26


@pytest.mark.parametrize("kind", ["tracing", "statistical"])
@pytest.mark.parametrize(
    "odd",
    [
        "5",
        "{}",
        "[1]",
        '[["a"]]',
        '[["a","b"]]',
        '[["a",1,2,3,4]]',
        '[["a",null,0.1,0.1,0.1]]',
        "[" * 50_000,
        "[[" + "9" * 5000,
    ],
)
def test_what_no_class_ever_said_is_refused_in_words(enter: Enter, school: School, kind: str, odd: str) -> None:
    status, page = ask(enter("teacher"), school, kind, skills=odd)
    assert status == 422
    assert "Please look at this again" in page


def test_numbers_of_more_skills_than_an_address_can_hold_are_shown_all_the_same(
    enter: Enter, school: School
) -> None:
    teacher = enter("teacher")
    many = json.dumps([[f"skill-{number:03}", 0.1, 0.1, 0.1, 0.1] for number in range(200)])
    asked = {**gaps(teacher.text("rules"), "tracing"), "tracing.skills": many}
    fields = {"part": chosen_part(school), "preset": "own", "kind": "tracing", "points": "10", "more": asked}
    page = teacher.send("rules/preview", **fields)
    assert "What would change" in page.text
    assert json.loads(carried(page.text)["tracing.skills"]) == json.loads(many)
    assert "as this class’s answers said before<" in teacher.send("rules/edit", more=carried(page.text)).text
