"""Carries due grade promises to LMSs: many at once, few at a time for each LMS, none lost when killed."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Protocol

from ..store import outbox
from ..store.database import Database
from ..telemetry import log, trace

PER_LMS = 4
LEASE_SECONDS = 30.0
RENEW_EVERY_SECONDS = 8.0


class Deliver(Protocol):
    """The flow that carries one promise. It settles, retries later or gives up by itself; raising is a bug."""

    def __call__(self, promise_id: int, now: datetime) -> object: ...


class Carrier:
    """Claims due promises and delivers them in threads.

    A claim is a lease of half a minute, renewed while the delivery is under way. So a slow LMS never causes a
    second delivery, and the promises of a killed worker are free again after half a minute.
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
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="deliver")
        self._lock = threading.Lock()
        self._under_way: dict[int, int] = {}
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
        with self._lock:
            room = self._threads - len(self._under_way)
            full = self._full_lms()
        if room <= 0:
            return started
        with self._db.writing() as session:
            claimed = outbox.claim_due(session, now, room, self._lease_seconds, busy=full)
            lms_of = outbox.registrations_of(session, claimed) if claimed else {}
        with self._lock:
            self._surplus.extend((promise_id, lms_of[promise_id]) for promise_id in claimed)
        return started + self._start_surplus()

    def close(self) -> None:
        """Wait for what is under way. What was claimed and not started goes back when its lease is over."""
        with self._lock:
            self._surplus.clear()
        while self.busy():
            self._wake.clear()
            self._renew(self._clock())
            self._wake.wait(1.0)
        self._pool.shutdown(wait=True)

    def _full_lms(self) -> set[int]:
        at_work = Counter(self._under_way.values())
        full = {lms for lms, count in at_work.items() if count >= self._per_lms}
        return full | {lms for _, lms in self._surplus}

    def _start_surplus(self) -> int:
        """Start claimed promises whose LMS has a free place; the others wait their turn, lease renewed."""
        with self._lock:
            waiting, started = list(self._surplus), 0
            self._surplus.clear()
            at_work = Counter(self._under_way.values())
            for promise_id, lms in waiting:
                if at_work[lms] >= self._per_lms or len(self._under_way) >= self._threads:
                    self._surplus.append((promise_id, lms))
                    continue
                at_work[lms] += 1
                self._under_way[promise_id] = lms
                self._pool.submit(self._carry, promise_id)
                started += 1
            return started

    def _carry(self, promise_id: int) -> None:
        with trace("job"):
            try:
                self._deliver(promise_id, self._clock())
            except Exception:
                # The lease runs out and the promise is tried again: the flow alone decides when to give up.
                log.exception("grade.delivery_broke", promise=promise_id)
            finally:
                with self._lock:
                    self._under_way.pop(promise_id, None)
                    self.delivered += 1
                self._wake.set()

    def _renew(self, now: datetime) -> None:
        if (now - self._renewed_at).total_seconds() < min(RENEW_EVERY_SECONDS, self._lease_seconds / 3):
            return
        self._renewed_at = now
        with self._lock:
            ours = [*self._under_way, *(promise_id for promise_id, _ in self._surplus)]
        if ours:
            with self._db.writing() as session:
                outbox.renew(session, ours, now, self._lease_seconds)
