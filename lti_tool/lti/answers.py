"""What an LMS's refusal means for people: try again later, or tell somebody who can mend it."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from lti_tool.lti.errors import Meaning, PlatformError
from lti_tool.lti.http import Answer
from lti_tool.lti.meanings import words_of

_LONGEST_WAIT_SECONDS = 24 * 3600.0


class _Consequence(NamedTuple):
    passes: bool
    """Asking again later may help."""
    what: str
    helps: str


_ADMIN = "An administrator of the LMS can allow it."
_OPERATOR = "The operator of this tool finds more in the log."
_BY_ITSELF = "Mostly that passes by itself."
_SET_UP = "Give the activity a grade there, or add it again."

_CONSEQUENCES = {
    Meaning.TROUBLE: _Consequence(True, "{host} has a problem of its own", _BY_ITSELF),
    Meaning.ELSEWHERE: _Consequence(
        True, "{host} sends us to another page instead of answering. It may be closed for maintenance", _BY_ITSELF
    ),
    Meaning.SLOW_DOWN: _Consequence(True, "{host} asks us to slow down", _BY_ITSELF),
    Meaning.NO_TOKEN: _Consequence(
        True,  # mostly the tool is not switched on there yet
        "{host} gives us no access. The tool may not be active there, or the LMS cannot reach our public keys",
        _ADMIN,
    ),
    Meaning.TOKEN_OVER: _Consequence(
        False, "{host} does not accept our access. The tool’s services may be switched off there", _ADMIN
    ),
    Meaning.FORBIDDEN: _Consequence(
        False, "{host} does not allow this. The tool may lack a permission there, or the course is closed", _ADMIN
    ),
    Meaning.NOT_FOUND: _Consequence(
        False,
        "{host} does not find this any more. It may have been deleted",
        "Open the activity once more from the course.",
    ),
    Meaning.OUTDATED: _Consequence(False, "{host} has something newer", "Look into the gradebook there."),
    Meaning.NOT_A_STUDENT: _Consequence(
        False, "{host} has no row for this person in its gradebook", "Only enrolled students can get a grade."
    ),
    Meaning.LOCKED: _Consequence(False, "{host} has locked this", "Unlock it there."),
    Meaning.NOT_SET_UP: _Consequence(False, "{host} says that this is not set up", _SET_UP),
    Meaning.NOT_PUBLISHED: _Consequence(
        True, "{host} takes no grades for an activity that is not published", "Publish it there: then they follow."
    ),
    Meaning.COURSE_OVER: _Consequence(
        False,
        "{host} says that the course is over and takes no more grades",
        "Whoever may change the end of the course there can open it again.",
    ),
    Meaning.LINK_REFUSED: _Consequence(False, "{host} makes no gradebook column for this activity", _SET_UP),
    Meaning.NOT_UNDERSTOOD: _Consequence(False, "{host} did not understand our request", _OPERATOR),
    Meaning.UNUSABLE: _Consequence(False, "{host} cannot use what we sent", _OPERATOR),
    Meaning.REFUSED: _Consequence(False, "{host} says no", _OPERATOR),
}
"""One line for each meaning: whether it passes, what is wrong, and what helps."""


def problem(answer: Answer, now: datetime, meaning: Meaning, *, with_cure: bool = False) -> PlatformError:
    """The error of an answer that is not 2xx.

    `with_cure` adds what helps, for teachers; pages for installing say that themselves.
    """
    passes, what, helps = _CONSEQUENCES[meaning]
    words, cure = words_of(answer), f" {helps}" if with_cure else ""
    host = urlsplit(answer.url).netloc
    return PlatformError(
        f"{what.format(host=host)} ({answer.status}{': ' + words if words else ''}).{cure}",
        permanent=not passes,
        status=answer.status,
        meaning=meaning,
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
