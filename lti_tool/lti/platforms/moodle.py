"""Moodle, as observed on 4.5."""

from __future__ import annotations

import html
import re
from typing import ClassVar

from lti_tool.lti.errors import ScoreKind
from lti_tool.lti.platforms.base import FrameProtocol, Platform


class Moodle(Platform):
    """Every school has its own issuer. Small decimal ids, unique only inside one site."""

    name: ClassVar[str] = "Moodle"
    product_codes: ClassVar[tuple[str, ...]] = ("moodle",)
    sign_in_paths: ClassVar[tuple[str, ...]] = ("/mod/lti/auth.php",)
    frame_resize: ClassVar[FrameProtocol] = FrameProtocol.NONE  # the frame fills the page and hears nothing
    answers_messages: ClassVar[bool] = False  # no platform storage, no capabilities in 4.5 (grep of mod/lti)
    picker_size: ClassVar[tuple[int, int]] = (770, 575)
    member_page_limit: ClassVar[int | None] = 200  # all at once without a limit; with one, pages work
    roster_roles_are_sure: ClassVar[bool] = False  # a non-editing teacher is Instructor at launch, Learner here
    line_item_page_limit: ClassVar[int | None] = None  # with a limit, the next-page link is malformed
    results_page_limit: ClassVar[int | None] = None  # `limit` on results ends in an error page
    sends_unscored: ClassVar[bool] = False  # anything but FullyGraded with a number empties the grade (scores.php)
    sends_submission_times: ClassVar[bool] = False  # not read
    timestamp_step_seconds: ClassVar[float] = 1.0  # compared in whole seconds; the same second is a 409
    shows_zero_results: ClassVar[bool] = False  # resultScore is left out when it is 0 (`!empty`, results service)
    whole_points: ClassVar[bool] = True
    largest_points: ClassVar[float | None] = 100.0  # the site setting gradepointmax; more cannot be saved
    link_items_only: ClassVar[bool] = True  # other items silently become activities

    def clean_comment(self, comment: str) -> str:
        """Feedback is plain text; tags would be shown to the student letter by letter."""
        return super().clean_comment(html.unescape(re.sub(r"<[^<>]+>", "", comment)))

    def score_kind(self, status: int | None, words: str) -> ScoreKind | None:
        """400 stands for a person without a gradebook role (our form is right, so nothing else is left), 500 for a
        locked column."""
        if status == 400:
            return ScoreKind.NOT_A_STUDENT
        if status == 500 and "lock" in words.lower():
            return ScoreKind.LOCKED
        return super().score_kind(status, words)

    def custom_parameters(self) -> dict[str, str]:
        """No history of links; groups come as ids."""
        return {"context_history": "$Context.id.history", "groups": "$Moodle.Person.userGroupIds"}
