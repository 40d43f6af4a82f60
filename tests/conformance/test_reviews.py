"""A teacher opens a student's work from the gradebook (submission review)."""

from __future__ import annotations

import pytest

from conformance.cases import Town, entered
from conformance.pupils import pupil

OMITTED = {"nothing": [], "the link": ["resource_link"], "link and custom parameters": ["resource_link", "custom"]}


@pytest.mark.parametrize("omit", OMITTED.values(), ids=OMITTED.keys())
def test_the_column_alone_says_which_activity_is_meant(town: Town, graded: str, omit: list[str]) -> None:
    """Columns need no link, so a review of one may come without."""
    one = pupil(town, graded)
    asked = {"message_type": "LtiSubmissionReviewRequest", "for_user": {"user_id": one.visit.subject}}
    page = town.launch("teacher", graded, claims=asked, omit=omit)
    assert "Skills, and why we say so" in entered(page)
