"""What the specification says, as flags and few methods. An LMS that keeps to it needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lti_tool.lti.errors import Meaning
from lti_tool.lti.http import Answer
from lti_tool.lti.meanings import Row, Service, first_fitting
from lti_tool.lti.platforms.guides import Endpoints, Guide, ToolFacts
from lti_tool.lti.values import Launch, MessageType, Registration, ScoreToSend

_PERSON = "user|student|learner|person|member"
_WORDS = "several LMSs say with words what has no status of its own"

SPECIFICATION = (
    Row(Service.TOKEN, 429, Meaning.SLOW_DOWN, "RFC 6585 §4"),
    Row(Service.TOKEN, range(100, 1000), Meaning.NO_TOKEN, "RFC 6749 §5.2; some answer 200 and a page"),
    Row(Service.SCORE, 400, Meaning.OUTDATED, _WORDS, says="timestamp"),
    Row(Service.SCORE, 422, Meaning.OUTDATED, _WORDS, says="timestamp"),
    Row(Service.SCORE, 404, Meaning.NOT_A_STUDENT, _WORDS, says=_PERSON),
    Row(Service.SCORE, 422, Meaning.NOT_A_STUDENT, _WORDS, says=_PERSON),
    Row(None, 400, Meaning.NOT_UNDERSTOOD, "RFC 9110 §15.5.1"),
    Row(None, 401, Meaning.TOKEN_OVER, "LTI Security Framework 1.0 §4.1.4; RFC 6750 §3.1"),
    Row(None, 403, Meaning.FORBIDDEN, "RFC 9110 §15.5.4"),
    Row(None, 404, Meaning.NOT_FOUND, "RFC 9110 §15.5.5"),
    Row(None, 408, Meaning.TROUBLE, "RFC 9110 §15.5.9"),
    Row(None, 409, Meaning.OUTDATED, "AGS 2.0 §3.4.6: a score that is not newer"),
    Row(None, 410, Meaning.NOT_FOUND, "RFC 9110 §15.5.11"),
    Row(None, 412, Meaning.NOT_SET_UP, "RFC 9110 §15.5.13"),
    Row(None, 421, Meaning.TROUBLE, "RFC 9110 §15.5.20"),
    Row(None, 422, Meaning.UNUSABLE, "RFC 9110 §15.5.21"),
    Row(None, 423, Meaning.LOCKED, "RFC 4918 §11.3"),
    Row(None, 425, Meaning.TROUBLE, "RFC 8470 §5.2"),
    Row(None, 429, Meaning.SLOW_DOWN, "RFC 6585 §4"),
    Row(None, range(100, 400), Meaning.ELSEWHERE, "RFC 9110 §15.4"),
    Row(None, range(400, 500), Meaning.REFUSED, "RFC 9110 §15.5"),
    Row(None, range(500, 1000), Meaning.TROUBLE, "RFC 9110 §15.6"),
)
"""What any answer that is not 2xx means where an LMS keeps to the standards. It has a row for every status."""


def listed(said: str) -> tuple[str, ...]:
    """The ids of a list with commas, as custom parameters have it."""
    return tuple(part.strip()[:255] for part in said.split(",") if part.strip())


class FrameProtocol(StrEnum):
    """How to ask for a taller frame."""

    LTI = "lti.frameResize"
    NONE = ""


class Platform:
    """An LMS as the specifications describe it (LTI 1.3, AGS 2.0, NRPS 2.0, Deep Linking 2.0)."""

    name: ClassVar[str] = "LMS"
    """What teachers call it."""
    product_codes: ClassVar[tuple[str, ...]] = ()
    """Values of `product_family_code` (lower case) that it sends."""
    issuer_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts of the issuer, for LMSs that are one for all; a leading dot stands for any part before it."""

    frame_hosts: ClassVar[tuple[str, ...]] = ()
    """Where its schools' pages lie, `*` for any name, if it is one for all: a launch need not say whose page holds it
    (the way back is optional, Core §5.4.4), and its own addresses are not the school's."""

    page_paths: ClassVar[tuple[str, ...]] = ()
    """Parts of the path that its pages have below its own address: somebody copied the address of one of these."""

    sign_in_paths: ClassVar[tuple[str, ...]] = ()
    """What the path of its sign-in address holds: some LMSs do not say what they are."""

    frame_resize: ClassVar[FrameProtocol] = FrameProtocol.LTI

    refusals: ClassVar[tuple[Row, ...]] = ()
    """What it means by answers that are not 2xx, where that is not what the specification says. First fit wins."""

    member_page_limit: ClassVar[int | None] = 100
    """Members to ask for at once; None asks for no limit."""
    line_item_page_limit: ClassVar[int | None] = 100
    results_page_limit: ClassVar[int | None] = 100
    results_by_path: ClassVar[bool] = False
    """One person's result has an address of its own, below the list; the filter `user_id` is not known."""
    lists_link_members: ClassVar[bool] = False
    """Asked for a link (`rlid`, NRPS 2.0 §3), the roster lists those who may open it. Some refuse, some do not know it;
    so only where that was seen."""
    narrows_link_members: ClassVar[bool] = False
    """Asked for a link and a role at once (`role`, NRPS 2.0 §2.4.1), it lists those to whom both apply. Again only
    where that was seen: people would be missing whom an LMS counts under another role than its roster says."""
    roster_roles_are_sure: ClassVar[bool] = True
    """The roster says the same roles as launches do. False: never lower a role because of the roster."""

    sends_unscored: ClassVar[bool] = True
    """A score without a number (progress only) does no harm. False: such scores stay at home."""
    sends_submission_times: ClassVar[bool] = True
    """Knows `submission.submittedAt` of a score."""
    timestamp_step_seconds: ClassVar[float] = 0.001
    """Scores closer together than this count as one moment; the second is refused."""
    whole_points: ClassVar[bool] = False
    """Columns made by deep linking have whole numbers of points."""
    whole_columns: ClassVar[bool] = False
    """Columns made through the gradebook service, too."""
    largest_points: ClassVar[float | None] = None
    """Most points of a column made by deep linking."""
    shows_zero_results: ClassVar[bool] = True
    """A result of zero points says so. False: it looks like a result without a grade."""
    keeps_old_maxima: ClassVar[bool] = False
    """The maximum of a result is the one its column had when the score came, its points count in those of now."""
    reshapes_scores: ClassVar[bool] = False
    """A column may make another number of a score: a word of a scale, points added to every grade."""
    comment_limit: ClassVar[int] = 4000
    known_fields_only: ClassVar[bool] = False
    """Refuses fields that the specification does not name."""
    link_url_with_query: ClassVar[bool] = True
    """A chosen link may have a query; False: its identity travels in `custom` alone."""
    keeps_dates: ClassVar[bool] = True
    """Takes `available` and `submission` of a chosen link over. False: dates are set on its own pages alone."""
    keeps_windows: ClassVar[bool] = True
    """Takes `window` of a chosen link over. False: where an activity opens is its own setting."""

    def is_nobody(self, login_hint: str) -> bool:
        """True when a login begins for a person whom the LMS itself does not know, so that it cannot end well."""
        return False

    def token_audience(self, registration: Registration) -> str:
        """Whom our request for a token is addressed to (LTI Security Framework 1.0 §4.1.1)."""
        return registration.auth_audience or registration.auth_token_url

    def meaning(self, service: Service | None, answer: Answer) -> Meaning:
        """What an answer that is not 2xx means here: by the rows of this LMS, else by those of the specification."""
        return first_fitting((*self.refusals, *SPECIFICATION), service, answer).meaning

    def score_extra(self, score: ScoreToSend) -> dict[str, Any]:
        """More fields for a score, beyond the specification."""
        return {}

    def reply_extra(self, registration: Registration) -> dict[str, Any]:
        """More claims for the answer to a teacher's choice, beyond the specification."""
        return {}

    def roster_name(self, name: str) -> str:
        """A name of the roster as the person writes it."""
        return name

    def clean_comment(self, comment: str) -> str:
        """A comment to the learner in the form the gradebook shows well. Plain text with line breaks."""
        return comment.strip()[: self.comment_limit]

    def link_points(self, wished: float) -> float:
        """The points a column made by deep linking can have, nearest to what the teacher wished."""
        points = min(wished, self.largest_points) if self.largest_points else wished
        return float(max(1, round(points))) if self.whole_points else points

    def column_points(self, wished: float) -> float:
        """The points a column made through the gradebook service can have."""
        return float(max(1, round(wished))) if self.whole_columns else wished

    def shares_link(self, launch: Launch) -> bool:
        """True when the link of this launch stands for many: then only our own key tells which activity is meant."""
        return False

    def group_ids_of(self, custom: Mapping[str, str]) -> tuple[str, ...] | None:
        """Groups of the person in the course, from the custom parameter `groups` of our registration.

        `custom` is what a launch says, or what a roster says that a launch would.

        None when the LMS says nothing of groups, empty for somebody who is in none (any more).
        """
        said = custom.get("groups")
        return None if said is None else listed(said)

    def mentored_of(self, launch: Launch) -> tuple[str, ...]:
        """Subjects of those whom a parent or mentor accompanies here (LTI Core 1.3 §5.4.3)."""
        return launch.mentored

    def group_names_of(self, custom: Mapping[str, str]) -> dict[str, str]:
        """Names of groups by their ids, as far as a launch says them."""
        return {}

    def is_test_installation(self, registration: Registration, launch: Launch | None = None) -> bool:
        """True for a copy of a real LMS that must never write to the real one."""
        return False

    def registration_extra(self) -> dict[str, Any]:
        """More fields for the tool configuration of a dynamic registration."""
        return {}

    def message_extra(self, message_type: str) -> dict[str, Any]:
        """More fields for one message of the tool configuration."""
        return {}

    def placements(self, message_type: str) -> tuple[str, ...]:
        """Where in the LMS a message can start (LTI Dynamic Registration 1.0 §4.2)."""
        return ("ContentArea",) if message_type == MessageType.DEEP_LINKING else ()

    def return_at_top(self, url: str) -> str:
        """The way back into the course, for somebody who takes it out of the frame: we open it in the whole window."""
        return url

    def is_same_house(self, host: str, other: str) -> bool:
        """True when both hosts are this LMS's, though their names differ."""
        return False

    def serves_schools(self, host: str) -> bool:
        """True for a host of its cloud: what is published there is its own word, also about schools with hosts of
        their own."""
        return False

    def custom_parameters(self) -> dict[str, str]:
        """Variables we ask the LMS to fill in. Names in lower case with underscores: some LMSs change any other."""
        return {"context_history": "$Context.id.history", "link_history": "$ResourceLink.id.history"}

    def custom_lines(self) -> str:
        """The same as forms take them: one `name=$Variable` a line."""
        return "\n".join(f"{name}={value}" for name, value in self.custom_parameters().items())

    def guide(self, facts: ToolFacts) -> Guide | None:
        """How its administrator installs this tool; None when nobody ever does."""
        return None

    def endpoints(self) -> tuple[Endpoints, ...]:
        """Its addresses as far as they are the same for everybody or follow from the school's; the usual first."""
        return ()

    def configuration(self, facts: ToolFacts) -> dict[str, Any] | None:
        """A configuration it reads at an address of ours; None when it reads none."""
        return None

    def issuer_slip(self, issuer: str) -> str:
        """What is wrong with an issuer that somebody typed, in words an admin knows; empty when nothing is."""
        path = urlsplit(issuer).path.rstrip("/")
        if path.endswith(".php") or any(f"/{part}/" in f"{path}/" for part in self.page_paths):
            return "is the address of a page; take the site’s own, as its front page shows it."
        return ""

    def is_mine(self, product: str, issuer: str) -> bool:
        """True when the product code or the issuer's host is this LMS's."""
        host = (urlsplit(issuer).hostname or "").lower()
        if product:
            return product.lower() in self.product_codes
        return any(host == known or (known[0] == "." and host.endswith(known)) for known in self.issuer_hosts)

    def signs_in_at(self, url: str) -> bool:
        """True when only this LMS has such a sign-in address."""
        return any(known in urlsplit(url).path for known in self.sign_in_paths)
