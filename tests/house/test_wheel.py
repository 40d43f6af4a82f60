"""What people install: the wheel holds all it needs, and the whole road works from it in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from source import ROOT

pytestmark = pytest.mark.serial
UV = Path(sys.executable).with_name("uv")
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTHON", "PYTEST", "LTI_TOOL", "VIRTUAL_ENV"))
}


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, env=CLEAN, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(str(UV), "build", "--quiet", "--wheel", "--out-dir", str(folder), cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_pages_styles_steps_course_and_practice_lms(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "lti_tool/_assets/templates/base.html",
        "lti_tool/_assets/migrations/env.py",
        "lti_tool/content/starter/course.json",
        "sandbox_platform/__main__.py",
        "sandbox_platform/schema.sql",
    ):
        assert wanted in names, wanted
    assert any(name.startswith("lti_tool/_assets/static/css/") for name in names)
    assert any(name.startswith("lti_tool/_assets/migrations/versions/") for name in names)


def test_the_wheel_holds_no_secrets_no_tests_and_no_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if name.endswith((".pem", ".key", ".db", ".sqlite"))]
    assert not [name for name in names if "test_" in Path(name).name or "__pycache__" in name]


def test_the_whole_road_works_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    venv, empty = tmp_path / "venv", tmp_path / "empty"
    empty.mkdir()
    run(str(UV), "venv", "--quiet", "--python", sys.executable, str(venv), cwd=tmp_path)
    python = str(venv / "bin" / "python")
    constraints = str(ROOT / "requirements.lock")
    run(
        str(UV),
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "--constraint",
        constraints,
        str(wheel),
        cwd=tmp_path,
    )
    said = run(str(venv / "bin" / "lti-tool"), "try", "--check", "--students", "3", cwd=empty)
    assert said.splitlines()[-1] == "3 of 3 grades arrived"
    assert list(empty.iterdir()) == []
