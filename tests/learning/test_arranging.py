"""A teacher's order, dates and pins, and what they do to the offers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import MONDAY, full_course, history
from lti_tool.learning import outside
from lti_tool.learning.arranging import dates, together
from lti_tool.learning.history import SHOWN_TO_A_PERSON
from lti_tool.learning.ids import ActivityId, SkillId
from lti_tool.learning.mastery import judge
from lti_tool.learning.playlist import Playlist, Situation, Wishes, next_for
from lti_tool.learning.rules import PRESETS

CONTENT = full_course({"a": (), "b": (), "c": (), "d": ("c",)})
RULE = PRESETS["three_in_a_row"].rule


def offers(wishes: Wishes, known: dict[str, str] | None = None) -> Playlist:
    shown = {
        SkillId(skill): judge(
            RULE, history(answers, skill=skill), skill=SkillId(skill), version=1, now=MONDAY + timedelta(days=1)
        )
        for skill, answers in (known or {}).items()
    }
    return next_for(
        Situation(
            content=CONTENT,
            scope=CONTENT.graph.order,
            now=MONDAY + timedelta(days=1),
            verdicts=shown,
            finished={ActivityId(f"do-{skill}"): 1 for skill in known or {}},
            wishes=wishes,
        )
    )


def skills(*names: str) -> tuple[SkillId, ...]:
    return tuple(SkillId(name) for name in names)


def test_the_teachers_order_decides_what_is_begun_first() -> None:
    assert offers(Wishes()).steps[0].skill == "a"
    assert offers(Wishes(order=skills("c", "b"))).steps[0].skill == "c"
    assert offers(Wishes(order=skills("b"))).steps[0].skill == "b"


def test_an_order_opens_nothing_that_is_locked() -> None:
    assert offers(Wishes(order=skills("d", "b"))).steps[0].skill == "b"


def test_a_skill_due_soon_comes_before_others_and_says_so() -> None:
    step = offers(Wishes(due_at={SkillId("b"): MONDAY + timedelta(days=3)})).steps[0]
    assert step.skill == "b"
    assert str(step.reason) == "“B” is wanted by 2026-11-05."


def test_a_due_skill_hurries_what_it_rests_on() -> None:
    step = offers(Wishes(due_at={SkillId("d"): MONDAY + timedelta(days=2)})).steps[0]
    assert step.skill == "c"
    assert str(step.reason) == "“C” comes first: something that builds on it is due on 2026-11-04."


def test_the_date_of_what_is_mastered_or_not_asked_hurries_nothing() -> None:
    """Somebody may be called to have mastered it without what it rests on, or be excused from it."""
    due = Wishes(due_at={SkillId("d"): MONDAY + timedelta(days=2)})
    step = offers(due, {"d": "RRR"}).steps[0]
    assert "due on" not in str(step.reason)
    spared = Situation(content=CONTENT, scope=skills("a", "b", "c"), now=MONDAY, wishes=due)
    assert not any("due on" in str(one.reason) for one in next_for(spared).steps)


def test_a_date_that_is_over_still_counts_and_is_said_kindly() -> None:
    step = offers(Wishes(due_at={SkillId("b"): MONDAY})).steps[0]
    assert step.skill == "b"
    assert "was wanted by" in str(step.reason)


def test_a_date_far_away_changes_nothing() -> None:
    assert offers(Wishes(due_at={SkillId("b"): MONDAY + timedelta(days=60)})) == offers(Wishes())


def test_pins_with_a_date_come_first_and_name_it() -> None:
    pins = tuple(ActivityId(one) for one in ("do-a", "do-b"))
    steps = offers(Wishes(pins=pins, pin_due_at={pins[1]: MONDAY + timedelta(days=1)})).steps
    assert [step.activity for step in steps[:2]] == ["do-b", "do-a"]
    assert "to be done by 2026-11-03" in str(steps[0].reason)


def test_a_learners_own_pin_wins_over_the_classs_block() -> None:
    for_class = Wishes(pins=(ActivityId("do-a"),), blocks=(ActivityId("do-b"), ActivityId("read-c")))
    both = together(for_class, (ActivityId("do-b"),), (ActivityId("see-a"),))
    assert both.pins == ("do-b", "do-a")
    assert both.blocks == ("read-c", "see-a")


def test_the_earliest_date_above_counts_for_a_foundation() -> None:
    at = {SkillId("d"): MONDAY, SkillId("c"): MONDAY + timedelta(days=9)}
    assert dates(CONTENT.graph, at) == {SkillId("d"): MONDAY, SkillId("c"): MONDAY}


@given(share=st.floats(0, 1), other=st.floats(0, 1), enough=st.floats(0.01, 1))
def test_grades_from_elsewhere_keep_their_order_and_meet_the_rules_line_where_the_teacher_says(
    share: float, other: float, enough: float
) -> None:
    low, high = sorted((share, other))
    assert 0 <= outside.stretched(low, enough) <= outside.stretched(high, enough) <= 1
    assert (outside.stretched(share, enough) >= SHOWN_TO_A_PERSON) == (share >= enough)


def test_no_points_at_all_cannot_be_enough() -> None:
    with pytest.raises(ValueError, match="above 0"):
        outside.stretched(0.5, 0)
