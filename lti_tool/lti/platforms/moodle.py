"""Moodle, as observed on 4.5."""

from __future__ import annotations

import html
import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lti_tool.lti.errors import Meaning
from lti_tool.lti.meanings import Row, Service
from lti_tool.lti.platforms.base import FrameProtocol, Platform
from lti_tool.lti.platforms.guides import Copied, Endpoints, Guide, ToolFacts

_STATUS_LINE = "`scores.php`, `service/response.php`"
_EMBEDDED = {"2", "3"}
_OWN_WINDOW = "4"
"""Values of `launch_container` (`mod/lti/locallib.php`)."""


class Moodle(Platform):
    """Every school has its own issuer. Small decimal ids, unique only inside one site."""

    name: ClassVar[str] = "Moodle"
    product_codes: ClassVar[tuple[str, ...]] = ("moodle",)
    sign_in_paths: ClassVar[tuple[str, ...]] = ("/mod/lti/auth.php",)
    page_paths: ClassVar[tuple[str, ...]] = ("login", "my", "admin", "course", "user")
    frame_resize: ClassVar[FrameProtocol] = FrameProtocol.NONE  # the frame fills the page and hears nothing
    member_page_limit: ClassVar[int | None] = 200  # all at once without a limit; with one, pages work
    lists_link_members: ClassVar[bool] = True
    """Narrowed by the restrictions of the activity, dates among them. Each member's `message` has no custom parameters,
    so groups come with launches alone (`service/memberships`, `contextmemberships.php` and `memberships.php`)."""
    narrows_link_members: ClassVar[bool] = True
    """Learners are all but those with the right that makes an Instructor of them. The next page is one of everybody,
    from the place that was reached among learners: some come twice, none is left out (the same files, 4.5 and 5.1)."""
    refusals: ClassVar[tuple[Row, ...]] = (
        # Why a score was refused stands in the status line alone, which is lost on the way through some proxies. The
        # body is an empty list then, behind whatever debugging prints; every other error has words or a page.
        # What cannot be taken is a score of a person without a gradebook role: the other reasons, a missing field
        # and an odd date, are none of ours. What may not be changed is a locked column.
        Row(Service.SCORE, 400, Meaning.NOT_A_STUDENT, _STATUS_LINE + "; hypothesis/lms issue 5497", ends="[]"),
        Row(Service.SCORE, 500, Meaning.LOCKED, _STATUS_LINE, ends="[]"),
    )
    roster_roles_are_sure: ClassVar[bool] = False
    """A non-editing teacher is Instructor at launch and Learner in the roster, which says nothing else that would tell
    them from a student (4.5.6). So they stand among those who have not begun until their first launch, which the
    roster then never lowers; they get no grade before it, because nobody without evidence does."""
    line_item_page_limit: ClassVar[int | None] = None  # with a limit, the next-page link is malformed
    results_page_limit: ClassVar[int | None] = None  # `limit` on results ends in an error page
    sends_unscored: ClassVar[bool] = False  # anything but FullyGraded with a number empties the grade (scores.php)
    sends_submission_times: ClassVar[bool] = False  # not read
    timestamp_step_seconds: ClassVar[float] = 1.0  # compared in whole seconds; the same second is a 409
    shows_zero_results: ClassVar[bool] = False  # resultScore is left out when it is 0 (`!empty`, results service)
    keeps_old_maxima: ClassVar[bool] = True  # `finalgrade` beside `rawgrademax` (result_for_json)
    reshapes_scores: ClassVar[bool] = True  # scales, multiplicators and offsets (grade_item.php, adjust_raw_grade)
    whole_points: ClassVar[bool] = True
    largest_points: ClassVar[float | None] = 100.0  # the site setting gradepointmax; more cannot be saved
    keeps_dates: ClassVar[bool] = False
    """Of a chosen link its form knows title, text, addresses, icon, `custom` and `lineItem`; all else is dropped
    without a word (`mod/lti/locallib.php`, `content_item_to_form`, 4.5 and 5.1)."""
    keeps_windows: ClassVar[bool] = False  # the same function; the launch container is a setting of the tool

    def is_nobody(self, login_hint: str) -> bool:
        """Whose session has ended is user 0. It begins a login all the same, and then says “Invalid request” without
        any way on (`mod/lti/launch.php` asks for no sign-in before; `auth.php` takes "0" for no hint at all)."""
        return login_hint == "0"

    def roster_name(self, name: str) -> str:
        """Prepared for HTML, other than in a launch (`memberships.php`, format_string): “Ben &amp; Co”."""
        return html.unescape(name)

    def clean_comment(self, comment: str) -> str:
        """Feedback is plain text; tags would be shown to the student letter by letter."""
        return super().clean_comment(html.unescape(re.sub(r"<[^<>]+>", "", comment)))

    def return_at_top(self, url: str) -> str:
        """Its return page believes that it stands in the frame of an activity that is embedded, and shows what we say
        without any way on. In the whole window it must be told so (`mod/lti/return.php`)."""
        parts = urlsplit(url)
        said = parse_qsl(parts.query, keep_blank_values=True)
        if not any(name == "launch_container" and value in _EMBEDDED for name, value in said):
            return url
        told = [(name, _OWN_WINDOW if name == "launch_container" else value) for name, value in said]
        return urlunsplit(parts._replace(query=urlencode(told)))

    def custom_parameters(self) -> dict[str, str]:
        """No history of links; groups come as ids."""
        return {"context_history": "$Context.id.history", "groups": "$Moodle.Person.userGroupIds"}

    def endpoints(self) -> tuple[Endpoints, ...]:
        """Below the site's address (`mod/lti/openid-configuration.php`)."""
        return (
            Endpoints(
                issuer="{site}",
                auth_login_url="{site}/mod/lti/auth.php",
                auth_token_url="{site}/mod/lti/token.php",  # noqa: S106 - an address
                key_set_url="{site}/mod/lti/certs.php",
            ),
        )

    def guide(self, facts: ToolFacts) -> Guide:
        """Dynamic registration from version 4.0, else by hand."""
        places = "Site administration → Plugins → Activity modules → External tool → Manage tools"
        return Guide(
            slug="moodle",
            name=self.name,
            by_itself=(
                f"Open {places}.",
                "Paste the registration address you were sent as “Tool URL” and press “Add LTI Advantage”.",
            ),
            afterwards=(
                "When the tool appears, press “Activate”.",
                "Open its settings: “Tool configuration usage” → “Show in activity chooser and as a preconfigured"
                " tool”, so that teachers find it at once.",
            ),
            by_hand=(
                f"Open {places} → “configure a tool manually”.",
                "Choose LTI version “LTI 1.3”, public key type “Keyset URL”, and paste the values below.",
                "Under Services: “Use this service for grade sync and column management”, and “Use this service to"
                " retrieve members' information”.",
                "Under Privacy: share the launcher’s name; accept grades from the tool: delegate to teacher.",
                "Save. “View configuration details”, a symbol at the tool, shows client ID and deployment ID.",
            ),
            copied=(
                Copied(field="Tool name", value=facts.name),
                Copied(field="Tool URL", value=facts.tool.launch),
                Copied(field="Public keyset", value=facts.tool.jwks),
                Copied(field="Initiate login URL", value=facts.tool.login),
                Copied(field="Redirection URI(s)", value=facts.tool.launch),
                Copied(field="Custom parameters", value=self.custom_lines()),
                Copied(
                    field="Content selection URL", value=facts.tool.launch, note="Tick “Supports Deep Linking”."
                ),
            ),
            teachers="In the course: Add an activity → Cairn → Select content.",
            watch=(
                "Moodle’s server must be able to reach Cairn. A private address or a port other than 80 and 443 needs"
                " a change under Site administration → Security → HTTP security.",
            ),
            endpoints=self.endpoints(),
        )
