"""Child processes of `lti-tool try`: practice LMS, tool and worker, each with its own log, stopped together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..speaking import Refusal

START_SECONDS = 60.0
STOP_SECONDS = 15.0


@dataclass(slots=True, kw_only=True)
class Child:
    """One process and how to start it again."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we stop it in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def alive(self) -> bool:
        """True while it runs."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """End it on the spot, as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Ask it to finish; insist after a while."""
        if self.process is None or not self.alive():
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-12:])


@dataclass(slots=True, kw_only=True)
class Family:
    """All children, oldest first. Leaving the `with` block stops them, youngest first."""

    children: list[Child] = field(default_factory=list)

    def start(self, child: Child, ready: Callable[[], bool]) -> None:
        """Start a child and wait until it is ready. Raises `Refusal` with its last words."""
        self.begin(child)
        self.wait(child, ready)

    def begin(self, child: Child) -> None:
        """Start a child; it is stopped at the end whatever happens."""
        self.children.append(child)
        child.start()

    def wait(self, child: Child, ready: Callable[[], bool]) -> None:
        """Wait until a child is ready. Raises `Refusal` with its last words when it never is."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if not child.alive() or time.monotonic() > deadline:
                raise Refusal(f"{child.name} did not start. Its log, {child.log}, ends with:\n{child.last_words()}")
            time.sleep(0.1)

    def fallen(self) -> Child | None:
        """A child that ended by itself, if any did."""
        return next((child for child in self.children if not child.alive()), None)

    def __enter__(self) -> Family:
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children):
            child.stop()


def python(*arguments: str) -> list[str]:
    """The command that runs one of our modules with the Python that runs us."""
    return [sys.executable, "-m", *arguments]


def is_free(host: str, port: int) -> bool:
    """True when nobody listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str) -> int:
    """A port nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
