"""1EdTech certification 6.1.2 and 6.1.3: valid launches of teachers and students, whatever is left out of them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from conformance.cases import Town, entered

MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
PERSON = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
NAMES = ["name", "given_name", "family_name"]
SETUP = "What is this activity for?"
WAITING = "has not chosen what this is for yet"
OUTSIDE = "is not part of a course"


def forms_of_launch(role: str, other: str) -> dict[str, dict[str, Any]]:
    """The nine valid launches of the suite for one role."""
    return {
        "in the role": {"claims": {"roles": [MEMBER + role]}},
        "multiple roles": {"claims": {"roles": [MEMBER + role, PERSON + other, PERSON + "Observer"]}},
        "short role": {"claims": {"roles": [role]}},
        "unknown role": {"claims": {"roles": ["http://example.org/vocab#Wizard"]}},
        "no role": {"claims": {"roles": []}},
        "email only": {"omit": NAMES},
        "names only": {"omit": ["email"]},
        "no personal data": {"omit": [*NAMES, "email", "lis"]},
        "email, no context": {"omit": [*NAMES, "context"]},
    }


TEACHER = forms_of_launch("Instructor", "Faculty")
STUDENT = forms_of_launch("Learner", "Student")
LEAST = ("unknown role", "no role")
"""Without a role in the course somebody sees what a student sees, never what a teacher sees."""


@pytest.mark.parametrize("case", TEACHER)
def test_valid_teacher(town: Town, link: str, case: str) -> None:
    page = town.launch("teacher", link, **TEACHER[case])
    if case == "email, no context":
        assert OUTSIDE in entered(page)
        return
    assert (WAITING if case in LEAST else SETUP) in entered(page)


@pytest.mark.parametrize("case", STUDENT)
def test_valid_student(town: Town, link: str, newcomer: str, case: str) -> None:
    page = town.launch(newcomer, link, **STUDENT[case])
    if case == "email, no context":
        assert OUTSIDE in entered(page)
        return
    assert WAITING in entered(page)


GOOD_DETAILS: dict[str, dict[str, Any]] = {
    "aud is a list with azp": {"claims": {"aud": ["{client}", "another"], "azp": "{client}"}},
    "aud is a list of one": {"claims": {"aud": ["{client}"]}},
    "azp is us": {"claims": {"azp": "{client}"}},
    "unknown claims": {"claims": {"https://lms.example/odd": {"a": [1, {"b": None}]}, "acr": "0"}},
    "null claims": {"claims": {"custom": None, "lis": None, "launch_presentation": None, "tool_platform": None}},
    "no presentation": {"omit": ["launch_presentation"]},
    "no services": {"omit": ["endpoint", "namesroleservice"]},
    "roles with the LTI 1.1 address": {"claims": {"roles": ["urn:lti:role:ims/lis/Learner"]}},
    "header with more fields": {"header": {"x5t": "abc", "jku": "https://elsewhere.example/keys"}},
    "title with odd letters": {"nested": {"resource_link": {"title": "½ Pizza “für alle” 🍕 <script>"}}},
}


@pytest.mark.parametrize("case", GOOD_DETAILS)
def test_valid_detail(town: Town, link: str, newcomer: str, case: str) -> None:
    changes = GOOD_DETAILS[case]
    claims = {name: _filled(value, town.road.client_id) for name, value in changes.get("claims", {}).items()}
    assert WAITING in entered(town.launch(newcomer, link, **{**changes, "claims": claims}))


def _filled(value: Any, client_id: str) -> Any:
    if isinstance(value, list):
        return [_filled(one, client_id) for one in value]
    return value.replace("{client}", client_id) if isinstance(value, str) else value


HOSTED = {"canvas": "instructure.com", "schoology": "schoology.com", "BlackboardLearn": "blackboard.com"}


@pytest.mark.parametrize("product", HOSTED)
def test_pages_of_a_hosted_lms_hold_ours_though_the_launch_names_no_way_back(
    town: Town, link: str, newcomer: str, product: str
) -> None:
    said = {"tool_platform": {"guid": "g", "product_family_code": product}}
    page = town.launch(newcomer, link, claims=said, omit=["launch_presentation"])
    entered(page)
    around = page.headers["Content-Security-Policy"].split("frame-ancestors ")[1].split()
    assert {f"https://*.{HOSTED[product]}", town.road.lms_url, "'self'"} == set(around)


SKEW = {
    "LMS 20 s ahead": (20, 80),
    "LMS 20 s behind, token good for a minute": (-80, -20),
    "token of one minute": (0, 60),
}


@pytest.mark.parametrize("case", SKEW)
def test_small_clock_skew(town: Town, link: str, newcomer: str, case: str) -> None:
    made, until = SKEW[case]
    now = int(time.time())
    entered(town.launch(newcomer, link, claims={"iat": now + made, "exp": now + until}))


def test_no_call_to_the_lms_except_its_keys_once(town: Town, link: str) -> None:
    entered(town.launch("student-1", link))  # the keys are known after the first launch of all
    town.lms.clear_calls()
    for person in ("student-1", "student-2", "teacher"):
        entered(town.launch(person, link))
    assert set(town.lms.calls()["counts"]) <= {"login"}
