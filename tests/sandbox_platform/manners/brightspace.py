"""Brightspace (D2L): tokens from one place for all, links without a query, columns only by the gradebook service.

A tool is registered first and deployed later, so the answer to its registration names no deployment.

Sources: hypothesis/lms (pull request 5472, issues 7180 and 7224, D2L plug-in), webwork2 2993, pylti1p3 90.
"""

from __future__ import annotations

from typing import Any

from .base import Manners, Refused


def check_item(item: dict[str, Any], launch_url: str) -> None:
    if item.get("url") != launch_url:
        raise Refused(400, f"the link must be {launch_url}, without a query")


NOT_ENROLLED = (403, "User in requested score is not enrolled in the org unit")

BRIGHTSPACE = Manners(
    name="brightspace",
    product_family_code="desire2learn",
    deployment_id=lambda number: f"4b7d1c52-0000-4000-8000-{number:012d}",
    key_set_cache="no-store",
    gives_registration_token=False,
    token_audience="https://api.brightspace.com/auth/token",
    says_deployment=False,
    unknown_person=(404, "User in requested score does not exist"),
    not_a_student=NOT_ENROLLED,
    inactive_student=NOT_ENROLLED,
    check_item=check_item,
    makes_columns=False,
)
