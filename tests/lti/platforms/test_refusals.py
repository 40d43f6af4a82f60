"""What each LMS means by its refusals, row by row: a row without an example here fails."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from lti_tool.lti.errors import Meaning
from lti_tool.lti.http import Answer
from lti_tool.lti.meanings import Service, first_fitting, service_of
from lti_tool.lti.platforms import Platform, all_platforms
from lti_tool.lti.platforms.base import SPECIFICATION
from lti_tool.lti.platforms.blackboard import Blackboard
from lti_tool.lti.platforms.brightspace import Brightspace
from lti_tool.lti.platforms.canvas import Canvas
from lti_tool.lti.platforms.moodle import Moodle
from lti_tool.lti.platforms.openedx import OpenEdx
from lti_tool.lti.platforms.sakai import Sakai

SCORE, ROSTER, RESULTS, COLUMN, NEW = (
    Service.SCORE, Service.ROSTER, Service.RESULTS, Service.COLUMN, Service.NEW_COLUMN,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer, and what it means."""

    service: Service | None
    status: int
    meaning: Meaning
    body: object = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def answer(self) -> Answer:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return Answer(status=self.status, headers=self.headers, body=body, url="https://lms.example.edu/x")


def said(service: Service | None, status: int, meaning: Meaning, body: object = b"", **headers: str) -> Any:
    return pytest.param(
        Said(service=service, status=status, meaning=meaning, body=body, headers={
            name.replace("_", "-"): value for name, value in headers.items()
        }),
        id=f"{service}-{status}-{meaning.name}",
    )  # fmt: skip


