"""Rows of several tables from one statement as bare values, for pages that only read.

Objects that a session watches for changes take several times the CPU of the values in them. What is read here has
the names of the columns and nothing else; who wants to change a row asks for the row.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table


def cutter(*tables: Table) -> Callable[[Sequence[Any]], Iterator[Any]]:
    """Cuts a row of `columns(*tables)` into one value for each table; None where an outer join found nothing."""
    pieces, start = [], 0
    for table in tables:
        names = list(table.c.keys())
        key = start + names.index(next(iter(table.primary_key)).name)
        kind: Any = namedtuple(table.name, names)  # type: ignore[misc]
        pieces.append((kind._make, start, start + len(names), key))
        start += len(names)

    def cut(row: Sequence[Any]) -> Iterator[Any]:
        for make, begin, end, key in pieces:
            yield make(row[begin:end]) if row[key] is not None else None

    return cut


def columns(*tables: Table) -> list[Any]:
    """All columns of the tables, one table after the other."""
    return [column for table in tables for column in table.c]
