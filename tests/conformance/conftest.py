"""An installed tool and its LMS for a file of cases, and its log in reach."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from conformance.cases import Town
from conformance.pupils import forget_waiting
from lti_tool.telemetry import configure_logging
from road import open_road
from sandbox_platform.manners import BY_NAME, Manners


@pytest.fixture(scope="module")
def log_output() -> Iterator[io.StringIO]:
    """Everything the tool logs, as its operator would read it."""
    written = io.StringIO()
    configure_logging("INFO", "json")
    # Standard error itself cannot be redirected for a whole file: pytest takes it back before each test.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(written))
    yield written
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def manners() -> Manners:
    """What the LMS of the cases does in its own way."""
    return BY_NAME[os.environ.get("LMS_MANNERS", "specification")]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, log_output: io.StringIO, manners: Manners) -> Iterator[Town]:
    """A tool that was installed by dynamic registration. Time-outs are short, so that slow LMSs are quick here.

    `LMS_MANNERS=moodle pytest tests/conformance` plays the cases in an LMS with these manners. (A few cases are
    about what the specification says and the LMS does not do; `test_manners.py` holds what must work everywhere.)
    """
    folder = tmp_path_factory.mktemp("tool")
    with open_road(folder, class_size=3, manners=manners, http_timeout_seconds=2.0) as road:
        yield Town(road=road.install(), log=log_output)


@pytest.fixture(autouse=True)
def _calm(request: pytest.FixtureRequest) -> Iterator[None]:
    """No case leaves a misbehaving LMS or grades on their way to the next one."""
    yield
    if "town" in request.fixturenames:
        town: Town = request.getfixturevalue("town")
        forget_waiting(town)
        town.lms.behave()
        town.lms.set_options(page_size=None, login_method="post", accept_multiple=True)


@pytest.fixture
def newcomer(town: Town) -> str:
    """A student nobody else uses."""
    return town.newcomer()


@pytest.fixture(scope="module")
def link(town: Town) -> str:
    """An activity placed without a picker: enough to launch into."""
    activity: dict[str, Any] = town.lms.add_activity(town.road.client_id, title="Fractions")
    return str(activity["id"])


@pytest.fixture(scope="module")
def graded(town: Town) -> str:
    """An activity placed by a teacher in the picker, for ten points.

    One for the file: what somebody shows counts in every activity of the course that holds the skill.
    """
    return str(town.road.place(points=10.0))
