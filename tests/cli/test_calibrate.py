"""`lti-tool calibrate`: what the operator sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.test_commands import Terminal
from lti_tool.store.database import Database
from lti_tool.store.tables import EvidenceRow
from school import new_school

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.setenv("LTI_TOOL_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    return Terminal(capsys)


def answer(folder: Path, *, learners: int, each: int) -> int:
    """A course where everybody gets the first question wrong and the others right."""
    db = Database(f"sqlite:///{folder}/var/cairn.db")
    school = new_school(db, NOW, students=learners)
    with db.writing() as session:
        for visit in school.students:
            for number in range(each):
                session.add(
                    EvidenceRow(
                        person_id=visit.person_id,
                        course_id=school.course_id,
                        content_key="tests",
                        skill_key="s",
                        score=float(number % 4 > 0),
                        at=NOW + timedelta(minutes=number),
                        source="practice",
                        item_key=f"q{number % 4}",
                    )
                )
    db.close()
    return school.course_id


def test_the_operator_sees_how_it_went(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.type("calibrate")[:2] == (0, "There are no new answers to learn from.\n")
    assert "Nobody has answered" in terminal.type("calibrate", "--status")[1]
    course = answer(tmp_path, learners=20, each=12)
    assert f"course {course}, tests: never; 240 new answers" in terminal.type("calibrate", "--status")[1]
    code, said, _ = terminal.type("calibrate")
    assert code == 0
    assert said.startswith(f"course {course}, tests now predicts better: ")
    status = terminal.type("calibrate", "--status")[1]
    assert "version 1 kept" in status
    assert "240 answers" in status
    assert "0 new answers" in status


def test_a_course_is_chosen_by_its_number(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.type("calibrate", "--course", "77")[0] == 1
    course = answer(tmp_path, learners=2, each=4)
    code, said, _ = terminal.type("calibrate", "--course", str(course))
    assert (code, said) == (0, f"course {course}, tests has too few answers to learn from\n")
