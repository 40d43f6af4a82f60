"""Hypothesis strategies for learning values: histories, rules, situations as they come in real life and worse."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from builders import MONDAY, SKILL, activity, course, evidence, full_course, item, skill
from lti_tool.learning.activities import CourseContent, Modality
from lti_tool.learning.evidence import Evidence, Source
from lti_tool.learning.mastery import judge
from lti_tool.learning.playlist import Situation, Wishes
from lti_tool.learning.profile import Accommodations, LearnerProfile
from lti_tool.learning.research_worlds import VIEWS
from lti_tool.learning.rules import (
    PRESETS,
    Average,
    DecayingAverage,
    FadingAverage,
    HiddenMarkov,
    Highest,
    Latest,
    Levels,
    MasteryRule,
    MOfN,
    NTimes,
    Odds,
    Rule,
    SkillChances,
    SkillKinds,
    Statistical,
    Streak,
    Tracing,
)
from lti_tool.learning.rules.gates import REPEATS
from lti_tool.learning.worlds import NATURES

SHARES = st.sampled_from([0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0])
REACHABLE = st.sampled_from([0.5, 0.6, 0.7, 0.8])
SHAPES = (
    {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ("d",)},
    {"a": (), "b": (), "c": ("b",)},
    {"a": ()},
)
COURSES = tuple(full_course(shape) for shape in SHAPES)
SPARSE = course(
    [skill("a"), skill("b", "a"), skill("c"), skill("d", "b", "c")],
    [
        activity("read-a", "a", modality=Modality.EXPLANATION),
        activity("do-b", "b", items=["b-1"], minutes=40),
        activity("do-a-and-c", "a", "c", items=["a-1"]),
        activity("more-d", "d", modality=Modality.PROJECT, enrichment=True),
        activity("rest", modality=Modality.BREAK),
    ],
    [item("a-1", "a"), item("b-1", "b")],
)
"""A course with holes: a skill without questions, one that only shares an activity, one with nothing but a project."""


def rules() -> st.SearchStrategy[Rule]:
    """Any rule with parameters a teacher might choose."""
    return st.one_of(
        counting_rules(),
        st.builds(DecayingAverage, threshold=SHARES, window=st.sampled_from([3, 10, 20])),
        st.builds(DecayingAverage, threshold=REACHABLE),
        st.builds(NTimes, times=st.integers(1, 4), threshold=SHARES, over=st.integers(1, 5)),
        st.builds(Highest, threshold=SHARES, over=st.integers(1, 6), rounds=st.booleans()),
        st.builds(Average, threshold=REACHABLE, least=st.integers(1, 6)),
        st.builds(FadingAverage, threshold=st.sampled_from([0.5, 0.8, 0.95]), fade=st.sampled_from([0.6, 0.85])),
        st.builds(Odds, times=st.sampled_from([3, 19, 100]), unknown=st.sampled_from([0.3, 0.55])),
        st.builds(
            Tracing,
            threshold=st.sampled_from([0.8, 0.95]),
            start=st.sampled_from([0.05, 0.4]),
            steady=st.sampled_from([0.0, 0.02]),
            skills=st.sampled_from([(), (SkillChances(SKILL, 0.3, 0.2, 0.3, 0.05),)]),
        ),
        st.builds(
            HiddenMarkov,
            threshold=st.sampled_from([0.8, 0.95]),
            worlds=st.sampled_from(list(VIEWS)),
            least=st.integers(1, 4),
        ),
        st.builds(Levels, in_set=st.integers(2, 5), in_check=st.integers(1, 3)),
        st.builds(Latest, threshold=SHARES, over=st.integers(1, 6)),
        st.builds(
            Statistical,
            sureness=st.sampled_from(["quick", "normal", "strict"]),
            level=st.sampled_from([70, 85, 95]),
            nature=st.sampled_from(list(NATURES)),
            least=st.integers(1, 4),
            skills=st.sampled_from([(), (SkillKinds(SKILL, "l021 60 c10203 20"),)]),
        ),
    )


def counting_rules() -> st.SearchStrategy[Rule]:
    """The rules that count right answers in a row or among the latest."""
    return st.one_of(
        st.builds(Streak, n=st.integers(1, 6)),
        st.integers(1, 6).flatmap(lambda n: st.builds(MOfN, m=st.integers(1, n), n=st.just(n))),
    )


def mastery_rules(*, counting: bool = False) -> st.SearchStrategy[MasteryRule]:
    """Any rule, or any counting rule, with any gates."""
    return st.builds(
        MasteryRule,
        rule=counting_rules() if counting else rules(),
        minimum_answers=st.integers(0, 8),
        without_hints=st.booleans(),
        different_days=st.integers(1, 3),
        rounds_of=st.sampled_from([1, 1, 1, 3, 5]),
        mixed_check=st.sampled_from([0, 0, 0, 1, 3]),
        tries=st.sampled_from(["first", "first", "best"]),
        repeats=st.sampled_from(REPEATS),
    )


@st.composite
def histories(draw: st.DrawFn, most: int = 25, skill: str = SKILL) -> list[Evidence]:
    """Up to `most` observations of one skill in their true order; several may share a moment."""
    at = MONDAY
    rows: list[Evidence] = []
    for number in range(draw(st.integers(0, most))):
        at += draw(st.sampled_from([timedelta(0), timedelta(minutes=2), timedelta(hours=22), timedelta(days=9)]))
        rows.append(
            evidence(
                draw(st.sampled_from([0.0, 0.5, 1.0, 1.0])),
                id=number + 1,
                skill=skill,
                at=at,
                item=draw(st.sampled_from([None, None, "seen-before", "seen-too"])),
                source=draw(st.sampled_from(Source)),
                difficulty=draw(st.sampled_from([-1.5, 0.0, 0.5, 3.0])),
                hints_used=draw(st.sampled_from([0, 0, 0, 2])),
                attempt=draw(st.sampled_from([1, 1, 1, 2])),
            )
        )
    return rows


@st.composite
def situations(draw: st.DrawFn, *, rough: bool = False) -> Situation:
    """A learner somewhere in a course, with a teacher's wishes and arrangements.

    In `rough` ones courses have holes, clocks go back, and teachers set aside whatever comes to mind.
    """
    content = draw(st.sampled_from((*COURSES, SPARSE) if rough else COURSES))
    now = MONDAY + timedelta(days=draw(st.integers(-30 if rough else 0, 40)))
    rule = draw(st.sampled_from(list(PRESETS.values()))).rule
    verdicts = {}
    for one in content.graph.order:
        if draw(st.booleans()):
            rows = draw(histories(most=12, skill=one))
            verdicts[one] = judge(rule, rows, skill=one, version=1, now=now)
    keys = st.sampled_from(list(content.activities))
    return Situation(
        content=content,
        scope=tuple(draw(st.lists(st.sampled_from(content.graph.order), unique=True))),
        now=now,
        verdicts=verdicts,
        beliefs=draw(st.dictionaries(st.sampled_from(content.graph.order), st.floats(0, 1))),
        finished=draw(st.dictionaries(keys, st.integers(0, 3))),
        recent=tuple(draw(st.lists(keys, max_size=5))),
        profile=draw(profiles(AVOIDED_ROUGHLY if rough else AVOIDED)),
        wishes=draw(wishes(content, most_blocks=len(content.activities) if rough else 3)),
        minutes_since_break=draw(st.sampled_from([0.0, 12.0, 45.0])),
        minutes_in_sitting=draw(st.sampled_from([0.0, 0.0, 2.5, 8.0, 60.0, -20.0])),
        current=draw(st.none() | keys),
    )


AVOIDED = st.sampled_from([(), (), (Modality.EXPLANATION,), (Modality.BREAK,)])
AVOIDED_ROUGHLY = st.lists(st.sampled_from(Modality), unique=True).map(tuple)


def profiles(avoided: st.SearchStrategy[tuple[Modality, ...]] = AVOIDED) -> st.SearchStrategy[LearnerProfile]:
    """What learners like and what teachers arranged."""
    return st.builds(
        LearnerProfile,
        interests=st.sampled_from([(), ("cooking",), ("sport",)]),
        modalities=st.lists(st.sampled_from(Modality), max_size=2, unique=True).map(tuple),
        accommodations=st.builds(
            Accommodations,
            extra_time_factor=st.sampled_from([1.0, 1.5]),
            shorter_sets=st.booleans(),
            avoid_modalities=avoided,
            breaks_every_minutes=st.sampled_from([None, 10]),
        ),
    )


def wishes(content: CourseContent, *, most_blocks: int = 3) -> st.SearchStrategy[Wishes]:
    """A teacher's pins, blocks, minutes, order and dates."""
    activities, skills = st.sampled_from(list(content.activities)), st.sampled_from(content.graph.order)
    days = st.integers(-60, 60).map(lambda days: MONDAY + timedelta(days=days))
    return st.builds(
        Wishes,
        pins=st.lists(activities, max_size=3, unique=True).map(tuple),
        blocks=st.lists(activities, max_size=most_blocks, unique=True).map(tuple),
        blocked_skills=st.lists(skills, max_size=1).map(tuple),
        minutes=st.sampled_from([None, None, 0, 1, 3, 10]),
        order=st.lists(skills, max_size=2, unique=True).map(tuple),
        due_at=st.dictionaries(skills, days, max_size=2),
        pin_due_at=st.dictionaries(activities, days, max_size=2),
    )
