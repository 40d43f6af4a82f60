"""Students of the course whom the LMS does not let open this activity, and who are therefore not listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..tables import PlacementRow
from .class_lines import Line

_NAMED = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """How many they are, the first of them by name (person id, name), and when the LMS said so."""

    count: int
    named: tuple[tuple[int, str], ...]
    said_at: datetime | None

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.named)


def elsewhere(row: PlacementRow, lines: Sequence[Line]) -> Elsewhere:
    """Those among these lines, which are sorted by name."""
    found = [line for line in lines if line.is_elsewhere]
    named = tuple((line.person_id, line.name) for line in found[:_NAMED])
    return Elsewhere(count=len(found), named=named, said_at=row.openers_read_at)