BY_THE_STANDARDS = [
    said(Service.TOKEN, 429, Meaning.SLOW_DOWN),
    said(Service.TOKEN, 200, Meaning.NO_TOKEN),
    said(Service.TOKEN, 404, Meaning.NO_TOKEN, b"<html>oh</html>"),
    said(SCORE, 400, Meaning.OUTDATED, {"message": "timestamp must be later"}),
    said(SCORE, 422, Meaning.OUTDATED, {"message": "Timestamp too old for this user"}),
    said(SCORE, 404, Meaning.NOT_A_STUDENT, {"message": "User could not be found"}),
    said(SCORE, 422, Meaning.NOT_A_STUDENT, {"message": "only students have grades"}),
    said(SCORE, 404, Meaning.NOT_FOUND, b"<html>user</html>"),
    said(ROSTER, 404, Meaning.NOT_FOUND, {"message": "User could not be found"}),
    said(SCORE, 409, Meaning.OUTDATED),
    said(SCORE, 423, Meaning.LOCKED),
    said(SCORE, 410, Meaning.NOT_FOUND),
    said(SCORE, 401, Meaning.TOKEN_OVER),
    said(NEW, 404, Meaning.NOT_FOUND),
    said(NEW, 412, Meaning.NOT_SET_UP),
    said(ROSTER, 400, Meaning.NOT_UNDERSTOOD),
    said(ROSTER, 403, Meaning.FORBIDDEN),
    said(ROSTER, 408, Meaning.TROUBLE),
    said(ROSTER, 421, Meaning.TROUBLE),
    said(ROSTER, 422, Meaning.UNUSABLE),
    said(ROSTER, 425, Meaning.TROUBLE),
    said(ROSTER, 429, Meaning.SLOW_DOWN),
    said(ROSTER, 302, Meaning.ELSEWHERE),
    said(ROSTER, 406, Meaning.REFUSED),
    said(ROSTER, 503, Meaning.TROUBLE),
    said(None, 999, Meaning.TROUBLE),
]
CANVAS = [
    said(RESULTS, 403, Meaning.SLOW_DOWN, b"403 Forbidden (Rate Limit Exceeded)"),
    said(Service.TOKEN, 403, Meaning.SLOW_DOWN, b"403 Forbidden (Rate Limit Exceeded)"),
    said(SCORE, 403, Meaning.SLOW_DOWN, X_Rate_Limit_Remaining="0.0"),
    said(SCORE, 403, Meaning.SLOW_DOWN, X_Rate_Limit_Remaining="-12.5"),
    said(SCORE, 403, Meaning.FORBIDDEN, X_Rate_Limit_Remaining="unknown"),
    said(SCORE, 403, Meaning.FORBIDDEN, b"not allowed", X_Rate_Limit_Remaining="512.3"),
    said(SCORE, 403, Meaning.FORBIDDEN, X_Rate_Limit_Remaining="0.3"),
    said(SCORE, 403, Meaning.FORBIDDEN),
    said(SCORE, 401, Meaning.TOKEN_OVER, b"Rate Limit Exceeded"),
    said(SCORE, 400, Meaning.TROUBLE, {"errors": {"message": "Provided submitted_at timestamp of 2026 in the future"}}),
    said(SCORE, 400, Meaning.OUTDATED, {"errors": {"message": "Provided timestamp of 2026 before last updated"}}),
    said(SCORE, 422, Meaning.NOT_A_STUDENT, {"message": "User not found in course or is not a student"}),
    said(SCORE, 422, Meaning.NOT_A_STUDENT, {"errors": {"message": "It is not applicable to this student"}}),
    said(SCORE, 422, Meaning.NOT_PUBLISHED, {"errors": {"message": "This assignment is still unpublished"}}),
    said(SCORE, 422, Meaning.LOCKED, {"errors": {"message": "It is in a closed grading period for this student"}}),
    said(SCORE, 422, Meaning.LOCKED, {"errors": {"message": "This assignment is currently being moderated"}}),
    said(SCORE, 422, Meaning.COURSE_OVER, {"errors": {"message": "This course has concluded for this student."}}),
    said(NEW, 422, Meaning.COURSE_OVER, {"errors": {"message": "This course has concluded."}}),
    said(SCORE, 422, Meaning.UNUSABLE, {"errors": {"message": "ScoreMaximum must be greater than or equal to 0"}}),
    said(SCORE, 422, Meaning.UNUSABLE, {"message": "The maximum number of allowed attempts has been reached"}),
    said(NEW, 404, Meaning.LINK_REFUSED),
    said(NEW, 412, Meaning.LINK_REFUSED),
    said(COLUMN, 404, Meaning.NOT_FOUND),
    said(RESULTS, 422, Meaning.UNUSABLE),
]  # fmt: skip
MOODLE = [
    said(SCORE, 400, Meaning.NOT_A_STUDENT, b"[]"),
    said(SCORE, 400, Meaning.NOT_A_STUDENT, b'<div class="debuggingmessage">a notice</div>[]\n'),
    said(SCORE, 400, Meaning.NOT_UNDERSTOOD, {"status": 400, "reason": "No handler found", "request": {}}),
    said(SCORE, 409, Meaning.OUTDATED, b"[]"),
    said(SCORE, 500, Meaning.LOCKED, b"[]"),
    said(SCORE, 500, Meaning.TROUBLE),
    said(SCORE, 502, Meaning.TROUBLE, b"[]"),
    said(RESULTS, 500, Meaning.TROUBLE, b"[]"),
    said(SCORE, 404, Meaning.NOT_FOUND),
]
BLACKBOARD = [
    said(SCORE, 400, Meaning.NOT_A_STUDENT, {"status": 400, "message": "User could not be found"}),
    said(SCORE, 400, Meaning.NOT_UNDERSTOOD, {"status": 400, "message": "scoreMaximum is missing"}),
]
BRIGHTSPACE = [
    said(SCORE, 403, Meaning.NOT_A_STUDENT, b"User in requested score is not enrolled in the org unit"),
    said(SCORE, 404, Meaning.NOT_A_STUDENT, b"User in requested score does not exist"),
    said(SCORE, 404, Meaning.NOT_FOUND, b"The line item does not exist"),
    said(SCORE, 403, Meaning.FORBIDDEN, b"forbidden"),
]
OPENEDX = [
    said(SCORE, 403, Meaning.TROUBLE, {"detail": "LTI configuration not found."}),
    said(ROSTER, 403, Meaning.TOKEN_OVER, {"detail": "Invalid token signature."}),
    said(SCORE, 403, Meaning.FORBIDDEN, {"detail": "You do not have permission."}),
    said(SCORE, 400, Meaning.OUTDATED, {"timestamp": ["Score timestamp can only be updated to a later point"]}),
]
SAKAI = [
    said(ROSTER, 403, Meaning.TOKEN_OVER, {"error": "signature_error"}),
    said(SCORE, 403, Meaning.TOKEN_OVER, {"error": "Missing required data in access_token"}),
    said(SCORE, 403, Meaning.FORBIDDEN, b"<html>no</html>"),
    said(SCORE, 400, Meaning.FORBIDDEN, {"error": "Scope score not in access token"}),
    said(SCORE, 400, Meaning.NOT_A_STUDENT, {"error": "User does not belong to site"}),
    said(SCORE, 400, Meaning.NOT_UNDERSTOOD, {"error": "Missing userId"}),
    said(NEW, 400, Meaning.NOT_SET_UP, {"error": "Could not create lineitem: (is the gradebook in the site?)"}),
    said(NEW, 400, Meaning.NOT_UNDERSTOOD, {"error": "Could not create lineitem: lineitem.label is required"}),
]
EXAMPLES = {
    Platform: BY_THE_STANDARDS,
    Canvas: CANVAS,
    Moodle: MOODLE,
    Blackboard: BLACKBOARD,
    Brightspace: BRIGHTSPACE,
    OpenEdx: OPENEDX,
    Sakai: SAKAI,
}


