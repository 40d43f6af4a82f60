"""Gates: what a teacher puts on top of a rule, and what a learner reads about them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from builders import MONDAY, SKILL, evidence, history
from lti_tool.learning.evidence import Evidence, Source
from lti_tool.learning.mastery import judge
from lti_tool.learning.rules import Average, Highest, MasteryRule, RuleError, Streak, describe
from lti_tool.learning.verdicts import Verdict


def verdict(rule: MasteryRule, rows: list[Evidence]) -> Verdict:
    return judge(rule, rows, skill=SKILL, version=1, now=MONDAY + timedelta(days=40))


def in_check(answers: str, first_id: int = 100) -> list[Evidence]:
    """Answers in a mixed check, on the day after."""
    start = MONDAY + timedelta(days=1)
    return [
        evidence(
            float(letter != "W"),
            id=first_id + place,
            at=start + timedelta(minutes=place),
            source=Source.CHALLENGE,
            hints_used=int(letter == "H"),
        )
        for place, letter in enumerate(answers)
    ]


CHECKED = MasteryRule(rule=Streak(n=3), mixed_check=2)


def test_a_rule_met_in_practice_waits_for_the_mixed_check() -> None:
    one = verdict(CHECKED, history("RRR"))
    assert one.awaits_check
    assert not one.mastered
    assert one.answers_expected == 2
    assert str(one.missing) == "A mixed check: 2 right answers in a row among questions of other skills."
    assert "Right in mixed checks: 0 of 2." in map(str, one.because)


def test_the_mixed_check_makes_it_mastered() -> None:
    assert verdict(CHECKED, [*history("RRR"), *in_check("RR")]).mastered
    assert verdict(CHECKED, [*history("RRR"), *in_check("R")]).awaits_check


@pytest.mark.parametrize("answers", ["RW", "RH", "WR"])
def test_a_check_that_went_wrong_is_taken_again(answers: str) -> None:
    one = verdict(CHECKED, [*history("RRR"), *in_check(answers)])
    assert not one.mastered
    assert verdict(CHECKED, [*history("RRR"), *in_check(answers), *in_check("RRR", 200)]).mastered


def test_a_check_cannot_stand_for_practice() -> None:
    assert not verdict(CHECKED, in_check("RR")).awaits_check


def retried(answers: str) -> list[Evidence]:
    """`w` is a wrong first try put right at once, other letters as in `history`."""
    rows: list[Evidence] = []
    for letter in answers:
        rows += history("Wt" if letter == "w" else letter, start=MONDAY + timedelta(minutes=9 * len(rows)))
    return [
        evidence(row.score, id=place + 1, at=row.at, attempt=row.attempt, item=f"q{place - (row.attempt > 1)}")
        for place, row in enumerate(rows)
    ]


def test_the_retake_policy_says_which_try_counts() -> None:
    rows = retried("RwR")
    assert not verdict(MasteryRule(rule=Streak(n=3)), rows).mastered
    assert verdict(MasteryRule(rule=Streak(n=3), tries="best"), rows).mastered
    assert not verdict(MasteryRule(rule=Streak(n=3), tries="best"), retried("RWR")).mastered


def test_a_try_long_after_is_no_correction() -> None:
    wrong = evidence(0.0, id=1, item="q")
    late = evidence(1.0, id=2, item="q", attempt=2, at=MONDAY + timedelta(days=2))
    assert not verdict(MasteryRule(rule=Streak(n=1), tries="best"), [wrong, late]).mastered


def same_question(*hours: int) -> list[Evidence]:
    return [
        evidence(id=place + 1, item="the same", at=MONDAY + timedelta(hours=hour))
        for place, hour in enumerate(hours)
    ]


@pytest.mark.parametrize(
    ("repeats", "hours", "mastered"),
    [
        ("always", (0, 1, 2), True),
        ("another_day", (0, 1, 2), False),
        ("another_day", (0, 24, 48), True),
        ("never", (0, 24, 48), False),
    ],
)
def test_the_retake_policy_says_whether_a_question_met_before_counts(
    repeats: str, hours: tuple[int, ...], mastered: bool
) -> None:
    one = verdict(MasteryRule(rule=Streak(n=3), repeats=repeats), same_question(*hours))
    assert one.mastered is mastered
    said = " ".join(map(str, one.because))
    assert ("met before" in said) is not mastered


def test_what_a_teacher_saw_is_no_question_met_before() -> None:
    assert verdict(MasteryRule(rule=Streak(n=3), repeats="never"), history("OOO")).mastered


def test_a_round_is_decided_when_it_is_full() -> None:
    rounds = MasteryRule(rule=Average(threshold=0.8, least=1), rounds_of=5)
    one = verdict(rounds, history("RRRR"))
    assert not one.mastered
    assert str(one.missing) == "1 more answer, then the round is full."
    assert one.answers_expected == 1
    assert verdict(rounds, history("RRRRW")).mastered
    assert not verdict(rounds, history("WWRRR")).mastered


@pytest.mark.parametrize(
    ("gate", "rows", "opened"),
    [
        ({"different_days": 2}, history("RRR"), 1 / 2),
        ({"different_days": 4}, history("RR|R"), 2 / 4),
        ({"minimum_answers": 10}, history("RRR"), 3 / 10),
        ({"mixed_check": 3}, [*history("RRR"), *in_check("R")], 1 / 3),
    ],
)
def test_the_bar_shows_how_far_a_gate_is_open(gate: dict[str, int], rows: list[Evidence], opened: float) -> None:
    """With the rule met, what is left of the bar is the gate's: a quarter."""
    assert verdict(MasteryRule(rule=Streak(n=3), **gate), rows).progress == pytest.approx((3 + opened) / 4)


def test_the_best_round_is_not_the_best_stretch() -> None:
    answers = history("WRRRRR")
    assert Highest(threshold=1.0).read(answers).met[-1]
    reading = Highest(threshold=1.0, rounds=True).read(answers)
    assert not reading.met[-1]
    assert reading.answers_expected == 4


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            MasteryRule(rule=Streak(n=3), mixed_check=2, tries="best"),
            "Mastered after 3 right answers in a row, and 2 right answers in a row in mixed checks, where a mistake "
            "put right at once is forgiven",
        ),
        (
            MasteryRule(rule=Highest(rounds=True), rounds_of=5, repeats="never"),
            "Mastered when the best round of 5 answers averages 90 %, decided after each round of 5 answers, where "
            "each question counts once",
        ),
    ],
)
def test_gates_in_a_sentence(rule: MasteryRule, sentence: str) -> None:
    assert str(describe(rule)) == sentence


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ({"mixed_check": 9}, "0 to 3"),
        ({"rounds_of": 0}, "1 to 20"),
        ({"tries": "last"}, "first try counts"),
        ({"repeats": "sometimes"}, "never"),
    ],
)
def test_a_gate_that_makes_no_sense_is_refused_in_words(gate: dict[str, object], words: str) -> None:
    with pytest.raises(RuleError, match=words):
        MasteryRule(rule=Streak(), **gate)  # type: ignore[arg-type]
