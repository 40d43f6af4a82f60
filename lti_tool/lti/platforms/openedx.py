"""Open edX (`lti-consumer-xblock`)."""

from __future__ import annotations

from typing import ClassVar

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
