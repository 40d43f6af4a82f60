"""Canvas (Instructure)."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from lti_tool.lti.errors import ScoreKind
from lti_tool.lti.http import Answer
from lti_tool.lti.platforms.base import Platform
from lti_tool.lti.times import iso
from lti_tool.lti.values import Launch, MessageType, Registration, ScoreToSend

_EXTENSION = "https://canvas.instructure.com/lti/"
_SUBMISSION = _EXTENSION + "submission"


class Canvas(Platform):
    """One issuer for all schools of an environment; many deployments of one client."""

    name: ClassVar[str] = "Canvas"
    product_codes: ClassVar[tuple[str, ...]] = ("canvas",)
    issuer_hosts: ClassVar[tuple[str, ...]] = ("canvas.instructure.com", ".instructure.com", ".canvaslms.com")
    picker_size: ClassVar[tuple[int, int]] = (800, 700)
    member_page_limit: ClassVar[int | None] = 100  # 50 without a limit (NRPS documentation)

    def meant_status(self, answer: Answer) -> int:
        """A used-up bucket answers 403 with its own words or header (API documentation, "Throttling")."""
        remaining = answer.headers.get("X-Rate-Limit-Remaining", "").strip()
        throttled = "rate limit exceeded" in answer.text[:500].lower() or remaining in {"0", "0.0"}
        return 429 if answer.status == 403 and throttled else answer.status

    def score_extra(self, score: ScoreToSend) -> dict[str, Any]:
        """Every score would count as a new attempt, and overwrite what a teacher entered by hand, unless told so.

        Canvas reads the time of the submission only from its own extension, and without it shows work as late
        (canvas-lms issue 1705); a message without a score would empty the grade without `preserve_score`.
        """
        extra: dict[str, Any] = {"new_submission": False, "prioritize_non_tool_grade": True}
        if score.given is None:
            extra["preserve_score"] = True
        if score.submitted_at is not None:
            extra["submitted_at"] = iso(score.submitted_at)
        return {_SUBMISSION: extra}

    def score_kind(self, status: int | None, words: str) -> ScoreKind | None:
        """422 for the test student and for people not (or no longer) in the course, whatever it says.

        Source: `scores_controller.rb`; canvas-lms issue 1659.
        """
        found = super().score_kind(status, words)
        attempts_used_up = "attempt" in words.lower()
        return ScoreKind.NOT_A_STUDENT if found is None and status == 422 and not attempts_used_up else found

    def is_test_installation(self, registration: Registration, launch: Launch | None = None) -> bool:
        """Beta and test are copies of production with the same client ids; only the issuer differs."""
        host = urlsplit(registration.issuer).hostname or ""
        return ".beta." in f".{host}" or ".test." in f".{host}"

    def custom_parameters(self) -> dict[str, str]:
        """Links have no history here (an unknown variable comes back as it was); sections stand in for groups."""
        return {
            "context_history": "$Context.id.history",
            "groups": "$Canvas.course.sectionIds",
            "environment": "$Canvas.environment.test",
        }

    def registration_extra(self) -> dict[str, Any]:
        """Names are sent at this privacy level (documentation of dynamic registration)."""
        return {_EXTENSION + "privacy_level": "name_only"}

    def message_extra(self, message_type: str) -> dict[str, Any]:
        """The course menu entry stays hidden until a teacher shows it."""
        hidden = {_EXTENSION + "course_navigation/default_enabled": False}
        return hidden if message_type == MessageType.RESOURCE else {}

    def placements(self, message_type: str) -> tuple[str, ...]:
        """Assignments (they bring a gradebook column), module items, the course menu."""
        if message_type == MessageType.DEEP_LINKING:
            return (_EXTENSION + "assignment_selection", _EXTENSION + "link_selection")
        return (_EXTENSION + "course_navigation",) if message_type == MessageType.RESOURCE else ()

    def is_same_house(self, host: str, other: str) -> bool:
        """Schools live under one name, sign-in and keys under another."""
        return all(name.endswith((".instructure.com", ".canvaslms.com")) for name in (host, other))
