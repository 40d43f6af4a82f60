"""Rules: what each demands, and what it says is missing."""

from __future__ import annotations

import pytest

from builders import SKILL, evidence, history
from lti_tool.learning.phrases import moment
from lti_tool.learning.rules import (
    DEFAULT_PRESET,
    PRESETS,
    RULES,
    Average,
    DecayingAverage,
    FadingAverage,
    HiddenMarkov,
    Highest,
    Latest,
    Levels,
    MasteryRule,
    MOfN,
    NTimes,
    Odds,
    Rule,
    RuleError,
    SkillChances,
    SkillKinds,
    SkillWorlds,
    Statistical,
    Streak,
    Tracing,
    describe,
    from_dict,
    to_dict,
)
from lti_tool.learning.rules.reading import Reading


def read(rule: Rule, answers: str) -> Reading:
    return MasteryRule(rule=rule).read(history(answers), SKILL)


def met_at(rule: Rule, answers: str) -> int | None:
    """After how many answers the rule is first met."""
    met = read(rule, answers).met
    return met.index(True) + 1 if True in met else None


@pytest.mark.parametrize(
    ("rule", "answers", "first"),
    [
        (Streak(n=3), "RRWRRR", 6),
        (Streak(n=3), "RRWRRW", None),
        (Streak(n=3), "RRP", None),
        (Streak(n=1), "WR", 2),
        (MOfN(m=4, n=5), "RRRR", 4),
        (MOfN(m=4, n=5), "RRWRR", 5),
        (MOfN(m=4, n=5), "RRWRWRRR", 8),
        (NTimes(times=3, threshold=0.8), "RWRWR", 5),
        (NTimes(times=2, threshold=0.8, over=5), "RRRRWRRRRR", 10),
        (NTimes(times=2, threshold=0.8, over=5), "RRRWWRRRRR", None),
        (Highest(threshold=0.9, over=5), "WRRRRR", 6),
        (Latest(threshold=0.8, over=5), "WRRRR", 5),
        (Latest(threshold=0.9, over=5), "RRRR", None),
        (Average(threshold=0.8, least=5), "WRRRR", 5),
        (Average(threshold=0.8, least=5), "WWRRRRRRRR", 10),
        (Levels(), "RRRRRR", 6),
        (Levels(), "RRRRRWRR", 8),
        (Levels(), "RRRRWWRRRR", None),
        (Levels(), "RWRRRRRRRR", 10),
        (FadingAverage(), "R" * 12, 10),
        (FadingAverage(threshold=0.5, fade=0.5), "WR", 2),
        (Odds(), "WWWRRRRRR", 9),
        (Tracing(), "RRR", 3),
        (Tracing(skills=(SkillChances(SKILL, 0.1, 0.1, 0.3, 0.1),)), "RRRRR", 4),
        (Tracing(skills=(SkillChances("another", 0.1, 0.1, 0.3, 0.1),)), "RRR", 3),
        (Tracing(threshold=0.5), "RRR", 1),
        (Tracing(threshold=0.5, steady=0.1), "RRR", 2),
        (Tracing(threshold=0.5, steady=0.02), "RRR", 3),
        (Statistical(sureness="quick", nature="known_or_not"), "RRR", 3),
        (Statistical(sureness="quick", nature="known_or_not", least=1), "RRR", 2),
        (Statistical(sureness="quick", skills=(SkillKinds(SKILL, "c10200 60 c10100 30"),), least=1), "RRR", 2),
        (Statistical(sureness="quick", skills=(SkillKinds(SKILL, "c12200 60 c12100 30"),), least=1), "RRR", 3),
        (HiddenMarkov(threshold=0.8), "RRRRRR", 3),
        (HiddenMarkov(threshold=0.8, least=1), "RRRRRR", 2),
        (HiddenMarkov(worlds="ladder"), "RRRRRR", 5),
    ],
)
def test_when_a_rule_is_first_met(rule: Rule, answers: str, first: int | None) -> None:
    assert met_at(rule, answers) == first


