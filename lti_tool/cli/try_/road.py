"""The road: an empty LMS -> the tool installed, placed, a class at work, grades in the gradebook."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console

from ..speaking import Refusal
from . import comparing
from .school import Plan, School, open_school
from .work import class_at_work, install, place_activity, refresh_roster

SETTLE_SECONDS = 240.0


def stay_open(plan: Plan) -> None:
    """Bring the class up, print three addresses, stay until Ctrl-C."""
    console = Console(stderr=False, highlight=False)
    with _polite_end(), open_school(plan) as school:
        if not school.memory.done:
            _walk(console, school, everybody=False)
            school.memory.done = True
            school.remember()
        _print_addresses(console, school)
        while (fallen := school.family.fallen()) is None:
            time.sleep(0.5)
        raise Refusal(f"{fallen.name} stopped by itself. Its log, {fallen.log}, ends with:\n{fallen.last_words()}")


def check_all(plan: Plan) -> int:
    """Walk the whole road, compare every grade. Returns the exit code."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    with _polite_end(), open_school(plan) as school, _killing(school, plan.kill_worker) as (kills, over):
        began = time.monotonic()
        _walk(console, school, everybody=True)
        worked = time.monotonic() - began
        over.set()
        settled = _settle(school)
        lines = comparing.compare(school.database, school.lms.students(), school.column())
    comparing.show(console, lines)
    answers, right = sum(line.answers for line in lines), sum(line.right for line in lines)
    console.print(
        f"{len(lines)} students gave {answers} answers in {worked:.0f} s ({answers / worked:.0f} a second); "
        f"the last grade arrived {settled:.1f} s later."
    )
    if kills:
        console.print(f"The worker was killed {len(kills)} times on the way.")
    # Plain print: the last line is read by scripts.
    print(f"{right} of {len(lines)} grades arrived", flush=True)
    return 0 if right == len(lines) else 1


def _walk(console: Console, school: School, *, everybody: bool) -> None:
    console.print(f"Practice LMS at {school.lms.base_url}, tool at {school.tool_url}")
    if not school.memory.client_id:
        install(school)
        console.print("Installed through dynamic registration.")
    if not school.memory.activity_id:
        place_activity(school)
        console.print("The teacher placed an activity by deep linking.")
    refresh_roster(school)
    console.print("The roster is in.")
    class_at_work(console, school, everybody=everybody)


def _settle(school: School) -> float:
    """Wait until no grade is on its way. Returns how many seconds that took."""
    began = time.monotonic()
    while comparing.unsettled(school.database):
        if time.monotonic() - began > SETTLE_SECONDS:
            break
        time.sleep(0.1)
    return time.monotonic() - began


def _print_addresses(console: Console, school: School) -> None:
    activity = f"/activity/{school.memory.activity_id}"
    console.print()
    console.print("Open in a browser:")
    for who, address in (
        ("student", school.lms_page("student-1", activity)),
        ("teacher", school.lms_page("teacher", activity)),
        ("gradebook", school.lms_page("teacher", "/gradebook")),
    ):
        console.print(f"  {who:<10} {address}", soft_wrap=True)
    console.print("\nThe LMS's own pages let you look as anybody else. Ctrl-C stops everything.")
    sys.stdout.flush()


@contextmanager
def _polite_end() -> Iterator[None]:
    """Ctrl-C and SIGTERM both end us in order, without a stack trace.

    A shell starts what it runs in the background deaf to SIGINT, so we say that we listen.
    """

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    with suppress(KeyboardInterrupt):
        yield


@contextmanager
def _killing(school: School, wanted: bool) -> Iterator[tuple[list[float], threading.Event]]:
    """Kill the worker while it is at work, start it again, and so on until the event is set."""
    kills: list[float] = []
    over = threading.Event()

    def kill() -> None:
        while not over.wait(2.0):
            if school.worker_is_ready():
                school.worker.kill()
                kills.append(time.monotonic())
                school.restart_worker()

    thread = threading.Thread(target=kill, daemon=True)
    if wanted:
        thread.start()
    try:
        yield kills, over
    finally:
        over.set()
        if wanted:
            thread.join()
