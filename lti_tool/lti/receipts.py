"""Whether an answer with a good status is the receipt it seems to be."""

from __future__ import annotations

from lti_tool.lti.http import Answer


def is_web_page(answer: Answer) -> bool:
    """A page for people, where a service should answer."""
    return answer.text[:1000].lstrip("\ufeff \t\r\n").startswith("<")


def doubt_of(answer: Answer) -> str:
    """Why an answer with a good status may be no receipt; empty when it is one.

    The status alone is the receipt: no body is asked for (AGS 2.0 §3.4), one LMS tells the result's address (Canvas,
    `resultUrl`), others answer nothing, a plain “OK” or an empty list. But a sign-in or maintenance page has a good
    status, too, and so have errors of some servers in between, one or a list of them.
    """
    if is_web_page(answer):
        return "The LMS answered with a web page instead of taking the grade."
    said = json_of(answer)
    if any(_tells_error(one) for one in (said if isinstance(said, list) else [said])):
        return "The LMS answered with an error instead of taking the grade."
    return ""


def _tells_error(said: object) -> bool:
    return isinstance(said, dict) and bool(said.get("error") or said.get("errors") or said.get("success") is False)


def json_of(answer: Answer) -> object:
    """What the body says; None where it is not JSON."""
    try:
        found: object = answer.json()
    except ValueError:
        return None
    return found