def test_decaying_average_weighs_the_latest_work_65_and_the_mean_of_all_before_35() -> None:
    rule = DecayingAverage(threshold=0.8, recent=1)
    # 1 right now, before: 1 of 2 -> .65 + .35 * .5 = .825
    assert rule.read(history("WRR")).met[-1]
    # 1 right now, before: 1 of 3 -> .65 + .35 / 3 = .767
    assert not rule.read(history("WWRR")).met[-1]


def test_decaying_average_decides_nothing_on_one_lucky_answer() -> None:
    assert met_at(DecayingAverage(), "RRRRR") == 5


def test_decaying_average_forgives_a_slow_start_with_a_window() -> None:
    slow = "W" * 12 + "R" * 9
    assert met_at(DecayingAverage(), slow) is None
    assert met_at(DecayingAverage(window=10), slow) == 20


def test_decaying_average_names_window_and_dates() -> None:
    answers = history("WW|RRRRR")
    said = " ".join(map(str, DecayingAverage().read(answers).because))
    at = [moment(one.at) for one in answers]
    assert f"The latest 5 answers ({at[2]} to {at[-1]}) average 100 % and count 65 %." in said
    assert f"The 2 answers before ({at[0]} to {at[1]}) average 0 % and count 35 %." in said


def test_highest_never_falls_while_latest_follows_the_work() -> None:
    answers = history("RRRRWWW")
    assert Highest().read(answers).progress > Latest().read(answers).progress
    assert Highest(threshold=0.8).read(answers).met[-1]
    assert not Latest(threshold=0.8).read(answers).met[-1]


@pytest.mark.parametrize(
    ("rule", "answers", "sentence"),
    [
        (Streak(n=3), "", "3 right answers in a row."),
        (Streak(n=3), "R", "2 more right answers in a row."),
        (Streak(n=3), "RR", "1 more right answer."),
        (MOfN(m=4, n=5), "RWR", "2 more right answers."),
        (MOfN(m=4, n=5), "RWWRW", "3 more right answers."),
        (NTimes(times=2, threshold=0.8, over=5), "RRRRR", "1 more round of 5 answers with at least 80 %."),
        (Latest(threshold=0.9, over=5), "RRRRW", "5 more right answers."),
        (DecayingAverage(), "W" * 200, "More practice: many right answers are still missing."),
    ],
)
def test_what_is_missing_is_one_sentence(rule: Rule, answers: str, sentence: str) -> None:
    assert str(rule.read(history(answers)).missing) == sentence


FORETELLING = (
    Streak(n=4),
    MOfN(m=3, n=5),
    NTimes(times=2, threshold=0.8, over=5),
    NTimes(times=3, threshold=0.8),
    Highest(threshold=0.8, over=5),
    Latest(threshold=0.7, over=4),
    DecayingAverage(),
    DecayingAverage(window=8),
    Average(),
    Levels(),
    Levels(in_set=5, in_check=3),
    Statistical(sureness="normal"),
    FadingAverage(),
    Odds(),
    Tracing(),
    Tracing(threshold=0.85, steady=0.02),
    Tracing(skills=(SkillChances(SKILL, 0.4, 0.2, 0.3, 0.05),)),
    HiddenMarkov(),
    HiddenMarkov(worlds="ladder", threshold=0.9),
)
ON_THE_WAY = [
    (rule, answers)
    for rule in FORETELLING
    for answers in ("", "R", "WRW", "RRWRRW", "WWWRRWRWRRW")
    if not met_at(rule, answers)
]


@pytest.mark.parametrize(("rule", "answers"), ON_THE_WAY, ids=repr)
def test_so_many_right_answers_as_foretold_are_enough_and_one_less_is_not(rule: Rule, answers: str) -> None:
    needed = read(rule, answers).answers_expected
    assert needed
    assert read(rule, answers + "R" * needed).met[-1]
    assert not any(read(rule, answers + "R" * (needed - 1)).met)


def test_what_a_teacher_saw_counts_in_every_rule() -> None:
    for kind, rule in RULES.items():
        before, after = rule().read(history("RW")), rule().read(history("RWO"))
        assert after.progress >= before.progress, kind
        assert len(after.met) == 3, kind


