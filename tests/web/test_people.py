"""A teacher's pages about people: groups, one skill, observations, plan, arrangements, other grades."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import event, select

from clock import Clock
from learner import Learner
from lti_tool.learning.grouping import Wanted
from lti_tool.store import arrangements, courses, people
from lti_tool.store.database import Database
from lti_tool.store.pages import goals_page, groups_page, observe_page, plan_pages, skill_detail
from lti_tool.store.tables import AuditRow, LearnerPlanRow
from school import School, new_school, right_answer
from web.visits import Browser, Enter

SKILL = "equal-parts"


def skill_path(school: School) -> str:
    return f"learner/{school.student.person_id}/skill/{SKILL}"


def test_groups_are_made_with_reasons_and_everybody_is_named(enter: Enter, learner: Learner) -> None:
    learner.start()
    learner.open_practice()
    learner.answer()
    page = enter("teacher").text("groups?size=2")
    assert "Who could work together now" in page
    assert "Ada Reyes" in page
    assert "Ben Osei" in page
    assert "we cannot say where they stand" in page


def test_who_is_away_is_in_no_group(enter: Enter, school: School) -> None:
    page = enter("teacher").text(f"groups?away={school.students[1].person_id}")
    assert page.count("Ben Osei") == 1, "only among those who can be ticked"


def test_a_size_that_makes_no_group_comes_back_with_a_sentence(enter: Enter) -> None:
    assert enter("teacher").get("groups?size=40").status_code == 422


def test_an_observation_is_kept_shown_and_withdrawn(enter: Enter, school: School) -> None:
    teacher, student = enter("teacher"), school.student.person_id
    fields = {f"shown:{student}": "alone"}
    page = teacher.send(
        "observe", skill=SKILL, back=str(student), occasion="oral", note="At the board", more=fields
    ).text
    assert "Said aloud" in page
    assert "At the board" in page
    assert "What your teacher saw" in enter().text("me")
    number = re.search(r'name="evidence" value="(\d+)"', page)
    assert number is not None
    page = teacher.send(f"{skill_path(school)}/withdraw", evidence=number[1], reason="Mixed up two students").text
    assert "Mixed up two students" in page
    assert "At the board" in page
    assert "What your teacher saw" not in enter().text("me")


def test_many_students_are_written_down_at_once_also_with_points(enter: Enter, school: School) -> None:
    one, two = (visit.person_id for visit in school.students)
    more = {f"shown:{one}": "partly", f"points:{two}": "3,5"}
    page = enter("teacher").send("observe", skill=SKILL, occasion="rubric", of="4", more=more).text
    assert "Saved for 2 students" in page


def test_in_a_large_class_students_are_found_by_part_of_a_name(enter: Enter, school: School, clock: Clock) -> None:
    teacher = enter("teacher")
    assert 'name="find"' not in teacher.text("observe")
    with school.db.writing() as session:
        for number in range(30):
            name = {"name": "José Núñez 🦊" if number == 7 else f"Student {number}"}
            person = people.keep_person(session, school.deployment_id, f"x{number}", name, clock())
            people.enrol(session, school.course_id, person.id, "student", clock())
    assert 'name="find"' in teacher.text("observe")
    page = teacher.text(f"observe?find=NUNEZ&skill={SKILL}")
    assert "1 of 32 students." in page
    (found,) = re.findall(r'name="shown:(\d+)"', page)
    assert "José Núñez 🦊" in page
    page = teacher.send("observe", skill=SKILL, find="NUNEZ", more={f"shown:{found}": "alone"}).text
    assert "Saved for 1 student" in page
    assert "1 of 32 students." in page
    page = teacher.send("observe", skill=SKILL, find="NUNEZ", more={f"points:{found}": "3"}).text
    assert "Say out of how many points" in page
    assert "1 of 32 students." in page
    assert "Nobody of that name." in teacher.text("observe?find=zzz")


def test_points_without_a_whole_come_back_with_a_sentence(enter: Enter, school: School) -> None:
    more = {f"points:{school.student.person_id}": "3"}
    answer = enter("teacher").send("observe", skill=SKILL, of="", note="typed already", more=more)
    assert answer.status_code == 422
    assert "out of how many points" in answer.text
    assert "typed already" in answer.text


def test_a_teachers_word_and_the_rules_verdict_are_two_things(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    assert "Choose “Mastered” or “Not yet”." in teacher.send(f"{skill_path(school)}/word", word_note="So.").text
    answer = teacher.send(f"{skill_path(school)}/word", word="mastered", word_note="")
    assert answer.status_code == 422
    page = teacher.send(f"{skill_path(school)}/word", word="mastered", word_note="You explained it so well!").text
    assert "by a teacher’s word" in page  # It may be a colleague's.
    assert "Saved. Level and grade follow your word." in page
    assert re.search(r"The rule says</dt>\s*<dd><span class=\"level level-none", page)
    own = enter().text("me")
    assert "A teacher says: mastered." in own
    assert "You explained it so well!" in own
    page = teacher.send(f"{skill_path(school)}/word", word="taken_back").text
    assert "Nothing, so the rule counts" in page
    assert "Taken back. The rule counts again." in page
    assert "Said before" in page


def test_students_and_assistants_say_no_word(enter: Enter, school: School) -> None:
    path = f"{skill_path(school)}/word"
    assert enter("assistant").send(path, word="mastered", word_note="yes").status_code == 403
    assert enter().get(skill_path(school)).status_code == 403
    assert enter().get("groups").status_code == 403


def test_a_skill_of_elsewhere_and_a_person_of_elsewhere_are_not_found(enter: Enter, school: School) -> None:
    teacher = enter("teacher")
    assert teacher.get(f"learner/{school.student.person_id}/skill/divide-fractions").status_code == 404
    assert teacher.get(f"learner/{school.teacher.person_id}/skill/{SKILL}").status_code == 404
    assert teacher.get(f"learner/{school.teacher.person_id}/arrangements").status_code == 404


def test_the_plan_of_the_class_steers_next_steps(
    enter: Enter, learner: Learner, school: School, clock: Clock
) -> None:
    learner.start()
    due = (clock() + timedelta(days=2)).date()
    more = {
        "order:unit-fractions": "1",
        f"due:{SKILL}": due.isoformat(),
        "do:equal-parts-fold": "first",
        "do:equal-parts-explain": "out",
        "pin_due:equal-parts-fold": due.isoformat(),
    }
    page = enter("teacher").send("plan", minutes="30", more=more).text
    assert "Saved" in page
    assert f'value="{due.isoformat()}"' in page
    steps = learner.home().steps
    assert steps[0].activity == "equal-parts-fold"
    assert "to be done by" in str(steps[0].reason)
    assert "equal-parts-explain" not in {step.activity for step in steps}
    assert "by 4 Mar 2026" in enter().text().replace("Mar 4, 2026", "4 Mar 2026")
    with school.db.reading() as session:
        assert "placement.arranged" in session.scalars(select(AuditRow.action)).all()


def test_who_is_past_a_date_is_named_on_the_class_page(enter: Enter, learner: Learner, clock: Clock) -> None:
    learner.start()
    learner.open_practice()
    learner.answer()
    with learner.school.db.writing() as session:
        people.enrol(session, learner.school.course_id, learner.visit.person_id, "student", clock())
    teacher = enter("teacher")
    teacher.send("plan", more={f"due:{SKILL}": (clock() - timedelta(days=3)).date().isoformat()})
    assert "Past the date: “Equal parts”" in teacher.text()


def test_a_plan_that_cannot_be_comes_back_as_it_was_typed(enter: Enter) -> None:
    answer = enter("teacher").send("plan", minutes="2", more={f"due:{SKILL}": "someday"})
    assert answer.status_code == 422
    assert "Choose a day" in answer.text
    unknown = enter("teacher").send("plan", more={"do:no-such-activity": "first"})
    assert unknown.status_code == 422


def test_an_assistant_reads_the_plan_and_changes_nothing(enter: Enter) -> None:
    assistant = enter("assistant")
    assert "Only teachers can change this" in assistant.text("plan")
    assert assistant.send("plan", minutes="30").status_code == 403


def test_accommodations_change_length_and_time_and_never_the_level(
    enter: Enter, learner: Learner, school: School
) -> None:
    learner.start()
    learner.open_practice()
    path = f"learner/{school.student.person_id}/accommodations"
    more = {"extra_time": "1.5", "shorter_sets": "1", "read_aloud": "1", "breaks": "10", "avoid": "project"}
    page = enter("teacher").send(path, more=more).text
    assert "It holds from the next step on" in page
    shown = learner.page()
    assert shown is not None
    assert shown.planned == 3
    assert shown.activity is not None
    assert shown.minutes == round(1.5 * shown.activity.minutes)
    offered = learner.home().current
    assert offered is not None
    assert shown.minutes == offered.minutes, "the offer and the open activity say the same"
    assert "data-speak" in enter().text("work")
    assert "1.5 times the time" in enter("teacher").text(f"learner/{school.student.person_id}")
    for _ in range(3):
        learner.answer()
        learner.advance()
    assert learner.home().mastered == 1


def test_practice_cannot_be_taken_away(enter: Enter, school: School) -> None:
    path = f"learner/{school.student.person_id}/accommodations"
    answer = enter("teacher").send(path, more={"extra_time": "1", "avoid": "practice"})
    assert answer.status_code == 422
    assert "nothing can be judged" in answer.text


def test_a_modified_goal_is_set_with_a_note_and_judged_again(
    enter: Enter, learner: Learner, school: School
) -> None:
    learner.start()
    learner.open_practice()
    for _ in range(2):
        learner.answer()
        learner.advance()
    path = f"learner/{school.student.person_id}/plan"
    teacher = enter("teacher")
    goal = {"goal_rule": "sure_quick", "excused": "number-line"}
    assert teacher.send(path, more=goal).status_code == 422
    page = teacher.send(path, more={**goal, "plan_note": "Individual plan"}).text
    assert "Level and grade follow" in page
    home = learner.home()
    assert len(home.skills) == 3, "what is not asked is not shown"
    with school.db.reading() as session:
        row = session.scalars(select(LearnerPlanRow)).one()
        assert row.set_by == school.teacher.person_id
        assert row.rule
    assert "not asked" in teacher.text()
    assert "we are 8" in enter().text("me")
    detail = teacher.text(f"learner/{school.student.person_id}")
    assert "1 skill not asked" in detail
    assert "Judged by a goal set for this learner" in detail


def test_another_classs_arrangements_stay_there(enter: Enter, school: School, clock: Clock) -> None:
    path = f"learner/{school.student.person_id}/accommodations"
    enter("teacher").send(path, more={"extra_time": "2"})
    with school.db.writing() as session:
        other = courses.keep_course(session, school.deployment_id, "course-6", clock())
        place = courses.add_placement(session, other.id, clock(), resource_link_id="elsewhere")
        profile, _plan = arrangements.of_learner(session, place, school.student.person_id)
    assert profile.accommodations.extra_time_factor == 1.0


def test_a_goal_is_set_reached_and_looked_back_on(enter: Enter, learner: Learner, clock: Clock) -> None:
    learner.start()
    learner.open_practice()
    learner.answer()
    student = enter()
    until = (clock() + timedelta(days=5)).date().isoformat()
    page = student.send("goals", goal="Share a pizza fairly", goal_skill=SKILL, until=until).text
    assert "Share a pizza fairly" in page
    assert "You answered 1 question." in page
    assert "Share a pizza fairly" in enter("teacher").text(f"learner/{learner.visit.person_id}")
    number = re.search(r'name="id" value="(\d+)"', page)
    assert number is not None
    page = student.send("goals/close", id=number[1], reached="true", reflection="Drawing helped.").text
    assert "Goals before" in page
    assert "Drawing helped." in page


def test_a_goal_says_something_and_is_still_to_come(enter: Enter) -> None:
    student = enter()
    student.send("welcome", skip="1")
    student.send("assessment/skip")
    assert student.send("goals", goal=" ").status_code == 422
    assert "still to come" in student.send("goals", goal="x", until="2020-01-01").text
    for number in range(3):
        assert student.send("goals", goal=f"Goal {number}").status_code == 200
    assert "Finish one of them" in student.send("goals", goal="One more").text


def test_nobody_closes_the_goal_of_somebody_else(app: Flask, school: School) -> None:
    mine, other = (Browser(app, school, visit) for visit in school.students)
    for one in (mine, other):
        one.send("welcome", skip="1")
        one.send("assessment/skip")
    page = mine.send("goals", goal="Mine").text
    number = re.search(r'name="id" value="(\d+)"', page)
    assert number is not None
    assert other.send("goals/close", id=number[1], reached="true").status_code == 404


def statements(db: Database, load) -> int:  # type: ignore[no-untyped-def]
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    with db.reading() as session:
        load(session)
    return sum(not text.startswith(("BEGIN", "PRAGMA")) for text in seen)


def test_each_page_takes_a_fixed_number_of_statements(database: Database, clock: Clock) -> None:
    school = new_school(database, clock(), students=40)
    for visit in school.students[:5]:
        worker = Learner(school, visit, clock)
        worker.start()
        worker.open_practice()
        worker.answer(right_answer)
    first, teacher = school.student.person_id, school.teacher
    assert statements(database, lambda s: groups_page.load(s, teacher, clock(), Wanted())) <= 6
    assert statements(database, lambda s: skill_detail.load(s, teacher, first, SKILL, clock())) <= 8
    assert statements(database, lambda s: observe_page.load(s, teacher, "a")) <= 4
    assert statements(database, lambda s: plan_pages.class_plan(s, teacher, clock())) <= 4
    assert statements(database, lambda s: plan_pages.learner_arrangements(s, teacher, first, clock())) <= 6
    assert statements(database, lambda s: goals_page.load(s, school.student, clock())) <= 9


def test_a_teacher_whose_day_began_before_ours_can_write_down_today(
    enter: Enter, school: School, clock: Clock
) -> None:
    """In Sydney it is Tuesday while it is Monday in UTC; what was seen this morning was not seen in the future."""
    there = (clock() + timedelta(days=1)).date().isoformat()
    more = {f"shown:{school.student.person_id}": "alone"}
    teacher = enter("teacher")
    assert f'max="{there}"' in teacher.text("observe")
    assert "Saved for 1 student" in teacher.send("observe", skill=SKILL, on=there, more=more).text
    later = (clock() + timedelta(days=2)).date().isoformat()
    assert "Choose today" in teacher.send("observe", skill=SKILL, on=later, more=more).text


def test_a_name_never_turns_the_time_beside_it_around(enter: Enter, school: School) -> None:
    """Between a name from right to left and a number, a browser would swap the two."""
    teacher = enter("teacher")
    path = skill_path(school)
    teacher.send(f"{path}/word", word="mastered", word_note="Explained it to the class.")
    assert "<bdi>Tom Teacher</bdi>, <time" in teacher.text(path)
    assert re.search(r"<time[^>]*>[^<]*</time>, <bdi>Tom Teacher</bdi>", teacher.text("rules"))
