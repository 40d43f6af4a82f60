"""What a page weighs on its way to a school with a slow line."""

from __future__ import annotations

import re
from typing import Any

from learner import Learner
from school import right_answer
from web.visits import Browser, Enter, fields_of

BROTLI = {"Accept-Encoding": "br"}
KB = 1024


def first_view(browser: Browser, path: str = "") -> tuple[int, int]:
    """Bytes as sent for a page with everything it loads, and the number of requests."""
    page = browser.get(path, headers=BROTLI)
    html = browser.get(path).text
    addresses = {one.split("#")[0] for one in re.findall(r'(?:href|src)="(/static/[^"]+)"', html)}
    sizes = [len(browser.client.get(one, headers=BROTLI).data) for one in addresses]
    return len(page.data) + sum(sizes), 1 + len(addresses)


def test_a_students_first_view_is_light(enter: Enter, learner: Learner) -> None:
    learner.start()
    student = enter("student", frame_resize=True)
    size, requests = first_view(student)
    assert size < 60 * KB
    assert requests <= 8


def test_a_question_with_all_it_loads_is_light(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    assert first_view(enter(), "work")[0] < 60 * KB


def test_the_welcome_is_light(enter: Enter) -> None:
    assert first_view(enter(), "welcome")[0] < 60 * KB


def test_a_teachers_page_is_light(enter: Enter) -> None:
    teacher = enter("teacher")
    for path in ("", "rules", "grades"):
        assert first_view(teacher, path)[0] < 120 * KB


def test_the_style_stays_within_its_budget(app: Any) -> None:
    client = app.test_client()
    address = re.findall(r'href="(/static/[^"]+\.css)"', client.get("/").text)[0]
    assert len(client.get(address, headers=BROTLI).data) < 10 * KB


def test_an_answer_goes_round_in_a_few_kilobytes(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item, student = learner.question(), enter()
    sent = {**fields_of(right_answer(item)), "item": item.id, "key": "k", "token": student.token()}
    headers = {"X-Cairn": "fragment", **BROTLI}
    answer = student.client.post(student.base + "answer", data=sent, headers=headers)
    assert answer.status_code == 200
    assert len(answer.data) < 6 * KB
