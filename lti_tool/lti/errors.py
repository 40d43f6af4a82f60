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


class PlatformError(Exception):
    """The LMS did not do what we asked.

    `permanent` says that asking again will not help; else try later, not before `retry_after_seconds` when given.
    `status` is the HTTP status as the LMS means it (None when no answer came). `message` is a sentence for a teacher
    or an admin, `words` what the LMS itself said, for the log.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        status: int | None = None,
        retry_after_seconds: float | None = None,
        words: str = "",
    ) -> None:
        self.message = message
        self.words = words
        self.permanent = permanent
        self.status = status
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)


class PlatformSilent(PlatformError):
    """No answer came in time: whoever asks again at once waits as long again."""


class ColumnLost(PlatformError):
    """The LMS took our wish for a gradebook column and does not say where it is: asking again may make another."""

    def __init__(self, *, status: int) -> None:
        said = (
            "The LMS made a gradebook column but does not say where. Look into the gradebook before you send again."
        )
        super().__init__(said, permanent=False, status=status)


class ScoreKind(StrEnum):
    """Why a grade was not taken."""

    OUTDATED = "outdated"
    NOT_A_STUDENT = "not_a_student"
    NO_COLUMN = "no_column"
    LOCKED = "locked"


class ScoreRefused(PlatformError):
    """The gradebook did not take this score. Always permanent: the same score would be refused again."""

    def __init__(self, kind: ScoreKind, message: str, *, status: int | None = None, words: str = "") -> None:
        self.kind = kind
        super().__init__(message, permanent=True, status=status, words=words)


class ScoreOutdated(ScoreRefused):
    """The gradebook has an equal or newer entry. Read the result before calling the grade settled."""

    def __init__(self, message: str, *, status: int | None = None, words: str = "") -> None:
        super().__init__(ScoreKind.OUTDATED, message, status=status, words=words)