def meant(platform: Platform, one: Said) -> Meaning:
    return platform.meaning(one.service, one.answer)


@pytest.mark.parametrize("one", BY_THE_STANDARDS)
def test_the_specification(one: Said) -> None:
    assert meant(Platform(), one) is one.meaning


@pytest.mark.parametrize("one", CANVAS)
def test_canvas(one: Said) -> None:
    assert meant(Canvas(), one) is one.meaning


@pytest.mark.parametrize("one", MOODLE)
def test_moodle(one: Said) -> None:
    assert meant(Moodle(), one) is one.meaning


@pytest.mark.parametrize("one", BLACKBOARD)
def test_blackboard(one: Said) -> None:
    assert meant(Blackboard(), one) is one.meaning


@pytest.mark.parametrize("one", BRIGHTSPACE)
def test_brightspace(one: Said) -> None:
    assert meant(Brightspace(), one) is one.meaning


@pytest.mark.parametrize("one", OPENEDX)
def test_openedx(one: Said) -> None:
    assert meant(OpenEdx(), one) is one.meaning


@pytest.mark.parametrize("one", SAKAI)
def test_sakai(one: Said) -> None:
    assert meant(Sakai(), one) is one.meaning


@pytest.mark.parametrize("platform", all_platforms(), ids=lambda platform: platform.name)
def test_every_row_says_where_it_is_from_and_has_an_example(platform: Platform) -> None:
    rows = (*platform.refusals, *SPECIFICATION)
    examples = [one.values[0] for one in EXAMPLES.get(type(platform), [])]
    met = {first_fitting(rows, one.service, one.answer) for one in examples}
    assert set(platform.refusals) <= met
    assert all(row.source for row in rows)


def test_every_row_of_the_specification_has_an_example() -> None:
    examples = [one.values[0] for one in BY_THE_STANDARDS]
    assert {first_fitting(SPECIFICATION, one.service, one.answer) for one in examples} == set(SPECIFICATION)


@pytest.mark.parametrize("service", [None, *Service])
def test_every_status_means_something(service: Service | None) -> None:
    for status in range(100, 1000):
        if service is Service.TOKEN or not 200 <= status < 300:
            assert Platform().meaning(service, Said(service=service, status=status, meaning=Meaning.REFUSED).answer)


AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"


@pytest.mark.parametrize(
    ("method", "scopes", "service"),
    [
        ("POST", (AGS + "score",), SCORE),
        ("GET", (AGS + "result.readonly",), RESULTS),
        ("GET", (AGS + "lineitem.readonly", AGS + "lineitem"), COLUMN),
        ("PUT", (AGS + "lineitem",), COLUMN),
        ("POST", (AGS + "lineitem",), NEW),
        ("GET", ("https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",), ROSTER),
        ("PUT", ("https://purl.imsglobal.org/spec/lti/scope/noticehandlers",), Service.NOTICES),
        ("GET", ("https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly",), None),
        ("GET", (), None),
    ],
)
def test_a_service_is_known_by_its_scope(method: str, scopes: tuple[str, ...], service: Service | None) -> None:
    assert service_of(method, scopes) is service
