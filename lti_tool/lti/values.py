"""What crosses the border, as plain values. Scores are 0..1, times aware and in UTC, unknown text is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from lti_tool.lti.addresses import ToolAddresses as ToolAddresses
from lti_tool.lti.addresses import tool_addresses as tool_addresses

RegistrationStatus = Literal["active", "pending", "paused"]


class RoleKind(StrEnum):
    """What somebody may do in one course. Least privilege is STUDENT."""

    STUDENT = "student"
    TEACHER = "teacher"
    ASSISTANT = "assistant"
    ADMIN = "admin"
    OBSERVER = "observer"


class MessageType(StrEnum):
    """The messages we answer."""

    RESOURCE = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    REVIEW = "LtiSubmissionReviewRequest"
    PRIVACY = "DataPrivacyLaunchRequest"

    @classmethod
    def _missing_(cls, value: object) -> MessageType | None:
        """Drafts gave the privacy launch two names, and LMSs use both (Sakai’s `LTI13ConstantsUtil` has each)."""
        return cls.PRIVACY if value == "LtiDataPrivacyLaunchRequest" else None


class ActivityProgress(StrEnum):
    """How far the learner is (AGS 2.0 §3.4.7)."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class GradingProgress(StrEnum):
    """How far the grading is (AGS 2.0 §3.4.8)."""

    FULLY_GRADED = "FullyGraded"
    PENDING = "Pending"
    PENDING_MANUAL = "PendingManual"
    FAILED = "Failed"
    NOT_READY = "NotReady"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One installation of this tool in one LMS: who it is and where its endpoints are.

    `product` is the LMS's `product_family_code` when it told us, else empty.
    """

    id: int
    organisation_id: int
    issuer: str
    client_id: str
    auth_login_url: str
    auth_token_url: str
    key_set_url: str
    auth_audience: str = ""
    status: RegistrationStatus = "active"
    product: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLogin:
    """A login under way. `browser` is the secret the browser keeps; store only `login.fingerprint(browser)`."""

    state: str
    nonce: str
    registration_id: int
    target_link_uri: str
    browser: str
    storage_target: str
    expires_at: datetime
    deployment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonClaims:
    """What the LMS says about the person; all of it may be withheld."""

    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    locale: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseClaims:
    """The course of the launch. `history` holds the ids it was copied from, nearest first."""

    context_id: str
    title: str = ""
    label: str = ""
    types: tuple[str, ...] = ()
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClaims:
    """The link that was opened. `history` holds the ids it was copied from, nearest first."""

    resource_link_id: str
    title: str = ""
    description: str = ""
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The addresses this launch opens: columns, roster, groups, notices of copies. Empty means not offered."""

    line_items_url: str = ""
    line_item_url: str = ""
    ags_scopes: tuple[str, ...] = ()
    memberships_url: str = ""
    groups_url: str = ""
    notices_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How the LMS shows us: `document_target` is iframe, window, frame or empty."""

    return_url: str = ""
    document_target: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformClaims:
    """Which LMS speaks: its `product_family_code`, version, name and guid."""

    product: str = ""
    version: str = ""
    name: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepLinkRequest:
    """A teacher is choosing content. `data` is whatever the LMS sent, None when it sent none (then none goes back)."""

    deployment_id: str
    return_url: str
    accept_types: tuple[str, ...] = ()
    accept_targets: tuple[str, ...] = ()
    accept_multiple: bool = True
    accept_line_item: bool | None = None
    auto_create: bool = False
    title: str = ""
    text: str = ""
    data: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A verified launch: who came, with which role, into which course, through which link.

    `claims` is the whole message, for the page that helps an admin. `is_lms_admin` is true for an administrator of
    the LMS, whatever the role in this course.
    """

    registration_id: int
    deployment_id: str
    message_type: MessageType
    subject: str
    person: PersonClaims
    role: RoleKind
    is_test_user: bool
    mentored: tuple[str, ...]
    course: CourseClaims | None
    link: LinkClaims | None
    target_link_uri: str
    custom: Mapping[str, str]
    services: Services
    presentation: Presentation
    deep_link: DeepLinkRequest | None
    for_user: str
    platform: PlatformClaims
    claims: dict[str, Any] = field(repr=False)
    is_lms_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One line of the roster. `says_role` is false where the LMS names no role: then it is a guess."""

    subject: str
    role: RoleKind
    active: bool
    says_role: bool = True
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    is_test_user: bool = False
    groups: tuple[str, ...] | None = None
    """Ids of groups in the course; None when the LMS says nothing of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMember:
    """Somebody who may open a link. `custom`: what a launch of theirs would bring, empty where the LMS says nothing."""

    subject: str
    custom: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A gradebook column as the LMS has it. `score_maximum` is in points."""

    line_item_url: str
    label: str
    score_maximum: float
    tag: str = ""
    resource_id: str = ""
    resource_link_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnWish:
    """A gradebook column we would like. `resource_id` and `tag` are how we find it again."""

    label: str
    score_maximum: float
    tag: str = ""
    resource_id: str = ""
    resource_link_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreToSend:
    """One grade on its way. `given` is 0..1 or None (progress without a grade); `maximum` is in points.

    `gives_way`: nothing of ours is there yet, so that a grade that is there is not to be replaced.
    """

    subject: str
    given: float | None
    maximum: float
    activity: ActivityProgress
    grading: GradingProgress
    at: datetime
    comment: str = ""
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    gives_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenResult:
    """What the gradebook holds for one learner. `score` is 0..1 of the column, None when empty; `points` as said."""

    subject: str
    score: float | None
    points: float | None = None
    comment: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolKey:
    """One of our key pairs, published from `created_at`.

    It signs from `signs_from` (None: at once) to `retired_at`, and stays published for a while after that.
    """

    kid: str
    private_pem: str = field(repr=False)
    created_at: datetime
    signs_from: datetime | None = None
    retired_at: datetime | None = None

    def signs_at(self, now: datetime) -> bool:
        """True while this key's signatures are to be made."""
        begun = self.signs_from is None or self.signs_from <= now
        return begun and (self.retired_at is None or now < self.retired_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """Permission of the LMS to use its services, until `expires_at`."""

    token: str = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...] = ()
