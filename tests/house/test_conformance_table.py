"""The table of conformance cases is there for whoever runs all tests, as `make test` does."""

from __future__ import annotations

import os
import subprocess
import sys

from source import ROOT

CASE = "tests/conformance/test_bad_payloads.py"
NEEDED = {"conftest.py", "conformance"}


def test_a_run_of_all_tests_in_several_processes_ends_with_the_table() -> None:
    """It names no file, so whoever adds up what the processes report has not read any of the cases."""
    others = [one for one in (ROOT / "tests").iterdir() if one.name not in NEEDED and one.suffix in {"", ".py"}]
    others += [one for one in (ROOT / "tests/conformance").glob("test_*.py") if not CASE.endswith(one.name)]
    left_out = [f"--ignore={one.relative_to(ROOT)}" for one in others]
    command = [sys.executable, "-m", "pytest", "-n", "1", "-k", "oversized", "-p", "no:cacheprovider", *left_out]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert "bad payloads     oversized token" in run.stdout, run.stdout[-2000:]
    assert "LTI conformance: 2 of 2 cases passed" in run.stdout
