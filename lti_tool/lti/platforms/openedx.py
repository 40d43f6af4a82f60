"""Open edX (`lti-consumer-xblock`)."""

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.http import Answer
from lti_tool.lti.platforms.base import Platform


class OpenEdx(Platform):
    """Deployment id is always 1; columns cannot be deleted."""

    name: ClassVar[str] = "Open edX"
    product_codes: ClassVar[tuple[str, ...]] = ("openedx", "open edx", "edx")
    # Launches carry no product code, only name and guid (`lti_1p3/consumer.py`).
    sign_in_paths: ClassVar[tuple[str, ...]] = ("/api/lti_consumer/v1/",)
    results_page_limit: ClassVar[int | None] = None  # a limit cuts the list without a word (`plugin/views.py`)
    results_by_path: ClassVar[bool] = True  # `?user_id=` is ignored and brings the whole class (`plugin/views.py`)
    whole_points: ClassVar[bool] = True  # scoreMaximum is an integer field
    whole_columns: ClassVar[bool] = True
    member_page_limit: ClassVar[int | None] = 100  # pages only with a limit

    def meant_status(self, answer: Answer) -> int:
        """It answers 403 for every trouble before a service begins, also for a busy database or a token it lost.

        Source: `lti_1p3/extensions/rest_framework/authentication.py`, which catches any exception while it looks
        up its own settings ("LTI configuration not found") and while it checks a token ("Invalid token signature").
        """
        if answer.status == 403 and "configuration not found" in answer.text[:500].lower():
            return 503
        if answer.status == 403 and "invalid token signature" in answer.text[:500].lower():
            return 401
        return answer.status
