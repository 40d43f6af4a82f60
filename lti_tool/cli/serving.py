"""`lti-tool serve`: the web server, gunicorn with threads, set up in code."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ..settings import Settings
from .installation import prepare_database, settings_for
from .speaking import Refusal

RECYCLE_AFTER_REQUESTS = 20_000
_ACCESS_LINE = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(L)ss'
"""What was asked for, without its query: there stand invites, tokens of LMSs, and names that were searched for."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), envvar="WEB_CONCURRENCY",
    help="Processes; each has THREADS threads.",
)  # fmt: skip
@click.option("--access-log", is_flag=True, help="Write a line for each request.")
def serve(host: str, port: int, workers: int, access_log: bool) -> None:
    """Answer people and LMSs. An embedded database is brought up to date first.

    BASE_URL is the address people see (default: http://HOST:PORT). Behind a TLS proxy also set TRUSTED_PROXIES
    to the number of proxies that write X-Forwarded-For and X-Forwarded-Proto.
    """
    with _counted_together():
        settings = settings_for(host, port)
        _must_be_free(host, port)
        prepare_database(settings)
        run_server(settings, options(settings, host, port, workers, access_log))


_place = "first"
"""This process's place among the web processes: kept by whoever replaces it, so that counts go on from there."""


@contextmanager
def _counted_together() -> Iterator[None]:
    """All web processes count into one folder, so that /metrics tells the same whichever of them answers.

    Has to begin before anything that counts is imported.
    """
    parent = os.getpid()
    folder = tempfile.mkdtemp(prefix=f"cairn-counts-{parent}-", dir=_memory())
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    from prometheus_client import values

    alone = values.ValueClass
    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: _place)  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if os.getpid() == parent:  # Web processes end here too.
            values.ValueClass = alone
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]
            shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    """A folder in memory where there is one: a full or busy disk must not hold up or end a web process."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def _give_place(server: Any, worker: Any) -> None:
    taken = {one.place for one in server.WORKERS.values()}
    worker.place = next(place for place in itertools.count() if place not in taken)


def _take_place(_server: Any, worker: Any) -> None:
    global _place
    _place = str(worker.place)


def _must_be_free(host: str, port: int) -> None:
    """Say it in one sentence; gunicorn would try again for a while and then give up with several."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(f"Cannot listen at {host}, port {port}: {error.strerror}.") from error


def options(settings: Settings, host: str, port: int, workers: int, access_log: bool) -> dict[str, Any]:
    """Gunicorn's settings.

    Threads, because requests wait for the database; few processes, because one learner's page takes milliseconds.
    Processes are replaced after many requests, at different moments, so that no leak ever matters.
    """
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": settings.threads,
        "timeout": 60,
        "graceful_timeout": 25,
        "keepalive": 5,
        "limit_request_line": 8190,  # some LMSs put a signed message into a hint of the login's address
        "max_requests": RECYCLE_AFTER_REQUESTS,
        "max_requests_jitter": RECYCLE_AFTER_REQUESTS // 10,
        "accesslog": "-" if access_log else None,
        "access_log_format": _ACCESS_LINE,
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_tmp_dir": _memory(),
        # The application trusts exactly TRUSTED_PROXIES hops; gunicorn itself trusts no header.
        "forwarded_allow_ips": "",
        "pre_fork": _give_place,
        "post_fork": _take_place,
        "when_ready": lambda server: click.echo(f"Cairn answers at {settings.base_url}"),
    }


def run_server(settings: Settings, wanted: dict[str, Any]) -> None:
    """Run until stopped. SIGTERM lets requests under way finish."""
    from gunicorn.app.base import BaseApplication

    # Imported before the fork, so that processes share its memory and start at once.
    from ..app import create_app

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in wanted.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            # Called in each process after the fork: an engine or a queue must not be shared between them.
            app = create_app(settings)
            keep_for_good()
            return app

    Path(settings.data_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
    keep_for_good()
    Server().run()


def keep_for_good() -> None:
    """Modules and the application live as long as the process: the garbage collector need not look at them again.

    It takes a tenth off every request, and what is shared with the parent process stays shared (see `gc.freeze`).
    """
    gc.collect()
    gc.freeze()
