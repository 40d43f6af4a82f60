"""Launches that must be let in: the certification list for teachers and students, and our additions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lti.lms import LTI, MEMBERSHIP, MISSING, NOW, TOOL, claims, form, key_sets, login, registration, sign
from lti_tool.lti.launch import unverified_state, verify
from lti_tool.lti.values import Launch, MessageType, RoleKind


def launch(changes: dict[str, Any] | None = None, **login_changes: Any) -> Launch:
    posted = form(claims(**(changes or {})))
    return verify(posted, login(**login_changes), registration(), key_sets(), TOOL, NOW)


TEACHER = {"roles": [MEMBERSHIP + "#Instructor"]}
NO_NAMES = {"name": MISSING, "given_name": MISSING, "family_name": MISSING}
NO_PII = {**NO_NAMES, "email": MISSING}

CERTIFICATION = {
    "teacher": (TEACHER, RoleKind.TEACHER),
    "teacher, several roles": (
        {
            "roles": [
                MEMBERSHIP + "#Instructor",
                "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Faculty",
            ]
        },
        RoleKind.TEACHER,
    ),
    "teacher, short role": ({"roles": ["Instructor"]}, RoleKind.TEACHER),
    "teacher, unknown role": (
        {"roles": ["http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Helper"]},
        RoleKind.STUDENT,
    ),
    "no role at all": ({"roles": []}, RoleKind.STUDENT),
    "teacher, e-mail only": ({**TEACHER, **NO_NAMES}, RoleKind.TEACHER),
    "teacher, names only": ({**TEACHER, "email": MISSING}, RoleKind.TEACHER),
    "teacher, no personal data": ({**TEACHER, **NO_PII}, RoleKind.TEACHER),
    "teacher, e-mail, no course": ({**TEACHER, **NO_NAMES, "context": MISSING}, RoleKind.TEACHER),
    "student": ({}, RoleKind.STUDENT),
    "student, several roles": (
        {"roles": [MEMBERSHIP + "#Learner", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student"]},
        RoleKind.STUDENT,
    ),
    "student, short role": ({"roles": ["Learner"]}, RoleKind.STUDENT),
    "student, unknown role": ({"roles": ["https://example.org/roles#Apprentice"]}, RoleKind.STUDENT),
    "student, e-mail only": (NO_NAMES, RoleKind.STUDENT),
    "student, names only": ({"email": MISSING}, RoleKind.STUDENT),
    "student, no personal data": (NO_PII, RoleKind.STUDENT),
    "student, e-mail, no course": ({**NO_NAMES, "context": MISSING}, RoleKind.STUDENT),
}


@pytest.mark.parametrize(("changes", "role"), CERTIFICATION.values(), ids=CERTIFICATION.keys())
def test_certified_launch_is_let_in(changes, role):
    let_in = launch(changes)
    assert let_in.role is role
    assert let_in.subject == "person-1"
    assert (let_in.course is None) == ("context" in changes)
    assert let_in.person.email == ("" if changes.get("email") is MISSING else "ada@example.edu")


SECOND = int(NOW.timestamp())
TOLERATED = {
    "our clock is 30 s behind": {"iat": SECOND + 30, "exp": SECOND + 90},
    "our clock is 30 s ahead": {"iat": SECOND - 90, "exp": SECOND - 30},
    "times with a fraction": {"iat": SECOND - 0.5, "exp": SECOND + 59.5},
    "not-before in the past": {"nbf": SECOND - 5},
    "audience as a list of one": {"aud": ["client-1"]},
    "audience as a list of one, named party": {"aud": ["client-1"], "azp": "client-1"},
    "several audiences, we are the named party": {"aud": ["other", "client-1"], "azp": "client-1"},
    "audience as text, named party": {"azp": "client-1"},
    "target with a query": {"target_link_uri": TOOL.launch + "?placement=5"},
    "target typed in capitals": {"target_link_uri": "https://TOOL.example.org/lti/launch"},
    "target is the front door": {"target_link_uri": "https://tool.example.org"},
    "course is null": {"context": None},
    "course without an id": {"context": {"title": "?"}},
    "course of an odd shape": {"context": "course-1"},
    "presentation of an odd shape": {"launch_presentation": "iframe"},
    "custom is null": {"custom": None},
    "locale is null": {"locale": None},
    "a role that is a number": {"roles": [MEMBERSHIP + "#Learner", 5]},
    "unknown claims": {"https://example.org/more": {"deep": [1, 2]}},
    "deployment ids differ in length only": {"deployment_id": "d"},
}


@pytest.mark.parametrize("changes", TOLERATED.values(), ids=TOLERATED.keys())
def test_odd_but_honest_launch_is_let_in(changes):
    assert launch(changes).role is RoleKind.STUDENT


def test_what_the_launch_says_arrives_as_values():
    let_in = launch(
        {
            "locale": "es",
            "custom": {
                "context_history": "c3,c2 , c1",
                "link_history": "$ResourceLink.id.history",
                "placement": 12,
            },
            "launch_presentation": {
                "return_url": "https://lms.example.edu/back",
                "document_target": "iframe",
                "locale": "de",
            },
            "tool_platform": {"product_family_code": "example", "version": "4", "name": "School", "guid": "g"},
            "role_scope_mentor": ["person-2", 3],
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "lineitems": "https://lms.example.edu/items?type_id=4",
                "lineitem": "https://lms.example.edu/items/1?type_id=4",
                "scope": ["a", "b"],
            },
            "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
                "context_memberships_url": "https://lms.example.edu/members"
            },
        }
    )
    assert let_in.course is not None
    assert let_in.link is not None
    assert let_in.course.history == ("c3", "c2", "c1")
    assert let_in.link.history == ()
    assert let_in.custom == {"context_history": "c3,c2 , c1", "placement": "12"}
    assert let_in.services.line_item_url == "https://lms.example.edu/items/1?type_id=4"
    assert let_in.services.ags_scopes == ("a", "b")
    assert let_in.services.memberships_url == "https://lms.example.edu/members"
    assert let_in.presentation.return_url == "https://lms.example.edu/back"
    assert let_in.presentation.locale == "de"
    assert let_in.person.locale == "es"
    assert let_in.platform.product == "example"
    assert let_in.mentored == ("person-2",)
    assert let_in.claims[LTI + "version"] == "1.3.0"


@pytest.mark.parametrize(
    ("said", "history"),
    [
        ("c2,$Context.id.history", ("c2",)),
        ("$Context.id.history", ()),
        (12, ("12",)),
        (["c2", 1, None], ("c2", "1")),
        ({"c2": 1}, ()),
        (None, ()),
    ],
    ids=repr,
)
def test_a_history_is_read_in_every_form(said, history):
    let_in = launch({"custom": {"context_history": said, "link_history": said}})
    assert let_in.course is not None
    assert let_in.link is not None
    assert let_in.course.history == let_in.link.history == history


def test_scopes_may_come_as_one_text():
    endpoint = {"lineitems": "https://lms.example.edu/items", "scope": "a b"}
    assert launch({"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": endpoint}).services.ags_scopes == (
        "a",
        "b",
    )


@pytest.mark.parametrize("name", ["$Person.name.full", " $Person.name.given $Person.name.family"])
def test_unreplaced_names_are_no_names(name):
    let_in = launch({"name": name, "email": "$Person.email.primary"})
    assert let_in.person.name == ""
    assert let_in.person.email == ""
    assert let_in.person.given_name == "Ada"


def test_texts_longer_than_anybody_reads_are_cut():
    let_in = launch({"name": "N" * 5000, "context": {"id": "course-1", "title": "T" * 5000}})
    assert let_in.course is not None
    assert (len(let_in.person.name), len(let_in.course.title)) == (255, 500)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://ada:secret@lms.example.edu/back", "https://[::1"]
)
def test_an_address_that_is_none_of_the_web_or_holds_a_password_is_dropped(address):
    let_in = launch(
        {"launch_presentation": {"return_url": address}, **deep_linking(data="x"), **roster_at(address)}
    )
    assert let_in.presentation.return_url == ""
    assert let_in.services.memberships_url == ""


def roster_at(address: str) -> dict[str, Any]:
    return {"https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {"context_memberships_url": address}}


def deep_linking(**settings: Any) -> dict[str, Any]:
    """A teacher chooses content; these settings and a way back."""
    said = {"deep_link_return_url": "https://lms.example.edu/chosen", **settings}
    changes = {"message_type": "LtiDeepLinkingRequest", "resource_link": MISSING}
    return {**changes, "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": said}


@pytest.mark.parametrize(("said", "several"), [({}, True), ({"accept_multiple": False}, False)])
def test_several_activities_may_be_chosen_unless_the_lms_says_no(said, several):
    let_in = launch(deep_linking(**said))
    assert let_in.deep_link is not None
    assert let_in.deep_link.accept_multiple is several


@pytest.mark.parametrize("types", [["LtiHelloWorldNotice"], [], None, "LtiHelloWorldNotice"])
def test_notices_are_asked_for_only_where_copies_are_announced(types):
    url = "https://lms.example.edu/notices"
    said = {"platform_notification_service_url": url, "notice_types_supported": types}
    assert launch({"platformnotificationservice": said}).services.notices_url == ""
    said["notice_types_supported"] = ["LtiHelloWorldNotice", "LtiContextCopyNotice"]
    assert launch({"platformnotificationservice": said}).services.notices_url == url


@pytest.mark.parametrize("data", ["", 'x"<>&é\u2028☃', 5, False, {"a": [1, None]}], ids=repr)
def test_data_of_the_lms_are_its_own_business(data):
    let_in = launch(deep_linking(data=data))
    assert let_in.deep_link is not None
    assert let_in.deep_link.data == data


def test_teacher_chooses_content():
    settings = {
        "deep_link_return_url": "https://lms.example.edu/chosen",
        "accept_types": ["link"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": "false",
        "accept_lineitem": True,
        "data": "csrf:1",
    }
    let_in = launch(
        {
            "message_type": "LtiDeepLinkingRequest",
            "resource_link": MISSING,
            "target_link_uri": MISSING,
            "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": settings,
        }
    )
    request = let_in.deep_link
    assert let_in.message_type is MessageType.DEEP_LINKING
    assert let_in.target_link_uri == TOOL.launch
    assert request is not None
    assert request.return_url == "https://lms.example.edu/chosen"
    assert (request.accept_multiple, request.accept_line_item, request.auto_create) == (False, True, False)
    assert request.accept_types == ("link",)
    assert request.data == "csrf:1"
    assert request.deployment_id == "deployment-1"


@pytest.mark.parametrize("endpoint", [{"lineitem": "https://lms.example.edu/items/1"}, {}, MISSING])
def test_teacher_reviews_one_students_work(endpoint):
    let_in = launch(
        {
            "message_type": "LtiSubmissionReviewRequest",
            "roles": [MEMBERSHIP + "#Instructor"],
            "for_user": {"user_id": "person-9"},
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": endpoint,
        }
    )
    assert let_in.message_type is MessageType.REVIEW
    assert let_in.for_user == "person-9"


@pytest.mark.parametrize("name", ["DataPrivacyLaunchRequest", "LtiDataPrivacyLaunchRequest"])
@pytest.mark.parametrize("person", ["user_id", "id"])
def test_data_privacy_launch_by_either_of_its_names(name, person):
    let_in = launch(
        {
            "message_type": name,
            "context": MISSING,
            "resource_link": MISSING,
            "for_user": {person: "person-9"},
        }
    )
    assert let_in.message_type is MessageType.PRIVACY
    assert let_in.for_user == "person-9"


def test_the_pretend_student_is_recognised():
    roles = [MEMBERSHIP + "#Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]
    assert launch({"roles": roles}).is_test_user


def test_an_lms_admin_who_teaches_is_a_teacher_and_still_an_admin():
    roles = [MEMBERSHIP + "#Instructor", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"]
    let_in = launch({"roles": roles})
    assert (let_in.role, let_in.is_lms_admin) == (RoleKind.TEACHER, True)


def test_login_and_launch_name_the_same_deployment():
    assert launch(deployment_id="deployment-1").deployment_id == "deployment-1"


def test_the_state_is_read_from_the_form():
    assert unverified_state(form()) == "state-1"


def test_a_second_launch_asks_nobody_for_keys():
    sets = key_sets()
    verify(form(), login(), registration(), sets, TOOL, NOW)
    posted = {"state": "s2", "id_token": sign(claims(nonce="n2"))}
    verify(posted, login(state="s2", nonce="n2"), registration(), sets, TOOL, NOW + timedelta(seconds=9))
    assert sets._fetch.asked == 1
