"""The preview of a rule for a large class: worked out once by a worker, at an address of its own, and gone by."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event

from classroom import judge_everybody, practise, skills_of
from clock import Clock
from lti_tool.flows import configuring, previewing
from lti_tool.learning.rules import Tracing
from lti_tool.store import courses
from lti_tool.store.database import Database
from lti_tool.store.pages import rule_preview
from lti_tool.store.tables import RulePreviewRow
from lti_tool.web.house import house, move_in
from school import School, new_school
from web.test_rule_form import gaps
from web.test_rule_pages import carried
from web.visits import Browser, Enter, chosen_part

WANTED = {"preset": "five_in_a_row", "points": "10"}


@pytest.fixture
def school(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> School:
    """Six students by a rule of three in a row; more than three are a large class."""
    monkeypatch.setattr(previewing, "AT_ONCE_STUDENTS", 3)
    school = new_school(database, clock(), students=6)
    for visit, answers in zip(school.students, ("RRRRR", "RRR", "WRRR", "RRR", "WW", "WWW"), strict=True):
        practise(school, visit, skills_of(school)[0], answers, clock())
    judge_everybody(school, clock.pass_by(hours=1))
    clock.pass_by(minutes=5)
    return school


@pytest.fixture
def queued(app: Flask) -> list[int]:
    """What was handed to the workers."""
    found: list[int] = []
    with app.app_context():
        move_in(app, replace(house(), queue_preview=found.append))
    return found


def ask(teacher: Browser, school: School, **fields: str) -> str:
    """Press "See what would change". Returns the address it leads to."""
    wanted = {"part": chosen_part(school), **WANTED, **fields}
    answer = teacher.send("rules/preview", **wanted)
    assert answer.status_code == 200
    return answer.request.path


def done(teacher: Browser, school: School, clock: Clock, queued: list[int]) -> str:
    """The page of a finished preview."""
    address = ask(teacher, school)
    previewing.run(school.db, queued[-1], clock)
    return teacher.client.get(address).text


def version(school: School) -> int:
    with school.db.reading() as session:
        return courses.placement(session, school.placement_id).rule_version


def test_a_worker_works_it_out_and_the_page_waits_for_it(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    address = ask(teacher, school)
    waiting = teacher.client.get(address).text
    assert "Trying this rule on your class: 0 of 6 students" in waiting
    assert "js/progress.js" in waiting
    assert "See how far it is" in teacher.text("rules")
    previewing.run(school.db, queued[0], clock)
    found = teacher.client.get(address).text
    assert "No longer mastered: 3" in found
    assert "3 grades would go down" in found
    assert "data-progress" not in found
    assert 'id="progress"' in found
    assert "See what was found" in teacher.text("rules")
    assert version(school) == 1


def test_it_says_what_the_preview_at_once_says(
    enter: Enter, school: School, clock: Clock, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = enter("teacher")
    later = done(teacher, school, clock, queued)
    monkeypatch.setattr(previewing, "AT_ONCE_STUDENTS", 500)
    sections = re.compile(r"<section.*?</section>", re.DOTALL)
    at_once = teacher.send("rules/preview", part=chosen_part(school), **WANTED).text
    alike = [one for one in sections.findall(at_once) if 'id="falls"' not in one]
    assert len(alike) >= 3
    assert all(one in later for one in alike)


def test_a_second_press_and_another_way_to_it_start_it_once(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    assert ask(teacher, school) == ask(teacher, school) == ask(enter("teacher"), school)
    previewing.run(school.db, queued[0], clock)
    ask(teacher, school)
    assert len(queued) == 1
    ask(teacher, school, preset="two_days")
    assert len(queued) == 2
    clock.pass_by(hours=1)
    ask(teacher, school)
    assert len(queued) == 3


def test_it_can_be_worked_out_again_from_what_happened_since(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    page = done(teacher, school, clock, queued)
    assert "done something since" not in page
    practise(school, school.students[1], skills_of(school)[0], "RR", clock.pass_by(minutes=1))
    address = teacher.base + f"rules/preview/{queued[0]}"
    assert "1 student has done something since." in teacher.client.get(address).text
    again = teacher.send(f"rules/preview/{queued[0]}/anew")
    assert again.request.path != address
    previewing.run(school.db, queued[1], clock)
    assert "No longer mastered: 2" in teacher.client.get(again.request.path).text


def test_saving_goes_by_what_was_found_and_needs_the_tick(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    fields = carried(done(teacher, school, clock, queued))
    assert "falls" not in fields
    assert "Say first whether these grades may go down." in teacher.send("rules", more=fields).text
    assert version(school) == 1
    assert "The new rule is in force" in teacher.send("rules", more={**fields, "agreed": "yes"}).text
    assert version(school) == 2
    assert "You asked what another rule would change" not in teacher.text("rules")


def test_a_grade_that_falls_only_by_now_is_shown_before_anything_is_saved(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    fields = carried(done(teacher, school, clock, queued))
    late = school.students[0]
    practise(school, late, skills_of(school)[1], "RRR", clock.pass_by(minutes=1))
    judge_everybody(school, clock.pass_by(minutes=1))
    answer = teacher.send("rules", more={**fields, "agreed": "yes"})
    assert version(school) == 1
    assert len(queued) == 2
    previewing.run(school.db, queued[1], clock)
    page = teacher.client.get(answer.request.url).text
    assert "Say first whether these grades may go down." in page
    assert "4 grades would go down" in page
    assert "The new rule is in force" in teacher.send("rules", more={**carried(page), "agreed": "yes"}).text


def test_after_too_much_has_happened_it_is_worked_out_anew(
    enter: Enter, school: School, clock: Clock, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = enter("teacher")
    fields = carried(done(teacher, school, clock, queued))
    monkeypatch.setattr(configuring, "MOST_SINCE", 0)
    practise(school, school.students[1], skills_of(school)[0], "R", clock.pass_by(minutes=1))
    answer = teacher.send("rules", more={**fields, "agreed": "yes"})
    assert (version(school), len(queued)) == (1, 2)
    previewing.run(school.db, queued[1], clock)
    assert "Much has happened here since this was worked out." in teacher.client.get(answer.request.url).text


def test_somebody_elses_rule_meanwhile_is_told(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher, other = enter("teacher"), enter("teacher")
    fields = carried(done(teacher, school, clock, queued))
    ask(other, school, preset="two_days")
    previewing.run(school.db, queued[1], clock)
    theirs = carried(other.text(f"rules/preview/{queued[1]}"))
    other.send("rules", more={**theirs, "agreed": "yes"})
    answer = teacher.send("rules", more={**fields, "agreed": "yes"})
    previewing.run(school.db, queued[2], clock)
    assert "Somebody changed the rule meanwhile." in teacher.client.get(answer.request.url).text
    assert version(school) == 2


def test_a_form_sent_straight_away_lowers_no_grade(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    answer = enter("teacher").send("rules", part=chosen_part(school), **WANTED)
    assert "Trying this rule on your class" in answer.text
    assert version(school) == 1


def test_the_first_rule_of_an_activity_needs_no_looking_through(
    app: Flask, school: School, clock: Clock, queued: list[int]
) -> None:
    with school.db.writing() as session:
        empty = courses.add_placement(session, school.course_id, clock(), resource_link_id="new")
    teacher = Browser(app, school, replace(school.teacher, placement_id=empty.id))
    assert "The new rule is in force" in teacher.send("rules", part=chosen_part(school), **WANTED).text
    assert queued == []


def test_many_falling_grades_come_in_pages(
    enter: Enter, school: School, clock: Clock, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_preview, "FALLS_ON_A_PAGE", 2)
    teacher = enter("teacher")
    page = done(teacher, school, clock, queued)
    assert "3 grades would go down" in page
    second = teacher.text(f"rules/preview/{queued[0]}?page=2")
    falls = re.compile(r'id="falls".*?</section>', re.DOTALL)
    names = [re.findall(r"learner/\d+", falls.search(one)[0]) for one in (page, second)]  # type: ignore[index]
    assert list(map(len, names)) == [2, 1]
    assert len({*names[0], *names[1]}) == 3
    assert teacher.get(f"rules/preview/{queued[0]}?page=99").status_code == 200


def test_a_worker_that_was_killed_is_followed_by_another(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    ask(enter("teacher"), school)
    with school.db.writing() as session:
        session.get_one(RulePreviewRow, queued[0]).state = "working"
    previewing.run(school.db, queued[0], clock)
    with school.db.reading() as session:
        assert session.get_one(RulePreviewRow, queued[0]).state == "working"
    assert previewing.lost(school.db, clock()) == []
    assert previewing.lost(school.db, clock.pass_by(minutes=1)) == queued
    previewing.run(school.db, queued[0], clock)
    assert previewing.lost(school.db, clock.pass_by(minutes=1)) == []


def test_what_went_wrong_is_told_and_can_be_tried_again(
    enter: Enter, school: School, clock: Clock, queued: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = enter("teacher")
    address = ask(teacher, school)
    with monkeypatch.context() as broken:
        broken.setattr(previewing.rule_tally, "tally", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            previewing.run(school.db, queued[0], clock)
    assert "It could not be worked out." in teacher.client.get(address).text
    again = teacher.send(f"rules/preview/{queued[0]}/anew").request.path
    previewing.run(school.db, queued[1], clock)
    assert "No longer mastered: 3" in teacher.client.get(again).text


def test_it_is_for_teachers_of_this_activity_and_kept_some_days(
    app: Flask, enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    fields = carried(done(teacher, school, clock, queued))
    assert enter("assistant").get(f"rules/preview/{queued[0]}").status_code == 403
    with school.db.writing() as session:
        other = courses.add_placement(session, school.course_id, clock(), resource_link_id="new")
    elsewhere = Browser(app, school, replace(school.teacher, placement_id=other.id, launch_id="elsewhere"))
    assert elsewhere.get(f"rules/preview/{queued[0]}").status_code == 404
    with school.db.writing() as session:
        session.delete(session.get_one(RulePreviewRow, queued[0]))
    gone = teacher.get(f"rules/preview/{queued[0]}")
    assert gone.status_code == 404
    assert "Choose the rule again to see what would change." in gone.text
    answer = teacher.send("rules", more={**fields, "agreed": "yes"})
    assert "Trying this rule on your class" in answer.text


def test_a_rule_that_learns_from_the_class_keeps_what_it_learned(
    enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    more = {**gaps(teacher.text("rules"), "tracing"), "tracing.skills": "class"}
    answer = teacher.send(
        "rules/preview", part=chosen_part(school), preset="own", kind="tracing", points="10", more=more
    )
    previewing.run(school.db, queued[0], clock)
    page = teacher.client.get(answer.request.path).text
    assert "What the class’s answers say of each skill" in page
    fields = carried(page)
    practise(school, school.students[4], skills_of(school)[0], "RRRRRR", clock.pass_by(minutes=1))
    saved = teacher.send("rules", more={**fields, "agreed": "yes"})
    assert "The new rule is in force" in saved.text
    with school.db.reading() as session:
        rule = courses.current_rule(session, courses.placement(session, school.placement_id)).rule
    assert isinstance(rule, Tracing)
    assert [list(one) for one in rule.skills] == json.loads(html.unescape(fields["tracing.skills"]))


def test_asking_and_looking_take_the_same_few_statements_for_any_class(
    app: Flask, enter: Enter, school: School, clock: Clock, queued: list[int]
) -> None:
    teacher = enter("teacher")
    done(teacher, school, clock, queued)
    seen: list[str] = []
    with app.app_context():
        event.listen(house().db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    assert teacher.get(f"rules/preview/{queued[0]}").status_code == 200
    assert sum(one.startswith("SELECT") for one in seen) <= 14
