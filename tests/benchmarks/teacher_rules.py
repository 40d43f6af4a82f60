"""The rules teachers know, as the product has them, in the shape of outside benchmark programs; and beside them.

`ROWS` names each rule as tables of mastery rules do: so many in a row, m of n, the ways gradebooks combine quizzes of
five questions, levels. `FITTED` names those that first learn from a class, as a teacher asks for in the rule editor:
knowledge tracing with each skill's own numbers, a steady forecast on top of it, mixture and ladder with the worlds
each skill lives in, and the statistical rule with the kinds its skills are likely to be of.

`TeacherRule` runs the product's own code (`rule.read` and gates) on simulated answers. `compare` prints what it
reaches next to an outside program's own version of the same rule, and how often both decide at the same answer.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lti_tool.learning.class_numbers import from_class
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import Score, SkillId
from lti_tool.learning.mastery import first_met
from lti_tool.learning.research_worlds import VIEWS
from lti_tool.learning.rules import (
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
    Statistical,
    Streak,
    Tracing,
)
from lti_tool.learning.rules.gates import counted, read_gates
from lti_tool.learning.rules.statistical import THRESHOLDS

Array = NDArray[Any]
LEARNED_FROM = 500
"""Learners of another class on the same skills, a family, that rules learn from."""
START = datetime(2026, 1, 5, 9, tzinfo=UTC)

ROWS: Mapping[str, MasteryRule] = {
    **{f"{n} in a row": MasteryRule(rule=Streak(n=n)) for n in (2, 3, 5, 10)},
    **{f"{m} of {n}": MasteryRule(rule=MOfN(m=m, n=n)) for m, n in ((3, 5), (4, 5), (5, 7), (8, 10), (9, 10))},
    "decaying (quiz5,.8)": MasteryRule(rule=DecayingAverage(threshold=0.8, recent=5), rounds_of=5),
    "highest (quiz5,.8)": MasteryRule(rule=Highest(threshold=0.8, over=5, rounds=True)),
    "latest (quiz5,.8)": MasteryRule(rule=Latest(threshold=0.8, over=5), rounds_of=5),
    "average (quiz5,.8)": MasteryRule(rule=Average(threshold=0.8, least=1), rounds_of=5),
    "n_times 2 (quiz5,.8)": MasteryRule(rule=NTimes(times=2, threshold=0.8, over=5)),
    "n_times 5 (quiz5,.8)": MasteryRule(rule=NTimes(times=5, threshold=0.8, over=5)),
    "decaying (item,.75)": MasteryRule(rule=DecayingAverage(threshold=0.75, recent=1)),
    "n_times 5 (item)": MasteryRule(rule=NTimes(times=5, threshold=0.75, over=1)),
    "levels (4q + 2q challenge)": MasteryRule(rule=Levels(in_set=4, in_check=2)),
    "bkt .1/.1/.1/.1 p>=.95": MasteryRule(rule=Tracing()),
    "ema .85 thr .8": MasteryRule(rule=FadingAverage()),
    "sprt .55/.92 A=19": MasteryRule(rule=Odds()),
    "statistical, quick": MasteryRule(rule=Statistical(sureness="quick")),
    "statistical, normal": MasteryRule(rule=Statistical(sureness="normal")),
    "statistical, strict": MasteryRule(rule=Statistical(sureness="strict")),
    "statistical, very strict": MasteryRule(rule=Statistical(sureness="very_strict")),
}
FITTED: Mapping[str, MasteryRule] = {
    "bkt fitted p>=.95": MasteryRule(rule=Tracing(threshold=0.95)),
    "stability eps .02": MasteryRule(rule=Tracing(threshold=0.85, steady=0.02)),
    **{
        f"{worlds} p>=.{percent}": MasteryRule(rule=HiddenMarkov(worlds=worlds, threshold=percent / 100))
        for worlds in VIEWS
        for percent in (95, 90)
    },
    **{
        f"{sureness.replace('_', ' ')}, by the class": MasteryRule(rule=Statistical(sureness=sureness))
        for sureness in THRESHOLDS
    },
}


class TeacherRule:
    """One rule with its gates: `decide(observed)` gives for each row the number of answers after which mastery is
    called first (answers + 1: never). `fit(observed)` takes from a class what the rule can take."""

    def __init__(self, rule: MasteryRule = MasteryRule(rule=Streak())) -> None:  # noqa: B008 - frozen
        self.rule = rule

    def fit(self, observed: Mapping[str, Array]) -> None:
        """Learn from a class, as a teacher asks for it."""
        seen = {(row, answers[0].skill): answers for row, answers in enumerate(histories(observed))}
        self.rule = from_class(self.rule, seen)

    def decide(self, observed: Mapping[str, Array]) -> Array:
        """After how many answers mastery is called."""
        never = observed["y"].shape[1] + 1
        return np.array([_called(self.rule, row, never) for row in histories(observed)])

    @staticmethod
    def sweep() -> list[TeacherRule]:
        """Every rule of the table that learns nothing."""
        return [TeacherRule(rule) for rule in ROWS.values()]


def histories(observed: Mapping[str, Array]) -> Iterator[tuple[Evidence, ...]]:
    """Each row of an outside program as the product's evidence."""
    columns = zip(*map(_plain, _columns(observed)), observed["skill"].tolist(), strict=True)
    return (_evidence(*row) for row in columns)


