"""A teacher's word beside the rule's verdict."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from builders import MONDAY, SKILL, history
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.mastery import judge
from lti_tool.learning.overruling import overrule
from lti_tool.learning.rules import PRESETS
from lti_tool.learning.verdicts import Level, TeacherWord, Verdict
from strategies import histories

RULE = PRESETS["three_in_a_row"].rule
NOW = MONDAY + timedelta(days=3)
YES = TeacherWord(mastered=True, at=NOW, note="Explained it to the class.")
NO = TeacherWord(mastered=False, at=NOW, note="Show me once more.")


def judged(rows: list[Evidence]) -> Verdict:
    return judge(RULE, rows, skill=SKILL, version=1, now=NOW)


def test_a_teacher_calls_a_skill_mastered_and_the_rules_own_verdict_stays() -> None:
    rows = history("RW")
    shown = overrule(judged(rows), YES, rows)
    assert (shown.level, shown.progress, shown.missing) == (Level.MASTERED, 1.0, None)
    assert shown.mastered_at == NOW
    assert shown.review_due_at is not None
    assert shown.review_due_at > NOW
    assert shown.own == judged(rows)
    assert shown.word == YES


def test_without_any_answer_the_word_alone_counts() -> None:
    shown = overrule(judged([]), YES, [])
    assert shown.mastered
    assert shown.review_due_at is not None


def test_a_teacher_calls_a_mastered_skill_back() -> None:
    rows = history("RRR")
    shown = overrule(judged(rows), NO, rows)
    assert shown.level is Level.NEARLY
    assert shown.progress < 1
    assert shown.mastered_at is None
    assert "once more" in str(shown.missing)
    assert shown.own is not None
    assert shown.own.mastered


@given(rows=histories())
def test_taking_the_word_back_leaves_what_the_rule_says(rows: list[Evidence]) -> None:
    own = judged(rows)
    assert overrule(own, None, rows) is own
    for word in (YES, NO):
        shown = overrule(own, word, rows)
        assert shown.mastered == word.mastered
        assert shown.own == own
        assert 0 <= shown.progress <= 1
        assert (shown.progress == 1) == word.mastered
