"""The table of all conformance cases at the end of a run, as a certification report has it.

A plug-in of the whole test tree: where several processes share the tests, the one that adds up their reports reads no
`conftest.py` but the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HERE = "tests/conformance/"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of all cases, as a certification report has it."""
    rows = sorted(_results(terminalreporter.stats))
    if not rows:
        return
    terminalreporter.write_sep("-", "LTI conformance: case, result")
    for place, case, result in rows:
        terminalreporter.write_line(f"{place:<16} {case:<86} {result}")
    passed = sum(result == "passed" for _place, _case, result in rows)
    terminalreporter.write_line(f"LTI conformance: {passed} of {len(rows)} cases passed")


def _results(stats: dict[str, list[Any]]) -> Iterator[tuple[str, str, str]]:
    """Place, case and result of each case that was played."""
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in stats.get(outcome, []):
            name = getattr(report, "nodeid", "")
            if not name.startswith(HERE) or (report.when != "call" and outcome == "passed"):
                continue
            place, _, case = name.removeprefix(HERE).removesuffix("]").partition("::")
            readable = case.removeprefix("test_").replace("_", " ").replace("[", ": ")
            yield place.removeprefix("test_").removesuffix(".py").replace("_", " "), readable, outcome
