"""What an LMS's refusal means: try again later, or tell somebody."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lti_tool.lti.errors import PlatformError
from lti_tool.lti.http import Answer
from lti_tool.lti.refusals import clean

_TEMPORARY = frozenset({408, 421, 425, 429})
_LONGEST_WAIT_SECONDS = 24 * 3600.0

_ADMIN = "An administrator of the LMS can allow it."
_OPERATOR = "The operator of this tool finds more in the log."
_BY_ITSELF = "Mostly that passes by itself."

_SENTENCES = {
    400: ("{host} did not understand our request", _OPERATOR),
    401: ("{host} does not accept our access. The tool's services may be switched off there", _ADMIN),
    403: ("{host} does not allow this. The tool may lack a permission there, or the course is closed", _ADMIN),
    404: (
        "{host} does not find this any more. It may have been deleted",
        "Open the activity once more from the course.",
    ),
    409: ("{host} has something newer", "Look into the gradebook there."),
    412: ("{host} says that this is not set up", "Give the activity a grade there, or add it again."),
    422: ("{host} cannot use what we sent", _OPERATOR),
    423: ("{host} has locked this", "Unlock it there."),
    429: ("{host} asks us to slow down", _BY_ITSELF),
}
"""What is wrong, and what helps."""
_WHOLE_CLASS = {
    3: ("{host} sends us to another page instead of answering. It may be closed for maintenance", _BY_ITSELF),
    4: ("{host} says no", _OPERATOR),
    5: ("{host} has a problem of its own", _BY_ITSELF),
}


def problem(
    answer: Answer, now: datetime, *, meant_status: int | None = None, with_cure: bool = False
) -> PlatformError:
    """The error of an answer that is not 2xx; its status is what the LMS means.

    `meant_status` is for LMSs that say things in their own way. `with_cure` adds what helps, for teachers; pages for
    installing say that themselves.
    """
    status = meant_status or answer.status
    sentence, cure = _SENTENCES.get(status) or _WHOLE_CLASS.get(status // 100, _WHOLE_CLASS[4])
    words, cure = _words(answer), f" {cure}" if with_cure else ""
    host = urlsplit(answer.url).netloc
    return PlatformError(
        f"{sentence.format(host=host)} ({answer.status}{': ' + words if words else ''}).{cure}",
        permanent=not (status in _TEMPORARY or status < 400 or status >= 500),
        status=status,
        retry_after_seconds=retry_after_seconds(answer.headers.get("Retry-After"), now),
        words=words,
    )


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds to wait: from a number or a date (RFC 9110 §10.2.3), at most a day; None when not said."""
    text = (header or "").strip()
    if not text:
        return None
    try:
        wait = float(text) if text.replace(".", "", 1).isdigit() else _until(text, now)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT_SECONDS)


def _until(text: str, now: datetime) -> float:
    moment = parsedate_to_datetime(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)).timestamp() - now.timestamp()


def _words(answer: Answer) -> str:
    """What the LMS says about it, if it says it in a way people can read."""
    try:
        said = answer.json()
    except ValueError:
        text = answer.text.lstrip()
        return "" if text.startswith("<") else clean(text, 200)
    for name in ("error_description", "explanation", "message", "detail", "reason", "error", "errors", "title"):
        if isinstance(said, dict) and said.get(name):
            return clean(_flat(said[name]), 200)
    if isinstance(said, dict) and said and all(isinstance(value, list) for value in said.values()):
        return clean(" ".join(f"{name}: {_flat(value)}" for name, value in said.items()), 200)  # reasons by field
    return clean(said, 200) if isinstance(said, str) else ""


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(_flat(inner) for inner in value.values())
    if isinstance(value, list):
        return " ".join(_flat(inner) for inner in value)
    return str(value)
