"""A fresh practice LMS and a fresh small tool for each test, both over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from joserfc.jwk import RSAKey

from platform_tests.tool import TestTool, new_key, running_tool
from sandbox_platform import PlatformSettings, PracticeClient, Running, start
from sandbox_platform.keys import SigningKeys


@pytest.fixture(scope="session")
def tool_key() -> RSAKey:
    """One key for the tool: making RSA keys is the slow part of these tests."""
    return new_key("tool-1")


@pytest.fixture(scope="session", autouse=True)
def one_platform_key() -> Iterator[None]:
    """Platforms of this room start with the same key; a rotation still makes new ones."""
    patch = pytest.MonkeyPatch()
    first, make = new_key("practice-first"), SigningKeys._make

    def make_or_reuse(keys: SigningKeys) -> RSAKey:
        if keys._state.row("SELECT 1 FROM signing_keys LIMIT 1"):
            return make(keys)
        keys._keep(first)
        return first

    patch.setattr(SigningKeys, "_make", make_or_reuse)
    yield
    patch.undo()


@pytest.fixture
def lms() -> Iterator[Running]:
    running = start(PlatformSettings(class_size=6))
    yield running
    running.stop()


@pytest.fixture
def client(lms: Running) -> PracticeClient:
    return PracticeClient(lms.url, lms.admin_token)


@pytest.fixture
def tool(client: PracticeClient, tool_key: RSAKey) -> Iterator[TestTool]:
    """The tool, installed by hand."""
    with running_tool() as tool:
        tool.key = tool_key
        tool.know(client.register_by_hand(**tool.registration_values()))
        yield tool


@pytest.fixture
def activity(client: PracticeClient, tool: TestTool) -> dict:
    """A graded activity of the tool, out of 20 points."""
    return client.add_activity(
        tool.platform["client_id"], title="Fractions", text="Halves and quarters", url=f"{tool.url}/launch?part=1",
        custom={"part": "1", "me": "$User.id", "odd": "$Not.known"},
        lineItem={"label": "Fractions", "scoreMaximum": 20, "resourceId": "r1", "tag": "t1"},
    )  # fmt: skip
