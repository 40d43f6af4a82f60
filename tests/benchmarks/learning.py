"""What the learning engine reaches, in tables: `make bench-learning`, or `make bench-learning BENCH=DIR`.

Without a folder our own small simulations run: the response model on simulated courses, the first assessment, mastery
rules on learners whose ability grows with the root of practice (a family the filter does not hold), and playlists
followed for six weeks. With a folder of outside programs (`kt_eval/kt_eval.py`, `mastery_sim/mastery_sim.py`,
`playlist_sim/playlist_sim.py`) these run with our adapters and with their own references beside, each in a process of
its own, one at a time. Outside programs may want libraries of their own (pandas, scikit-learn): BENCH_PYTHON names an
interpreter that has them. `--learners` sets how many. At the end stands what grows with a district's size (`district`).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from lti_tool.learning.answers import Answers, Flags, of_learners
from lti_tool.learning.calibration import calibrate, predictions
from lti_tool.learning.class_numbers import from_class
from lti_tool.learning.course_answers import CourseAnswers
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import ItemId, Score, SkillId
from lti_tool.learning.response_features import Vector
from lti_tool.learning.response_parameters import SHIPPED

from . import district
from .diagnostic_sim import simulate
from .kinds_sim import kinds_table
from .learners import draw_course, draw_world, simulated_answers
from .playlist_sim import POLICIES
from .playlist_sim import simulate as followed_for_weeks
from .teacher_rules import FITTED, ROWS, called_after

ROOT = Path(__file__).resolve().parents[2]
RULE = "tests.benchmarks.mastery_adapter:CairnRule"
PREDICTOR = "tests.benchmarks.kt_adapter:CairnPredictor"
NEXT_ANSWERS = "statics,glops42"
POLICY = "tests.benchmarks.playlist_adapter:CairnPolicy"
ANSWERS = 30


def assessment_table(learners: int) -> None:
    """The first assessment on our own simulated learners."""
    print("\nFirst assessment      questions (most)   misplaced   blind guess   wanted")
    rows = ((20, 0.0, "<= 12, <= 10 %"), (60, 0.0, "<= 20, <= 10 %"), (20, 0.2, ""), (60, 0.2, ""))
    for size, careless, wanted in rows:
        one = simulate(size, learners, careless=careless)
        print(
            f"{size:3} skills{', careless' if careless else '':11} {one.questions:6.1f} ({one.most_questions:2})"
            f"        {100 * one.misplaced:5.1f} %      {100 * one.blind:5.1f} %     {wanted}"
        )


def slow_grower(draw: np.random.Generator) -> tuple[list[Evidence], list[bool]]:
    """One learner's answers, and after each whether expected success on a middling item is .85 or more."""
    ability, growth = draw.normal(0.2, 1.3), 0.0 if draw.random() < 0.2 else abs(draw.normal(0.5, 0.3))
    places = ability + growth * np.sqrt(np.arange(ANSWERS + 1))
    difficulties = draw.normal(0, 0.6, ANSWERS)
    chances = 0.05 + 0.93 / (1 + np.exp(-1.3 * (places[:-1] - difficulties)))
    rows = [
        Evidence(
            id=number + 1,
            skill=SkillId("s"),
            score=Score(float(draw.random() < chance)),
            at=datetime(2026, 11, 2, 9, tzinfo=UTC),
            difficulty=float(difficulty),
        )
        for number, (chance, difficulty) in enumerate(zip(chances, difficulties, strict=True))
    ]
    return rows, [bool(one >= 0.85) for one in 0.05 + 0.93 / (1 + np.exp(-1.3 * places[1:]))]


def rules_table(learners: int) -> None:
    """Rules as teachers pick them, on slow growers: false masteries, answers asked, missed."""
    draw = np.random.default_rng(5)
    crowd, others = ([slow_grower(draw) for _ in range(learners)] for _ in range(2))
    seen = {(number, SkillId("s")): rows for number, (rows, _) in enumerate(others)}
    fitted = {name: from_class(rule, seen) for name, rule in FITTED.items()}
    print(
        "\nMastery rule                false of called   answers asked   missed   (slow growers only: the hardest kind)"
    )
    for name, rule in (*ROWS.items(), *fitted.items()):
        ends = [(called_after(rule, rows), truth) for rows, truth in crowd]
        called = [truth[end] for end, truth in ends if end is not None]
        there = [end is None for end, truth in ends if truth[-1]]
        asked = np.mean([ANSWERS if end is None else end + 1 for end, _ in ends])
        false = 100 * (1 - np.mean(called)) if called else 0.0
        print(f"{name:28}{false:10.1f} %      {asked:10.1f}   {100 * np.mean(there):8.1f} %")


