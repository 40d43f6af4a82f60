"""A student's pages, from the first hello to a grade on its way."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask

from learner import Learner
from lti_tool.flows import configuring
from lti_tool.flows.desk import open_desk, put_item
from lti_tool.learning.ids import ItemId
from lti_tool.learning.rules import PRESETS
from lti_tool.store import contents, courses
from lti_tool.store.pages import activity_page
from school import School, right_answer, starter, wrong_answer
from web.visits import Browser, Enter, fields_of


def test_the_first_visit_says_hello_and_may_be_skipped(enter: Enter) -> None:
    student = enter()
    assert "Hello Ada" in student.text()
    page = student.send("welcome", skip="1").text
    assert "A few questions first" in page
    assert "Question 1 of about" in page


def test_what_a_student_likes_is_kept(enter: Enter) -> None:
    student = enter()
    student.send("welcome", interests=["cooking", "music"], modalities=["partner"], goal="Share a pizza fairly")
    student.send("assessment/skip")
    page = student.text("me")
    assert "Share a pizza fairly" in page
    welcome = student.text("welcome")
    assert re.search(r'value="cooking" checked', welcome)
    assert not re.search(r'value="sport" checked', welcome)


def elsewhere(app: Flask, school: School, part: str) -> Browser:
    """The first student at a second activity of the course."""
    with school.db.writing() as session:
        now = school.student.expires_at.replace(year=school.student.expires_at.year - 1)
        other = courses.add_placement(session, school.course_id, now, resource_link_id=part, title="Another")
        wanted = replace(starter(session, now), part=part)
        configuring.configure(session, replace(school.teacher, placement_id=other.id), wanted, now)
        visit = replace(school.student, placement_id=other.id, launch_id=f"at-{part}")
    return Browser(app, school, visit)


def test_at_a_second_activity_nobody_is_asked_again_what_they_like(
    app: Flask, enter: Enter, school: School
) -> None:
    enter().send("welcome", interests=["cooking"], modalities=["partner"], goal="Share a pizza fairly")
    again = elsewhere(app, school, "decimals")
    page = again.text()
    shown = page[: page.index("<details")]
    assert "What you told us before counts here, too." in shown
    for told in ("Cooking", "With a partner", "Share a pizza fairly"):
        assert told in shown
    assert "Skip this" not in page
    assert "short questions, so that you start at the right place" in page
    begun = again.send("welcome", interests=["cooking"], modalities=["partner"], goal="Share a pizza fairly").text
    assert "Question 1 of about" in begun
    assert again.text("goals").count("Share a pizza fairly") == enter().text("goals").count("Share a pizza fairly")
    assert "Tell us a little" in again.text("welcome")


def test_who_skipped_once_is_not_asked_at_the_next_activity_either(
    app: Flask, enter: Enter, school: School
) -> None:
    enter().send("welcome", skip="1")
    page = elsewhere(app, school, "decimals").text()
    assert "Tell us a little" not in page
    assert "not said" in page


def test_first_questions_go_on_without_feedback_until_home(enter: Enter, learner: Learner) -> None:
    student = enter()
    student.send("welcome", skip="1")
    for number in range(60):
        page = learner.page()
        if page is None or not page.assessment:
            break
        assert page.item is not None
        sent = fields_of(right_answer(page.item.item))
        shown = student.send("assessment", item=page.item.item.id, key=f"k{number}", more=sent).text
        assert "Correct" not in shown
    assert "Or choose" in student.text() or "Start" in student.text()


def test_home_says_where_i_am_what_is_next_and_why(enter: Enter, learner: Learner) -> None:
    learner.start()
    page = enter().text()
    assert "Not started" in page
    assert "All skills: 0 of" in page
    step = learner.home().steps[0]
    assert str(step.reason) in page.replace("&#39;", "'")
    assert "Your grade in the course: none yet" in page


def test_a_right_answer_is_praised_where_it_was_given(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item = learner.question()
    answer = enter().send("answer", item=item.id, key="one", more=fields_of(right_answer(item)))
    assert answer.status_code == 200
    assert "Correct" in answer.text
    assert "Next question" in answer.text


def test_a_wrong_answer_says_not_yet_and_lets_me_try_again(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item = learner.question()
    page = enter().send("answer", item=item.id, key="one", more=fields_of(wrong_answer(item))).text
    assert "Not yet" in page
    assert "Check again" in page


def test_an_empty_answer_counts_nothing_and_says_what_to_do(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    answer = enter().send("answer", item=learner.question().id, key="one")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    page = learner.page()
    assert page is not None
    assert page.item is not None
    assert page.item.last is None


def test_a_double_click_counts_once(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    student, item = enter(), learner.question()
    for _ in range(2):
        page = student.send("answer", item=item.id, key="same", more=fields_of(right_answer(item)))
        assert page.status_code == 200
    shown = learner.page()
    assert shown is not None
    assert shown.answered == 1


def test_a_question_answered_in_another_tab_is_explained(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item = learner.question()
    learner.answer()
    answer = enter().send("answer", item=item.id, key="late", more=fields_of(right_answer(item)))
    assert answer.status_code == 409
    assert "already" in answer.text


def test_a_hint_appears_and_what_was_typed_stays(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item, student = learner.question(), enter()
    assert item.hints
    page = student.send("hint", item=item.id, more=fields_of(wrong_answer(item))).text
    assert 'class="hints"' in page
    shown = learner.page()
    assert shown is not None
    assert shown.item is not None
    assert shown.item.draft


def test_our_script_gets_the_main_part_only(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    item, student = learner.question(), enter()
    sent = {**fields_of(right_answer(item)), "item": item.id, "key": "k", "token": student.token()}
    answer = student.client.post(student.base + "answer", data=sent, headers={"X-Cairn": "fragment"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<main")
    assert "<html" not in answer.text


def test_every_kind_of_question_can_be_answered_without_scripts(
    app: Flask, enter: Enter, learner: Learner, school: School
) -> None:
    learner.start()
    learner.open_practice()
    student = enter()
    with school.db.reading() as session:
        page = activity_page.load(session, school.student, learner.clock())
        content = contents.get(session, contents.available(session, school.student.organisation_id)[0].id)
    assert page is not None
    for kind in {item.kind for item in content.items.values()}:
        item = next(one for one in content.items.values() if one.kind is kind)
        put_on_desk(school, learner, item.id)
        shown = student.text("work")
        fields = fields_of(right_answer(item))
        assert all(f'name="{name}"' in shown.replace("&#39;", "'") for name in fields), kind
        done = student.send("answer", item=item.id, key=f"kind-{kind}", more=fields)
        assert "Correct" in done.text, kind


def put_on_desk(school: School, learner: Learner, item_id: ItemId) -> None:
    """Lay a question of our choice on the desk."""
    with school.db.writing() as session:
        state, desk = open_desk(session, school.student, learner.clock())
        put_item(desk, state.content.items[item_id], learner.clock())


def test_cards_in_one_place_are_not_an_answer(enter: Enter, learner: Learner, school: School) -> None:
    learner.start()
    learner.open_practice()
    with school.db.reading() as session:
        content = contents.get(session, contents.available(session, school.student.organisation_id)[0].id)
    item = next(one for one in content.items.values() if one.kind.value == "ordering")
    put_on_desk(school, learner, item.id)
    places = {f"place:{choice.key}": "1" for choice in item.choices}
    page = enter().send("answer", item=item.id, key="k", more=places)
    assert page.status_code == 422
    assert "place of its own" in page.text


def test_at_the_end_of_a_set_what_is_missing_does_not_read_as_what_was_done(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    page = learner.page()
    while page is not None and page.item is not None:
        learner.wrong()
        page = learner.page()
        if page is not None and page.item is not None and page.item.last and not page.item.last.can_retry:
            learner.advance()
            page = learner.page()
    assert "This set is done" in enter().text("work")
    assert "questions. Still missing: 3 right answers in a row." in enter().text("work")


def test_finishing_leads_home_and_the_words_are_kept(enter: Enter, learner: Learner) -> None:
    learner.start()
    student = enter()
    student.send("choose", activity=learner.home().steps[0].activity)
    page = student.send("finish", reflection="Equal parts matter.").text
    assert "Or choose" in page
    assert "Equal parts matter." in student.text("me")


def test_a_grade_is_on_its_way_after_progress(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.work_through(sittings=2)
    assert re.search(r"Your grade:.*on its way to the course", enter().text(), re.S)


def test_before_the_teacher_has_chosen_there_is_a_friendly_page(app: Flask, school: School, clock: object) -> None:
    with school.db.writing() as session:
        empty = courses.add_placement(session, school.course_id, school.student.expires_at, resource_link_id="new")
    browser = Browser(app, school, replace(school.student, placement_id=empty.id))
    assert "Your teacher has not chosen what this is for yet" in browser.text()


def test_nobody_but_staff_sees_how_likely_we_think_mastery_is(
    app: Flask, enter: Enter, learner: Learner, school: School
) -> None:
    with school.db.writing() as session:
        content_id = courses.placement(session, school.placement_id).content_id
        part = courses.placement(session, school.placement_id).part
        wanted = configuring.Configuration(content_id=content_id, part=part, rule=PRESETS["sure"].rule)
        configuring.configure(session, school.teacher, wanted, learner.clock())
    learner.start()
    learner.open_practice()
    learner.answer()
    pages = [enter().text(), enter().text("work"), enter().text("me")]
    pages.append(enter("observer", mentored=[school.student.subject]).text())
    assert not any("likely" in page for page in pages)
    assert "likely" in enter("teacher").text(f"learner/{school.student.person_id}")
