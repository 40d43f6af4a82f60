"""The three programs of a trial, running, and what a trial remembers between two starts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox_platform.browsing import new_session
from sandbox_platform.client import PracticeClient

from ...store.database import Database
from ..speaking import Refusal
from .processes import Child, Family, free_port, is_free, python

TOOL_HOST, LMS_HOST = "127.0.0.1", "localhost"
"""Two names of this machine: for a browser they are two sites, as LMS and tool are in real life."""
CLASS_SIZE = 24
READY = "The worker is ready."
OURS = (
    "BASE_URL", "DATABASE_URL", "JOBS_URL", "SECRET_KEY", "APPROVE_REGISTRATIONS", "APPROVE_DEPLOYMENTS",
    "TRUSTED_PROXIES", "LOG_LEVEL", "WEB_CONCURRENCY",
)  # fmt: skip
"""Settings of a real installation that must not leak into a trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked for on the command line. None means: choose, or keep what the folder remembers."""

    data: Path
    students: int | None = None
    port: int | None = None
    lms_port: int | None = None
    database_url: str = ""
    jobs_url: str = ""
    kill_worker: bool = False


@dataclass(slots=True, kw_only=True)
class Memory:
    """What a trial keeps in `trial.json`. Ports stay, because both sides know each other by them."""

    students: int
    port: int
    lms_port: int
    client_id: str = ""
    activity_id: str = ""
    done: bool = False


@dataclass(slots=True, kw_only=True)
class School:
    """A running trial."""

    data: Path
    memory: Memory
    family: Family
    worker: Child
    lms: PracticeClient
    database: Database
    env: dict[str, str]

    @property
    def tool_url(self) -> str:
        """The tool's address."""
        return f"http://{TOOL_HOST}:{self.memory.port}"

    def remember(self) -> None:
        """Write down how far we are; whole or not at all."""
        fresh = self.data / "trial.json.new"
        fresh.write_text(json.dumps(asdict(self.memory), indent=2))
        fresh.replace(self.data / "trial.json")

    def worker_is_ready(self) -> bool:
        """True when the worker that was started last is at work."""
        return READY in self.worker.log.read_text(errors="replace")

    def restart_worker(self) -> None:
        """Start the worker again, with an empty log."""
        self.worker.log.unlink(missing_ok=True)
        self.worker.start()

    def lms_page(self, person: str, path: str) -> str:
        """An address that opens a page of the practice LMS as somebody."""
        return f"{self.lms.base_url}/as/{person}?next={path}"

    def column(self) -> dict[str, Any]:
        """The gradebook column of our activity, as the practice LMS has it now."""
        columns: list[dict[str, Any]] = self.lms.gradebook()
        found = [one for one in columns if one["activity_id"] == self.memory.activity_id]
        if len(found) != 1:
            raise Refusal(f"The gradebook has {len(found)} columns for our activity; there should be one.")
        return found[0]


@contextmanager
def open_school(plan: Plan) -> Iterator[School]:
    """Start practice LMS, tool and worker; stop them at the end."""
    plan.data.mkdir(parents=True, exist_ok=True)
    memory = _recall(plan)
    env = _environment(plan, memory)
    with Family() as family:
        lms, tool, worker = _lms(plan.data, memory, env), _tool(plan.data, memory, env), _worker(plan.data, env)
        _migrate(plan.data, env)
        for child in (lms, tool, worker):
            family.begin(child)
        family.wait(lms, lambda: _answers(f"http://{LMS_HOST}:{memory.lms_port}/"))
        family.wait(tool, lambda: _answers(f"http://{TOOL_HOST}:{memory.port}/readyz"))
        family.wait(worker, lambda: READY in worker.last_words())
        token = (plan.data / "lms" / "admin-token").read_text().strip()
        database = Database(plan.database_url or f"sqlite:///{plan.data / 'tool' / 'cairn.db'}")
        try:
            yield School(
                data=plan.data,
                memory=memory,
                family=family,
                worker=worker,
                lms=PracticeClient(f"http://{LMS_HOST}:{memory.lms_port}", token),
                database=database,
                env=env,
            )
        finally:
            database.close()


def _recall(plan: Plan) -> Memory:
    """What the folder remembers, or a fresh memory with free ports."""
    place = plan.data / "trial.json"
    if not place.exists():
        port = plan.port or free_port(TOOL_HOST)
        memory = Memory(
            students=plan.students or CLASS_SIZE, port=port, lms_port=plan.lms_port or free_port(LMS_HOST)
        )
    else:
        memory = Memory(**json.loads(place.read_text()))
        asked = {"students": plan.students, "port": plan.port, "lms_port": plan.lms_port}
        for name, value in asked.items():
            if value is not None and value != getattr(memory, name):
                known = getattr(memory, name)
                raise Refusal(f"{plan.data} holds a trial with {name} {known}. Choose another folder with --data.")
    for host, port in ((TOOL_HOST, memory.port), (LMS_HOST, memory.lms_port)):
        if not is_free(host, port):
            raise Refusal(f"Port {port} is in use. Is this trial running already? If not, choose another --data.")
    return memory


def _environment(plan: Plan, memory: Memory) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    env |= {
        "BASE_URL": f"http://{TOOL_HOST}:{memory.port}",
        "LTI_TOOL_DATA_DIR": str(plan.data / "tool"),
        "ALLOW_PRIVATE_PLATFORMS": "true",
        "OUTBOX_POLL_SECONDS": "0.5",
        "PYTHONUNBUFFERED": "1",
    }
    if plan.database_url:
        env["DATABASE_URL"] = plan.database_url
    if plan.jobs_url:
        env["JOBS_URL"] = plan.jobs_url
    return env


def _lms(data: Path, memory: Memory, env: dict[str, str]) -> Child:
    command = python(
        "sandbox_platform", "--host", LMS_HOST, "--port", str(memory.lms_port), "--data", str(data / "lms"),
        "--class-size", str(memory.students),
    )  # fmt: skip
    return Child(name="The practice LMS", command=command, env=env, log=data / "logs" / "lms.log")


def _tool(data: Path, memory: Memory, env: dict[str, str]) -> Child:
    command = python("lti_tool.cli", "serve", "--host", TOOL_HOST, "--port", str(memory.port))
    return Child(name="The tool", command=command, env=env, log=data / "logs" / "tool.log")


def _migrate(data: Path, env: dict[str, str]) -> None:
    """A database on a server is brought up to date first; our own file does that by itself."""
    if not env.get("DATABASE_URL"):
        return
    step = Child(
        name="The migration", command=python("lti_tool.cli", "migrate"), env=env, log=data / "logs" / "tool.log"
    )
    step.start()
    if step.process is not None and step.process.wait() != 0:
        raise Refusal(f"The database could not be brought up to date:\n{step.last_words()}")


def _worker(data: Path, env: dict[str, str]) -> Child:
    log = data / "logs" / "worker.log"
    log.unlink(missing_ok=True)
    return Child(name="The worker", command=python("lti_tool.cli", "work"), env=env, log=log)


def _answers(url: str) -> bool:
    try:
        return bool(new_session().get(url, timeout=5).ok)
    except OSError:
        return False
