"""A class with more students than a statement may name: every page about it is there, and everybody can be judged."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from classroom import judge_everybody
from clock import Clock
from large_class import MOST_NAMED, add_students, few_variables
from lti_tool.flows import arranging
from lti_tool.learning.ids import ActivityId
from lti_tool.learning.playlist import Wishes
from lti_tool.store import courses
from lti_tool.web.house import house
from school import School
from web.visits import Browser, Enter, chosen_part

SKILL = "equal-parts"
PAGES = (
    "class",
    "class?sort=mastered",
    "class?sort=visit",
    f"class?sort={SKILL}",
    "class?page=3",
    "groups",
    "groups?turn=3",
    "observe",
    "items",
    "grades",
    "rules",
    "plan",
    "other-grades",
)


@pytest.fixture
def teacher(app: Flask, school: School, enter: Enter, clock: Clock) -> Iterator[Browser]:
    add_students(school, MOST_NAMED + 10, SKILL, clock())
    came = enter("teacher")
    with app.app_context():
        engine = house().db.engine
    with few_variables(engine, school.db.engine):
        judge_everybody(school, clock())
        yield came


def test_every_page_about_a_class_is_there(teacher: Browser) -> None:
    assert {path: teacher.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)
    assert f"{MOST_NAMED + 12} students" in teacher.text("class")


def test_a_rule_can_be_tried_and_put_in_force(teacher: Browser, school: School) -> None:
    wanted = {"part": chosen_part(school), "preset": "five_in_a_row", "points": "10"}
    preview = teacher.send("rules/preview", **wanted)
    assert f"No longer mastered: {MOST_NAMED + 10}" in preview.text
    inside = preview.text[preview.text.rindex("<form") :]
    fields = dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', inside))
    fields.pop("token")
    saved = teacher.send("rules", **fields, agreed="1")
    assert saved.status_code == 200
    with school.db.reading() as session:
        assert courses.placement(session, school.placement_id).rule_version == 2


def test_the_plan_says_who_can_have_what_comes_first(teacher: Browser, school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        first = Wishes(pins=(ActivityId("unit-fractions-practice-more"),))
        arranging.arrange_class(session, school.teacher, first, clock())
    assert f"{MOST_NAMED + 10} students can do it now." in teacher.text("plan")
