"""A form that cannot be used comes back on its own page: Back and Reload ask nothing, nothing typed is lost."""

from __future__ import annotations

from html import unescape

import pytest

from lti_tool.web.sent_back import LONGEST_ADDRESS
from school import School
from web.visits import Browser, Enter

SKILL = "equal-parts"
NOTE = "Lena cut the cake into six pieces & two were larger"


def _forms(school: School) -> dict[str, tuple[str, str, dict[str, str], str]]:
    """Name -> who, where to, what is sent, and the sentence that comes back."""
    person = school.student.person_id
    return {
        "plan": ("teacher", "plan", {"minutes": "2", f"order:{SKILL}": "7"}, "minutes"),
        "unknown in a plan": (
            "teacher",
            "plan",
            {"do:gone": "first", "minutes": "30"},
            "not part of this activity",
        ),
        "time": ("teacher", f"learner/{person}/accommodations", {"extra_time": "2", "breaks": "often"}, "a number"),
        "own goal": ("teacher", f"learner/{person}/plan", {"goal_rule": "gone", "plan_note": NOTE}, "goals listed"),
        "seen": ("teacher", "observe", {"skill": SKILL, "note": NOTE}, "at least one student"),
        "seen of one": ("teacher", "observe", {"skill": SKILL, "note": NOTE, "back": str(person)}, "at least one"),
        "word": ("teacher", f"learner/{person}/skill/{SKILL}/word", {"word": "mastered"}, "a few words on why"),
        "goal": ("student", "goals", {"goal": NOTE, "until": "2020-01-01"}, "still to come"),
    }


@pytest.mark.parametrize(
    "name", ["plan", "unknown in a plan", "time", "own goal", "seen", "seen of one", "word", "goal"]
)
def test_what_cannot_be_used_comes_back_at_an_address(enter: Enter, school: School, name: str) -> None:
    who, path, fields, sentence = _forms(school)[name]
    browser = _at_work(enter, who)
    sent = browser.send(path, follow=False, more=fields)
    assert sent.status_code == 303
    for _reload in range(2):
        page = browser.client.get(sent.location)
        assert page.status_code == 422
        told = unescape(page.text)
        assert "Please look at this again" in told
        assert sentence in told
        assert max(fields.values(), key=len) in told, "nothing written is lost"


def test_the_address_tells_nobody_else_what_was_written(enter: Enter, school: School) -> None:
    """Proxies keep addresses, and people write about people."""
    fields = {"skill": SKILL, "note": NOTE}
    sent = enter("teacher").send("observe", follow=False, more=fields)
    assert "Lena" not in sent.location
    assistant = enter("assistant")
    page = assistant.client.get(sent.location.replace(sent.location.split("/")[2], assistant.base.split("/")[2]))
    assert page.status_code == 200
    assert "Lena" not in page.text


@pytest.mark.parametrize("made_up", ["x", "AAAA" * 20, "%00", "é", "==="])
def test_an_address_made_up_shows_the_plain_form(enter: Enter, made_up: str) -> None:
    page = enter("teacher").get(f"plan?back={made_up}")
    assert page.status_code in {200, 400}
    assert "Please look at this again" not in page.text


def test_what_is_longer_than_an_address_comes_back_at_once(enter: Enter, school: School) -> None:
    written = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(1000))
    teacher = enter("teacher")
    long = {"skill": SKILL, "note": written, **{f"points:{number}": f"{number * number}x" for number in range(900)}}
    page = teacher.send("observe", follow=False, more=long)
    assert page.status_code == 422
    assert written in page.text
    longest_note = {"skill": SKILL, "note": (NOTE * 20)[:1000]}
    assert len(teacher.send("observe", follow=False, more=longest_note).location) <= LONGEST_ADDRESS


def _at_work(enter: Enter, who: str) -> Browser:
    browser = enter(who)
    if who == "student":
        browser.send("welcome", skip="1")
        browser.send("assessment/skip")
    return browser
