"""Schema steps: one road to the newest schema, the same on both databases, and nothing lost on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pytest_alembic import MigrationContext as Steps
from pytest_alembic import create_alembic_fixture, tests
from sqlalchemy import Engine, inspect

from lti_tool import paths
from lti_tool.settings import Settings
from lti_tool.store import migrating
from lti_tool.store.database import make_engine
from lti_tool.store.tables import Base

steps = create_alembic_fixture({"script_location": str(paths.MIGRATIONS)})


@pytest.fixture
def alembic_engine(any_url: str) -> Iterator[Engine]:
    engine = make_engine(any_url)
    yield engine
    engine.dispose()


def test_there_is_one_newest_version(steps: Steps) -> None:
    tests.test_single_head_revision(steps)


def test_every_step_goes_up(steps: Steps) -> None:
    tests.test_upgrade(steps)


def test_every_step_comes_down_again(steps: Steps) -> None:
    tests.test_up_down_consistency(steps)


def test_steps_and_tables_say_the_same(any_url: str) -> None:
    migrating.upgrade(any_url)
    engine = make_engine(any_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_upgrade_tells_what_it_did_and_does_it_once(any_url: str) -> None:
    first, *others = migrating.upgrade(any_url)
    assert first == "The first schema"
    assert all(others), "every step has a title for the operator"
    assert migrating.upgrade(any_url) == []
    engine = make_engine(any_url)
    assert migrating.current(engine) == migrating.head()
    assert "grade_promises" in inspect(engine).get_table_names()
    engine.dispose()


def test_a_database_of_a_newer_program_is_left_alone(settings: Settings) -> None:
    migrating.upgrade(settings.database)
    engine = make_engine(settings.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(migrating.MigrationFailed, match="newer"):
        migrating.pending(engine)
    engine.dispose()