def _columns(observed: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    return observed["y"], np.asarray(observed["diff"], dtype=float), observed["session"]


def _plain(column: Array) -> list[tuple[float, ...]]:
    return [tuple(row) for row in column.tolist()]


@lru_cache(maxsize=20_000)
def _evidence(
    scores: tuple[float, ...], difficulties: tuple[float, ...], sessions: tuple[float, ...], skill: int
) -> tuple[Evidence, ...]:
    """One learner's answers; a new session is a new day."""
    return tuple(
        Evidence(
            id=place + 1,
            skill=SkillId(f"s{skill}"),
            score=Score(float(score)),
            at=START + timedelta(days=int(session), minutes=place),
            difficulty=difficulty,
        )
        for place, (score, difficulty, session) in enumerate(zip(scores, difficulties, sessions, strict=True))
    )


def called_after(rule: MasteryRule, answers: Sequence[Evidence]) -> int | None:
    """The place of the answer after which mastery is called first."""
    looked = counted(rule, answers).answers
    return first_met(rule.read(looked, answers[0].skill).met, read_gates(rule, looked))


def _called(rule: MasteryRule, answers: Sequence[Evidence], never: int) -> int:
    place = called_after(rule, answers)
    return never if place is None else place + 1


def compare(program: Path, learners: int) -> None:
    """Each rule on the outside program's learners, and next to it the program's own version."""
    outside = _load(program)
    observed, truth, _ = outside.build(learners, 11)
    seen, _, _ = outside.build(LEARNED_FROM, 1011)
    theirs = _theirs(outside, program)
    print("rule (product | program)          false %        missed %      too many answers   same decision")
    for name, rule in (*ROWS.items(), *FITTED.items()):
        own = TeacherRule(rule)
        if name in FITTED:
            own.fit(seen)
        ours = own.decide(observed)
        mine = outside.score(ours, truth)
        reference = next((one for key, one in theirs.items() if name in (key, key.partition(" ")[2])), None)
        if reference is None:
            print(f"{name:28}{100 * mine['FMR']:7.1f}{mine['missed']:17.1f}{mine['over']:16.2f}")
            continue
        if hasattr(reference, "fit"):
            reference.fit(seen)
        their_calls = reference.decide(observed)
        other = outside.score(their_calls, truth)
        print(
            f"{name:28}{100 * mine['FMR']:7.1f} |{100 * other['FMR']:5.1f}{mine['missed']:9.1f} |{other['missed']:5.1f}"
            f"{mine['over']:9.2f} |{other['over']:6.2f}{100 * np.mean(ours == their_calls):15.1f} %"
        )


def _theirs(outside: ModuleType, program: Path) -> dict[str, Any]:
    """The program's own rules by name, and the ladder of worlds in the file beside it, if there is one."""
    rules = dict(outside.anchors())
    beside = program.with_name("ladder.py")
    if beside.exists():
        sys.path.insert(0, str(program.parent))
        try:
            ladder = _load(beside)
        except ModuleNotFoundError as missing:
            print(f"{beside.name} is left out: {missing}. BENCH_PYTHON can name an interpreter that has it.")
            return rules
        rules |= {f"ladder p>=.{share}": ladder.Ladder(share / 100) for share in (95, 90)}
    return rules


def _load(program: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(program.stem, program)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(program)
    module = importlib.util.module_from_spec(spec)
    sys.modules[program.stem] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    compare(Path(sys.argv[1]), int(sys.argv[2]))
