"""Playlists: what is offered, in which order, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from builders import MONDAY, activity, course, full_course, history, skill
from lti_tool.learning.activities import Modality
from lti_tool.learning.ids import ActivityId, SkillId
from lti_tool.learning.mastery import judge
from lti_tool.learning.playlist import Playlist, Situation, Step, StepKind, Wishes, next_for
from lti_tool.learning.profile import Accommodations, LearnerProfile
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.learning.verdicts import Verdict

CONTENT = full_course({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")})
RULE = MasteryRule(rule=Streak(n=3))
SOON = MONDAY + timedelta(hours=1)


def verdicts(**answers: str) -> dict[SkillId, Verdict]:
    return {
        SkillId(key): judge(RULE, history(row, skill=key), skill=SkillId(key), version=1, now=SOON)
        for key, row in answers.items()
    }


def situation(answers: dict[str, str] | None = None, **more: object) -> Situation:
    """A learner with these answers, who has practised what was answered."""
    rows = answers or {}
    done = {ActivityId(f"{kind}-{key}"): 1 for key in rows for kind in ("read", "do")}
    start = Situation(
        content=CONTENT, scope=CONTENT.graph.order, now=SOON, verdicts=verdicts(**rows), finished=done
    )
    return replace(start, **more)


def steps(answers: dict[str, str] | None = None, **more: object) -> tuple[Step, ...]:
    return next_for(situation(answers, **more)).steps


def keys(offered: tuple[Step, ...]) -> list[str]:
    return [step.activity for step in offered]


def test_a_newcomer_starts_at_the_beginning_with_an_explanation_and_may_try_straight_away() -> None:
    offered = steps()
    assert keys(offered) == ["read-a", "see-a", "do-a"]
    assert {step.kind for step in offered} == {StepKind.NEW}
    assert str(offered[0].reason) == "“A” is a good place to start."
    assert str(offered[2].reason) == "Or try it straight away."


def test_the_next_skill_is_the_one_whose_foundations_stand() -> None:
    offered = steps({"a": "RRR"})
    assert offered[0].activity == "read-b"
    assert str(offered[0].reason) == "Next on your way: “B” builds on “A”, which you know."
    assert "d" not in {step.skill for step in offered}
    assert len({step.skill for step in offered}) > 1, "a real choice"


def test_finishing_comes_before_starting_anew() -> None:
    first = steps({"a": "RRR", "c": "RR"})[0]
    assert (first.activity, first.kind) == ("do-c", StepKind.CONTINUE)
    assert str(first.reason) == "Almost there: 1 right answer may do for “C”."


def test_what_lies_open_comes_first_and_says_so() -> None:
    first = steps({"a": "RRR"}, current=ActivityId("see-c"))[0]
    assert (first.activity, first.kind) == ("see-c", StepKind.CONTINUE)
    assert str(first.reason) == "You are in the middle of this."


def test_what_the_first_assessment_believes_is_to_be_shown_and_opens_the_way() -> None:
    offered = steps(beliefs={SkillId("a"): 0.9})
    assert (offered[0].activity, offered[0].kind) == ("do-a", StepKind.CHECK)
    assert "You seem to know “A” already." in str(offered[0].reason)
    assert {"b", "c"} & {step.skill for step in offered}


def test_showing_what_is_known_and_learning_something_new_stand_side_by_side() -> None:
    believed = {SkillId("a"): 0.9, SkillId("b"): 0.9, SkillId("c"): 0.9}
    offered = steps(beliefs=believed)
    assert offered[0].kind is StepKind.CHECK
    assert offered[1].kind is StepKind.NEW
    assert steps({"a": "RRR"}, beliefs=believed)[0].kind is StepKind.NEW, "they take turns"


def test_a_check_that_was_tried_goes_on_as_work() -> None:
    offered = steps({"a": "WRR"}, beliefs={SkillId("a"): 0.9})
    assert (offered[0].skill, offered[0].kind) == ("a", StepKind.CONTINUE)
    assert {"b", "c"} & {step.skill for step in offered}, "half shown is enough to open the way"


def test_work_that_speaks_against_the_belief_counts_more() -> None:
    offered = steps({"a": "RW"}, beliefs={SkillId("a"): 0.9})
    assert {step.skill for step in offered} == {"a"}
    assert offered[0].kind is StepKind.CONTINUE


def test_a_due_review_is_offered_but_only_one_beside_new_work() -> None:
    later = situation({"a": "WRRR", "b": "WRRR"}, now=MONDAY + timedelta(days=30))
    offered = next_for(later).steps
    reviews = [step for step in offered if step.kind is StepKind.REVIEW]
    assert len(reviews) == 1
    assert reviews[0].modality is Modality.PRACTICE
    assert any(step.kind is StepKind.NEW for step in offered)


def test_due_reviews_take_turns_with_what_is_new() -> None:
    rows = {"a": "WRRR", "b": "WRRR"}
    later = situation(rows, now=MONDAY + timedelta(days=30), recent=tuple(map(ActivityId, ("do-b", "read-c"))))
    assert next_for(later).steps[0].kind is StepKind.REVIEW
    after = replace(later, recent=(*later.recent, ActivityId("do-a")))
    one_due = replace(after, verdicts={**after.verdicts, **verdicts(a="RRR")}, now=SOON + timedelta(days=2))
    assert next_for(after).steps[0].kind is StepKind.REVIEW, "two are due and one skill can be begun"
    assert next_for(replace(one_due, now=SOON)).steps[0].kind is not StepKind.REVIEW


def test_stuck_means_a_step_back_and_something_else_beside_it() -> None:
    offered = steps({"a": "RRR", "b": "WWRWWW"})
    assert (offered[0].kind, offered[0].skill) == (StepKind.BACK, "a")
    assert str(offered[0].reason) == "A step back to “A” makes “B” easier."
    assert any(step.skill == "c" for step in offered)


def test_after_the_step_back_the_stuck_skill_has_its_turn_in_another_way() -> None:
    offered = steps({"a": "RRR", "b": "WWRWWW"}, recent=(ActivityId("do-b"), ActivityId("do-a")))
    assert (offered[0].kind, offered[0].skill) == (StepKind.CONTINUE, "b")
    assert offered[0].modality is not Modality.PRACTICE
    assert "Another way in may help." in str(offered[0].reason)


def test_after_a_step_back_and_another_way_in_it_is_time_to_try_again() -> None:
    helped = tuple(map(ActivityId, ("do-b", "do-a", "see-b")))
    first = steps({"a": "RRR", "b": "WWRWWW"}, recent=helped)[0]
    assert first.activity == "do-b"
    assert str(first.reason) == "You have looked at “B” from another side. Try it once more."


def test_an_explanation_is_not_offered_again_unless_stuck() -> None:
    assert "read-a" not in keys(steps({"a": "RW"}))
    back_again = steps({"a": "WWRWWW"}, recent=tuple(map(ActivityId, ("do-a", "see-a", "do-a"))))
    assert "read-a" in keys(back_again)
    assert "read-a" not in keys(steps({"a": "WWRWWW"}, recent=(ActivityId("read-a"),)))


def test_practice_comes_again_until_mastered() -> None:
    often = {ActivityId("do-a"): 9, ActivityId("read-a"): 1, ActivityId("see-a"): 1}
    assert keys(steps({"a": "RW"}, finished=often)) == ["do-a"]


def test_a_break_after_long_work_and_earlier_where_arranged() -> None:
    assert steps(minutes_since_break=19)[0].kind is not StepKind.BREAK
    slow = LearnerProfile(accommodations=Accommodations(extra_time_factor=3.0))
    first, as_long = steps(minutes_since_break=25)[0], steps(minutes_since_break=25, profile=slow)[0]
    assert as_long.minutes == first.minutes, "extra time is for work"
    assert (first.kind, first.skill) == (StepKind.BREAK, None)
    assert str(first.reason) == "You have worked for 25 minutes. A short break helps."
    arranged = LearnerProfile(accommodations=Accommodations(breaks_every_minutes=10))
    assert steps(minutes_since_break=12, profile=arranged)[0].kind is StepKind.BREAK


def test_interests_and_liked_ways_tip_the_balance_between_equals_only() -> None:
    hungry = LearnerProfile(interests=("cooking",), modalities=(Modality.WORKED_EXAMPLE,))
    offered = steps(profile=hungry)
    assert offered[0].activity == "see-a"
    assert {step.skill for step in offered} == {"a"}, "never another skill for the sake of an interest"
    reader = LearnerProfile(interests=("cooking",), modalities=(Modality.EXPLANATION,))
    first, second = steps(profile=reader)[:2]
    assert (first.activity, second.activity) == ("read-a", "see-a")
    assert str(second.reason) == "It has to do with “Cooking and food”, which you like."


def test_the_teachers_pins_come_first_blocks_never() -> None:
    wishes = Wishes(pins=(ActivityId("do-c"), ActivityId("do-d")), blocks=(ActivityId("read-b"),))
    offered = steps({"a": "RRR"}, wishes=wishes)
    assert offered[0].activity == "do-c"
    assert str(offered[0].reason) == "Your teacher has chosen this for you."
    assert "do-d" not in keys(offered), "its foundations do not stand yet"
    assert "read-b" not in keys(offered)


def test_a_pinned_enrichment_goes_further_even_when_its_skill_is_due_for_review() -> None:
    wishes = Wishes(pins=(ActivityId("more-a"),))
    first = steps({"a": "RRR"}, wishes=wishes, now=SOON + timedelta(days=60))[0]
    assert (first.activity, first.kind) == ("more-a", StepKind.ENRICH)


def test_a_blocked_skill_is_left_out_and_locks_nothing() -> None:
    offered = steps({"a": "RRR", "b": "RRR"}, wishes=Wishes(blocked_skills=(SkillId("c"),)))
    assert {step.skill for step in offered if step.kind is StepKind.NEW} == {"d"}
    assert "c" not in {step.skill for step in offered}


def test_only_foundations_in_scope_lock() -> None:
    offered = steps(scope=(SkillId("d"),))
    assert {step.skill for step in offered} == {"d"}


def test_the_minutes_there_are() -> None:
    assert all(step.minutes <= 4 for step in steps({"a": "RRR"}, wishes=Wishes(minutes=4)))
    assert next_for(situation({"a": "RRR"}, wishes=Wishes(minutes=4))).note is None


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 minutes"), (1, "1 minute here"), (3, "3 minutes")])
def test_when_everything_takes_longer_than_a_lesson_the_shortest_comes_and_says_so(
    minutes: int, words: str
) -> None:
    short = next_for(situation({"a": "R"}, wishes=Wishes(minutes=minutes)))
    assert keys(short.steps) == ["see-a"], "too little is better than nothing"
    assert words in str(short.note)
    assert "takes longer" in str(short.note)


def test_accommodations_are_kept() -> None:
    profile = LearnerProfile(
        accommodations=Accommodations(extra_time_factor=1.5, avoid_modalities=(Modality.EXPLANATION,))
    )
    offered = steps(profile=profile)
    assert keys(offered) == ["see-a", "do-a"]
    assert offered[0].minutes == 6


def test_who_needs_shorter_sets_is_offered_the_shorter_way_first() -> None:
    ways = [
        activity("read", "a", modality=Modality.EXPLANATION, minutes=12),
        activity("build", "a", modality=Modality.HANDS_ON, minutes=6),
    ]
    here = situation(content=course([skill("a")], ways), scope=(SkillId("a"),))
    shorter = LearnerProfile(accommodations=Accommodations(shorter_sets=True))
    assert keys(next_for(here).steps) == ["read", "build"]
    assert keys(next_for(replace(here, profile=shorter)).steps) == ["build", "read"], "and nothing is taken away"


def test_going_further_begins_when_six_tenths_are_mastered() -> None:
    content = full_course(dict.fromkeys("abcde", ()))

    def goes_further(mastered: str) -> bool:
        found = situation(dict.fromkeys(mastered, "RRR"), content=content, scope=content.graph.order)
        others = [key for key in "abcde" if key not in mastered]
        wishes = Wishes(
            blocks=tuple(ActivityId(f"{kind}-{key}") for key in others for kind in ("read", "see", "do"))
        )
        return any(step.kind is StepKind.ENRICH for step in next_for(replace(found, wishes=wishes)).steps)

    assert goes_further("abc")
    assert not goes_further("ab")


def test_when_all_is_mastered_it_says_so_and_goes_further() -> None:
    done = next_for(situation({"a": "RRR", "b": "RRR", "c": "RRR", "d": "RRR"}))
    assert str(done.note) == "You have mastered everything here. Well done!"
    assert {step.kind for step in done.steps} == {StepKind.ENRICH}
    assert len(done.steps) == 3


def test_when_all_is_mastered_and_more_does_not_fit_the_lesson_both_are_said() -> None:
    lesson = Wishes(minutes=1)
    done = next_for(situation({"a": "RRR", "b": "RRR", "c": "RRR", "d": "RRR"}, wishes=lesson))
    assert {step.kind for step in done.steps} == {StepKind.ENRICH}
    assert str(done.note).startswith(
        "You have mastered everything here. Well done! What else there is takes longer"
    )
    paused = replace(lesson, blocked_skills=(SkillId("d"),))
    note = str(next_for(situation({"a": "RRR", "b": "RRR", "c": "RRR"}, wishes=paused)).note)
    assert "Your teacher has paused the rest. What else there is takes longer than a lesson" in note


def test_what_the_teacher_paused_is_not_said_to_be_mastered() -> None:
    paused = Wishes(blocked_skills=(SkillId("d"),))
    done = next_for(situation({"a": "RRR", "b": "RRR", "c": "RRR"}, wishes=paused))
    assert str(done.note) == "You have mastered everything that is open now. Your teacher has paused the rest."


def test_going_further_says_so_beside_a_review_of_the_same_skill() -> None:
    late = situation({"a": "RRR"}, scope=(SkillId("a"),), now=SOON + timedelta(days=20))
    review, further = next_for(late).steps
    assert (review.kind, further.kind) == (StepKind.REVIEW, StepKind.ENRICH)
    assert str(further.reason) == "You know “A” well. This goes further."


def test_skills_without_activities_do_not_stop_the_rest() -> None:
    content = course([skill("bare"), skill("rich")], [activity("do-rich", "rich", items=["x"])])
    offered = next_for(Situation(content=content, scope=content.graph.order, now=SOON))
    assert keys(offered.steps) == ["do-rich"]


def test_an_activity_for_two_skills_waits_for_both() -> None:
    both = activity("both", "a", "b", items=["x"])
    content = course([skill("a"), skill("b", "a")], [both, activity("do-a", "a", items=["x"])])
    fresh = Situation(content=content, scope=content.graph.order, now=SOON)
    assert keys(next_for(fresh).steps) == ["do-a"]
    ready = replace(fresh, verdicts=verdicts(a="RRR"))
    assert keys(next_for(ready).steps) == ["both"]


def test_the_same_situation_gives_the_same_playlist() -> None:
    one = situation({"a": "RRR", "b": "R"}, minutes_since_break=30)
    assert isinstance(next_for(one), Playlist)
    assert next_for(one) == next_for(replace(one))
