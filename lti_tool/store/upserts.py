"""Rows that two requests may want to make at once: inserted if missing, then read (and locked where asked)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from .database import Session
from .tables import Base

Row = TypeVar("Row", bound=Base)

INSERTS: Mapping[str, Callable[..., postgresql.Insert | sqlite.Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}
"""INSERT by the name of the database's dialect, in words that can say what happens on a conflict."""


def find_or_add(
    session: Session,
    table: type[Row],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    lock: bool = False,
) -> Row:
    """The row with this unique key, made from `key` + `values` when missing.

    ON CONFLICT DO NOTHING makes the race harmless: whoever comes second reads what the first one made. `lock`
    holds the row until the transaction ends (PostgreSQL; on SQLite writers are alone anyway).
    """
    query = select(table).filter_by(**key)
    if lock:
        query = query.with_for_update()
    found = session.scalar(query)
    if found is not None:
        return found
    fresh = table(**key, **values)
    columns = {
        column.key: getattr(fresh, column.key)
        for column in table.__mapper__.column_attrs
        if getattr(fresh, column.key) is not None
    }
    adding = insert_into(session, table).values(**columns).on_conflict_do_nothing().returning(table)
    return session.scalars(adding).one_or_none() or session.scalars(query).one()


def add_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Make all of these rows that are not there yet, in one statement. Each has the same columns.

    `session.execute` with a list fills in the defaults of columns that are not named.
    """
    if rows:
        session.execute(insert_into(session, table).on_conflict_do_nothing(), list(rows))


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT in the words of this session's database."""
    return INSERTS[session.get_bind().dialect.name](table)
