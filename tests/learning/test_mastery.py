"""Verdicts: level, reasons, what is missing, and that mastery stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import MONDAY, SKILL, evidence, history
from lti_tool.learning.evidence import Evidence, Source
from lti_tool.learning.mastery import as_of, judge
from lti_tool.learning.phrases import moment
from lti_tool.learning.rules import PRESETS, DecayingAverage, MasteryRule, MOfN, NTimes, Statistical, Streak
from lti_tool.learning.verdicts import Level, Verdict

THREE = MasteryRule(rule=Streak(n=3))
LATER = MONDAY + timedelta(days=1)


def verdict(rule: MasteryRule, answers: str | list[Evidence]) -> Verdict:
    rows = history(answers) if isinstance(answers, str) else answers
    return judge(rule, rows, skill=SKILL, version=7, now=LATER)


def words(one: Verdict) -> str:
    return " ".join(map(str, one.because))


def test_nothing_answered_is_no_evidence() -> None:
    one = verdict(THREE, "")
    assert (one.level, one.progress, one.because[0].text) == (Level.NONE, 0.0, "No answers yet.")
    assert str(one.missing) == "3 right answers in a row."
    assert one.rule_version == 7


def test_the_first_questions_say_where_to_start_and_count_for_nothing() -> None:
    """Learners are told so before they answer them: neither right nor wrong ones move a verdict."""
    asked = [
        evidence(score, id=900 + number, source=Source.ASSESSMENT) for number, score in enumerate((1, 1, 1, 0))
    ]
    only = verdict(THREE, asked)
    assert (only.level, only.progress, only.stuck) == (Level.NONE, 0.0, False)
    assert "Only first questions so far." in words(only)
    for answers in ("R", "RR", "WWWWWWW", "RRR"):
        assert verdict(THREE, [*asked, *history(answers)]) == verdict(THREE, answers)


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ("W", Level.BEGINNING),
        ("R", Level.DEVELOPING),
        ("RR", Level.NEARLY),
        ("RRR", Level.MASTERED),
        ("RRW", Level.BEGINNING),
    ],
)
def test_levels_follow_progress(answers: str, level: Level) -> None:
    assert verdict(THREE, answers).level is level


def test_mastery_is_dated_by_the_answer_that_met_the_rule_and_stays() -> None:
    rows = history("WRRRWW")
    one = verdict(THREE, rows)
    assert one.mastered
    assert one.mastered_at == rows[3].at
    assert one.evidence_ids == (2, 3, 4)
    assert "It stays mastered." in words(one)
    assert one.review_due_at == rows[3].at + timedelta(days=1)
    assert "Since then 0 of 2 right." in words(one)


def test_a_wrong_answer_on_a_later_day_asks_for_a_review_at_once() -> None:
    rows = history("RRR|RW")
    one = verdict(THREE, rows)
    assert one.mastered
    assert one.review_due_at == rows[-1].at
    assert f"so a review is wanted from {moment(rows[-1].at)}. It stays mastered." in words(one)


def test_later_tries_at_the_same_item_show_persistence_only() -> None:
    one = verdict(THREE, "RRWtttt")
    assert not one.mastered
    assert "Tried again 4 times" in words(one)


def test_hints_are_set_aside_where_the_teacher_wants_none() -> None:
    without = MasteryRule(rule=Streak(n=3), without_hints=True)
    assert verdict(THREE, "RHR").mastered
    assert not verdict(without, "RHR").mastered
    assert verdict(without, "RHRR").mastered, "a right answer with a hint does not break the row"
    assert "1 right answer took a hint and is set aside." in words(verdict(without, "RHR"))
    assert str(verdict(without, "RHR").missing) == "1 more right answer without hints."


def test_different_days_want_a_night_between() -> None:
    rule = MasteryRule(rule=Streak(n=3), different_days=2)
    waiting = verdict(rule, "RRRR")
    assert not waiting.mastered
    assert str(waiting.missing) == "1 more right answer on another day."
    assert verdict(rule, "RR|R").mastered
    crossing = [
        evidence(id=number, at=MONDAY.replace(hour=23, minute=50) + timedelta(minutes=10 * number))
        for number in range(1, 5)
    ]
    assert not verdict(rule, crossing).mastered, "midnight alone is not another day of work"


def test_minimum_answers_are_waited_for() -> None:
    rule = MasteryRule(rule=Streak(n=2), minimum_answers=5)
    one = verdict(rule, "RRR")
    assert not one.mastered
    assert str(one.missing) == "2 more answers."
    assert one.answers_expected == 2
    assert verdict(rule, "RRRRR").mastered
    assert not verdict(rule, "RRRRW").mastered, "rule and gates must hold after the same answer"


def test_reasons_say_what_was_seen_in_a_teachers_words() -> None:
    one = verdict(MasteryRule(rule=MOfN(m=4, n=5)), "RW|R|R")
    assert words(one).startswith("3 of the last 4 answers right. On 3 days. No hints.")


def test_evidence_of_other_skills_is_left_aside() -> None:
    rows = [*history("RR"), *history("R", skill="other", first_id=9)]
    assert not verdict(THREE, rows).mastered


def test_order_and_doubles_of_delivery_do_not_matter() -> None:
    rows = history("RWRR")
    assert verdict(THREE, [*reversed(rows), *rows]) == verdict(THREE, rows)


def test_a_clock_that_went_back_orders_by_time_and_then_by_arrival() -> None:
    rows = history("RRW")
    late = evidence(id=4, at=rows[0].at)
    assert not verdict(THREE, [*rows, late]).level.rank > Level.MASTERED.rank
    assert verdict(THREE, [*rows, late]).mastered, "three right answers came before the wrong one"


def test_a_sure_rule_says_how_sure() -> None:
    rule = MasteryRule(rule=Statistical(sureness="normal"))
    few, many = verdict(rule, "RR"), verdict(rule, "RRRRRRRR")
    assert few.confidence is not None
    assert many.confidence is not None
    assert 0 < few.confidence < 0.9 <= many.confidence < 1
    assert many.mastered
    assert verdict(rule, "").confidence is not None


def test_hard_questions_and_no_hints_convince_sooner() -> None:
    rule = MasteryRule(rule=Statistical(sureness="strict"))

    def sure(**manner: float) -> float:
        rows = [evidence(id=number, **manner) for number in range(1, 5)]  # type: ignore[arg-type]
        confidence = verdict(rule, rows).confidence
        assert confidence is not None
        return confidence

    assert sure(difficulty=1.5) > sure() > sure(difficulty=-1.5)
    assert sure() > sure(hints_used=2)


def test_stuck_is_heard_early_and_explained() -> None:
    one = verdict(THREE, "WWRWWW")
    assert one.stuck
    assert "1 of the last 6 answers right and no upward trend" in words(one)


@pytest.mark.parametrize("answers", ["WWRWWR", "WWRRWW", "WRWRWW"])
def test_as_much_as_before_or_little_more_is_no_upward_trend(answers: str) -> None:
    assert verdict(MasteryRule(rule=Streak(n=5)), answers).stuck


@pytest.mark.parametrize(("answers", "stuck"), [("RRRWWRRR", False), ("RRRWWWRR", True)])
def test_easy_questions_say_little_until_the_last_three_are_right(answers: str, stuck: bool) -> None:
    rows = [replace(one, difficulty=-2.5) for one in history(answers)]
    assert verdict(MasteryRule(rule=Streak(n=5)), rows).stuck is stuck


@pytest.mark.parametrize("answers", ["WWWW", "WWWWRRWRR", "RRWRRWRRW", "RWRRWR"])
def test_few_answers_or_a_rise_or_good_work_is_not_stuck(answers: str) -> None:
    assert not verdict(MasteryRule(rule=Streak(n=5)), answers).stuck


@pytest.mark.parametrize("key", list(PRESETS))
@pytest.mark.parametrize("pattern", ["R", "W", "RW", "WWR"])
def test_thousands_of_answers(key: str, pattern: str) -> None:
    one = verdict(PRESETS[key].rule, history(pattern * (3000 // len(pattern))))
    assert 0 <= one.progress <= 1
    rule = PRESETS[key].rule
    assert one.mastered or pattern != "R" or rule.different_days > 1 or (rule.mixed_check and one.awaits_check)
    assert not one.mastered or pattern != "W"


def test_progress_is_never_full_before_mastery() -> None:
    one = verdict(MasteryRule(rule=NTimes(times=3), different_days=2), "RRRRRR")
    assert one.level is Level.NEARLY
    assert one.progress < 1


def test_review_is_due_or_announced() -> None:
    rows = history("RRR")
    soon = judge(THREE, rows, skill=SKILL, version=1, now=MONDAY)
    long_after = judge(THREE, rows, skill=SKILL, version=1, now=MONDAY + timedelta(days=60))
    assert "Next review on" in words(soon)
    assert "Due for review since" in words(long_after)
    assert soon.review_due_at == long_after.review_due_at


def test_a_new_rule_version_judges_all_evidence_anew() -> None:
    rows = "RRRWWRRRR"
    assert verdict(THREE, rows).mastered
    assert not verdict(MasteryRule(rule=Streak(n=5)), rows).mastered
    assert not verdict(MasteryRule(rule=DecayingAverage(threshold=0.9)), rows).mastered


def test_six_wrong_tries_in_a_row_are_said_at_once_and_one_good_answer_ends_it() -> None:
    rule = MasteryRule(rule=Streak(n=5))
    assert not verdict(rule, history("WWWWW")).stuck
    six = verdict(rule, history("RWWWWWW"))
    assert six.stuck
    assert str(six.trouble) == "The last 6 tries were all wrong."
    assert not verdict(rule, history("RRRWWWWWWRRR")).stuck


def test_a_verdict_read_on_a_later_day_says_what_is_due_then() -> None:
    one = verdict(MasteryRule(rule=Streak(n=3)), history("RRR"))
    assert one.review_due_at is not None
    assert as_of(one, one.review_due_at - timedelta(days=1)) == one
    later = as_of(one, one.review_due_at + timedelta(days=1))
    assert str(later.because[-1]).startswith("Due for review since")
    assert later.mastered
