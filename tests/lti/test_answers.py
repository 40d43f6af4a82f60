"""What an LMS's refusal means: later, or never."""

from __future__ import annotations

import pytest

from lti.lms import NOW
from lti_tool.lti.answers import problem, retry_after_seconds
from lti_tool.lti.errors import Meaning
from lti_tool.lti.http import Answer
from lti_tool.lti.meanings import Service
from lti_tool.lti.platforms import Platform


def answer(status, body=b"", **headers):
    return Answer(status=status, headers=headers, body=body, url="https://lms.example.edu/x?secret=1")


def error_of(told, **how):
    return problem(told, NOW, Platform().meaning(Service.ROSTER, told), **how)


@pytest.mark.parametrize("status", [301, 302, 307, 408, 425, 429, 500, 502, 503, 504, 599])
def test_later(status):
    assert not error_of(answer(status)).permanent


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 409, 410, 412, 415, 422])
def test_never(status):
    error = error_of(answer(status))
    assert error.permanent
    assert error.status == status
    assert "secret" not in error.message


@pytest.mark.parametrize("status", [*range(300, 600, 4), 401, 403, 409, 422, 423, 429])
def test_every_refusal_says_what_helps(status):
    said = error_of(answer(status, b"words of the LMS"), with_cure=True).message
    what, _words, cure = said.partition(f"({status}: words of the LMS). ")
    assert what.startswith("lms.example.edu ")
    assert cure.endswith(".")


@pytest.mark.parametrize("meaning", Meaning)
def test_every_meaning_says_what_is_wrong_and_what_helps(meaning):
    said = problem(answer(403), NOW, meaning, with_cure=True)
    assert said.message.startswith("lms.example.edu ")
    assert said.message.endswith(".")
    assert (said.status, said.meaning) == (403, meaning)
    assert problem(answer(403), NOW, Meaning.SLOW_DOWN).permanent is False


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("99999999999", 86400),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
        ("Sun, 99 Nov 2026 12:01:30 GMT", None),
    ],
)
def test_when_to_come_back(header, seconds):
    assert retry_after_seconds(header, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"errors": [{"message": "not a student"}]}', "not a student"),
        (b'{"errors": {"type": "x", "message": "gone"}}', "x gone"),
        (b'{"status": 400, "reason": "No handler found", "request": {}}', "No handler found"),
        (b'{"errorMessage": "Specified account does not exist"}', "Specified account does not exist"),  # Canvas
        (b'{"error": "above_response_limit", "explanation": "Too many users"}', "Too many users"),  # Open edX
        (b'"plain words"', "plain words"),
        (b"plain words", "plain words"),
        (b"<html><body>error</body></html>", ""),
        (b"[]", ""),
        (b"", ""),
        ("{“broken”".encode(), "{“broken”"),
    ],
)
def test_the_lms_own_words(body, words):
    error = error_of(answer(400, body))
    assert error.words == words
    assert words in error.message


def test_long_words_are_cut():
    assert len(error_of(answer(400, b"x" * 100_000)).message) < 400
