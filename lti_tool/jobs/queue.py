"""`JOBS_URL` -> a Huey queue, and the poke that web processes send after a commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer

from ..paths import keep_private
from ..settings import Settings, installation_secret
from ..telemetry import log

NAME = "cairn"
POKE_AT_MOST_EVERY_SECONDS = 0.2


def make_queue(settings: Settings, *, immediate: bool = False) -> Huey:
    """The queue at `settings.jobs`. `immediate` runs tasks on the spot, in memory, for tests.

    Messages are signed with the installation's secret: unpickling somebody else's message could run their code.
    """
    if immediate:
        return MemoryHuey(NAME, immediate=True, results=False)
    parts = urlsplit(settings.jobs)
    shared = {"results": False, "serializer": SignedSerializer(secret=installation_secret(settings), salt=NAME)}
    if parts.scheme == "sqlite":
        # As in SQLAlchemy: sqlite:///relative and sqlite:////absolute.
        path = Path(unquote(parts.path).removeprefix("/"))
        keep_private(path)
        return SqliteHuey(NAME, filename=str(path), timeout=30, fsync=False, **shared)
    if parts.scheme.startswith("redis"):
        return RedisHuey(NAME, url=settings.jobs, **shared)
    return PostgresHuey(NAME, dsn=settings.jobs, table_prefix="cairn_jobs", **shared)


def poker(settings: Settings, connect: Callable[[Settings], Huey] = make_queue) -> Callable[[], None]:
    """What a web process calls after it committed a promise: wakes a worker, at most five times a second.

    Never raises and never waits for long: if the queue is away, the sweep finds the row within a second or so.
    """
    from .tasks import wake_task

    lock = threading.Lock()
    state: dict[str, float] = {"next": 0.0}
    wake: list[Callable[[], object]] = []

    def poke() -> None:
        with lock:
            if time.monotonic() < state["next"]:
                return
            try:
                if not wake:
                    wake.append(wake_task(connect(settings), lambda: None))
                wake[0]()
                state["next"] = time.monotonic() + POKE_AT_MOST_EVERY_SECONDS
            except Exception as error:
                state["next"] = time.monotonic() + 30
                log.warning("queue.away", problem=type(error).__name__)

    return poke
