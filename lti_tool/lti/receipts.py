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
    came = came_instead(answer)
    return f"The LMS answered with {came} instead of taking the grade." if came else ""


def came_instead(answer: Answer) -> str:
    """What came with a good status and is no answer of the service, in words; empty when nothing speaks for that."""
    if is_web_page(answer):
        return "a web page"
    said = json_of(answer)
    tells_error = any(_tells_error(one) for one in (said if isinstance(said, list) else [said]))
    return "an error" if tells_error else ""


def _tells_error(said: object) -> bool:
    return isinstance(said, dict) and bool(said.get("error") or said.get("errors") or said.get("success") is False)


def json_of(answer: Answer) -> object:
    """What the body says; None where it is not JSON."""
    try:
        found: object = answer.json()
    except ValueError:
        return None
    return found
