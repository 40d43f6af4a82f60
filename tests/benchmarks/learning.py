"""What the learning engine reaches, in tables: `make bench-learning`, or `make bench-learning BENCH=DIR`.

Without a folder our own small simulations run: the first assessment, and mastery rules on learners whose ability
grows with the root of practice (a family the filter does not hold). With a folder of outside programs
(`mastery_sim/mastery_sim.py`, `playlist_sim/playlist_sim.py`) these run with our adapters and with their own
references beside, each in a process of its own, one at a time. `--learners` sets how many.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import Score, SkillId

from .diagnostic_sim import simulate
from .teacher_rules import ROWS, called_after, compare

ROOT = Path(__file__).resolve().parents[2]
RULE = "tests.benchmarks.mastery_adapter:CairnRule"
POLICY = "tests.benchmarks.playlist_adapter:CairnPolicy"
ANSWERS = 30


def assessment_table(learners: int) -> None:
    """The first assessment on our own simulated learners."""
    print("First assessment      questions (most)   misplaced   blind guess   wanted")
    for size, wanted in ((20, "<= 12, <= 10 %"), (60, "<= 20, <= 10 %")):
        one = simulate(size, learners)
        print(
            f"{size:3} skills            {one.questions:6.1f} ({one.most_questions:2})"
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
    crowd = [slow_grower(draw) for _ in range(learners)]
    print(
        "\nMastery rule                false of called   answers asked   missed   (slow growers only: the hardest kind)"
    )
    for name, rule in ROWS.items():
        ends = [(called_after(rule, rows), truth) for rows, truth in crowd]
        called = [truth[end] for end, truth in ends if end is not None]
        there = [end is None for end, truth in ends if truth[-1]]
        asked = np.mean([ANSWERS if end is None else end + 1 for end, _ in ends])
        false = 100 * (1 - np.mean(called)) if called else 0.0
        print(f"{name:28}{false:10.1f} %      {asked:10.1f}   {100 * np.mean(there):8.1f} %")


def outside(folder: Path, learners: int) -> int:
    """The outside programs with our adapters, then with their own references. The worst exit code."""
    mastery, playlist = folder / "mastery_sim" / "mastery_sim.py", folder / "playlist_sim" / "playlist_sim.py"
    many = ["--n", str(10 * learners)]
    runs = [
        ("Mastery, ours", [mastery, *many, "--rule", RULE]),
        ("Mastery, ours, state families", [mastery, *many, "--rule", RULE, "--fams", "bkt,mcq,forget"]),
        ("Mastery, references", [mastery, *many]),
        (
            "Playlists, ours and references",
            [playlist, "--n", learners, "--policies", f"{POLICY},greedy_fsrs_choice"],
        ),
    ]
    if mastery.exists():
        print("\n== Mastery, the rules teachers know: the product's and the program's own, on the same learners")
        compare(mastery, learners)
    codes = [_run(title, command) for title, command in runs if Path(command[0]).exists()]
    return max(codes, default=0)


def _run(title: str, command: Sequence[object]) -> int:
    print(f"\n== {title}", flush=True)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, *map(str, command)], env=environment, cwd=ROOT, check=False).returncode


def main() -> int:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description="What the learning engine reaches.")
    parser.add_argument("--bench", type=Path, help="folder with outside benchmark programs")
    parser.add_argument("--learners", type=int, default=100)
    chosen = parser.parse_args()
    if chosen.bench is not None:
        return outside(chosen.bench, chosen.learners)
    assessment_table(min(chosen.learners, 60))
    rules_table(chosen.learners)
    return 0


if __name__ == "__main__":
    sys.exit(main())
