"""How Alembic meets our tables: handed an open connection by `lti_tool.store.migrating`, an engine by its tests."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, Engine

from lti_tool.store.tables import Base
from lti_tool.store.tables.base import UtcDateTime


def render_item(kind: str, value: object, autogen_context: object) -> str | bool:
    """Write our aware time as the plain type it is, so that old steps never need today's code."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run inside the transaction that is already open: a step is done wholly or not at all."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes["connection"]
if isinstance(handed, Engine):
    with handed.begin() as opened:
        migrate(opened)
else:
    migrate(handed)
