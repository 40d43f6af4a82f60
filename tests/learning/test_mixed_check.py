"""Mixed checks: when they are offered, what they ask, and that they lead on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from builders import MONDAY, evidence, full_course, history
from lti_tool.learning.evidence import Evidence, Source
from lti_tool.learning.ids import SkillId
from lti_tool.learning.mastery import judge
from lti_tool.learning.mixed_check import MIXED_CHECK, mixed_check, turn
from lti_tool.learning.planning import worths
from lti_tool.learning.playlist import Situation, StepKind, next_for
from lti_tool.learning.practice import next_item
from lti_tool.learning.profile import Accommodations
from lti_tool.learning.readiness import Readiness
from lti_tool.learning.rules import MasteryRule, Streak
from lti_tool.learning.sittings import planned_answers
from lti_tool.learning.verdicts import Verdict

RULE = MasteryRule(rule=Streak(n=3), mixed_check=2)
COURSE = full_course({"a": (), "b": ("a",), "c": ("b",)})
LATER = MONDAY + timedelta(hours=2)


def verdicts(**answers: str) -> dict[SkillId, Verdict]:
    return {
        SkillId(skill): judge(RULE, history(row, skill=skill), skill=SkillId(skill), version=1, now=LATER)
        for skill, row in answers.items()
    }


def situation(scope: str = "abc", **answers: str) -> Situation:
    return Situation(content=COURSE, scope=tuple(map(SkillId, scope)), now=LATER, verdicts=verdicts(**answers))


def test_the_next_skill_opens_while_the_check_waits_for_something_to_mix() -> None:
    steps = next_for(situation(a="RRR")).steps
    assert MIXED_CHECK not in {step.activity for step in steps}
    assert {step.skill for step in steps} == {"b"}


def test_the_check_is_offered_first_once_there_is_something_to_mix() -> None:
    first = next_for(situation(a="RRR", b="RR")).steps[0]
    assert (first.activity, first.kind) == (MIXED_CHECK, StepKind.MIXED)
    assert str(first.reason) == "“A” goes well. Show it once more among other questions."


def test_a_course_of_one_skill_is_no_dead_end() -> None:
    playlist = next_for(situation("a", a="RRR"))
    assert [step.activity for step in playlist.steps] == [MIXED_CHECK]


def test_a_check_begun_is_carried_on() -> None:
    first = next_for(replace(situation(a="RRR", b="RR"), current=MIXED_CHECK)).steps[0]
    assert (first.activity, first.kind) == (MIXED_CHECK, StepKind.CONTINUE)


def test_checks_taken_make_no_other_activity_look_worn_out() -> None:
    fresh = situation(a="RRR", b="RR")
    often = replace(fresh, finished={MIXED_CHECK: 9})
    one, other = (worths(Readiness(situation=each))[1].tolist() for each in (fresh, often))
    assert one == other


def walk(scope: str, length: int, **answers: str) -> list[str]:
    """The skills a check asks about, in turn."""
    found = verdicts(**answers)
    check = mixed_check(COURSE, tuple(map(SkillId, scope)), found)
    rows: list[Evidence] = [row for skill, row_ in answers.items() for row in history(row_, skill=skill)]
    asked = [skill for skill, one in found.items() if one.awaits_check]
    skills = []
    for number in range(length):
        whose = turn(COURSE, check, rows, asked=asked, since=LATER)
        assert whose is not None
        item = next_item(COURSE, whose, rows, seed=1, now=LATER)
        assert item is not None
        skills.append(item.skills[0])
        at = LATER + timedelta(minutes=number)
        rows.append(evidence(id=500 + number, skill=skills[-1], item=item.id, at=at, source=Source.CHALLENGE))
    assert len({row.item for row in rows[-length:]}) == length
    return skills


def test_questions_of_two_skills_take_turns() -> None:
    assert walk("ab", 6, a="RRR", b="RR") == ["a", "b", "a", "b", "a", "b"]


def test_a_skill_that_waits_is_asked_most() -> None:
    asked = walk("abc", 6, a="RRR", b="RR", c="RR")
    assert asked.count("a") == 3
    assert all(one != two for one, two in pairwise(asked))


def test_several_that_wait_share_a_check() -> None:
    asked = walk("abc", 6, a="RRR", b="RRR", c="RRR")
    assert sorted(asked) == ["a", "a", "b", "b", "c", "c"]


def test_blocked_skills_are_not_asked() -> None:
    found = verdicts(a="RRR", b="RR")
    check = mixed_check(COURSE, (SkillId("a"), SkillId("b")), found, blocked=[SkillId("b")])
    assert check.skills == ("a",)


def test_what_it_rests_on_is_mixed_in_from_outside_the_part() -> None:
    check = mixed_check(COURSE, (SkillId("b"),), verdicts(b="RRR"))
    assert check.skills == ("b", "a")


@pytest.mark.parametrize(("shorter", "length"), [(False, 6), (True, 4)])
def test_a_check_is_short(shorter: bool, length: int) -> None:
    check = mixed_check(COURSE, (SkillId("a"), SkillId("b")), verdicts(a="RRR", b="RR"))
    assert planned_answers(check, Accommodations(shorter_sets=shorter)) == length


def test_nothing_begun_is_an_empty_check() -> None:
    check = mixed_check(COURSE, (SkillId("a"),), {})
    assert not check.items
    assert turn(COURSE, check, [], asked=[], since=LATER) is None
