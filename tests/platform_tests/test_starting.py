"""Starting the practice LMS: from the command line, kept in a folder, and with a whole school arriving at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sandbox_platform import PlatformSettings, PracticeClient, running
from sandbox_platform.browsing import new_session

HERE = Path(__file__).resolve().parents[1]


@contextmanager
def command(*arguments: str, end: signal.Signals = signal.SIGINT) -> Iterator[tuple[str, str]]:
    """The LMS as a process, begun as by a shell in the background; gives its address and admin token."""
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox_platform", *arguments],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(HERE)},
    )  # fmt: skip
    signal.signal(signal.SIGINT, kept)
    try:
        assert process.stdout
        address = process.stdout.readline().strip()
        token = process.stdout.readline().removeprefix("admin token: ").strip()
        yield address, token
    finally:
        process.send_signal(end)
        assert process.wait(timeout=10) == 0


def test_the_command_says_where_it_is_and_keeps_everything(tmp_path: Path) -> None:
    with command("--data", str(tmp_path / "lms"), "--class-size", "3", "--course", "History 7") as (address, token):
        assert address.startswith("http://localhost:")
        client = PracticeClient(address, token)
        assert client.info()["course"] == "History 7"
        new = client.add_student("Kai", "Late")
        kids = [key["kid"] for key in requests.get(f"{address}/jwks", timeout=10).json()["keys"]]
    with command("--data", str(tmp_path / "lms"), end=signal.SIGTERM) as (address, again):
        assert again == token
        client = PracticeClient(address, token)
        assert [person["key"] for person in client.students()][-1] == new["key"]
        assert client.students()[-1]["user_id"] == new["user_id"]
        assert [key["kid"] for key in requests.get(f"{address}/jwks", timeout=10).json()["keys"]] == kids
    assert (tmp_path / "lms" / "admin-token").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("size", [0, 1001])
def test_a_class_has_a_sensible_size(size: int) -> None:
    with pytest.raises(ValueError, match="class_size"):
        PlatformSettings(class_size=size)


def test_a_whole_school_arrives_at_once(tool, client, activity) -> None:
    """Every launch is answered, each with its own person."""
    with running(PlatformSettings(class_size=60)) as lms:
        school = PracticeClient(lms.url, lms.admin_token)
        tool.know(school.register_by_hand(**tool.registration_values()))
        made = school.add_activity(tool.platform["client_id"], title="All together")
        keys = [student["key"] for student in school.students()]
        with ThreadPoolExecutor(20) as threads:
            pages = list(threads.map(lambda key: school.enter(key, made["id"], new_session()), keys))
    assert {page.status_code for page in pages} == {200}
    assert len({launch["sub"] for launch in tool.launches}) == 60


def test_time_outs_of_hints_and_tokens_follow_the_clock(tool_key) -> None:
    from datetime import UTC, datetime, timedelta

    from platform_tests.tool import SCORE, running_tool
    from sandbox_platform.launches import NoSuchLaunch, begin_activity, find_launch

    now = [datetime.now(UTC)]
    settings = PlatformSettings(class_size=1, clock=lambda: now[0])
    with running(settings) as lms, running_tool() as tool:
        tool.key = tool_key
        client = PracticeClient(lms.url, lms.admin_token)
        tool.know(client.register_by_hand(**tool.registration_values()))
        made = client.add_activity(tool.platform["client_id"], title="One")
        started = client.start_registration()["registration_token"]
        from sandbox_platform.activities import find_activity
        from sandbox_platform.people import find_person

        state = lms.platform.state
        person, activity = find_person(state, "student-1"), find_activity(state, made["id"])
        assert person
        assert activity
        launch = begin_activity(lms.platform, person, activity, "iframe")
        assert find_launch(lms.platform, launch.hint).person == person
        assert tool.ask_token(SCORE).status_code == 200
        now[0] += timedelta(hours=2)
        with pytest.raises(NoSuchLaunch, match="too old"):
            find_launch(lms.platform, launch.hint)
        late = requests.post(
            f"{lms.url}/registration", json=tool.registration_json(), timeout=10,
            headers={"Authorization": f"Bearer {started}"},
        )  # fmt: skip
        assert late.status_code == 401
