"""Serving the practice LMS: in the foreground, or from a thread of a test or script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .app import create_platform
from .manners import SPECIFICATION, Manners
from .platform import Platform, platform_of
from .settings import PlatformSettings


class QuietHandler(WSGIRequestHandler):
    """No line on the screen for each request; small answers leave at once."""

    disable_nagle_algorithm = True

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        pass


class Server(ThreadedWSGIServer):
    """One thread a connection, with room for a whole class that arrives at the same moment."""

    request_queue_size = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A practice LMS that answers. `stop()` ends it and closes its data."""

    url: str
    admin_token: str
    app: Flask
    server: Server
    thread: threading.Thread

    @property
    def platform(self) -> Platform:
        return platform_of(self.app)

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join(timeout=10)
        self.server.server_close()
        self.platform.state.close()


def bind(app: Flask, host: str = "localhost", port: int = 0) -> Server:
    """Take the port (0: any free one) and tell the platform its address; nothing is answered yet."""
    server = Server(host, port, app, handler=QuietHandler)
    platform = platform_of(app)
    platform.settle_at(app, platform.settings.base_url or f"http://{host}:{server.server_port}")
    return server


def serve(app: Flask, host: str = "localhost", port: int = 0) -> None:
    """Answer until interrupted."""
    bind(app, host, port).serve_forever()


def start(
    settings: PlatformSettings, *, host: str = "localhost", port: int = 0, manners: Manners = SPECIFICATION
) -> Running:
    """A practice LMS in a thread of this process; answers when this returns."""
    app = create_platform(settings, manners)
    server = bind(app, host, port)
    thread = threading.Thread(target=server.serve_forever, name="practice-lms", daemon=True)
    thread.start()
    return Running(
        url=platform_of(app).base_url, admin_token=settings.admin_token, app=app, server=server, thread=thread
    )


@contextmanager
def running(
    settings: PlatformSettings, *, host: str = "localhost", port: int = 0, manners: Manners = SPECIFICATION
) -> Iterator[Running]:
    """A practice LMS for the length of a `with` block."""
    lms = start(settings, host=host, port=port, manners=manners)
    try:
        yield lms
    finally:
        lms.stop()
