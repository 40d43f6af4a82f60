"""Engine and sessions: naming, pragmas, and one way to open a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from ..paths import keep_private

__all__ = ["Connection", "Database", "Session", "make_engine", "place_of"]


def make_engine(url: str) -> Engine:
    """An engine for `url`. SQLite gets WAL, foreign keys and a busy time-out; its folder is made when missing."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, pool_size=8, max_overflow=8)
    if address.database and address.database != ":memory:":
        keep_private(Path(address.database))
    engine = create_engine(address, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver must not begin transactions by itself: it does so too late for a consistent read (SQLAlchemy
    # "pysqlite transactional" notes), so we emit BEGIN in `_begin_sqlite`.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # IMMEDIATE for writers avoids the "database is locked" that a read upgraded to a write gets at once.
    immediate = connection.get_execution_options().get("writes", True)
    # Straight to the driver: it happens several times a launch, and SQLAlchemy's way takes ten times as long.
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")


def place_of(asked: Session | Connection) -> tuple[object, ...]:
    """Names the database, for what a process remembers of rows that never change."""
    url = (asked.get_bind() if isinstance(asked, Session) else asked).engine.url
    return url.host, url.port, url.database, *url.query.values()


class Database:
    """An engine with two ways in: `writing()` commits at the end or rolls back, `reading()` never writes.

    `after_commit` callables run after a `writing()` block that called `session.info["poke"] = True`, such as
    telling workers that a promise waits. They may fail without harm: the row is the truth.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._readers = self.engine.execution_options(writes=False)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(self._readers, expire_on_commit=False, autoflush=False)
        self.after_commit: list[Callable[[], None]] = []

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with self._write() as session:
            with session.begin():
                yield session
            if session.info.get("poke"):
                for hook in self.after_commit:
                    hook()

    @contextmanager
    def arriving(self) -> Iterator[Connection]:
        """A writing transaction without rows as objects, for the few statements that every launch takes."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """A reading one."""
        with self._readers.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view; nothing is written."""
        with self._read() as session:
            yield session

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self._readers.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
