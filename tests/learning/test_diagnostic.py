"""The first assessment: few questions, most skills placed rightly, and a profile in words."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import course, full_course, item, skill
from lti_tool.learning import diagnostic
from lti_tool.learning.activities import CourseContent, Item, ItemKind
from lti_tool.learning.assessment_words import to_learner, to_teacher
from lti_tool.learning.diagnostic import Diagnostic
from lti_tool.learning.ids import SkillId
from strategies import COURSES, SPARSE

SMALL = full_course({"a": (), "b": ("a",), "c": ("b",), "d": ("c",)})


def run(content: CourseContent, score_of) -> Diagnostic:
    state = diagnostic.start(content, content.graph.order)
    while (question := diagnostic.next_question(content, state)) is not None:
        state = diagnostic.record(content, state, question, score_of(question))
    return state


def said(content: CourseContent, state: Diagnostic) -> str:
    return " ".join(map(str, to_learner(content, state)))


def test_beliefs_start_by_depth() -> None:
    beliefs = diagnostic.start(SMALL, SMALL.graph.order).beliefs
    assert list(beliefs.values()) == sorted(beliefs.values(), reverse=True)


def test_an_answer_speaks_for_what_lies_below_and_above() -> None:
    fresh = diagnostic.start(SMALL, SMALL.graph.order)
    question = SMALL.items_by_skill[SkillId("c")][0]
    right = diagnostic.record(SMALL, fresh, question, 1.0)
    wrong = diagnostic.record(SMALL, fresh, question, 0.0)
    for key in SMALL.graph.order:
        assert right.beliefs[key] > fresh.beliefs[key] > wrong.beliefs[key]


def test_before_any_answer_a_skill_alone_may_be_known_or_not_and_the_middle_of_a_list_as_well() -> None:
    """Nothing lies below or above: the depth of the graph says nothing, so it must not say "easy"."""
    for keys in ("a", "abcde"):
        content = full_course(dict.fromkeys(keys, ()))
        beliefs = list(diagnostic.start(content, content.graph.order).beliefs.values())
        assert beliefs[len(beliefs) // 2] == pytest.approx(0.5, abs=0.05)
        assert beliefs[0] == pytest.approx(1 - beliefs[-1], abs=0.05)


def test_who_gets_hard_things_right_and_misses_easy_ones_is_taken_for_careless() -> None:
    content = full_course({"a": (), "b": ("a",), "c": ("b",), "d": ("c",), "e": ("d",), "f": ("e",)})
    state = diagnostic.start(content, content.graph.order)
    for key, score in (("f", 1.0), ("d", 1.0), ("e", 1.0), ("a", 0.0), ("b", 0.0)):
        state = replace(state, finished=False)
        state = diagnostic.record(content, state, content.items_by_skill[SkillId(key)][0], score)
    assert min(state.beliefs[SkillId(key)] for key in "abcd") > 0.5
    assert max(state.beliefs.values()) < 0.8, "and no longer so sure"


def test_a_guessable_question_convinces_less() -> None:
    skills = [skill("a")]
    hard_to_guess, easy_to_guess = item("n", "a"), item("c", "a", kind=ItemKind.ONE_CHOICE)
    content = course(skills, [], [hard_to_guess, easy_to_guess])
    fresh = diagnostic.start(content, content.graph.order)
    sure = diagnostic.record(content, fresh, hard_to_guess, 1.0).beliefs[SkillId("a")]
    assert sure > diagnostic.record(content, fresh, easy_to_guess, 1.0).beliefs[SkillId("a")]


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_clear_cases_are_short(score: float) -> None:
    state = run(SMALL, lambda _: score)
    assert state.finished
    assert 2 <= len(state.asked) <= 5
    assert all((belief > 0.5) == bool(score) for belief in state.beliefs.values())


def test_nothing_is_asked_twice_and_a_repeated_answer_changes_nothing() -> None:
    state = run(SMALL, lambda question: 0.5)
    assert len(set(state.asked)) == len(state.asked)
    fresh = diagnostic.start(SMALL, SMALL.graph.order)
    question = diagnostic.next_question(SMALL, fresh)
    assert question is not None
    once = diagnostic.record(SMALL, fresh, question, 1.0)
    assert diagnostic.record(SMALL, once, question, 0.0) == once


def test_it_can_be_put_away_and_taken_up_again() -> None:
    state = diagnostic.start(SMALL, SMALL.graph.order)
    question = diagnostic.next_question(SMALL, state)
    assert question is not None
    state = diagnostic.record(SMALL, state, question, 1.0)
    again = Diagnostic.from_dict(json.loads(json.dumps(state.to_dict())))
    assert again == state
    assert diagnostic.next_question(SMALL, again) == diagnostic.next_question(SMALL, state)


def test_nothing_to_ask_is_finished_at_once() -> None:
    for content, scope in ((SMALL, ()), (course([skill("a")]), (SkillId("a"),))):
        state = diagnostic.start(content, scope)
        assert state.finished
        assert diagnostic.next_question(content, state) is None
        assert diagnostic.length_estimate(content, scope) == 0


def test_the_result_is_words_and_no_score() -> None:
    state = run(SMALL, lambda question: float(question.skills[0] in ("a", "b")))
    assert said(SMALL, state) == "You seem at home with “A”, “B”. A good next step for you: “C”. Later on: “D”."
    assert "start at the beginning" in said(SMALL, diagnostic.start(SMALL, SMALL.graph.order))
    assert "foundations" in said(SMALL, run(SMALL, lambda _: 0.0))
    assert "through soon" in said(SMALL, run(SMALL, lambda _: 1.0))


def test_what_was_mastered_since_is_no_next_step() -> None:
    state = run(SMALL, lambda question: float(question.skills[0] in ("a", "b")))
    told = [" ".join(map(str, to_learner(SMALL, state, set(SMALL.graph.order[:many])))) for many in (3, 4)]
    assert told == ["You seem at home with “A”, “B”. Later on: “D”.", "You seem at home with “A”, “B”."]


A, B, C, D = SMALL.graph.order


def test_not_knowing_yet_tells_at_least_as_much_as_a_wrong_answer_and_no_guess() -> None:
    question = SMALL.items_by_skill[C][0]
    fresh = diagnostic.start(SMALL, SMALL.graph.order)
    wrong = diagnostic.record(SMALL, fresh, question, 0.0)
    admitted = diagnostic.record(SMALL, fresh, question, 0.0, admitted=True)
    assert (admitted.admitted, admitted.scores) == ((question.id,), (0.0,))
    assert admitted.beliefs[C] <= wrong.beliefs[C] < fresh.beliefs[C]
    assert "Said once: “I do not know yet”." in " ".join(map(str, to_teacher(SMALL, admitted)))


def test_who_always_admits_is_placed_at_the_foundations() -> None:
    state = diagnostic.start(SMALL, SMALL.graph.order)
    while (question := diagnostic.next_question(SMALL, state)) is not None:
        state = diagnostic.record(SMALL, state, question, 0.0, admitted=True)
    assert len(state.asked) <= 5
    assert all(belief < 0.3 for belief in state.beliefs.values())


def test_a_second_assessment_asks_other_questions_while_there_are_any() -> None:
    first = run(SMALL, lambda _: 1.0)
    second = diagnostic.start(SMALL, SMALL.graph.order, first)
    assert second.beliefs == diagnostic.start(SMALL, SMALL.graph.order).beliefs
    while (question := diagnostic.next_question(SMALL, second)) is not None:
        second = diagnostic.record(SMALL, second, question, 0.0)
    assert not set(second.asked) & set(first.asked)
    small = course([skill("a")], [], [item("only", "a")])
    again = diagnostic.start(small, small.graph.order, run(small, lambda _: 1.0))
    assert diagnostic.next_question(small, again) is not None


def test_the_teachers_word_stands_speaks_for_neighbours_and_can_be_taken_back() -> None:
    asked = run(SMALL, lambda question: float(question.skills[0] == A))
    told = diagnostic.overrule(SMALL, asked, C, True)
    assert told.believed[C] > 0.9
    assert told.believed[B] > asked.believed[B]
    assert said(SMALL, told).startswith("You seem at home with “A”, “C”.")
    assert diagnostic.overrule(SMALL, told, C, None) == asked
    assert diagnostic.overrule(SMALL, asked, A, False).believed[A] < 0.1
    assert Diagnostic.from_dict(json.loads(json.dumps(told.to_dict()))) == told


def test_a_word_without_any_question_holds_for_its_skill_alone_and_is_not_asked_about() -> None:
    told = diagnostic.overrule(SMALL, diagnostic.start(SMALL, SMALL.graph.order), B, True)
    assert set(told.believed) == {B}
    state = diagnostic.start(SMALL, SMALL.graph.order, told)
    while (question := diagnostic.next_question(SMALL, state)) is not None:
        assert question.skills[0] != B
        state = diagnostic.record(SMALL, state, question, 0.0)
    assert state.believed[B] > 0.9


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from((*COURSES, SPARSE)),
    st.lists(st.sampled_from([0.0, 0.0, 0.4, 1.0, 1.0, None]), min_size=30, max_size=30),
    st.dictionaries(st.sampled_from("abcde"), st.booleans(), max_size=2),
)
def test_whatever_is_answered_and_said_it_ends_and_believes_something_sensible(content, answers, words) -> None:
    """`None` is "I do not know yet"; the teacher's words come first. Some skills have no questions at all."""
    state = diagnostic.start(content, content.graph.order)
    for key, knows in words.items():
        state = diagnostic.overrule(content, state, SkillId(key), knows) if key in content.graph else state
    for score in answers:
        question = diagnostic.next_question(content, state)
        if question is None:
            break
        assert question.id not in state.asked
        state = diagnostic.record(content, state, question, score or 0.0, admitted=score is None)
    assert len(state.asked) <= diagnostic.length_estimate(content, content.graph.order)
    assert diagnostic.next_question(content, state) is None
    assert set(state.beliefs) == set(content.graph.order)
    assert all(0 <= belief <= 1 for belief in state.beliefs.values())
    assert all((state.believed[one] > 0.5) == knows for one, knows in words.items() if one in content.graph)


