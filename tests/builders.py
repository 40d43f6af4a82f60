"""Plain functions with defaults for learning values: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from lti_tool.learning.activities import Activity, Choice, CourseContent, Item, ItemKind, Modality, NumberKey, Part
from lti_tool.learning.evidence import Evidence, Source
from lti_tool.learning.ids import ActivityId, ItemId, Score, SkillId
from lti_tool.learning.skills import Skill, SkillGraph
from lti_tool.learning.standing import Standing
from lti_tool.learning.verdicts import Level, Verdict

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
"""A school morning."""

SKILL = SkillId("parts")


def evidence(
    score: float = 1.0,
    *,
    id: int = 1,
    skill: str = SKILL,
    at: datetime = MONDAY,
    source: Source = Source.PRACTICE,
    item: str | None = None,
    difficulty: float = 0.0,
    hints_used: int = 0,
    attempt: int = 1,
) -> Evidence:
    """One observation; a right first answer without hints unless told otherwise."""
    return Evidence(
        id=id,
        skill=SkillId(skill),
        score=Score(score),
        at=at,
        source=source,
        item=ItemId(item if item is not None else f"item-{id}"),
        difficulty=difficulty,
        hints_used=hints_used,
        attempt=attempt,
    )


def history(answers: str, *, skill: str = SKILL, start: datetime = MONDAY, first_id: int = 1) -> list[Evidence]:
    """A row of answers, three minutes apart, spelled out.

    `R` right, `W` wrong, `H` right after a hint, `P` half right, `t` a right second try at the item before,
    `O` seen by a teacher, and `|` a night in between.
    """
    rows: list[Evidence] = []
    at = start
    for letter in answers:
        if letter == "|":
            at = datetime(at.year, at.month, at.day, 8, 0, tzinfo=UTC) + timedelta(days=1)
            continue
        again = letter == "t"
        rows.append(
            evidence(
                {"W": 0.0, "P": 0.5}.get(letter, 1.0),
                id=first_id + len(rows),
                skill=skill,
                at=at,
                source=Source.OBSERVATION if letter == "O" else Source.PRACTICE,
                item=rows[-1].item if again and rows else None,
                hints_used=int(letter == "H"),
                attempt=2 if again else 1,
            )
        )
        at += timedelta(minutes=3)
    return rows


def skill(key: str, *prerequisites: str, title: str = "") -> Skill:
    """A skill that rests on the named ones."""
    return Skill(
        id=SkillId(key),
        title=title or key.replace("-", " ").capitalize(),
        prerequisites=tuple(SkillId(one) for one in prerequisites),
    )


def item(key: str, *skills: str, kind: ItemKind = ItemKind.NUMBER, difficulty: float = 0.0) -> Item:
    """A question; its key is 1 or, for choices, `a`."""
    choices = tuple(Choice(key=one, text=one, correct=one == "a") for one in "abcd")
    return Item(
        id=ItemId(key),
        kind=kind,
        skills=tuple(SkillId(one) for one in skills) or (SKILL,),
        stem=f"Question {key}?",
        difficulty=difficulty,
        choices=choices if kind is ItemKind.ONE_CHOICE else (),
        number=NumberKey(value="1") if kind is ItemKind.NUMBER else None,
    )


def activity(
    key: str,
    *skills: str,
    modality: Modality = Modality.PRACTICE,
    minutes: int = 5,
    items: Sequence[str] = (),
    topics: Sequence[str] = (),
    enrichment: bool = False,
) -> Activity:
    """Something to do for the named skills."""
    return Activity(
        id=ActivityId(key),
        title=key.replace("-", " ").capitalize(),
        modality=modality,
        minutes=minutes,
        skills=tuple(SkillId(one) for one in skills),
        items=tuple(ItemId(one) for one in items),
        topics=tuple(topics),
        body="" if items else "Read me.",
        enrichment=enrichment,
    )


def course(
    skills: Sequence[Skill], activities: Sequence[Activity] = (), items: Sequence[Item] = ()
) -> CourseContent:
    """A course of the given skills, activities and items, with one part that holds them all."""
    graph = SkillGraph.of(skills)
    return CourseContent(
        key="test",
        version="1",
        title="Test course",
        description="",
        language="en",
        graph=graph,
        items={one.id: one for one in items},
        activities={one.id: one for one in activities},
        parts=(Part(key="all", title="All", description="", skills=graph.order),),
        topics={"cooking": "Cooking and food", "sport": "Sport"},
        misconceptions={},
    )


def full_course(prerequisites: Mapping[str, Sequence[str]], *, items_each: int = 6) -> CourseContent:
    """A course with, for each skill, an explanation, a worked example, practice and a project beyond; and a break.

    Activity keys are `read-`, `see-`, `do-` and `more-` followed by the skill.
    """
    skills = [skill(key, *below) for key, below in prerequisites.items()]
    items = [
        item(f"{key}-{number}", key, difficulty=(number % 5 - 2) / 2)
        for key in prerequisites
        for number in range(items_each)
    ]
    activities = [activity("rest", modality=Modality.BREAK, minutes=3)]
    for key in prerequisites:
        own = [f"{key}-{number}" for number in range(items_each)]
        activities += [
            activity(f"read-{key}", key, modality=Modality.EXPLANATION, minutes=4),
            activity(f"see-{key}", key, modality=Modality.WORKED_EXAMPLE, minutes=4, topics=["cooking"]),
            activity(f"do-{key}", key, items=own, minutes=8),
            activity(f"more-{key}", key, modality=Modality.PROJECT, minutes=20, enrichment=True),
        ]
    return course(skills, activities, items)


def standing(verdicts: Mapping[SkillId, Verdict], now: datetime, version: int = 1) -> Standing:
    """Verdicts on one learner turned round, as the store reads them."""
    levels = {level: frozenset(key for key, one in verdicts.items() if one.level is level) for level in Level}
    return Standing(
        levels={level: skills for level, skills in levels.items() if skills and level is not Level.NONE},
        stuck={key: one.trouble for key, one in verdicts.items() if one.stuck},
        due=frozenset(
            key for key, one in verdicts.items() if one.mastered and one.review_due_at and one.review_due_at <= now
        ),
        earlier=frozenset(key for key, one in verdicts.items() if one.rule_version != version),
        progress={
            key: one.progress for key, one in verdicts.items() if one.level not in {Level.NONE, Level.MASTERED}
        },
        awaits_check=frozenset(key for key, one in verdicts.items() if one.awaits_check),
        mastered_at={key: one.mastered_at for key, one in verdicts.items() if one.mastered_at},
    )
