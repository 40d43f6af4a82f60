"""The practice LMS that comes with this tool. It keeps to the specifications."""

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.platforms.base import Platform


class Sandbox(Platform):
    """Nothing differs."""

    lists_link_members: ClassVar[bool] = True
    narrows_link_members: ClassVar[bool] = True

    name: ClassVar[str] = "Practice LMS"
    product_codes: ClassVar[tuple[str, ...]] = ("sandbox", "sandbox_platform", "practice")
