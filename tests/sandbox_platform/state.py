"""Everything the practice LMS remembers: one SQLite connection, shared by all threads behind a lock.

A lock around one connection is enough here: every statement takes microseconds, and the server spends its time
on signatures and templates.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql")
_COLUMNS_OF_NOBODY = """
    PRAGMA foreign_keys=OFF; BEGIN;
    CREATE TABLE line_items_anew (
        id TEXT PRIMARY KEY, client_id TEXT REFERENCES tools ON DELETE CASCADE,
        activity_id TEXT REFERENCES activities ON DELETE CASCADE,
        label TEXT NOT NULL, score_maximum REAL NOT NULL, resource_id TEXT, tag TEXT,
        extras TEXT NOT NULL, position INTEGER NOT NULL
    );
    INSERT INTO line_items_anew
        SELECT id, client_id, activity_id, label, score_maximum, resource_id, tag, extras, position FROM line_items;
    DROP TABLE line_items; ALTER TABLE line_items_anew RENAME TO line_items;
    CREATE INDEX line_items_of_tool ON line_items (client_id, position);
    COMMIT; PRAGMA foreign_keys=ON;
"""
"""For data that was kept from before teachers had columns of their own."""


def stamp(moment: datetime) -> str:
    """A moment as fixed-width UTC text, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class State:
    """The platform's database. Rows come back as `sqlite3.Row`; writes outside `transaction` commit at once."""

    def __init__(self, path: str, *, small_ids: bool = False) -> None:
        self._small_ids = small_ids
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;" + SCHEMA.read_text()
        )
        needed = "SELECT 1 FROM pragma_table_info('line_items') WHERE name = 'client_id' AND \"notnull\""
        if self._connection.execute(needed).fetchone():
            self._connection.executescript(_COLUMNS_OF_NOBODY)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def run(self, sql: str, *values: object) -> int:
        """Write; answers how many rows were touched."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        with self.transaction():
            self._connection.executemany(sql, rows)

    def insert(self, table: str, **values: object) -> None:
        """Add one row; table and column names come from our own code only."""
        marks = ", ".join("?" for _ in values)
        self.run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", *values.values())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and alone: other threads wait."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def remembered(self, name: str, fresh: str) -> str:
        """A value kept for the life of the data folder; `fresh` is kept when there is none yet."""
        self.run("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", name, fresh)
        row = self.row("SELECT value FROM meta WHERE name = ?", name)
        assert row is not None
        return str(row["value"])

    def remember(self, name: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value)

    def new_id(self, kind: str) -> str:
        """A fresh id for an activity or a column: random, or the next number where ids are small."""
        if not self._small_ids:
            return f"{kind}-{secrets.token_hex(5)}"
        with self.transaction():
            number = 1 + int(self.remembered(f"ids of {kind}", "0"))
            self.remember(f"ids of {kind}", str(number))
        return str(number)

    def first_time(self, kind: str, client_id: str, value: str, at: datetime) -> bool:
        """True once for each (kind, client, value): how a nonce or a jti is used only once."""
        sql = "INSERT OR IGNORE INTO seen_once (kind, client_id, value, seen_at) VALUES (?, ?, ?, ?)"
        return self.run(sql, kind, client_id, value, stamp(at)) == 1

    def close(self) -> None:
        with self._lock:
            self._connection.close()
