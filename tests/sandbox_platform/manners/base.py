"""Everything in which one LMS may differ from the next. The defaults are what the specifications say."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..gradebook import Column, Grade, take_score
from ..people import Person
from ..state import State

if TYPE_CHECKING:
    from ..custom import Occasion

MEMBERSHIP_PREFIX = "http://purl.imsglobal.org/vocab/lis/v2/membership"
Json = dict[str, Any]


class Refused(Exception):
    """This LMS does not take what was sent: HTTP status, and the reason in its words."""


def nothing(*_: object) -> None:
    """Nothing to object to."""


def names_type(accept: str, media_type: str) -> bool:
    """True when an Accept header names the media type, alone or among others."""
    return media_type in [part.partition(";")[0].strip() for part in accept.split(",")]


def course_roles(person: Person) -> list[str]:
    """The roles of a roster: those in the course."""
    return [role for role in person.roles if role.startswith(MEMBERSHIP_PREFIX)]


def quoted_link(service: str, url: str) -> str:
    """A `Link` header as RFC 8288 writes it."""
    return f'<{url}>; rel="next"'


def same_result(result: Json, grade: Grade, by_user: bool) -> Json | None:
    """A result as the gradebook shows it."""
    return result


def json_refusal(status: int, reason: str) -> tuple[str, int | str, str]:
    """Body, status (with its reason phrase if that speaks) and media type of a refused score."""
    return f'{{"error": "{reason}"}}', status, "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """The habits of one LMS, each named for what it does."""

    name: str = "specification"
    product_family_code: str = "sandbox"

    # who it says it is
    issuer: str = ""
    """Empty: its own address."""
    says_product: bool = True
    """Launches name the product; False: nothing but its addresses tells which LMS this is."""
    auth_path: str = "/auth"
    deployment_id: Callable[[int], str] = lambda number: f"deployment-{number}"
    small_ids: bool = False
    """People, courses, links and columns have small decimal ids."""
    key_set_cache: str = "public, max-age=300"
    test_student: bool = False
    """Teachers have a pretend student, who launches like anybody and has no grades."""

    # installing
    registers_itself: bool = True
    """Offers dynamic registration."""
    configuration_needs_token: bool = False
    """The OpenID configuration is shown only to bearers of a registration token."""
    gives_registration_token: bool = True
    says_deployment: bool = True
    """The registration's answer names the deployment."""
    starts_pending: bool = False
    """An administrator activates the tool after it registered."""
    shares_names: bool = True
    check_registration: Callable[[Any], None] = nothing
    """Raises RefusedRegistration for what this LMS in particular does not take."""
    message_placements: tuple[str, ...] = ("ContentArea",)
    platform_extra: Mapping[str, Any] = field(default_factory=dict)
    """More members of the LTI block of the OpenID configuration."""

    # launching
    id_token_seconds: int | None = None
    new_hint: Callable[[], str] = lambda: secrets.token_urlsafe(18)
    once_more: str = "again"
    """The parameter by which it knows that it sent the browser round once more, to bring its own cookie along. A tool
    that sends it never gets that second chance."""
    lost_hint_is_a_page: bool = False
    """A used or unknown lti_message_hint ends on a page of the LMS, not with an error at the tool."""
    roles: Callable[[Person], list[str]] = lambda person: list(person.roles)
    claims: Callable[[Json, bool], Json] = lambda claims, in_use: claims
    """The last word on a launch. `in_use`: the course has activities of the tool already."""
    custom: Callable[[dict[str, str], dict[str, str]], dict[str, str]] = lambda tool, link: tool | link
    """Custom parameters out of the tool's and the link's."""
    bare_return: Callable[[Mapping[str, str]], bool] = lambda query: False
    """The page of the return address, asked with this query, has no way on."""
    hidden_variables: frozenset[str] = frozenset()
    """Custom variables it does not know: they stay literal."""
    more_variables: Mapping[str, str | Callable[[Occasion], str]] = field(default_factory=dict)
    blank_variables_are_null: bool = False
    """A variable it knows that means nothing on this occasion is null; False: it stays literal, too."""

    sends_notices: bool = True
    """Tells tools when a course was copied (Platform Notification Service 1.0)."""

    # access tokens
    token_audience: str = ""
    """Whom an assertion must be addressed to; empty: the token address or the issuer."""
    token_address_is_its_audience: bool = False
    """An assertion must be addressed to the token address and nobody else."""
    authorization_server: Callable[[str], str] = lambda token_url: ""
    """Whom its own configuration calls the audience of assertions, by the token address; empty: it does not say."""
    token_content_type: str = ""
    assertion_leeway_seconds: int | None = None
    unreachable_keys_are_a_page: bool = False
    """Whoever asks for a token while the tool's keys cannot be fetched gets an error page, no OAuth error."""

    # all services
    weak_token: int = 403
    """A good token without the scope that is needed; some LMSs answer as if it were none."""
    reading_columns_needs_its_scope: bool = False
    """To look at columns a token must be for `lineitem.readonly`; the right to change them does not include it."""
    accepts: Callable[[str, str], bool] = names_type
    accept_refusal: tuple[int, str] = (406, "Accept must name the media type of this service")
    content_type_refusal: tuple[int, str] = (415, "Content-Type must be the media type of this service")
    check_query: Callable[[str, Mapping[str, str]], None] = nothing
    """Raises Refused; gets the service's name and the query."""
    default_page_size: int | None = 50
    """None: everything at once unless a limit is asked for."""
    largest_page_size: int = 500
    next_link: Callable[[str, str], str] = quoted_link
    throttle: tuple[int, Mapping[str, str], str] = (429, {"Retry-After": "1"}, '{"error": "too many requests"}')
    """Status, headers and body of “too many requests”."""

    # roster
    roster_roles: Callable[[Person], list[str]] = course_roles
    roster_text: Callable[[str], str] = str
    roster_has_inactive: bool = True
    largest_roster: int | None = None
    """A course with more people than this has no roster at all, however small the pages."""
    narrows_link: Callable[[bool], bool] = lambda graded: True
    """Asked for a link (`rlid`), it leaves out who may not open that; `graded`: the link has a column."""
    short_roles: bool = True
    """Asked for a role (`role`), it knows the short names, too."""
    next_page_forgets: frozenset[str] = frozenset()
    """Filters that the address of the next page does not repeat."""
    course_is_a_link: bool = False
    """The course's own id is taken for that of a link, which everybody may open."""
    message_has_custom: bool = True
    """Asked for a link, it says each member's custom parameters, as their launch would."""
    message_variables: frozenset[str] | None = None
    """The only variables it fills in there; None: all it knows."""
    message_has_outcome: bool = False
    """It says there where LTI 1.1 would send a grade."""
    offers_differences: bool = False
    """May list what changed since a roster was read (behind the option `roster_differences`)."""
    offers_groups: bool = False
    """Has the course groups service (behind the option `course_groups`)."""

    # columns
    service_query: str = ""
    """A query every gradebook address carries, without the question mark."""
    line_item_ending: str = ""
    """The last part of a column's path, such as `/lineitem`."""
    check_line_item: Callable[[Json], None] = nothing
    check_delete: Callable[[Column], None] = nothing
    names_made_columns: bool = True
    """A launch says the address of a column that the tool made for the link; False: an empty one."""
    shows_teachers_columns: bool = True
    """Tools may read the columns that teachers added themselves."""
    column_needs_graded_link: bool = False
    """A tool can add a column to a link only where that has one already (else 412)."""

    # scores
    score_status: int = 200
    older_refusal: tuple[int, str] = (409, "a score with the same or a later timestamp is already here")
    checks_progress: bool = True
    check_score: Callable[[Json], None] = nothing
    unknown_person: tuple[int, str] = (404, "userId names nobody in this course")
    not_a_student: tuple[int, str] = (422, "only students have grades here")
    inactive_student: tuple[int, str] | None = (422, "this student is no longer active in the course")
    """None: a suspended student's grade is taken."""
    locked_column: tuple[int, str] = (423, "this column is locked")
    """The specification has no word for it, so the default is HTTP's own."""
    score_refusal: Callable[[int, str], tuple[str, int | str, str]] = json_refusal
    take_score: Callable[[State, Column, str, Json], str] = take_score
    is_new_submission: Callable[[Json], bool] = lambda body: False
    """The score counts as another attempt of the student."""
    allowed_attempts: int | None = None

    # results
    results_by_user: bool = True
    """Knows the filter `user_id`; else one person's result is at `/results/<user id>`."""
    results_in_pages: bool = True
    """False: a limit cuts the list, and nothing says that there was more."""
    result: Callable[[Json, Grade, bool], Json | None] = same_result
    result_score: Callable[[State, Grade], float | None] = lambda _state, grade: grade.shown
    """What a result says of a grade, in the column's points."""
    result_maximum: Callable[[State, Column, str], float] = lambda _state, column, _person: column.score_maximum

    # deep linking
    accept_types: tuple[str, ...] = ("ltiResourceLink",)
    sends_data: bool = True
    says_accept_line_item: bool = True
    reply_needs_person: bool = False
    """The reply to a choice has to say who chose (`sub`)."""
    check_item: Callable[[Json, str], None] = nothing
    """Raises Refused for an item; the second argument is the tool's launch address."""
    makes_columns: bool = True
    """Deep linking makes gradebook columns."""
    keeps_presentation: bool = True
    """The link's window, frame and dates are kept; False: the LMS has settings of its own for all that."""
    column_takes_title: bool = False
    """The column is named after the activity, whatever `lineItem.label` says."""


SPECIFICATION = Manners(offers_differences=True, offers_groups=True)
"""LTI 1.3 Core and the Advantage specifications, to the letter."""
