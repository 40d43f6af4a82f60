"""What every web process loads stays light."""

from __future__ import annotations

import subprocess
import sys


def test_verdicts_and_playlists_need_no_heavy_libraries() -> None:
    code = "import sys, lti_tool.learning.mastery, lti_tool.learning.playlist; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numba", "scipy", "pandas", "sklearn", "flask", "sqlalchemy"} & set(loaded)


def test_a_web_process_loads_nothing_it_never_runs() -> None:
    code = "import sys, lti_tool.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"scipy", "numba", "pandas", "sklearn"} & set(loaded)
