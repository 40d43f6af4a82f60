"""A school, its application, and browsers for its people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from clock import Clock
from furnishing import make_app
from learner import Learner
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.web.house import house, move_in
from school import School, new_school
from web.visits import Browser, Enter


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """One class with two students."""
    return new_school(database, clock(), students=2)


@pytest.fixture
def app(settings: Settings, school: School, clock: Clock) -> Flask:
    """The application, living in the test's time."""
    app = make_app(settings)
    with app.app_context():
        move_in(app, replace(house(), clock=clock))
    return app


@pytest.fixture
def learner(school: School, clock: Clock) -> Learner:
    """The first student at work by direct calls, to get somewhere quickly."""
    return Learner(school, school.student, clock)


@pytest.fixture
def enter(app: Flask, school: School) -> Enter:
    """Come in as somebody: `enter()` is the first student, `enter("teacher")` the teacher, and so on."""

    def come(role: str = "student", **details: Any) -> Browser:
        who = school.student if role == "student" else school.teacher
        return Browser(app, school, who, role=role, **details)

    return come
