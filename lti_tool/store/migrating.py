"""Schema versions: where a database stands, what is missing, and bringing it up to date."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from .. import paths
from .database import make_engine


class MigrationFailed(Exception):
    """The schema could not be brought up to date. The message says why and what to do."""


class DatabaseAway(Exception):
    """The database cannot be reached. The message names where we looked, without its password."""


def is_away(error: BaseException) -> bool:
    """True for errors that mean: the database does not answer, is full, locked or not the one we expect."""
    return isinstance(error, OperationalError | ProgrammingError)


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings, made here so that a wheel needs no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.set_main_option("timezone", "UTC")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The version this program was written for."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def current(engine: Engine) -> str:
    """The version of a database, empty when it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def pending(engine: Engine) -> list[str]:
    """What `upgrade` would do, in order: the first line of each step. Raises `MigrationFailed` when too new."""
    here = current(engine)
    scripts = ScriptDirectory.from_config(configuration())
    try:
        if here:
            scripts.get_revision(here)
    except CommandError:
        raise MigrationFailed(
            f"This database is at version {here}, which this program does not know: it was made by a newer one. "
            "Install that version, or restore a backup."
        ) from None
    steps = list(scripts.iterate_revisions("head", here or "base"))
    return [step.doc for step in reversed(steps) if step.revision != here]


def missing(url: str) -> list[str]:
    """What `upgrade` would do to the database at `url`. Raises `DatabaseAway` when it does not answer."""
    engine = make_engine(url)
    try:
        with _reachable(engine):
            return pending(engine)
    finally:
        engine.dispose()


def upgrade(url: str) -> list[str]:
    """Bring the database at `url` up to date, all or nothing. Returns the steps done.

    Only one process does it at a time; the others wait and then find nothing left to do.
    """
    engine = make_engine(url)
    try:
        with _alone(url), _reachable(engine):
            steps = pending(engine)
            if steps:
                _upgrade(engine)
            return steps
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A table is changed by copying it and dropping the old one. With foreign keys on, that drop would
            # delete every row that refers to it. The switch only works outside a transaction.
            _pragma(connection, "foreign_keys=OFF")
        with connection.begin():
            if not sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(727301)")
            command.upgrade(configuration(connection), "head")
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise MigrationFailed(f"Rows of {broken[0]} would lose what they refer to. Nothing was changed.")
        if sqlite:
            _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, setting: str) -> None:
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.cursor().execute(f"PRAGMA {setting}")


@contextmanager
def _reachable(engine: Engine) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        place = engine.url.render_as_string(hide_password=True)
        reason = str(error.orig).strip().split("\n", 1)[0]
        raise DatabaseAway(f"The database {place} does not answer: {reason}") from error


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """A file lock beside an embedded database. PostgreSQL has a lock of its own, taken in the transaction."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        yield
        return
    database = Path(address.database)
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(database.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(url: str, message: str) -> Path:
    """For developers: bring an empty database at `url` up to date and write the step from there to the tables."""
    upgrade(url)
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            script = command.revision(configuration(connection), message=message, autogenerate=True)
    finally:
        engine.dispose()
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


if __name__ == "__main__":
    write(*sys.argv[1:3])
