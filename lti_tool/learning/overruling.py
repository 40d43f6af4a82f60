"""Overruling: a teacher's word beside the rule's verdict. Both are kept; pages show them as two things.

The teacher's word decides what counts: level, grade, what is locked, what is offered. The rule goes on judging by
itself, so that taking the word back needs no guess at what the rule would say. A skill the teacher calls mastered
is due for review like any other: the word speaks for that day, and memory fades all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .evidence import Evidence
from .mastery import ALMOST
from .phrases import say
from .review import due_at
from .verdicts import Level, TeacherWord, Verdict


def overrule(verdict: Verdict, word: TeacherWord | None, history: Sequence[Evidence]) -> Verdict:
    """The verdict that counts. `verdict` is the rule's own on `history`; without a word it stays as it is."""
    if word is None:
        return verdict
    return _called_mastered(verdict, word, history) if word.mastered else _called_back(verdict, word)


def _called_mastered(verdict: Verdict, word: TeacherWord, history: Sequence[Evidence]) -> Verdict:
    """Mastered since the rule was met or the word was said, whichever came first."""
    mastered_at = min(verdict.mastered_at or word.at, word.at)
    mine = [one for one in history if one.skill == verdict.skill]
    return replace(
        verdict,
        level=Level.MASTERED,
        progress=1.0,
        because=(say("Your teacher says: mastered."),),
        missing=None,
        answers_expected=0,
        mastered_at=mastered_at,
        review_due_at=verdict.review_due_at if verdict.mastered else due_at(mine, mastered_at),
        stuck=False,
        word=word,
        own=verdict,
    )


def _called_back(verdict: Verdict, word: TeacherWord) -> Verdict:
    """Nearly there at the most, however the rule sees it."""
    return replace(
        verdict,
        level=Level.NEARLY if verdict.mastered else verdict.level,
        progress=min(verdict.progress, ALMOST),
        because=(say("Your teacher would like to see more of this first."),),
        missing=verdict.missing or say("Show your teacher once more what you can do."),
        answers_expected=None if verdict.mastered else verdict.answers_expected,
        mastered_at=None,
        review_due_at=None,
        word=word,
        own=verdict,
    )
