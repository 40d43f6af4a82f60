"""Copies of an embedded database, made while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from ..paths import keep_private


def copy_sqlite(url: str, target: Path) -> int:
    """Copy the SQLite database at `url` to `target` with SQLite's own online backup. Returns the size in bytes.

    Raises `OSError` when there is nothing to copy. The copy is checked before this returns.
    """
    source = Path(make_url(url).database or "")
    if not source.is_file():
        raise OSError(f"There is no database at {source} yet.")
    keep_private(target)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=512)
        (verdict,) = new.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise OSError(f"The copy at {target} is damaged: {verdict}")
    return target.stat().st_size