def test_a_rubric_of_eight_tenths_from_a_teacher_counts_as_right() -> None:
    from lti_tool.learning.evidence import Source

    seen = [evidence(0.8, id=number, source=Source.OBSERVATION) for number in (1, 2, 3)]
    typed = [evidence(0.8, id=number) for number in (1, 2, 3)]
    assert Streak(n=3).read(seen).met[-1]
    assert not Streak(n=3).read(typed).met[-1]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            MasteryRule(rule=Streak(n=3), without_hints=True),
            "Mastered after 3 right answers in a row, without hints",
        ),
        (MasteryRule(rule=Streak(n=1)), "Mastered after one right answer"),
        (MasteryRule(rule=MOfN(m=8, n=10)), "Mastered when 8 of the last 10 answers are right"),
        (
            MasteryRule(rule=Statistical(), minimum_answers=5, different_days=2),
            "Mastered when we are 90 % sure, after at least 5 answers, on 2 different days",
        ),
        (
            MasteryRule(rule=HiddenMarkov(worlds="ladder", least=5)),
            "Mastered when that is 95 % likely, if every skill is known or not, or climbed rung by rung, and nothing "
            "else exists, after at least 5 answers",
        ),
    ],
)
def test_a_rule_in_a_sentence(rule: MasteryRule, sentence: str) -> None:
    assert str(describe(rule)) == sentence


def test_every_preset_describes_itself_and_survives_json() -> None:
    assert DEFAULT_PRESET in PRESETS
    for key, preset in PRESETS.items():
        assert preset.key == key
        assert str(preset.title)
        assert str(preset.description).endswith(".")
        assert "{" not in str(describe(preset.rule))
        assert from_dict(to_dict(preset.rule)) == preset.rule


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({}, "no rule called"),
        ({"kind": "magic"}, "no rule called 'magic'"),
        ({"kind": "streak", "m": 3}, "does not know m"),
        ({"kind": "streak", "n": 0}, "1 to 20"),
        ({"kind": "streak", "n": "three"}, "wrong kind"),
        ({"kind": "m_of_n", "m": 6, "n": 5}, "Not more answers"),
        ({"kind": "statistical", "sureness": "absolute"}, "quick, normal, strict or very strict"),
        ({"kind": "statistical", "nature": "magic"}, "known or not, gradual, or any"),
        ({"kind": "average", "threshold": 1.0}, "a slip must be forgiven"),
        ({"kind": "decaying_average", "threshold": 1.0}, "a slip must be forgiven"),
        ({"kind": "odds", "known": 0.4}, "right more often"),
        ({"kind": "tracing", "guess": 0.6, "slip": 0.5}, "more often than one who guesses"),
        ({"kind": "tracing", "skills": [SkillChances("s", 0.1, 0.1, 0.6, 0.5)]}, "more often than one who guesses"),
        ({"kind": "tracing", "steady": 0.6}, "moves the forecast"),
        ({"kind": "statistical", "skills": [SkillKinds("s", "odd")]}, "cannot be read"),
        ({"kind": "statistical", "least": 0}, "At least 1"),
        ({"kind": "hidden_markov", "worlds": "magic"}, "a mixture or a ladder"),
        ({"kind": "hidden_markov", "threshold": 1.0}, "between .5 and .99"),
        ({"kind": "hidden_markov", "least": 0}, "At least 1"),
        ({"kind": "hidden_markov", "skills": [SkillWorlds("s", "")]}, "cannot be read"),
        ({"kind": "hidden_markov", "worlds": "ladder", "skills": [SkillWorlds("s", "A" * 192)]}, "other worlds"),
        ({"kind": "hidden_markov", "skills": [SkillWorlds("s", "é" * 192)]}, "cannot be read"),
        ({"kind": "fading_average", "fade": 1.0}, "keeps"),
        ({"kind": "latest", "threshold": 1.2}, "at most at 1"),
        ({"kind": "highest", "different_days": 0}, "different days"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(plain: dict[str, object], words: str) -> None:
    with pytest.raises(RuleError, match=words):
        from_dict(plain)
