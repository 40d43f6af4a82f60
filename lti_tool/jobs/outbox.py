"""Carries due grade promises to LMSs: many at once, few at a time for each LMS, none lost when killed."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..flows.passing_back import SILENT
from ..store import outbox
from ..store.database import Database
from ..telemetry import log, trace

PER_LMS = 4
"""So many grades at once go to an LMS that answers. One that does not, or that we do not know yet, gets one."""
SLOW_SECONDS = 3.0
"""Who waits longer for an LMS gives its place to others meanwhile, up to as many as there are places."""
LEASE_SECONDS = 30.0
RENEW_EVERY_SECONDS = 8.0


class Deliver(Protocol):
    """The flow that carries one promise. It settles, retries later or gives up by itself; raising is a bug.

    What it returns is `SILENT` where the LMS gave no answer in time.
    """

    def __call__(self, promise_id: int, now: datetime) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    lms: int
    began: float

    def is_slow(self) -> bool:
        return time.monotonic() - self.began >= SLOW_SECONDS


class Carrier:
    """Claims due promises and delivers them in threads.

    A claim is a lease of half a minute, renewed while the delivery is under way. So a slow LMS never causes a
    second delivery, and the promises of a killed worker are free again after half a minute.

    A thread that waits for an answer can do nothing else. So an LMS has few places, a silent one has one, and whoever
    waits long is not counted: silent LMSs, also several at once, keep back no other school's grades.
    """

    def __init__(
        self,
        db: Database,
        deliver: Deliver,
        clock: Callable[[], datetime],
        *,
        threads: int = 8,
        per_lms: int = PER_LMS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._db = db
        self._deliver = deliver
        self._clock = clock
        self._threads = threads
        self._per_lms = per_lms
        self._lease_seconds = lease_seconds
        self._pool = ThreadPoolExecutor(2 * threads, thread_name_prefix="deliver")
        self._lock = threading.Lock()
        self._under_way: dict[int, _Trip] = {}
        self._answering: set[int] = set()
        self._surplus: deque[tuple[int, int]] = deque()
        self._renewed_at = clock()
        self._wake = threading.Event()
        self.delivered = 0

    def look_now(self) -> None:
        """Wake the loop: something may be due."""
        self._wake.set()

    def run(self, stop: threading.Event, poll_seconds: float) -> None:
        """Carry until `stop` is set, then wait for what is under way. Survives a database that is away."""
        while not stop.is_set():
            self._wake.clear()
            try:
                self.sweep()
            except Exception as error:
                log.error("outbox.sweep_failed", problem=f"{type(error).__name__}: {error}")
            self._wake.wait(poll_seconds)
        self.close()

    def drain(self) -> int:
        """Carry until nothing is due and nothing under way. Returns how many deliveries were made."""
        before = self.delivered
        while True:
            self._wake.clear()
            idle = not self.busy()
            if not self.sweep() and idle:
                return self.delivered - before
            self._wake.wait(0.5)

    def busy(self) -> bool:
        """True while something is claimed by us."""
        with self._lock:
            return bool(self._under_way or self._surplus)

    def sweep(self) -> int:
        """Claim what is due and there is room for, and start it. Returns how many were started."""
        now = self._clock()
        self._renew(now)
        started = self._start_surplus()
        while self._claim(now):  # what is due first may all be for one LMS, which has few places
            started += self._start_surplus()
        return started

    def _claim(self, now: datetime) -> int:
        """Claim as many as there is room for, none for LMSs whose places are taken. Returns how many."""
        with self._lock:
            room = self._room()
            full = self._full_lms()
        if room <= 0:
            return 0
        with self._db.writing() as session:
            claimed = outbox.claim_due(session, now, room, self._lease_seconds, busy=full)
            lms_of = outbox.registrations_of(session, claimed) if claimed else {}
        with self._lock:
            self._surplus.extend((promise_id, lms_of[promise_id]) for promise_id in claimed)
        return len(claimed)

    def close(self) -> None:
        """Wait for what is under way. What was claimed and not started goes back when its lease is over."""
        with self._lock:
            self._surplus.clear()
        while self.busy():
            self._wake.clear()
            self._renew(self._clock())
            self._wake.wait(1.0)
        self._pool.shutdown(wait=True)

    def _room(self) -> int:
        slow = sum(trip.is_slow() for trip in self._under_way.values())
        return self._threads - len(self._under_way) + min(slow, self._threads)

    def _at_work(self) -> Counter[int]:
        return Counter(trip.lms for trip in self._under_way.values())

    def _share(self, lms: int) -> int:
        waits = any(trip.lms == lms and trip.is_slow() for trip in self._under_way.values())
        return self._per_lms if lms in self._answering and not waits else 1

    def _full_lms(self) -> set[int]:
        full = {lms for lms, count in self._at_work().items() if count >= self._share(lms)}
        return full | {lms for _, lms in self._surplus}

    def _start_surplus(self) -> int:
        """Start claimed promises whose LMS has a free place; the others wait their turn, lease renewed."""
        with self._lock:
            waiting, started = list(self._surplus), 0
            self._surplus.clear()
            at_work = self._at_work()
            for promise_id, lms in waiting:
                if at_work[lms] >= self._share(lms) or self._room() <= 0:
                    self._surplus.append((promise_id, lms))
                    continue
                at_work[lms] += 1
                self._under_way[promise_id] = _Trip(lms=lms, began=time.monotonic())
                self._pool.submit(self._carry, promise_id, lms)
                started += 1
            return started

    def _carry(self, promise_id: int, lms: int) -> None:
        with trace("job"):
            try:
                self._note(lms, self._deliver(promise_id, self._clock()))
            except Exception:
                # The lease runs out and the promise is tried again: the flow alone decides when to give up.
                log.exception("grade.delivery_broke", promise=promise_id)
            finally:
                with self._lock:
                    self._under_way.pop(promise_id, None)
                    self.delivered += 1
                self._wake.set()

    def _note(self, lms: int, outcome: object) -> None:
        with self._lock:
            if outcome == SILENT:
                self._answering.discard(lms)
            else:
                self._answering.add(lms)

    def _renew(self, now: datetime) -> None:
        if (now - self._renewed_at).total_seconds() < min(RENEW_EVERY_SECONDS, self._lease_seconds / 3):
            return
        self._renewed_at = now
        with self._lock:
            ours = [*self._under_way, *(promise_id for promise_id, _ in self._surplus)]
        if ours:
            with self._db.writing() as session:
                outbox.renew(session, ours, now, self._lease_seconds)