def response_table(learners: int) -> None:
    """Will the next answer be right: simulated courses nobody tuned to, half of the learners to learn from."""
    rng = np.random.default_rng(29)
    print(
        "Response model          AUC: shipped  calibrated   item means   ECE     fit s   us a row   (simulated courses)"
    )
    for number in range(3):
        world = replace(draw_world(rng), answers_each=60.0)
        answers = simulated_answers(draw_course(world, rng), 2 * learners, rng)
        seen, unseen = (of_learners(answers, every_second(answers, half)) for half in (0, 1))
        items = world.skills * world.items_each
        keys = (
            tuple(SkillId(f"s{one}") for one in range(world.skills)),
            tuple(ItemId(f"i{one}") for one in range(items)),
        )
        here, there = (
            CourseAnswers(answers=half, skills=keys[0], items=keys[1], stated=np.zeros(items))
            for half in (seen, unseen)
        )
        began = time.process_time()
        fitted = calibrate(here, SHIPPED).parameters
        fit_seconds, began = time.process_time() - began, time.process_time()
        after = predictions(there, fitted)
        each = 1e6 * (time.process_time() - began) / len(unseen)
        means = _item_means(seen, items)[unseen.item]
        right = unseen.worth >= 1
        print(
            f"course {number + 1} ({len(answers):6} answers){auc(predictions(there, SHIPPED), right):11.3f}"
            f"{auc(after, right):12.3f}{auc(means, right):13.3f}{calibration_error(after, unseen.worth):9.3f}"
            f"{fit_seconds:9.2f}{each:10.1f}"
        )


def every_second(answers: Answers, half: int) -> Flags:
    """Every second learner."""
    return np.arange(int(answers.learner.max()) + 1) % 2 == half


def _item_means(answers: Answers, items: int) -> Vector:
    right, number = (np.bincount(answers.item, one, items) for one in (answers.worth, np.ones(len(answers))))
    return np.asarray((right + 1.4) / (number + 2.0))


def auc(chances: Vector, right: Flags) -> float:
    """The chance that a right answer was held more likely than a wrong one (ties count half)."""
    ranks = rankdata(chances)
    many, few = int(right.sum()), int((~right).sum())
    return float((ranks[right].sum() - many * (many + 1) / 2) / max(1, many * few))


def calibration_error(chances: Vector, worth: Vector, bins: int = 15) -> float:
    """Mean distance of promise and outcome over bins of equal size (ECE)."""
    parts = np.array_split(np.argsort(chances), bins)
    return float(sum(len(part) * abs(chances[part].mean() - worth[part].mean()) for part in parts) / len(chances))


def playlist_table(learners: int) -> None:
    """What learners who follow the product's playlist still know a month later."""
    print("\nPlaylist, six weeks     known a month later   mastered   outside zone   us a decision")
    for size in (20, 60):
        for name, policy in POLICIES.items():
            one = followed_for_weeks(size, learners, policy)
            print(
                f"{size:3} skills, {name:12}{100 * one.kept:13.1f} %{100 * one.mastered:12.1f} %"
                f"{100 * one.outside:12.1f} %{one.microseconds:14.0f}"
            )


def outside(folder: Path, learners: int) -> int:
    """The outside programs with our adapters, then with their own references. The worst exit code."""
    mastery, playlist = folder / "mastery_sim" / "mastery_sim.py", folder / "playlist_sim" / "playlist_sim.py"
    answers = folder / "kt_eval" / "kt_eval.py"
    os.environ.setdefault("KT_DATA", str(folder / "data"))
    many = ["--n", str(10 * learners)]
    runs: list[tuple[str, list[object]]] = [
        (
            "Mastery, the rules teachers know: the product's and the program's own, on the same learners",
            ["-m", "tests.benchmarks.teacher_rules", mastery, learners],
        ),
        (
            "Next answer, ours and references",
            [answers, "--data", NEXT_ANSWERS, "--models", f"{PREDICTOR},elo,bestlr"],
        ),
        ("Mastery, ours", [mastery, *many, "--rule", RULE]),
        ("Mastery, ours, state families", [mastery, *many, "--rule", RULE, "--fams", "bkt,mcq,forget"]),
        ("Mastery, references", [mastery, *many]),
        (
            "Playlists, ours and references",
            [playlist, "--n", learners, "--policies", f"{POLICY},greedy_fsrs_choice"],
        ),
    ]
    there = [run for run in runs if all(part.exists() for part in run[1] if isinstance(part, Path))]
    codes = [_run(title, command) for title, command in there]
    return max(codes, default=0)


def _run(title: str, command: Sequence[object]) -> int:
    print(f"\n== {title}", flush=True)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    with_ = os.environ.get("BENCH_PYTHON", sys.executable)
    return subprocess.run([with_, *map(str, command)], env=environment, cwd=ROOT, check=False).returncode


def main() -> int:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description="What the learning engine reaches.")
    parser.add_argument("--bench", type=Path, help="folder with outside benchmark programs")
    parser.add_argument("--learners", type=int, default=100)
    parser.add_argument("--district", action="store_true", help="growth up to a whole district, not a small one")
    chosen = parser.parse_args()
    if chosen.bench is not None:
        return outside(chosen.bench, chosen.learners)
    response_table(chosen.learners)
    assessment_table(min(chosen.learners, 60))
    rules_table(chosen.learners)
    kinds_table(chosen.learners)
    playlist_table(max(2, chosen.learners // 10))
    district.tables(*(district.WHOLE if chosen.district else district.SMALL))
    return 0


if __name__ == "__main__":
    sys.exit(main())
