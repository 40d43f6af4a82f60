"""`lti-tool try`: the whole road, a worker killed on the way, and a second start in seconds."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from requests import ConnectionError

from lti_tool.cli.try_.processes import free_port, python
from sandbox_platform.browsing import new_session

pytestmark = pytest.mark.serial
ENV = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_grades_arrive_although_the_worker_is_killed_again_and_again() -> None:
    command = python("lti_tool.cli", "try", "--check", "--students", "5", "--kill-worker")
    done = subprocess.run(command, env=ENV, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["5 of 5 grades arrived"], done.stdout + done.stderr
    assert done.returncode == 0


@contextmanager
def trial(
    folder: Path, *options: str, end: signal.Signals = signal.SIGTERM
) -> Iterator[tuple[dict[str, str], str]]:
    """A running trial: its three addresses, and what it said until then. As in the background of a shell, it is
    started deaf to SIGINT."""
    command = python("lti_tool.cli", "try", "--data", str(folder), *options)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    found: dict[str, str] = {}
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if match := re.match(r"\s+(student|teacher|gradebook)\s+(http\S+)", line):
            found[match[1]] = match[2]
        if len(found) == 3:
            break
    try:
        assert len(found) == 3, "".join(said)
        yield found, "".join(said)
    finally:
        process.send_signal(end)
        process.stdout.read()
        assert process.wait(60) == 0


def test_a_second_start_does_nothing_again_and_keeps_everything(tmp_path: Path) -> None:
    with trial(tmp_path, "--students", "3") as (first, said):
        assert "Students at work" in said
        for address in first.values():
            assert new_session().get(address, timeout=30).status_code == 200
    with trial(tmp_path, end=signal.SIGINT) as (second, said):
        assert "Students at work" not in said
        assert "Installed" not in said
        assert "Amara" in new_session().get(second["gradebook"], timeout=30).text
    assert first == second
    for address in second.values():
        with pytest.raises(ConnectionError):
            new_session().get(address, timeout=30)


def test_another_size_of_class_needs_another_folder(tmp_path: Path) -> None:
    (tmp_path / "trial.json").write_text('{"students": 24, "port": 1, "lms_port": 2}')
    command = python("lti_tool.cli", "try", "--data", str(tmp_path), "--students", "30")
    done = subprocess.run(command, env=ENV, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "--data" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        command = python("lti_tool.cli", "try", "--data", str(tmp_path), "--port", str(port))
        done = subprocess.run(command, env=ENV, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert str(port) in done.stderr


def test_a_free_port_is_free() -> None:
    from lti_tool.cli.try_.processes import is_free

    assert is_free("127.0.0.1", free_port("127.0.0.1"))
