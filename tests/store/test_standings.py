"""Where a class stands is read without its reasons, and says the same as the verdicts one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import standing
from clock import Clock
from lti_tool.learning.ids import SkillId
from lti_tool.learning.phrases import say
from lti_tool.learning.standing import Standing
from lti_tool.learning.verdicts import Level, TeacherWord, Verdict
from lti_tool.store import mastery, standings
from lti_tool.store.database import Database
from school import School, new_school

SINCE = timedelta(days=28)


def verdict(skill: str, **more: object) -> Verdict:
    base = Verdict(skill=SkillId(skill), level=Level.DEVELOPING, progress=1 / 3, rule_version=1)
    return replace(base, **more)  # type: ignore[arg-type]


def all_kinds(now: datetime) -> list[Verdict]:
    """One of each that a page tells apart."""
    own = verdict("overruled", stuck=True, because=(say("Seen."), say("2 of the last 12\nanswers right.")))
    return [
        verdict("none", level=Level.NONE, progress=0.0),
        verdict("beginning", level=Level.BEGINNING, progress=0.1),
        verdict("nearly", level=Level.NEARLY, progress=0.97),
        verdict("check", level=Level.NEARLY, progress=0.75, awaits_check=True),
        verdict("stuck", stuck=True, because=(say("On 2 days."), say("“{word}” again.", word="Nøt – yet"))),
        verdict("without-reason", stuck=True),
        replace(
            own, word=TeacherWord(mastered=False, at=now, note="Had help."), own=own, because=(say("A word."),)
        ),
        verdict("old-rule", rule_version=0),
        verdict("fresh", level=Level.MASTERED, progress=1.0, mastered_at=now, review_due_at=now + SINCE),
        verdict("due", level=Level.MASTERED, progress=1.0, mastered_at=now - 2 * SINCE, review_due_at=now),
        verdict("not-due", level=Level.NEARLY, progress=0.9, review_due_at=now - SINCE),
    ]


@pytest.fixture
def judged(any_database: Database, clock: Clock) -> School:
    """Three students: one with verdicts of all kinds, one with a single one, one with none."""
    school = new_school(any_database, clock(), students=3)
    first, second, _ = (one.person_id for one in school.students)
    with any_database.writing() as session:
        mastery.keep(session, school.placement_id, {first: all_kinds(clock())}, clock())
        mastery.keep(session, school.placement_id, {second: [verdict("stuck")]}, clock())
    return school


def told(school: School, person_id: int, now: datetime) -> Standing:
    with school.db.reading() as session:
        return standing(mastery.verdicts(session, school.placement_id, person_id), now)


def test_what_a_class_page_shows_is_what_the_verdicts_say(judged: School, clock: Clock) -> None:
    with judged.db.reading() as session:
        found = standings.to_show(session, judged.placement_id, 1, clock(), progress=True)
        without = standings.to_show(session, judged.placement_id, 1, clock())
    assert set(found) == {one.person_id for one in judged.students[:2]}, "who has no verdict is not there"
    for person_id, one in found.items():
        wanted = told(judged, person_id, clock())
        assert (one.levels, dict(one.stuck), one.due, one.earlier) == (
            wanted.levels,
            dict(wanted.stuck),
            wanted.due,
            wanted.earlier,
        )
        assert one.progress == pytest.approx(wanted.progress, abs=1e-12)
        assert without[person_id].levels == one.levels
        assert not without[person_id].progress


def test_what_groups_are_made_of_is_what_the_verdicts_say(judged: School, clock: Clock) -> None:
    with judged.db.reading() as session:
        found = standings.to_group(session, judged.placement_id, clock(), clock() - SINCE)
    for person_id, one in found.items():
        wanted = told(judged, person_id, clock())
        assert (one.mastered, dict(one.stuck), one.due, one.awaits_check) == (
            wanted.mastered,
            dict(wanted.stuck),
            wanted.due,
            wanted.awaits_check,
        )
        assert one.progress == pytest.approx(wanted.progress, abs=1e-12)
        lately = {skill: at for skill, at in wanted.mastered_at.items() if at >= clock() - SINCE}
        assert one.mastered_at == lately


def test_of_many_reasons_only_those_looked_at_are_read(
    judged: School, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class of two thousand has as many megabytes of them."""
    read: list[str] = []
    loads = json.loads
    with judged.db.reading() as session:
        found = standings.to_show(session, judged.placement_id, 1, clock())
    monkeypatch.setattr(standings.json, "loads", lambda text: read.append(text) or loads(text))
    assert str(found[judged.student.person_id].stuck[SkillId("stuck")]) == "“Nøt – yet” again."
    assert len(read) == 1
