"""Blackboard Learn (Anthology)."""

from __future__ import annotations

from typing import ClassVar

from lti_tool.lti.errors import ScoreKind
from lti_tool.lti.platforms.base import Platform


class Blackboard(Platform):
    """One issuer for all schools; a deployment stands for a school."""

    name: ClassVar[str] = "Blackboard"
    product_codes: ClassVar[tuple[str, ...]] = ("blackboardlearn", "blackboardultra", "blackboard")
    issuer_hosts: ClassVar[tuple[str, ...]] = ("blackboard.com",)

    def score_kind(self, status: int | None, words: str) -> ScoreKind | None:
        """400 "User could not be found" (hypothesis/lms, grading plug-in)."""
        if status == 400 and "user could not be found" in words.lower():
            return ScoreKind.NOT_A_STUDENT
        return super().score_kind(status, words)

    def clean_comment(self, comment: str) -> str:
        """Line breaks are lost unless written as HTML (hypothesis/lms, Blackboard plug-in)."""
        return super().clean_comment(comment).replace("\r\n", "\n").replace("\n", "<br/>")
