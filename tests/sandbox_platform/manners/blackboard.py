"""Blackboard Learn (Anthology): one issuer for all schools, a deployment for each.

Sources: hypothesis/lms (grading plug-in), ltijs 237, oli-torus 1979.
"""

from __future__ import annotations

import uuid
from typing import Any

from ..gradebook import Grade
from .base import Manners, Refused


def result(said: dict[str, Any], grade: Grade, by_user: bool) -> dict[str, Any] | None:
    """Asked for one person, it forgets the comment."""
    return {name: value for name, value in said.items() if not (by_user and name == "comment")}


def check_item(item: dict[str, Any], launch_url: str) -> None:
    if not item.get("url"):
        raise Refused(400, "Invalid Link")


NOBODY = (400, "User could not be found")

BLACKBOARD = Manners(
    name="blackboard",
    product_family_code="BlackboardLearn",
    sends_notices=False,
    issuer="https://blackboard.com",
    deployment_id=lambda number: str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://blackboard.com/{number}")),
    registers_itself=False,
    unknown_person=NOBODY,
    not_a_student=NOBODY,
    inactive_student=NOBODY,
    result=result,
    reply_needs_person=True,  # documentation, “Building the JWT token with the content”
    check_item=check_item,
)
