"""Role names of the LMS -> what somebody may do here.

Only the role *in this course* makes anybody staff (LTI 1.3 Core §A.2.3). An institution's instructor who takes a
course is a student in it, and `system/person#User`, which one large LMS gives to everybody, says nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lti_tool.lti.values import RoleKind

_COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_ABOVE_COURSE = (
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#",
)
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
_OLD_COURSE = "urn:lti:role:ims/lis/"

_KINDS = {
    "administrator": RoleKind.ADMIN,
    "instructor": RoleKind.TEACHER,
    "contentdeveloper": RoleKind.ASSISTANT,
    "manager": RoleKind.ASSISTANT,
    "teachingassistant": RoleKind.ASSISTANT,
    "learner": RoleKind.STUDENT,
    "student": RoleKind.STUDENT,
    "member": RoleKind.STUDENT,
    "mentor": RoleKind.OBSERVER,
    "observer": RoleKind.OBSERVER,
}
_ASSISTING = frozenset(
    {"teachingassistant", "teachingassistantsection", "teachingassistanttemplate", "teachingassistantoffering"}
    | {"teachingassistantgroup", "teachingassistantsectionassociation", "grader"}
)
_WATCHING = frozenset({"observer", "externalobserver"})
_RANK = (RoleKind.ADMIN, RoleKind.TEACHER, RoleKind.ASSISTANT, RoleKind.STUDENT, RoleKind.OBSERVER)


def role_of(roles: Sequence[str]) -> RoleKind:
    """What the person may do in this course; STUDENT when the LMS says nothing we know."""
    in_course = [pair for pair in map(_course_role, roles) if pair is not None]
    kinds = set(_course_kinds(in_course))
    for kind in _RANK:
        if kind in kinds:
            return kind
    if not in_course and is_lms_admin(roles):
        return RoleKind.ADMIN
    if not in_course and any(_name_above_course(role) in {"mentor", "observer"} for role in roles):
        return RoleKind.OBSERVER
    return RoleKind.STUDENT


def fullest(kinds: Iterable[RoleKind]) -> RoleKind:
    """The one of several roles of a person that lets them do most."""
    return min(kinds, key=_RANK.index)


def is_test_user(roles: Iterable[str]) -> bool:
    """True for the pretend student an LMS offers to teachers; it has no place in a gradebook."""
    return _TEST_USER in roles


def is_lms_admin(roles: Iterable[str]) -> bool:
    """True for an administrator of the institution or the whole LMS, whatever they do in this course."""
    return any(_name_above_course(role) in {"administrator", "sysadmin"} for role in roles)


def _course_kinds(roles: Sequence[tuple[str, str]]) -> Iterable[RoleKind]:
    """Kinds of (principal, sub-role) pairs.

    An LMS sends the principal role along with the sub-role, so an assistant arrives as Instructor *and*
    Instructor#TeachingAssistant: the sub-role then speaks for both, unless there is another, fuller one.
    """
    subs = [sub for principal, sub in roles if principal == "instructor" and sub]
    only_assists = bool(subs) and all(sub in _ASSISTING for sub in subs)
    for principal, sub in roles:
        if principal == "instructor" and only_assists:
            yield RoleKind.ASSISTANT
        elif principal == "manager" and sub in _WATCHING:
            yield RoleKind.OBSERVER
        elif principal in _KINDS:
            yield _KINDS[principal]


def _course_role(role: str) -> tuple[str, str] | None:
    """A role in the course as (principal, sub-role), lower case; None for any other role."""
    if role.startswith(_COURSE + "#"):
        return role[len(_COURSE) + 1 :].lower(), ""
    if role.startswith(_COURSE + "/"):
        principal, _, sub = role[len(_COURSE) + 1 :].partition("#")
        return principal.lower(), sub.lower()
    if role.startswith(_OLD_COURSE):
        principal, _, sub = role[len(_OLD_COURSE) :].partition("/")
        return principal.lower(), sub.lower()
    if ":" not in role and "#" not in role and role:
        principal, _, sub = role.partition("/")  # short names stand for roles in the course (Core §A.2.3)
        return principal.lower(), sub.lower()
    return None


def _name_above_course(role: str) -> str:
    """Name of an institution or system role in lower case, else empty."""
    for prefix in _ABOVE_COURSE:
        if role.startswith(prefix):
            return role[len(prefix) :].lower()
    return ""
