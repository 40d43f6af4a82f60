"""Carrying due grades: all of them, once, fairly, and again after a crash."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clock import Clock
from lti_tool.flows.passing_back import SILENT
from lti_tool.jobs.outbox import Carrier
from lti_tool.store.database import Database

sys.path.insert(0, str(Path(__file__).parent))
from promises import add_lms, settle, states


def utc_now() -> datetime:
    return datetime.now(UTC)


def test_everything_due_is_carried_exactly_once(any_database: Database) -> None:
    ids = add_lms(any_database, utc_now(), promises=30)
    carried: Counter[int] = Counter()

    def deliver(promise_id: int, now: datetime) -> None:
        carried[promise_id] += 1
        settle(any_database, promise_id)

    carrier = Carrier(any_database, deliver, utc_now, threads=6)
    assert carrier.drain() == 30
    carrier.close()
    assert carried == Counter(ids)


def test_two_workers_never_carry_the_same_promise(any_database: Database) -> None:
    ids = add_lms(any_database, utc_now(), promises=24)
    carried: Counter[int] = Counter()
    lock = threading.Lock()

    def deliver(promise_id: int, now: datetime) -> None:
        with lock:
            carried[promise_id] += 1
        time.sleep(0.005)
        settle(any_database, promise_id)

    carriers = [Carrier(any_database, deliver, utc_now, threads=3) for _ in range(2)]
    threads = [threading.Thread(target=carrier.drain) for carrier in carriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for carrier in carriers:
        carrier.close()
    assert carried == Counter(ids)


def test_a_slow_lms_keeps_the_others_neither_waiting_nor_crowded(database: Database) -> None:
    slow = set(add_lms(database, utc_now(), promises=12, name="slow"))
    quick = set(add_lms(database, utc_now(), promises=6, name="quick"))
    release, together, most = threading.Event(), [0], [0]
    quick_done = threading.Event()
    lock = threading.Lock()
    left = set(quick)

    def deliver(promise_id: int, now: datetime) -> None:
        if promise_id in slow:
            with lock:
                together[0] += 1
                most[0] = max(most[0], together[0])
            release.wait(20)
            with lock:
                together[0] -= 1
        settle(database, promise_id)
        left.discard(promise_id)
        if not left & quick:
            quick_done.set()

    carrier = Carrier(database, deliver, utc_now, threads=8, per_lms=3)
    stop = threading.Event()
    loop = threading.Thread(target=carrier.run, args=(stop, 0.05))
    loop.start()
    assert quick_done.wait(10), "the quick LMS waited for the slow one"
    release.set()
    while "waiting" in states(database).values() or "sending" in states(database).values():
        time.sleep(0.02)
    stop.set()
    carrier.look_now()
    loop.join(20)
    assert most[0] <= 3


class Silent:
    """LMSs that give no answer, and one that does; who waits for the silent ones waits until `answer`."""

    def __init__(self, database: Database, *silent: set[int]) -> None:
        self.database = database
        self.silent = silent
        self.answer = threading.Event()
        self.quick: list[float] = []
        self.most: Counter[int] = Counter()
        self._now: Counter[int] = Counter()
        self._lock = threading.Lock()

    def __call__(self, promise_id: int, now: datetime) -> str:
        which = next((place for place, ids in enumerate(self.silent) if promise_id in ids), None)
        if which is None:
            self.quick.append(time.monotonic())
            settle(self.database, promise_id)
            return "sent"
        with self._lock:
            self._now[which] += 1
            self.most[which] = max(self.most[which], self._now[which])
        self.answer.wait(20)
        with self._lock:
            self._now[which] -= 1
        settle(self.database, promise_id)
        return SILENT

    @contextmanager
    def worker(self, **how: int) -> Iterator[Carrier]:
        carrier = Carrier(self.database, self, utc_now, **how)
        stop = threading.Event()
        loop = threading.Thread(target=carrier.run, args=(stop, 0.05))
        loop.start()
        try:
            yield carrier
        finally:
            self.answer.set()
            stop.set()
            carrier.look_now()
            loop.join(20)


def within(seconds: float, reached: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.02)
    return reached()


def test_silent_lmss_have_one_place_each_and_others_the_rest(database: Database) -> None:
    names = ("north", "east", "south")
    lmss = Silent(database, *(set(add_lms(database, utc_now(), promises=9, name=name)) for name in names))
    add_lms(database, utc_now(), promises=6, name="quick")
    with lmss.worker(threads=4, per_lms=3):
        assert within(5, lambda: len(lmss.quick) == 6), "a silent school's grades are no other school's trouble"
    assert set(lmss.most.values()) == {1}


def test_lmss_that_fall_silent_under_way_keep_others_back_for_a_moment_only(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.jobs.outbox.SLOW_SECONDS", 0.3)
    first = set(add_lms(database, utc_now(), promises=9, name="north"))
    second = set(add_lms(database, utc_now(), promises=9, name="south"))
    lmss = Silent(database, {max(first) - back for back in range(8)}, {max(second) - back for back in range(8)})
    with lmss.worker(threads=4, per_lms=2):  # the first grade of each still arrives
        assert within(5, lambda: len(lmss.quick) == 2 and sum(lmss.most.values()) == 4), "all places are taken"
        add_lms(database, utc_now(), promises=5, name="quick")
        assert within(5, lambda: len(lmss.quick) == 7)
        assert max(lmss.most.values()) == 2, "nobody else waits for the silent ones"


def test_an_lms_that_answers_again_has_its_places_again(database: Database) -> None:
    ids = add_lms(database, utc_now(), promises=9)
    lmss = Silent(database, {ids[0]})
    lmss.answer.set()
    together, most = [0], [0]
    lock = threading.Lock()

    def deliver(promise_id: int, now: datetime) -> str:
        with lock:
            together[0] += 1
            most[0] = max(most[0], together[0])
        time.sleep(0.1)
        with lock:
            together[0] -= 1
        return lmss(promise_id, now)

    carrier = Carrier(database, deliver, utc_now, threads=8, per_lms=3)
    assert carrier.drain() == 9
    carrier.close()
    assert most[0] == 3


def test_a_long_delivery_keeps_its_lease(database: Database, clock: Clock) -> None:
    (promise,) = add_lms(database, clock(), promises=1)
    carried: Counter[int] = Counter()
    answered = threading.Event()

    def deliver(promise_id: int, now: datetime) -> None:
        carried[promise_id] += 1
        answered.wait(20)
        settle(database, promise_id)

    carriers = [Carrier(database, deliver, clock, threads=2, lease_seconds=30) for _ in range(2)]
    for _ in range(60):
        for carrier in carriers:
            carrier.sweep()
        clock.pass_by(seconds=5)
    answered.set()
    for carrier in carriers:
        carrier.close()
    assert carried == Counter([promise])
    assert states(database)[promise] == "sent"


def test_what_a_killed_worker_had_claimed_is_carried_after_its_lease(database: Database, clock: Clock) -> None:
    (promise,) = add_lms(database, clock(), promises=1)
    carried: list[int] = []

    def dies(promise_id: int, now: datetime) -> None:
        raise SystemExit

    first = Carrier(database, dies, clock, lease_seconds=30)
    first.sweep()
    first.close()
    assert states(database)[promise] == "sending"

    def deliver(promise_id: int, now: datetime) -> None:
        carried.append(promise_id)
        settle(database, promise_id)

    second = Carrier(database, deliver, clock)
    clock.pass_by(seconds=29)
    assert second.drain() == 0
    clock.pass_by(seconds=2)
    assert second.drain() == 1
    second.close()
    assert carried == [promise]


def test_a_delivery_that_breaks_harms_no_other(database: Database) -> None:
    broken, *others = add_lms(database, utc_now(), promises=5)

    def deliver(promise_id: int, now: datetime) -> None:
        if promise_id == broken:
            raise ValueError("a fault of ours")
        settle(database, promise_id)

    carrier = Carrier(database, deliver, utc_now)
    carrier.drain()
    carrier.close()
    assert {promise: states(database)[promise] for promise in others} == dict.fromkeys(others, "sent")
    assert states(database)[broken] == "sending"


def test_stopping_waits_for_what_is_under_way(database: Database) -> None:
    (promise,) = add_lms(database, utc_now(), promises=1)
    begun = threading.Event()

    def deliver(promise_id: int, now: datetime) -> None:
        begun.set()
        time.sleep(0.4)
        settle(database, promise_id)

    carrier = Carrier(database, deliver, utc_now)
    stop = threading.Event()
    loop = threading.Thread(target=carrier.run, args=(stop, 0.05))
    loop.start()
    assert begun.wait(5)
    stop.set()
    carrier.look_now()
    loop.join(10)
    assert states(database)[promise] == "sent"


def test_the_loop_outlives_a_database_that_is_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (promise,) = add_lms(database, utc_now(), promises=1)
    carrier = Carrier(database, lambda promise_id, now: settle(database, promise_id), utc_now)
    real, failures = carrier.sweep, [3]

    def sweep() -> int:
        if failures[0]:
            failures[0] -= 1
            raise OSError("away")
        return real()

    monkeypatch.setattr(carrier, "sweep", sweep)
    stop = threading.Event()
    loop = threading.Thread(target=carrier.run, args=(stop, 0.02))
    loop.start()
    deadline = time.monotonic() + 5
    while states(database)[promise] != "sent" and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    carrier.look_now()
    loop.join(10)
    assert states(database)[promise] == "sent"
