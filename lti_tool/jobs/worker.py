"""The worker process: the queue's consumer and the carrier side by side, stopped gently by a signal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import FrameType

from huey import Huey

from ..flows import passing_back
from ..flows.border import Border
from ..settings import Settings
from ..store.database import Database
from ..telemetry import log
from .outbox import Carrier
from .queue import make_queue
from .schedule import define_schedule
from .tasks import define_tasks, utc_now

TASK_THREADS = 2


def make_carrier(border: Border, clock: Callable[[], datetime] = utc_now) -> Carrier:
    """A carrier that delivers through the flow."""
    return Carrier(border.db, partial(passing_back.deliver, border), clock, threads=border.settings.threads)


def work(settings: Settings, started: Callable[[], None] = lambda: None) -> None:
    """Work until SIGTERM or Ctrl-C, then finish what is under way. Call it in the main thread."""
    db = Database(settings.database)
    border = Border(db, settings)
    carrier = make_carrier(border)
    queue = make_queue(settings)
    define_schedule(queue, define_tasks(queue, border, carrier.look_now, utc_now))
    stop = threading.Event()
    consumer = queue.create_consumer(workers=TASK_THREADS, max_delay=1.0, initial_delay=0.05)
    consumer.start()
    _stop_on_signals(stop, carrier)
    carrying = threading.Thread(target=carrier.run, args=(stop, settings.outbox_poll_seconds), name="carrier")
    carrying.start()
    log.info("worker.started", threads=settings.threads)
    started()
    while not stop.wait(1.0):
        if not carrying.is_alive():
            break
    consumer.stop(graceful=True)
    carrying.join()
    db.close()
    log.info("worker.stopped", delivered=carrier.delivered)


def work_once(settings: Settings) -> int:
    """Do what is waiting now, and stop. Returns how many grades were carried."""
    db = Database(settings.database)
    border = Border(db, settings)
    carrier = make_carrier(border)
    queue = make_queue(settings)
    define_tasks(queue, border, carrier.look_now, utc_now)
    _run_queued(queue)
    carried = carrier.drain()
    carrier.close()
    db.close()
    return carried


def _run_queued(queue: Huey) -> None:
    # A blocking queue (PostgreSQL, Redis) answers None after a second without work.
    while (task := queue.dequeue()) is not None:
        queue.execute(task)


def _stop_on_signals(stop: threading.Event, carrier: Carrier) -> None:
    # After `consumer.start()`, which sets handlers of its own: one signal must end both halves gently.
    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()
        carrier.look_now()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
