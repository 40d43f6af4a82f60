"""What most commands need first: settings, logging, a database that is up to date."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..settings import Settings, read_settings

if TYPE_CHECKING:
    from ..flows.border import Border


def utc_now() -> datetime:
    """The command line's clock."""
    return datetime.now(UTC)


def settings_for(host: str = "", port: int = 0) -> Settings:
    """Settings from the environment. Without BASE_URL the address is the one we listen at."""
    from ..telemetry import configure_logging

    settings = read_settings()
    if host and "BASE_URL" not in os.environ:
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - names of "everywhere"
        settings = replace(settings, base_url=f"http://{shown}:{port}")
    configure_logging(settings.log_level, settings.log_format)
    for chatty in ("alembic", "huey"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
    return settings


def prepare_database(settings: Settings) -> None:
    """Our own SQLite file is brought up to date by itself; a PostgreSQL database only by `lti-tool migrate`,
    because there several machines may still run the old version."""
    from ..store import migrating

    if settings.embedded:
        migrating.upgrade(settings.database)
        return
    missing = migrating.missing(settings.database)
    if missing:
        raise migrating.MigrationFailed(
            f"The database is behind; steps missing: {len(missing)}, from {missing[0]} on. Run: lti-tool migrate"
        )


@contextmanager
def installation() -> Iterator[Border]:
    """Database and border of this installation, for the length of a command."""
    from ..flows.border import Border
    from ..store.database import Database

    settings = settings_for()
    prepare_database(settings)
    db = Database(settings.database)
    try:
        yield Border(db, settings)
    finally:
        db.close()
