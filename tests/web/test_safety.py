"""What protects a page: whose visit, whose form, who may frame it, how often."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from clock import Clock
from learner import Learner
from lti_tool.app import create_app
from lti_tool.paths import TEMPLATES
from lti_tool.settings import Settings
from lti_tool.store.tables import DeploymentRow, RegistrationRow
from lti_tool.web import limits
from school import School
from web.visits import ORIGIN, Browser, Enter


def test_without_the_cookie_a_visit_is_over(app: Flask, enter: Enter) -> None:
    base = enter().base
    answer = app.test_client().get(base)
    assert answer.status_code == 401
    assert "Your visit has ended" in answer.text


def test_the_key_of_one_visit_opens_no_other(app: Flask, school: School, enter: Enter) -> None:
    teacher = enter("teacher")
    thief = app.test_client()
    thief.set_cookie("cairn", "secret-of-visit-1", path=teacher.base)
    assert thief.get(teacher.base).status_code == 401


_AREA = re.compile(r'<textarea[^>]* name="(\w+)"')
WRITTEN = {name for path in TEMPLATES.rglob("*.html") for name in _AREA.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", sorted(WRITTEN | {"text", "goal", "reason", "title"}))
def test_what_was_written_is_shown_when_the_visit_has_ended(app: Flask, enter: Enter, name: str) -> None:
    """Whatever form it stood in: words of one's own are work."""
    sent = {name: "Explained it with a paper strip."}
    answer = app.test_client().post(enter("teacher").base + "observe", data=sent)
    assert answer.status_code == 401
    assert '<blockquote class="written">Explained it with a paper strip.</blockquote>' in answer.text
    foreign = {"Origin": "https://evil.example"}
    assert "strip" not in app.test_client().post(enter("teacher").base + "observe", data=sent, headers=foreign).text


def test_what_was_written_outlives_every_failure(
    school: School, settings: Settings, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = {"word": "mastered", "word_note": "Explained it with a paper strip."}
    path = f"learner/{school.student.person_id}/skill/equal-parts/word"
    teacher = enter("teacher")
    stale = teacher.send(path, token="of another day", **note)
    assert stale.status_code == 403
    assert note["word_note"] in stale.text
    monkeypatch.setattr(limits, "PER_PERSON", "1 per hour")
    busy = Browser(create_app(settings), school, school.teacher)
    busy.get("rules")
    too_many = busy.send(path, token=teacher.token(), **note)
    assert too_many.status_code == 429
    assert note["word_note"] in too_many.text


def test_a_visit_ends_by_the_clock(enter: Enter, clock: Clock) -> None:
    student = enter()
    clock.pass_by(days=800)
    assert student.get().status_code == 401


@pytest.mark.parametrize(("table", "status"), [(RegistrationRow, "paused"), (DeploymentRow, "refused")])
def test_a_visit_ends_when_its_school_is_let_in_no_more(
    school: School, enter: Enter, table: Any, status: str
) -> None:
    student = enter()
    assert student.get("welcome").status_code == 200
    with school.db.writing() as session:
        for row in session.query(table):
            row.status = status
    assert student.get("welcome").status_code == 401


def test_a_form_without_its_token_changes_nothing(enter: Enter, learner: Learner) -> None:
    learner.start()
    answer = enter().send("goals", goal="stolen", token="")
    assert answer.status_code == 403
    assert "out of date" in answer.text
    assert learner.home().goal == ""


def test_the_token_of_one_visit_does_not_serve_another(enter: Enter) -> None:
    foreign = enter("teacher").token()
    assert enter().send("goals", goal="x", token=foreign).status_code == 403


def test_a_form_from_another_site_is_refused(enter: Enter) -> None:
    student = enter()
    sent = {"goal": "x", "token": student.token()}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert student.client.post(student.base + "goals", data=sent, headers=headers).status_code == 403
    for origin in ("http://127.0.0.1:8000", "http://localhost"):
        done = student.client.post(student.base + "goals", data=sent, headers={"Origin": origin})
        assert done.status_code == 303


def test_tokens_look_different_each_time(enter: Enter) -> None:
    student = enter()
    assert student.token() != student.token()


def test_only_the_own_lms_may_frame_a_page(enter: Enter) -> None:
    headers = enter("teacher", auth_origin="https://sso.example").get().headers
    policy = headers["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {ORIGIN} https://sso.example" in policy
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_an_origin_cannot_break_out_of_the_policy(enter: Enter) -> None:
    evil = "https://lms.example; script-src *"
    policy = enter("teacher", platform_origin=evil).get().headers["Content-Security-Policy"]
    assert "script-src" not in policy


def test_personal_pages_are_not_kept_by_anybody(enter: Enter) -> None:
    headers = enter("teacher").get().headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_too_many_requests_of_one_person_leave_others_alone(
    settings: Settings, school: School, monkeypatch: Any
) -> None:
    monkeypatch.setattr(limits, "PER_PERSON", "5 per hour")
    app = create_app(settings)
    busy, other = Browser(app, school, school.teacher), Browser(app, school, school.student)
    answers = [busy.get("rules") for _ in range(12)]
    assert answers[0].status_code == 200
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "3600")
    assert other.get("welcome").status_code == 200


def test_a_quick_student_is_never_held_up(enter: Enter) -> None:
    """As fast as the machine can: what a practice student does in one sitting."""
    student = enter()
    assert {student.get("welcome").status_code for _ in range(200)} == {200}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("/l/some-visit", "/l/some-visit/"), ("/lti//login?iss=a%20b", "/lti/login?iss=a%20b")],
)
def test_an_address_written_a_little_wrong_stays_on_this_host(app: Flask, asked: str, meant: str) -> None:
    """Whoever asks chooses the `Host` header; an answer that repeats it could be kept for others."""
    answer = app.test_client().get(asked, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (308, meant)
    assert "evil" not in answer.text


def test_a_huge_request_is_refused(enter: Enter) -> None:
    student = enter()
    answer = student.client.post(student.base + "goals", data={"goal": "x" * 400_000})
    assert answer.status_code == 413


def test_no_page_ever_shows_a_stack_trace(app: Flask, enter: Enter, monkeypatch: Any) -> None:
    from lti_tool.store.pages import class_overview

    def broken(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(class_overview, "load", broken)
    answer = enter("teacher").get()
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_what_people_write_is_shown_as_text(enter: Enter, learner: Learner) -> None:
    learner.start()
    student = enter()
    student.send("goals", goal="<script>alert(1)</script>")
    assert "<script>alert" not in student.text("me")
    assert "&lt;script&gt;" in student.text("me")
