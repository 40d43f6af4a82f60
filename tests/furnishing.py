"""What every start of the tool makes anew, made once for a test process: tables, static files, compiled templates.

They took a third of a second of each test's time. A test still has a folder, a database and an application of its own.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from lti_tool.app import create_app
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.store.tables import Base
from lti_tool.web import assets


@cache
def _workshop() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cairn-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _empty_database() -> Path:
    """A SQLite file with all tables and no rows."""
    path = _workshop() / "empty.db"
    made = Database(f"sqlite:///{path}")
    Base.metadata.create_all(made.engine)
    # Closing the last connection puts the write-ahead log into the file.
    made.close()
    return path


@cache
def _static_files() -> assets.Assets:
    return assets.prepare(_workshop())


def furnish(settings: Settings) -> Database:
    """An installation in its empty folder, as after its first start: tables without rows, static files in place.

    The database is SQLite in that folder.
    """
    db = Database(settings.database)
    shutil.copyfile(_empty_database(), str(db.engine.url.database))
    place = settings.data_dir / "static"
    place.mkdir()
    (place / _static_files().digest).symlink_to(_static_files().root, target_is_directory=True)
    return db


class _Compiled(BytecodeCache):
    """Templates as they were compiled by an earlier application; a changed source is compiled anew (Jinja looks)."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def make_app(settings: Settings) -> Flask:
    """The web application of an installation."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _COMPILED
    return app
