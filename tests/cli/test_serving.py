"""The server as a process: it starts on an empty folder, says where it is, and stops gently."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_tool.cli.try_.processes import Child, Family, free_port, python
from sandbox_platform.browsing import new_session

pytestmark = pytest.mark.serial


@pytest.fixture
def family() -> Iterator[Family]:
    with Family() as children:
        yield children


def serving(folder: Path, port: int, *flags: str, **settings: str) -> Child:
    env = {name: value for name, value in os.environ.items() if name not in {"BASE_URL", "DATABASE_URL"}}
    env |= {"LTI_TOOL_DATA_DIR": str(folder / "var"), "PYTHONPATH": os.pathsep.join(sys.path), **settings}
    command = python("lti_tool.cli", "serve", "--port", str(port), "--workers", "2", *flags)
    return Child(name="tool", command=command, env=env, log=folder / f"{port}.log")


def test_two_servers_may_start_at_once_on_an_empty_folder(family: Family, tmp_path: Path) -> None:
    ports = [free_port("127.0.0.1"), free_port("127.0.0.1")]
    children = [serving(tmp_path, port) for port in ports]
    for child in children:
        child.start()
    for child, port in zip(children, ports, strict=True):
        family.children.append(child)
        wait_for(child, f"Cairn answers at http://127.0.0.1:{port}")
        assert new_session().get(f"http://127.0.0.1:{port}/readyz", timeout=30).json()["status"] == "ok"
        assert new_session().get(f"http://127.0.0.1:{port}/healthz", timeout=30).ok


def wait_for(child: Child, words: str) -> None:
    deadline = time.monotonic() + 60
    while words not in child.last_words():
        assert child.alive(), child.last_words()
        assert time.monotonic() < deadline, child.last_words()
        time.sleep(0.1)


def test_behind_a_tls_proxy_the_visitor_is_who_the_proxy_says(family: Family, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    child = serving(tmp_path, port, BASE_URL="https://cairn.example.org", TRUSTED_PROXIES="1")
    family.start(child, lambda: "Cairn answers at https://cairn.example.org" in child.last_words())
    forwarded = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "cairn.example.org",
    }
    answer = new_session().get(f"http://127.0.0.1:{port}/lti/jwks", headers=forwarded, timeout=30)
    assert answer.ok
    assert len(answer.json()["keys"]) == 1
    assert "X-Frame-Options" not in answer.headers


def test_a_line_for_each_request_holds_no_secrets(family: Family, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    child = serving(tmp_path, port, "--access-log")
    family.start(child, lambda: "Cairn answers" in child.last_words())
    asked = {"invite": "an-invite", "registration_token": "a-token", "q": "Ada Lovelace"}
    elsewhere = {"Referer": "https://lms.example/?name=Ada"}
    new_session().get(f"http://127.0.0.1:{port}/lti/register", params=asked, headers=elsewhere, timeout=30)
    wait_for(child, '"GET /lti/register" 400')
    assert not [secret for secret in (*asked.values(), "Ada", "?", "127.0.0.1 -") if secret in _lines(child)]


def _lines(child: Child) -> str:
    return "".join(line for line in child.last_words().splitlines() if "/lti/register" in line)


def test_counts_are_those_of_all_processes(family: Family, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    child = serving(tmp_path, port)
    family.start(child, lambda: "Cairn answers" in child.last_words())
    address = f"http://127.0.0.1:{port}"
    for _ in range(20):
        assert new_session().get(f"{address}/lti/jwks", timeout=30).ok
    told = [new_session().get(f"{address}/metrics", timeout=30).text for _ in range(6)]
    for text in told:
        assert 'cairn_request_seconds_count{endpoint="lti.jwks"} 20.0' in text
        assert "cairn_grades_waiting 0.0" in text


def test_sigterm_ends_it_in_order(family: Family, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    child = serving(tmp_path, port)
    family.start(child, lambda: "Cairn answers" in child.last_words())
    assert child.process is not None
    child.process.send_signal(signal.SIGTERM)
    assert child.process.wait(40) == 0
    assert "Traceback" not in child.last_words()


def test_a_port_that_is_taken_is_said_in_one_sentence(family: Family, tmp_path: Path) -> None:
    port = free_port("127.0.0.1")
    first = serving(tmp_path, port)
    family.start(first, lambda: "Cairn answers" in first.last_words())
    second = serving(tmp_path, port)
    second.log = tmp_path / "second.log"
    second.start()
    assert second.process is not None
    assert second.process.wait(30) == 1
    assert second.last_words().strip().splitlines()[-1] == (
        f"Cannot listen at 127.0.0.1, port {port}: Address already in use."
    )
