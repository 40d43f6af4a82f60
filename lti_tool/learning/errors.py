"""The refusals of this floor. Each says what is wrong and where, in words an author can act on."""

from __future__ import annotations


class LearningError(Exception):
    """Something about the learning content or a request to it makes no sense."""


class ContentError(LearningError):
    """The course content contradicts itself (a cycle, an unknown skill, an item without an answer)."""

    def __init__(self, message: str, *, place: str = "") -> None:
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)


class AnswerError(LearningError):
    """The answer cannot be read (empty, not a number ...). The learner may try again; nothing is counted."""
