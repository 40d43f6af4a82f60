"""Mixed check: questions of several skills in turn, for skills whose rule is met while they were practised alone.

Practising one skill in a block looks better than it is, because nobody has to find out *which* method a question
asks for (Rohrer & Taylor 2007). So a teacher may demand that mastery shows among questions of other skills too. The
check needs no content of its own: it takes the questions of the skills that wait for it and of skills the learner has
met, never two of one skill in a row where another is there. It is an activity like any other, made on the spot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from .activities import Activity, CourseContent, Modality
from .evidence import Evidence, Source
from .history import in_order
from .ids import ActivityId, SkillId
from .verdicts import Level, Verdict

MIXED_CHECK = ActivityId("mixed-check")
MINUTES = 6
MOST_ASKED = 3
"""Skills that wait for the check and share one."""
MOST_SKILLS = 4
ASKED_WEIGHT = 2
"""A skill that waits is asked so many times as often as one that is only there to mix."""

_BODY = """Questions about several things you have learned, in turn. First find out what each question is about.
There are no hints here. If one goes wrong, you can take the check again later."""


def mixed_check(
    content: CourseContent,
    scope: Sequence[SkillId],
    verdicts: Mapping[SkillId, Verdict],
    blocked: Collection[SkillId] = (),
) -> Activity:
    """The check as it would be taken now. Without skills or questions when nothing was begun yet."""
    skills = tuple(_mix(content, [skill for skill in scope if skill not in blocked], verdicts, blocked))
    return Activity(
        id=MIXED_CHECK,
        title="Mixed check",
        modality=Modality.PRACTICE,
        minutes=MINUTES,
        skills=skills,
        body=_BODY,
        items=tuple(item.id for skill in skills for item in content.items_by_skill[skill]),
    )


def awaiting(scope: Sequence[SkillId], verdicts: Mapping[SkillId, Verdict]) -> list[SkillId]:
    """The skills that wait for a mixed check, in the order of the scope."""
    return [skill for skill in scope if skill in verdicts and verdicts[skill].awaits_check]


def _mix(
    content: CourseContent,
    scope: Sequence[SkillId],
    verdicts: Mapping[SkillId, Verdict],
    blocked: Collection[SkillId],
) -> Iterator[SkillId]:
    """Who waits comes first; then what the learner knows best; then what all this rests on."""
    asked = [skill for skill in awaiting(scope, verdicts) if content.items_by_skill[skill]][:MOST_ASKED]
    begun = [skill for skill in scope if skill in verdicts and verdicts[skill].level.rank >= Level.DEVELOPING.rank]
    begun.sort(key=lambda skill: -verdicts[skill].level.rank)
    below = [one for skill in asked for one in content.graph.prerequisites(skill)]
    others = [
        one
        for one in dict.fromkeys([*begun, *below])
        if one not in asked and one not in blocked and content.items_by_skill[one]
    ]
    yield from (*asked, *others[: MOST_SKILLS - len(asked)])


def turn(
    content: CourseContent,
    check: Activity,
    history: Sequence[Evidence],
    *,
    asked: Collection[SkillId],
    since: datetime,
) -> Activity | None:
    """Whose turn it is in a check begun at `since`: the questions of one skill, to choose the next from.

    `history` is the learner's evidence on the check's skills, `asked` are those that wait for it. `None` when the
    check has no questions at all.
    """
    if not check.skills:
        return None
    sitting = [one for one in in_order(history) if one.source is Source.CHALLENGE and one.at >= since]
    times = Counter(one.skill for one in sitting if one.attempt == 1)
    latest = sitting[-1].skill if sitting else None
    free = [skill for skill in check.skills if skill != latest] or list(check.skills)
    skill = min(free, key=lambda one: (times[one] + 1) / (ASKED_WEIGHT if one in asked else 1))
    items = tuple(item.id for item in content.items_by_skill[skill])
    return Activity(
        id=MIXED_CHECK, title="", modality=Modality.PRACTICE, minutes=MINUTES, skills=(skill,), items=items
    )
