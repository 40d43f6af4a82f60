"""The tables of `make bench-learning`, small: they run whole, and say what they should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import learning
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
