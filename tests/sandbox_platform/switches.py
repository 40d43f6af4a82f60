"""Misbehaviour on demand: slow, refusing, broken or silent services, and a few odd manners of pages."""

from __future__ import annotations

import itertools
import random
import socket
import threading
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import Response, request

SERVICES = ("scores", "lineitems", "results", "memberships", "groups", "token", "jwks", "all")
MODES = ("slow", "401", "403", "429", "500", "503", "drop", "drop-after", "html", "error", "redirect", "throttle")
STORAGE_MANNERS = ("proper", "silent", "foreign", "refusing", "missing", "parent", "late", "announced")
"""How promised storage answers: well; never; through a frame of another origin; with an error each time; not at all,
because its frame is not there; well, but as the page around the tool itself (`_parent`); well, but deaf at first,
because its frame loads more slowly than the tool; well, but no login names it: a tool has to ask for capabilities."""
TICKS = (
    "small_frame", "platform_storage", "accept_multiple", "course_groups", "roster_differences", "names_in_launches",
    "names_in_roster",
)  # fmt: skip
"""Oddities that are there or not."""
ERROR_WORDS = {
    "401": "Who are you?",
    "403": "Not allowed",
    "429": "Too many requests",
    "500": "Something broke",
    "503": "Down for maintenance",
}


class UnknownSwitch(ValueError):
    """The asked misbehaviour does not exist; the text lists what does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbehaviour:
    """One switched-on fault. `times` counts down to nothing left; `share` is how often it strikes (0 to 1).

    "throttle" says “too many requests” as this LMS says it. "drop" hangs up before anything is done; "drop-after"
    does the work and then hangs up: the answer is lost. "html" and "error" come with a good status, "redirect" leads to
    another host.
    """

    id: int
    service: str
    mode: str
    seconds: float = 0.0
    retry_after: str | None = None
    times: int | None = None
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Oddities that are not faults."""

    page_size: int | None = None
    small_frame: bool = False
    login_method: str = "post"
    platform_storage: bool = False
    storage_manner: str = "proper"
    accept_multiple: bool = True
    roster_differences: bool = False
    course_groups: bool = False
    names_in_launches: bool = True
    names_in_roster: bool = True


class Switches:
    """What is switched on right now. Lives in memory: a restarted platform behaves."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._chance = random.Random(seed)
        self._faults: list[Misbehaviour] = []
        self.options = Options()

    def list(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def add(self, wanted: dict[str, Any]) -> Misbehaviour:
        """Switch a fault on; raises UnknownSwitch when it makes no sense."""
        fault = _checked(wanted, next(self._numbers))
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self, number: int | None = None) -> None:
        """Switch one fault off, or all of them."""
        with self._lock:
            self._faults = [] if number is None else [f for f in self._faults if f.id != number]

    def set_options(self, wanted: dict[str, Any]) -> Options:
        """Change the named oddities and leave the others; raises UnknownSwitch for unknown names or values."""
        unknown = set(wanted) - set(asdict(self.options))
        if unknown:
            raise UnknownSwitch(f"unknown options: {', '.join(sorted(unknown))}")
        size = wanted.get("page_size")
        if size is not None and (not isinstance(size, int) or size < 1):
            raise UnknownSwitch("page_size must be a whole number of at least 1, or null")
        if wanted.get("login_method", "post") not in ("post", "get"):
            raise UnknownSwitch("login_method must be post or get")
        if wanted.get("storage_manner", "proper") not in STORAGE_MANNERS:
            raise UnknownSwitch(f"storage_manner must be one of {', '.join(STORAGE_MANNERS)}")
        with self._lock:
            self.options = replace(self.options, **wanted)
            return self.options

    def strike(self, service: str) -> Misbehaviour | None:
        """The fault this call has to suffer, if any; counts `times` down."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.service not in (service, "all") or self._chance.random() >= fault.share:
                    continue
                self._use_up(index, fault)
                return fault
        return None

    def _use_up(self, index: int, fault: Misbehaviour) -> None:
        if fault.times is None:
            return
        if fault.times <= 1:
            del self._faults[index]
        else:
            self._faults[index] = replace(fault, times=fault.times - 1)


def suffer(fault: Misbehaviour) -> Response | None:
    """Do what the fault says before the real work; None lets the work go on."""
    if fault.seconds:
        time.sleep(fault.seconds)
    if fault.mode == "drop":
        hang_up()
        return Response("", 500)
    if fault.mode == "html":
        page = "<!doctype html><title>Sign in</title><h1>Please sign in</h1><p>Your session has ended.</p>"
        return Response(page, 200, mimetype="text/html")
    if fault.mode == "error":
        return Response('{"error": "Something broke"}', 200, mimetype="application/json")
    if fault.mode == "redirect":
        return Response("", 302, {"Location": "https://maintenance.example/"})
    if fault.mode in ERROR_WORDS:
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
        body = f'{{"error": "{ERROR_WORDS[fault.mode]}"}}'
        return Response(body, int(fault.mode), headers, mimetype="application/json")
    return None


def hang_up() -> None:
    """Close the caller's connection without an answer."""
    connection = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if connection is None:
        raise ConnectionResetError("the practice LMS hung up, as its switches say")
    connection.shutdown(socket.SHUT_RDWR)


def _checked(wanted: dict[str, Any], number: int) -> Misbehaviour:
    unknown = set(wanted) - {"service", "mode", "seconds", "retry_after", "times", "share"}
    if unknown:
        raise UnknownSwitch(f"unknown fields: {', '.join(sorted(unknown))}")
    service, mode = wanted.get("service", "all"), str(wanted.get("mode"))
    if service not in SERVICES:
        raise UnknownSwitch(f"service must be one of {', '.join(SERVICES)}")
    if mode not in MODES:
        raise UnknownSwitch(f"mode must be one of {', '.join(MODES)}")
    try:
        seconds, share = float(wanted.get("seconds") or 0), float(wanted.get("share", 1))
        times = None if wanted.get("times") is None else int(wanted["times"])
    except (TypeError, ValueError) as error:
        raise UnknownSwitch("seconds, share and times must be numbers") from error
    if seconds < 0 or not 0 <= share <= 1 or (times is not None and times < 1):
        raise UnknownSwitch("seconds must not be negative, share lies in 0..1, times is at least 1 or null")
    retry_after = wanted.get("retry_after")
    return Misbehaviour(
        id=number, service=service, mode=mode, seconds=seconds, share=share, times=times,
        retry_after=None if retry_after is None else str(retry_after),
    )  # fmt: skip
