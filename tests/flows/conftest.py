"""A school for flows, and a learner who works in it."""

from __future__ import annotations

import pytest

from clock import Clock
from learner import Learner
from lti_tool.store.database import Database
from school import School, new_school


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """One class with two students."""
    return new_school(database, clock(), students=2)


@pytest.fixture
def learner(school: School, clock: Clock) -> Learner:
    """The first student of the class."""
    return Learner(school, school.student, clock)
