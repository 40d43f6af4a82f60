"""The rule editor: seen before saved, agreed to, judged again with progress, undone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event

from classroom import judge_everybody, practise, skills_of
from clock import Clock
from lti_tool.flows import recalculating
from lti_tool.store import courses, recalculations
from lti_tool.store.database import Database
from lti_tool.web.house import house, move_in
from school import School, new_school
from web.visits import Browser, Enter, chosen_part


@pytest.fixture
def school(database: Database, clock: Clock) -> School:
    """Three students by a rule of three in a row."""
    school = new_school(database, clock(), students=3)
    first = skills_of(school)[0]
    for visit, answers in zip(school.students, ("RRRRR", "RRR", "WRR"), strict=True):
        practise(school, visit, first, answers, clock())
    judge_everybody(school, clock.pass_by(hours=1))
    return school


def look(teacher: Browser, school: School, preset: str = "five_in_a_row", **fields: str) -> str:
    """The preview of a preset, as the form asks for it."""
    answer = teacher.send("rules/preview", part=chosen_part(school), preset=preset, points="10", **fields)
    assert answer.status_code == 200
    return answer.text


def carried(page: str) -> dict[str, str]:
    """What the preview's own form would send."""
    inside = page[page.rindex("<form") :]
    found = dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', inside))
    found.pop("token")
    return found


