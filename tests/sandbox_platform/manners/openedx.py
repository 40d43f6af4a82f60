"""Open edX (`lti-consumer-xblock` 11.4.4): whole points, no removal of columns, results for everybody.

Source: its `plugin/views.py` and `lti_1p3/extensions/rest_framework/`.
"""

from __future__ import annotations

from typing import Any

from ..gradebook import Column
from .base import Manners, Refused

LARGEST_ROSTER = 1000


def check_line_item(body: dict[str, Any]) -> None:
    if not isinstance(body.get("scoreMaximum"), int):
        raise Refused(400, "scoreMaximum: A valid integer is required.")
    if not body.get("resourceId") and not body.get("resourceLinkId"):
        raise Refused(400, "Must provide at least one of resource_id or resource_link_id")


def check_delete(column: Column) -> None:
    """Its permission is written for “delete”, the action is called “destroy”."""
    raise Refused(403, "You do not have permission to perform this action.")


def refusal(status: int, reason: str) -> tuple[str, int | str, str]:
    """Reasons come under the name of the field that is wrong."""
    wrong = "timestamp" if "timestamp" in reason else "userId"
    return f'{{"{wrong}": ["{reason}"]}}', status, "application/json"


OPENEDX = Manners(
    name="openedx",
    product_family_code="openedx",
    sends_notices=False,
    says_product=False,
    auth_path="/api/lti_consumer/v1/launch/",
    deployment_id=lambda number: "1",
    registers_itself=False,
    shares_names=False,
    roles=lambda person: [*person.roles, "http://purl.imsglobal.org/vocab/lis/v2/system/person#None"],
    default_page_size=None,
    largest_page_size=LARGEST_ROSTER,
    largest_roster=LARGEST_ROSTER,
    check_line_item=check_line_item,
    check_delete=check_delete,
    score_status=201,
    older_refusal=(400, "Score already exists for the provided timestamp"),
    score_refusal=refusal,
    results_by_user=False,
    results_in_pages=False,
)
