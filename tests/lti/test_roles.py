"""Who may do what: the role in the course counts, and nothing else makes anybody staff."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti.roles import is_lms_admin, is_test_user, role_of
from lti_tool.lti.values import RoleKind

M = "http://purl.imsglobal.org/vocab/lis/v2/membership"
I = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"  # noqa: E741
S = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"

CASES = {
    "teacher": ([M + "#Instructor"], RoleKind.TEACHER),
    "student": ([M + "#Learner"], RoleKind.STUDENT),
    "teacher with everybody's system role": ([M + "#Instructor", S + "User"], RoleKind.TEACHER),
    "everybody's system role alone": ([S + "User"], RoleKind.STUDENT),
    "teaches elsewhere, learns here": ([I + "Instructor", M + "#Learner"], RoleKind.STUDENT),
    "teaches elsewhere, unknown here": ([I + "Instructor", I + "Faculty", I + "Staff"], RoleKind.STUDENT),
    "assistant": ([M + "/Instructor#TeachingAssistant"], RoleKind.ASSISTANT),
    "assistant with the principal role": (
        [M + "#Instructor", M + "/Instructor#TeachingAssistant"],
        RoleKind.ASSISTANT,
    ),
    "grader": ([M + "#Instructor", M + "/Instructor#Grader"], RoleKind.ASSISTANT),
    "lecturer who also assists": (
        [M + "#Instructor", M + "/Instructor#Lecturer", M + "/Instructor#TeachingAssistant"],
        RoleKind.TEACHER,
    ),
    "primary instructor": ([M + "/Instructor#PrimaryInstructor"], RoleKind.TEACHER),
    "designer": ([M + "#ContentDeveloper"], RoleKind.ASSISTANT),
    "coordinator": ([M + "#Manager"], RoleKind.ASSISTANT),
    "visitor": ([M + "/Manager#Observer"], RoleKind.OBSERVER),
    "parent": ([M + "#Mentor"], RoleKind.OBSERVER),
    "parent who takes the course too": ([M + "#Mentor", M + "#Learner"], RoleKind.STUDENT),
    "guest learner": ([M + "/Learner#GuestLearner"], RoleKind.STUDENT),
    "member": ([M + "#Member"], RoleKind.STUDENT),
    "admin without a role here": ([I + "Administrator", S + "User"], RoleKind.ADMIN),
    "admin of the whole LMS": ([S + "SysAdmin"], RoleKind.ADMIN),
    "admin who learns here": ([I + "Administrator", M + "#Learner"], RoleKind.STUDENT),
    "admin who teaches here": ([I + "Administrator", S + "Administrator", M + "#Instructor"], RoleKind.TEACHER),
    "admin of this course": ([M + "#Administrator"], RoleKind.ADMIN),
    "institution's observer": ([I + "Observer"], RoleKind.OBSERVER),
    "short teacher": (["Instructor"], RoleKind.TEACHER),
    "short teacher in small letters": (["instructor"], RoleKind.TEACHER),
    "short student": (["Learner"], RoleKind.STUDENT),
    "short assistant": (["TeachingAssistant"], RoleKind.ASSISTANT),
    "short assistant with principal": (["Instructor/TeachingAssistant"], RoleKind.ASSISTANT),
    "old style teacher": (["urn:lti:role:ims/lis/Instructor"], RoleKind.TEACHER),
    "old style institution teacher": (["urn:lti:instrole:ims/lis/Instructor"], RoleKind.STUDENT),
    "looks like a teacher": (["https://example.org/vocab#Instructor"], RoleKind.STUDENT),
    "odd person": (["http://purl.imsglobal.org/vocab/lis/v2/system/person#None"], RoleKind.STUDENT),
    "nothing": ([], RoleKind.STUDENT),
    "empty word": ([""], RoleKind.STUDENT),
}


@pytest.mark.parametrize(("roles", "kind"), CASES.values(), ids=CASES.keys())
def test_role(roles, kind):
    assert role_of(roles) is kind


@pytest.mark.parametrize(("roles", "kind"), CASES.values(), ids=CASES.keys())
def test_order_does_not_matter(roles, kind):
    assert role_of(list(reversed(roles))) is kind


@given(st.lists(st.one_of(st.text(max_size=40), st.sampled_from([I + "Instructor", S + "User", I + "Staff"]))))
def test_only_a_role_in_the_course_makes_staff(roles):
    in_course = [role for role in roles if role.startswith(M) or "://" not in role]
    if not in_course:
        assert role_of(roles) in {RoleKind.STUDENT, RoleKind.OBSERVER, RoleKind.ADMIN}


def test_pretend_student_and_admin_are_told_apart():
    test_user = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
    assert is_test_user([M + "#Learner", test_user])
    assert not is_test_user([M + "#Learner"])
    assert is_lms_admin([I + "Administrator"])
    assert not is_lms_admin([M + "#Administrator"])
