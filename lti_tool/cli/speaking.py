"""Errors as one sentence and an exit code."""

from __future__ import annotations

REFUSED, UNUSABLE_SETTINGS, DATABASE_NOT_READY, OUR_FAULT = 1, 3, 4, 70


class Refusal(Exception):
    """A command cannot do what was asked. The message is for the person at the keyboard."""


def exit_code_and_words(error: Exception) -> tuple[int, str]:
    """What to say, and how to exit, after `error`."""
    from ..flows.errors import FlowError, Refused
    from ..lti.errors import PlatformError, RegistrationFailed
    from ..lti.keys import SealBroken
    from ..settings import SettingsError
    from ..store.migrating import DatabaseAway, MigrationFailed, is_away

    if isinstance(error, SettingsError):
        return UNUSABLE_SETTINGS, str(error)
    if isinstance(error, DatabaseAway | MigrationFailed):
        return DATABASE_NOT_READY, str(error)
    if is_away(error):
        return DATABASE_NOT_READY, f"The database does not answer or cannot be used: {first_line(error)}"
    if isinstance(error, Refused) and error.problems:
        return REFUSED, "\n".join([error.what, *(f"  {name}: {text}" for name, text in error.problems.items())])
    if isinstance(error, FlowError):
        return REFUSED, " ".join(filter(None, [error.what, error.tell]))
    if isinstance(error, RegistrationFailed):
        unsaid = [problem for problem in error.problems if problem not in error.what]
        return REFUSED, " ".join(filter(None, [error.what, *unsaid, error.tell]))
    if isinstance(error, SealBroken):
        return REFUSED, f"{error} Set the old SECRET_KEY again, or make new keys with: lti-tool keys rotate --now"
    if isinstance(error, PlatformError | Refusal | OSError):
        return REFUSED, first_line(error)
    return (
        OUR_FAULT,
        f"This should not happen: {type(error).__name__}: {first_line(error)} (LOG_LEVEL=DEBUG shows more)",
    )


def first_line(error: Exception) -> str:
    """The first line of an error, which is the one for people."""
    return str(error).strip().split("\n", 1)[0]
