"""Schoology (PowerSchool): one issuer for all districts, and nothing that it does not know.

Sources: developers.schoology.com (LTI apps); reports of code-dot-org 57068 and Simon-Initiative/lti_1p3 27.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .base import Manners, Refused

LARGEST_PAGE = 100
QUERY = {
    "memberships": {"role", "limit", "page"},
    "lineitems": {"resource_link_id", "resource_id", "tag", "limit", "page"},
    "results": {"user_id", "limit", "page"},
}
LINE_ITEM = {
    "label", "scoreMaximum", "resourceLinkId", "resourceId", "tag", "startDateTime", "endDateTime",
    "submissionReview", "gradesReleased",
}  # fmt: skip
SCORE = {"userId", "timestamp", "activityProgress", "gradingProgress", "scoreGiven", "scoreMaximum", "comment"}


def check_query(service: str, query: Mapping[str, str]) -> None:
    only("query.", query, QUERY.get(service, set()))
    limit = query.get("limit", "")
    if limit.isdigit() and int(limit) > LARGEST_PAGE:
        raise Refused(400, f'"query.limit" must be less than or equal to {LARGEST_PAGE}')


def check_line_item(body: dict[str, Any]) -> None:
    only("", body, LINE_ITEM)


def check_score(body: dict[str, Any]) -> None:
    only("", body, SCORE)


def only(where: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise Refused(400, f'"{where}{name}" is not allowed')


SCHOOLOGY = Manners(
    name="schoology",
    product_family_code="schoology",
    sends_notices=False,
    issuer="https://schoology.schoology.com",
    deployment_id=lambda number: f"60{number:08d}-{number}",
    registers_itself=False,
    custom=lambda tool, link: dict(link),
    accept_types=("ltiResourceLink", "link"),
    accepts=lambda accept, media_type: accept == media_type,
    accept_refusal=(400, "Invalid Accept Header"),
    check_query=check_query,
    default_page_size=LARGEST_PAGE,
    largest_page_size=LARGEST_PAGE,
    check_line_item=check_line_item,
    check_score=check_score,
)
