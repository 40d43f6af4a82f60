"""The refusals of this floor. Each is written for the person who will read it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

Who = Literal["you", "teacher", "lms admin", "tool operator"]


class LaunchRefused(Exception):
    """This login or launch is not let in.

    `code` is stable and goes to the log; `title` and `what` say what is wrong; `who` can mend it; `tell` is what to
    tell them; `status` is the HTTP status to answer with. `return_url` is the way back into the LMS that a genuine
    message named (Core 1.3 §5.4.4), empty where nothing is proven.
    """

    def __init__(self, code: str, *, title: str, what: str, who: Who, tell: str, status: int = 400) -> None:
        self.code = code
        self.title = title
        self.what = what
        self.who: Who = who
        self.tell = tell
        self.status = status
        self.return_url = ""
        super().__init__(f"{code}: {what}")


class KeysOnTheWay(LaunchRefused):
    """Somebody else waits for the LMS's keys just now: the same message may be sent again in a moment."""

    def __init__(self) -> None:
        super().__init__(
            "keys_on_the_way",
            title="One moment, please",
            what="Your LMS takes long to show us the keys it signs with.",
            who="you",
            tell="Go back to your course and open the activity again from there.",
            status=503,
        )


class RegistrationFailed(Exception):
    """The tool could not be installed. `what` is wrong, `who` can mend it, `tell` is what to tell them.

    `problems` are whole sentences; `fields` the same by field, without the field's name.
    """

    def __init__(
        self,
        what: str,
        *,
        who: Who = "lms admin",
        tell: str = "",
        problems: tuple[str, ...] = (),
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.what = what
        self.who: Who = who
        self.tell = tell
        self.problems = problems
        self.fields = dict(fields or {})
        super().__init__(what)


class Meaning(StrEnum):
    """What an LMS means by an answer that is not 2xx. `platforms` reads answers, `answers` says what follows."""

    TROUBLE = "trouble of its own"
    ELSEWHERE = "sends us elsewhere"
    SLOW_DOWN = "slow down"
    NO_TOKEN = "no token"  # noqa: S105 - a name
    TOKEN_OVER = "token is over"  # noqa: S105 - a name
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    OUTDATED = "has something as new"
    NOT_A_STUDENT = "not a student"
    LOCKED = "locked"
    NOT_SET_UP = "not set up"
    NOT_PUBLISHED = "not published"
    COURSE_OVER = "course is over"
    LINK_REFUSED = "no column for this link"
    NOT_UNDERSTOOD = "not understood"
    UNUSABLE = "cannot use it"
    REFUSED = "refused"


class PlatformError(Exception):
    """The LMS did not do what we asked.

    `permanent` says that asking again will not help; else try later, not before `retry_after_seconds` when given.
    `status` is the HTTP status (None when no answer came), `meaning` what this LMS means by it (None where it is not
    an answer that says no). `message` is a sentence for a teacher or an admin, `words` what the LMS itself said, for
    the log.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        status: int | None = None,
        meaning: Meaning | None = None,
        retry_after_seconds: float | None = None,
        words: str = "",
    ) -> None:
        self.message = message
        self.words = words
        self.permanent = permanent
        self.status = status
        self.meaning = meaning
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)


class PlatformAway(PlatformError):
    """No answer came: the LMS is down, hung up, or the way to it is. What it would have said is not known."""


class PlatformSilent(PlatformAway):
    """No answer came in time: whoever asks again at once waits as long again."""


class CertificateRefused(PlatformError):
    """The LMS cannot prove that it is itself: nothing is said to it. `who` can mend that, `cure` says how."""

    def __init__(self, message: str, *, who: Who, cure: str, words: str = "") -> None:
        self.who: Who = who
        self.cure = cure
        super().__init__(message, permanent=False, words=words)


class ColumnLost(PlatformError):
    """The LMS took our wish for a gradebook column and does not say where it is: asking again may make another."""

    def __init__(self, *, status: int) -> None:
        said = (
            "The LMS made a gradebook column but does not say where. Look into the gradebook before you send again."
        )
        super().__init__(said, permanent=False, status=status)


class ScoreRefused(PlatformError):
    """The gradebook did not take this score. Always permanent: the same score would be refused again."""

    def __init__(self, meaning: Meaning, message: str, *, status: int | None = None, words: str = "") -> None:
        super().__init__(message, permanent=True, status=status, meaning=meaning, words=words)


class ScoreOutdated(ScoreRefused):
    """The gradebook has an equal or newer entry. Read the result before calling the grade settled."""

    def __init__(self, message: str, *, status: int | None = None, words: str = "") -> None:
        super().__init__(Meaning.OUTDATED, message, status=status, words=words)
