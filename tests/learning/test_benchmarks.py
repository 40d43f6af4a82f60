"""The tables of `make bench-learning`, small: they run whole, and say what they should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import learning
from benchmarks.kt_adapter import CairnPredictor, course_of
from benchmarks.playlist_sim import POLICIES, simulate

ROOT = Path(__file__).resolve().parents[2]


def test_the_tables_are_printed_from_beginning_to_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["learning", "--learners", "6"])
    monkeypatch.setattr(learning, "assessment_table", lambda learners: print("First assessment"))
    assert learning.main() == 0
    said = capsys.readouterr().out
    for title in ("Response model", "First assessment", "Mastery rule", "Playlist, six weeks"):
        assert title in said
    assert "nan" not in said


def test_who_follows_the_playlist_remembers_more_than_who_goes_through_in_order() -> None:
    ours, plain = (simulate(60, 3, POLICIES[name]) for name in ("playlist", "in order"))
    assert ours.kept > plain.kept + 0.1


@pytest.mark.parametrize(
    "adapter", ["kt_adapter:CairnPredictor", "mastery_adapter:CairnRule", "playlist_adapter:CairnPolicy"]
)
def test_adapters_are_importable_from_the_root_of_the_repository(adapter: str) -> None:
    module, name = adapter.split(":")
    code = f"from tests.benchmarks.{module} import {name}; {name}()"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def answered(skills: list[object], right: list[int]) -> dict[str, object]:
    """One learner's answers as columns, the last one still to be predicted."""
    return {
        "user": np.full(len(skills), 7),
        "item": [f"q{place}" for place in range(len(skills))],
        "skills": skills,
        "ts": np.arange(len(skills)) * 60.0,
        "correct": np.array([*right, 0]),
    }


def test_rows_that_name_no_skill_share_one_and_count() -> None:
    """However a frame says that there is none."""
    course = course_of(answered([None, "", float("nan"), np.nan, "a~b", "a"], [1, 1, 1, 1, 1]))
    assert course.skills == ("", "a", "b")
    assert course.answers.row.tolist() == [0, 1, 2, 3, 4, 4, 5]
    assert [course.skills[one] for one in course.answers.skill] == ["", "", "", "", "a", "b", "a"]
    predictor = CairnPredictor()
    unnamed: list[object] = [None, float("nan"), "", None]
    well, badly = (predictor.predict(answered(unnamed, [one] * 3)) for one in (1, 0))
    assert well[0] == badly[0]
    assert 0 < badly[-1] < well[-1] < 1
    elsewhere = predictor.predict(answered(["a", "b", "c", None], [0, 0, 0]))
    assert badly[-1] < elsewhere[-1], "wrong answers without a skill say more of the next one without"


def test_no_rows_are_no_trouble() -> None:
    empty = {"user": [], "item": [], "skills": [], "ts": [], "correct": []}
    assert len(CairnPredictor().predict(empty)) == 0
