"""What all tables share: constraint names, aware times, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out on every database. Refuses naive times, which have hidden bugs for years elsewhere."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the tool."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar = {datetime: UtcDateTime(), dict[str, Any]: JSON, list[Any]: JSON, str: Text}


Id = Annotated[int, mapped_column(primary_key=True)]
Key = Annotated[str, mapped_column(String(255))]
"""Something an LMS or an author names: LTI allows identifiers of up to 255 characters."""


def refers_to(target: str, *, cascade: bool = True, **kwargs: Any) -> Any:
    """A foreign key with an index; rows go with what they belong to unless told otherwise."""
    return mapped_column(
        ForeignKey(target, ondelete="CASCADE" if cascade else "SET NULL"), index=kwargs.pop("index", True), **kwargs
    )