def test_the_editor_leads_to_the_preview_and_saves_nothing_before(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    assert 'formaction="/l' not in teacher.text("rules")
    page = look(teacher, school)
    assert "What would change" in page
    assert "No longer mastered: 1" in page
    assert "Ben Osei" in page
    assert "2 more right answers in a row." in page
    assert "2 grades would go down" in page
    with school.db.reading() as session:
        assert courses.placement(session, school.placement_id).rule_version == 1


def test_falling_grades_need_a_tick(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    fields = carried(look(teacher, school))
    refused = teacher.send("rules", more=fields)
    assert refused.status_code == 422
    assert "Say first whether these grades may go down." in refused.text
    saved = teacher.send("rules", more={**fields, "agreed": "yes"})
    assert "The new rule is in force" in saved.text


def test_grades_that_began_to_fall_meanwhile_are_shown_first(enter: Enter, school: School, clock: Clock) -> None:
    teacher = enter("teacher")
    fields = carried(look(teacher, school))
    one, *rest = fields["falls"].split(",")
    seen_less = {**fields, "falls": ",".join(rest), "agreed": "yes"}
    assert teacher.send("rules", more=seen_less).status_code == 422
    assert one


def test_of_two_teachers_at_once_the_second_sees_what_changed(enter: Enter, school: School) -> None:
    """Nobody's rule is replaced by somebody who has not seen it."""
    one, other = enter("teacher"), enter("teacher")
    first, second = carried(look(one, school)), carried(look(other, school, "two_days"))
    assert one.send("rules", more={**first, "agreed": "yes"}).status_code == 200
    again = other.send("rules", more={**second, "agreed": "yes"})
    assert again.status_code == 422
    assert "Somebody changed the rule meanwhile." in again.text
    assert "Now in force: Mastered after 5 right answers in a row" in again.text
    saved = other.send("rules", more={**carried(again.text), "agreed": "yes"}).text
    assert "The new rule is in force" in saved


def test_a_form_sent_straight_away_shows_the_list_without_scolding(enter: Enter, school: School) -> None:
    answer = enter("teacher").send("rules", part=chosen_part(school), preset="five_in_a_row", points="10")
    assert "2 grades would go down" in answer.text
    assert "Please look at this again" not in answer.text
    with school.db.reading() as session:
        assert courses.placement(session, school.placement_id).rule_version == 1


def test_the_dial_shows_what_each_setting_means_and_can_be_turned(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    page = look(teacher, school, "sure")
    assert "How sure before we call it mastered?" in page
    for word in ("Quick", "Normal", "Strict"):
        assert word in page
    start = page.index('action="/l/' + teacher.base.split("/")[2] + '/rules/preview"')
    inside = page[start : page.index("</form>", start)]
    fields = dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', inside))
    fields.pop("token")
    turned = teacher.send("rules/preview", more={**fields, "statistical.sureness": "strict"}).text
    assert "Mastered when we are 96 % sure" in turned


def test_the_form_comes_back_as_it_was_filled_in(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    own = {"streak.n": "7", "different_days": "2", "mixed_check": "1"}
    page = teacher.send(
        "rules/preview", part=chosen_part(school), preset="own", kind="streak", points="12", more=own
    ).text
    back = teacher.send("rules/edit", more=carried(page)).text
    assert re.search(r'name="streak.n"[^>]*value="7"', back)
    assert re.search(r'name="different_days" value="2"', back)
    assert re.search(r'name="points"[^>]*value="12"', back)
    assert '<option value="1" selected>1 right answer' in back


def test_the_rule_in_force_is_not_offered_once_more(enter: Enter, school: School) -> None:
    """Whoever goes back to the preview after saving sees that it was saved."""
    teacher = enter("teacher")
    address = teacher.send(
        "rules/preview", follow=False, part=chosen_part(school), preset="five_in_a_row", points="10"
    ).location
    page = teacher.client.get(address).text
    assert "Put in force" in page
    assert "nothing to save" not in page
    teacher.send("rules", more={**carried(page), "agreed": "yes"})
    page = teacher.client.get(address).text
    assert "In force already" in page
    assert "Put in force" not in page
    assert "Change something" in page


def test_the_rule_before_comes_back(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    fields = carried(look(teacher, school))
    page = teacher.send("rules", more={**fields, "agreed": "yes"}).text
    link = re.search(r'href="[^"]*(rules/preview\?version=1)"', page)
    assert link is not None
    before = teacher.text(link[1])
    assert "Mastered after 3 right answers in a row" in before
    again = teacher.send("rules", more={**carried(before), "agreed": "yes"}).text
    assert "Now in force: Mastered after 3 right answers in a row" in again
    assert again.count("Go back to this") == 2


def test_progress_is_shown_until_all_are_judged_again(
    app: Flask, enter: Enter, school: School, clock: Clock
) -> None:
    queued: list[int] = []
    with app.app_context():
        move_in(app, replace(house(), queue_recalculation=queued.append))
    teacher = enter("teacher")
    page = teacher.send("rules", part=chosen_part(school), preset="three_in_a_row", points="20").text
    assert "Judging everybody again: 0 of 3 students" in page
    assert "js/progress.js" in page
    assert "Judging everybody again: 0 of 3 students" in teacher.text("class")
    with school.db.reading() as session:
        task = recalculations.latest(session, school.placement_id)
        assert task is not None
        assert queued == [task.id]
    recalculating.run(school.db, queued[0], clock)
    page = teacher.text("rules")
    assert "All 3 students were judged again" in page
    assert "js/progress.js" not in page
    page = teacher.text("class")
    assert "All 3 students were judged again" in page
    assert "judged again soon" not in page
    clock.pass_by(hours=1)
    assert "judged again" not in enter("teacher").text("class")


def test_a_preview_asks_the_database_the_same_few_times_for_any_class(
    app: Flask, enter: Enter, school: School, clock: Clock
) -> None:
    teacher = enter("teacher")
    fields = {"part": chosen_part(school), "preset": "sure", "points": "10", "token": teacher.token()}
    address = teacher.client.post(teacher.base + "rules/preview", data=fields).location
    assert teacher.client.get(address).status_code == 200
    seen: list[str] = []
    with app.app_context():
        event.listen(house().db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    teacher.client.post(teacher.base + "rules/preview", data=fields)
    assert teacher.client.get(address).status_code == 200
    assert sum(one.startswith("SELECT") for one in seen) <= 18


def test_assistants_and_students_see_no_preview(enter: Enter, school: School) -> None:
    for role in ("assistant", "student"):
        browser = enter(role)
        assert browser.get("rules/preview?version=1").status_code == 403


def test_a_version_that_is_not_there_is_told_kindly(enter: Enter) -> None:
    assert enter("teacher").get("rules/preview?version=99").status_code == 404


def test_nobody_at_work_means_nothing_changes_today(app: Flask, school: School, clock: Clock) -> None:
    with school.db.writing() as session:
        empty = courses.add_placement(session, school.course_id, clock(), resource_link_id="new")
    teacher = Browser(app, school, replace(school.teacher, placement_id=empty.id))
    part = chosen_part(school).split(":")[0] + ":decimals"
    page = teacher.send("rules/preview", part=part, preset="sure", points="10").text
    assert "Nobody has answered anything here yet" in page


def test_every_page_on_the_way_has_an_address(enter: Enter, school: School) -> None:
    """Back and Reload find each of them again, and the browser never asks whether to send a form once more."""
    teacher = enter("teacher")
    own = {"streak.n": "7", "m_of_n.m": "4", "different_days": "2"}
    typed = {"part": chosen_part(school), "preset": "own", "kind": "streak", "points": "12", "more": own}
    asked = teacher.send("rules/preview", follow=False, **typed)
    assert asked.status_code == 303
    assert "m_of_n" not in asked.location
    page = teacher.client.get(asked.location).text
    assert "Mastered after 7 right answers in a row" in page
    changing = teacher.send("rules/edit", follow=False, more=carried(page))
    assert changing.status_code == 303
    assert re.search(r'name="streak.n"[^>]*value="7"', teacher.client.get(changing.location).text)
    fields = carried(page)
    for unsaved, told in ((fields, "Say first whether"), ({**fields, "seen": "99"}, "Somebody changed the rule")):
        refused = teacher.send("rules", follow=False, more=unsaved)
        assert refused.status_code == 303
        assert told in teacher.client.get(refused.location).text
    wrong = teacher.send("rules/preview", follow=False, **typed | {"more": {"streak.n": "many"}})
    assert wrong.status_code == 303
    back = teacher.client.get(wrong.location)
    assert back.status_code == 422
    assert re.search(r'name="streak.n"[^>]*value="many"[^>]*aria-invalid="true"', back.text)
