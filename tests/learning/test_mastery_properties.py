"""What must hold for every rule and every history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from builders import MONDAY, SKILL, evidence
from lti_tool.learning.evidence import Evidence, Source
from lti_tool.learning.mastery import judge
from lti_tool.learning.rules import (
    DecayingAverage,
    MasteryRule,
    SkillChances,
    Tracing,
    describe,
    from_dict,
    to_dict,
)
from lti_tool.learning.verdicts import Level, Verdict
from strategies import histories, mastery_rules

NOW = MONDAY + timedelta(days=30)
QUICK = settings(max_examples=60, deadline=None)


def verdict(rule: MasteryRule, rows: list[Evidence]) -> Verdict:
    return judge(rule, rows, skill=SKILL, version=1, now=NOW)


@QUICK
@given(mastery_rules(), histories(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_delivery_change_nothing(rule, rows, random) -> None:
    delivered = [*rows, *rows[: len(rows) // 2]]
    random.shuffle(delivered)
    assert verdict(rule, delivered) == verdict(rule, rows)


@QUICK
@given(mastery_rules(), histories())
def test_bounds(rule, rows) -> None:
    one = verdict(rule, rows)
    assert 0 <= one.progress <= 1
    assert (one.progress == 1) == one.mastered == (one.mastered_at is not None) == (one.missing is None)
    assert one.confidence is None or 0 < one.confidence < 1
    assert one.answers_expected is None or one.answers_expected >= 0
    counts = any(row.attempt == 1 and row.source is not Source.ASSESSMENT for row in rows)
    assert (one.level is Level.NONE) == (not counts)
    assert not (one.stuck and one.mastered)
    assert set(one.evidence_ids) <= {row.id for row in rows}
    assert all("{" not in str(phrase) for phrase in (*one.because, *([one.missing] if one.missing else [])))


@QUICK
@given(mastery_rules(), histories(), st.integers(1, 3))
def test_who_lacks_only_a_mixed_check_is_nearly_there(rule, rows, wanted) -> None:
    """A page about a whole class looks for them at that level only."""
    one = verdict(replace(rule, mixed_check=wanted), rows)
    assert not one.awaits_check or one.level is Level.NEARLY


@QUICK
@given(mastery_rules(), histories(), histories(most=6))
def test_mastered_stays_mastered_whatever_comes_later(rule, rows, later) -> None:
    before = verdict(rule, rows)
    moved = [replace(row, id=100 + row.id, at=row.at + timedelta(days=300)) for row in later]
    after = verdict(rule, [*rows, *moved])
    if before.mastered:
        assert after.mastered
        assert after.mastered_at == before.mastered_at
        assert after.review_due_at is not None
        assert after.mastered_at is not None
        assert after.review_due_at >= after.mastered_at


@QUICK
@given(
    mastery_rules(counting=True),
    histories(),
    st.integers(0, 1),
)
def test_a_right_answer_never_lowers_streak_or_m_of_n(rule, rows, hints) -> None:
    before = verdict(rule, rows)
    at = rows[-1].at + timedelta(minutes=1) if rows else MONDAY
    after = verdict(rule, [*rows, evidence(id=999, at=at, hints_used=hints)])
    assert after.progress >= before.progress


@QUICK
@given(mastery_rules(), histories())
def test_right_answers_on_many_days_always_lead_to_mastery(rule, rows) -> None:
    start = (rows[-1].at if rows else MONDAY) + timedelta(days=1)
    more = [evidence(id=1000 + day, at=start + timedelta(days=day), source=Source.CHALLENGE) for day in range(200)]
    assert verdict(rule, [*rows, *more]).mastered


@QUICK
@given(mastery_rules(), histories())
def test_later_tries_never_change_the_level_where_first_tries_count(rule, rows) -> None:
    strict = replace(rule, tries="first")
    again = [replace(row, id=500 + row.id, attempt=3, score=1.0) for row in rows]
    assert verdict(strict, [*rows, *again]).progress == verdict(strict, rows).progress


@QUICK
@given(mastery_rules(counting=True), histories())
def test_putting_a_mistake_right_never_lowers_streak_or_m_of_n(rule, rows) -> None:
    kind = replace(rule, tries="best", without_hints=False)
    wrong = evidence(0.0, id=900, at=(rows[-1].at if rows else MONDAY) + timedelta(minutes=1))
    again = replace(wrong, id=901, score=1.0, attempt=2, at=wrong.at + timedelta(minutes=1))
    before, after = verdict(kind, [*rows, wrong]), verdict(kind, [*rows, wrong, again])
    assert after.progress >= before.progress
    as_at_once = verdict(kind, [*rows, replace(wrong, score=1.0)])
    assert after.progress == as_at_once.progress


@QUICK
@given(mastery_rules(), histories())
def test_a_gate_more_never_makes_mastery_earlier(rule, rows) -> None:
    free = MasteryRule(rule=rule.rule, tries=rule.tries, repeats=rule.repeats, without_hints=rule.without_hints)
    if (gated := verdict(rule, rows)).mastered:
        bare = verdict(free, rows)
        assert bare.mastered
        assert bare.mastered_at <= gated.mastered_at  # type: ignore[operator]


@QUICK
@given(mastery_rules(), histories())
def test_whoever_waits_for_the_mixed_check_only_needs_the_mixed_check(rule, rows) -> None:
    one = verdict(rule, rows)
    if one.awaits_check and rule.rounds_of == 1:
        assert rule.mixed_check
        assert not one.mastered
        assert "mixed check" in str(one.missing)
        assert verdict(replace(rule, mixed_check=0), rows).mastered


@QUICK
@given(mastery_rules(), histories())
@example(
    rule=MasteryRule(rule=DecayingAverage(threshold=0.5), different_days=3),
    rows=[evidence(score, id=number) for number, score in enumerate([0.0, 0.0, 0.5], start=1)],
)
@example(
    rule=MasteryRule(rule=Tracing(threshold=0.8, steady=0.02, skills=(SkillChances(SKILL, 0.3, 0.2, 0.3, 0.05),))),
    rows=[],
)
def test_so_many_good_answers_as_foretold_are_enough(rule, rows) -> None:
    """Right, unaided, on new questions, each on a day of its own, among questions of other skills."""
    before = verdict(rule, rows)
    if before.mastered or before.answers_expected is None:
        return
    start = (rows[-1].at if rows else MONDAY) + timedelta(days=1)
    good = [
        evidence(id=1000 + day, at=start + timedelta(days=day), source=Source.CHALLENGE)
        for day in range(before.answers_expected)
    ]
    if rule.rule.kind not in {"statistical", "hidden_markov"}:
        assert not verdict(rule, [*rows, *good[:-1]]).mastered
        if rule.rounds_of == 1:
            assert verdict(rule, [*rows, *good]).mastered


@QUICK
@given(mastery_rules(), histories())
def test_a_teachers_observation_counts_like_an_answer(rule, rows) -> None:
    at = (rows[-1].at if rows else MONDAY) + timedelta(minutes=1)
    seen = verdict(rule, [*rows, evidence(id=999, at=at, source=Source.OBSERVATION)])
    answered = verdict(rule, [*rows, evidence(id=999, at=at)])
    assert (seen.level, seen.progress) == (answered.level, answered.progress)


@QUICK
@given(mastery_rules())
def test_rules_survive_json_and_describe_themselves(rule) -> None:
    assert from_dict(to_dict(rule)) == rule
    assert str(describe(rule)).startswith("Mastered ")
    assert "{" not in str(describe(rule))
