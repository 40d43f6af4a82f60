"""Who cannot open an activity that their course has."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from .base import Base, refers_to


class ShutOutRow(Base):
    """A student of the course whom the LMS did not name among those who may open a placement. Of everybody else it is
    not known that they could not; when it was read stands with the placement.
    """

    __tablename__ = "shut_out"

    placement_id: Mapped[int] = refers_to("placements.id", primary_key=True, index=False)
    person_id: Mapped[int] = refers_to("people.id", primary_key=True)