def _course(draw: random.Random, size: int) -> CourseContent:
    """A course in a sensible order: each skill rests on one or two of the six before it."""
    keys = [f"s{number:02d}" for number in range(size)]
    below = {
        key: draw.sample(keys[max(0, place - 6) : place], min(place, draw.choice([1, 1, 2])))
        for place, key in enumerate(keys)
    }
    kinds = [ItemKind.NUMBER, ItemKind.ONE_CHOICE]
    items = [
        item(f"{key}-{number}", key, kind=draw.choice(kinds), difficulty=draw.gauss(0, 0.6))
        for key in keys
        for number in range(4)
    ]
    return course([skill(key, *below[key]) for key in keys], [], items)


def _known(content: CourseContent, draw: random.Random) -> set[SkillId]:
    """What a simulated learner knows: the course up to some point, with gaps; drawn unlike the crowd inside."""
    reached = draw.randint(0, len(content.graph))
    known: set[SkillId] = set()
    for place, key in enumerate(content.graph.order):
        standing = all(one in known for one in content.graph.prerequisites(key))
        if place < reached and (standing or draw.random() < 0.2) and draw.random() < 0.95:
            known.add(key)
    return known


def _answer(question: Item, known: set[SkillId], draw: random.Random) -> float:
    if question.skills[0] in known:
        return float(draw.random() < 1 / (1 + exp(question.difficulty * 0.7 - 2.2)))
    return float(draw.random() < (0.28 if question.choices else 0.08))


@pytest.mark.parametrize(("size", "most_questions", "learners"), [(20, 12, 40), (60, 20, 10)])
def test_simulated_learners_are_placed_with_few_questions(size: int, most_questions: int, learners: int) -> None:
    draw = random.Random(11)
    misplaced, coin = 0.0, 0.0
    for number in range(learners):
        if number % 10 == 0:
            content = _course(draw, size)
        known = _known(content, draw)
        state = run(content, lambda question, known=known: _answer(question, known, draw))
        assert len(state.asked) <= most_questions
        assert len(state.asked) <= diagnostic.length_estimate(content, content.graph.order)
        misplaced += sum((state.beliefs[key] >= 0.5) != (key in known) for key in state.scope) / size
        coin += min(len(known), size - len(known)) / size
    assert misplaced / learners <= 0.12
    assert misplaced < 0.6 * coin
