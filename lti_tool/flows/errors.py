"""Refusals of this floor: what is wrong, who can mend it, what to tell them."""

from __future__ import annotations

from collections.abc import Mapping


class FlowError(Exception):
    """Something a person asked for cannot be done. All three texts are for people."""

    def __init__(self, what: str, *, who: str = "you", tell: str = "") -> None:
        self.what, self.who, self.tell = what, who, tell
        super().__init__(what)


class VisitEnded(FlowError):
    """The launch session is over or was never ours."""


class NotAllowed(FlowError):
    """The role of this visit may not do that."""


class NotFound(FlowError):
    """It is not there, or not in this course (we do not say which)."""


class Refused(FlowError):
    """The input cannot be used. `problems` maps a field to a sentence."""

    def __init__(self, what: str, *, problems: Mapping[str, str] | None = None, tell: str = "") -> None:
        self.problems = dict(problems or {})
        super().__init__(what, tell=tell)


class ChangedMeanwhile(Refused):
    """Somebody else put another rule in force after this teacher looked."""

    def __init__(self) -> None:
        super().__init__(
            "The rule was changed meanwhile.",
            problems={"seen": "Somebody changed the rule meanwhile. See what would change now."},
        )


class GradesWouldFall(Refused):
    """A change would lower grades, and the teacher has not agreed to it yet."""

    def __init__(self) -> None:
        super().__init__(
            "Some grades would go down.",
            problems={"agreed": "Say first whether these grades may go down."},
        )


class NotSeenYet(Refused):
    """What a rule would do to a large class has to be worked out, and looked at, before it is put in force."""

    def __init__(self) -> None:
        super().__init__(
            "What would change has to be worked out first.",
            problems={"seen": "Much has happened here since this was worked out. See what would change now."},
        )
