"""Schoology (PowerSchool)."""

from __future__ import annotations

from typing import Any, ClassVar

from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.values import ScoreToSend


class Schoology(Platform):
    """One issuer for all districts; refuses every field and parameter it does not know."""

    name: ClassVar[str] = "Schoology"
    product_codes: ClassVar[tuple[str, ...]] = ("schoology", "powerschoolschoology")
    issuer_hosts: ClassVar[tuple[str, ...]] = ("schoology.schoology.com", ".schoology.com")
    member_page_limit: ClassVar[int | None] = 100  # at most 100 records a request (vendor documentation)
    accepts_rlid: ClassVar[bool] = False  # '"query.rlid" is not allowed' (code-dot-org pull request 57068)
    sends_submission_times: ClassVar[bool] = False  # only fields of the base specification are let through
    known_fields_only: ClassVar[bool] = True  # '"id" is not allowed' (reported for new columns)
    line_item_page_limit: ClassVar[int | None] = None
    results_page_limit: ClassVar[int | None] = None

    def score_extra(self, score: ScoreToSend) -> dict[str, Any]:
        """Nothing beyond the specification, ever."""
        return {}

    def custom_parameters(self) -> dict[str, str]:
        """Custom parameters live in the chosen link alone (vendor documentation)."""
        return {}
