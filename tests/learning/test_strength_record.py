"""Strengths kept between activities: nothing is lost on the way through plain JSON."""

from __future__ import annotations

import gc
import json
import weakref

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builders import full_course
from lti_tool.learning.ids import SkillId
from lti_tool.learning.planning import table_of
from lti_tool.learning.strength import GRID, Work, observe
from lti_tool.learning.strength_record import _restore, after, followed, layout_of

CONTENT = full_course({"a": (), "b": ("a",), "c": ("b",), "d": ("c",)})


def work(right: int, day: float, *, answers: int = 5, finished: bool = True) -> Work:
    return Work(way=2, hardness=0.5, right=right, answers=answers, finished=finished, day=day)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 5)), max_size=12))
@example([*[("a", 0)] * 7, ("d", 5)])
def test_kept_and_taken_up_again_is_as_never_put_away(done) -> None:
    layout = layout_of(CONTENT)
    whole = layout.fresh(0.0)
    record: dict[str, list[float]] = {}
    for number, (skill, right) in enumerate(done):
        place = layout.number[SkillId(skill)]
        whole.last_day[~whole.touched] = number
        observe(whole, work(right, float(number)).on(place))
        record = json.loads(json.dumps(after(CONTENT, record, [(SkillId(skill), work(right, float(number)))])))
    for skill, one in followed(record, float(len(done))).items():
        place = layout.number[skill]
        assert np.isclose(one.strength, whole.mean[place], atol=0.01)
        assert np.isclose(one.stability, whole.stability[place], rtol=0.01)


LARGE = full_course({f"s{one}": tuple(f"s{below}" for below in range(max(0, one - 2), one)) for one in range(60)})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 5)), max_size=25))
@example([(30, 5)] * 3 + [(29, 0)] * 3)
def test_what_a_skill_only_heard_of_is_kept_to_the_last_digit(done) -> None:
    layout = layout_of(LARGE)
    whole, record = layout.fresh(0.0), {}
    for number, (place, right) in enumerate(done):
        observe(whole, work(right, float(number)).on(place))
        record = json.loads(json.dumps(after(LARGE, record, [(SkillId(f"s{place}"), work(right, float(number)))])))
    again = layout.fresh(0.0)
    _restore(again, layout, record)
    assert np.allclose(again.chances[~whole.touched], whole.chances[~whole.touched], rtol=1e-9)
    assert all(len(record[key]) == 3 for key, row in record.items() if not row[0])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 59))
def test_what_was_kept_before_as_chances_is_read(well: int, ill: int, place: int) -> None:
    layout = layout_of(LARGE)
    chances = layout.before.chances[place] * (0.25 + GRID) ** well * (1.2 - GRID) ** ill
    row = [0.0, 12.0, 3.0, *(float(f"{one:.4g}") for one in chances / chances.sum())]
    again = layout.fresh(0.0)
    _restore(again, layout, {f"s{place}": row})
    assert (again.heard_well[place], again.heard_ill[place]) == (well, ill)
    assert np.allclose(again.chances[place], chances / chances.sum(), rtol=1e-9)


def test_a_record_of_a_large_course_is_small() -> None:
    record: dict[str, list[float]] = {}
    for day, place in enumerate((55, 30, 58)):
        record = after(LARGE, record, [(SkillId(f"s{place}"), work(5, float(day)))])
    assert len(record) >= 58
    assert len(json.dumps(record)) < 2500


def test_right_answers_strengthen_and_only_what_was_worked_on_is_followed() -> None:
    good, bad = (after(CONTENT, {}, [(SkillId("b"), work(right, 1.0))]) for right in (5, 0))
    assert set(followed(good, 3.0)) == {"b"}
    strong, weak = followed(good, 3.0)[SkillId("b")], followed(bad, 3.0)[SkillId("b")]
    assert strong.strength > 0.6 > weak.strength
    assert strong.days == 2.0
    assert {"a", "b"} <= set(good), "what b rests on is likely known, and that is kept too"


def test_what_is_no_longer_in_the_course_is_left_aside() -> None:
    record = after(CONTENT, {"gone": [1.0] * 23, "a": [1.0]}, [(SkillId("elsewhere"), work(5, 1.0))])
    assert followed(record, 1.0).keys() == {"gone"}
    assert set(after(CONTENT, record, [(SkillId("a"), work(5, 2.0))])) == {"a"}


def test_what_is_worked_out_of_a_course_is_kept_with_it_and_goes_with_it() -> None:
    content = full_course({"a": (), "b": ("a",)})
    assert layout_of(content) is layout_of(content)
    assert table_of(content) is table_of(content)
    again = full_course({"a": (), "b": ("a",)})
    assert layout_of(again) is not layout_of(content)
    gone = weakref.ref(content)
    del content
    gc.collect()
    assert gone() is None
