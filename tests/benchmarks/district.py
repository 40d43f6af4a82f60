"""A district's size: what grows with skills, activities and learners, and whether it grows no faster than they do.

Courses of layered skills with ten activities a skill. Four tables: what is worked out once for a course (time and
memory), what one learner's next steps cost, what a class costs (each learner judged, followed
and given a playlist), and the same through the store (document parsed, state read, judged again slice by slice).
Beside each figure stands what it was multiplied by since the row before: what the size was multiplied by is linear,
less is better. Small by default; `--district` goes up to 1,000 skills, 10,000 activities and 10,000 learners and takes
many minutes.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from sqlalchemy import insert, select

from builders import MONDAY, activity, course, evidence, item, skill
from lti_tool.content.package import dump, load
from lti_tool.flows import recalculating
from lti_tool.learning import diagnostic
from lti_tool.learning.activities import CourseContent, Modality, Part
from lti_tool.learning.evidence import Evidence
from lti_tool.learning.ids import SkillId
from lti_tool.learning.mastery import judge
from lti_tool.learning.planning import hardness, table_of
from lti_tool.learning.playlist import Situation, next_for
from lti_tool.learning.preview import Case, Trial
from lti_tool.learning.rules import MasteryRule, Statistical
from lti_tool.learning.strength import Work
from lti_tool.learning.strength_record import after, day_of, followed
from lti_tool.store import contents, courses, migrating, people
from lti_tool.store import learners as learners_of
from lti_tool.store.database import Database
from lti_tool.store.tables import EnrolmentRow, EvidenceRow, PersonRow, PlacementRow
from school import School, new_school

SMALL = ((50, 100, 200), (10, 20, 40))
WHOLE = ((125, 250, 500, 1000), (1250, 10_000))
"""Numbers of skills, and of learners."""
ACTIVITIES_EACH, PART = 10, 50
WORKED_ON = 30
"""Skills one learner has worked on in a year, however many there are."""
ANSWERS_EACH = 5
RULE = MasteryRule(rule=Statistical())
MOST_SLICES = 400
"""Enough to see whether the last slices cost more than the first; all of them would take an hour."""


def large_course(size: int) -> CourseContent:
    """Skills in layers of ten, each resting on up to three of the layer below; ten activities and items each."""
    draw = np.random.default_rng([9, size])
    below = {
        f"s{one:04}": sorted(
            {f"s{max(0, one - int(step)):04}" for step in draw.integers(8, 14, 3)} - {f"s{one:04}"}
        )
        if one >= 10
        else []
        for one in range(size)
    }
    ways = (Modality.EXPLANATION, Modality.WORKED_EXAMPLE, Modality.HANDS_ON, Modality.PARTNER)
    items = [
        item(f"{key}-{one}", key, difficulty=(one % 5 - 2) / 2) for key in below for one in range(ACTIVITIES_EACH)
    ]
    activities = [activity("rest", modality=Modality.BREAK, minutes=3)]
    for key in below:
        own = [f"{key}-{one}" for one in range(ACTIVITIES_EACH)]
        activities += [
            activity(f"{str(way).replace('_', '-')}-{key}", key, modality=way, minutes=4) for way in ways
        ]
        activities += [
            replace(activity(f"do{one}-{key}", key, items=own, minutes=6 + one), difficulty=one / 3 - 0.7)
            for one in range(5)
        ]
        activities.append(activity(f"more-{key}", key, modality=Modality.PROJECT, minutes=20, enrichment=True))
    made = course([skill(key, *before) for key, before in below.items()], activities, items)
    keys = tuple(made.graph.skills)
    parts = [keys[one : one + PART] for one in range(0, size, PART)]
    return replace(
        made,
        description="Large",
        parts=tuple(
            Part(key=f"part-{number}", title=f"Part {number}", description="A stretch", skills=own)
            for number, own in enumerate(parts)
        ),
    )


def measured(action: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of an action, and megabytes that stay afterwards."""
    gc.collect()
    tracemalloc.start()
    kept = action()
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    del kept
    began = time.process_time()
    action()
    return time.process_time() - began, grown


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One size with its figures."""

    size: int
    figures: Mapping[str, float]


def table(title: str, rows: Sequence[Row]) -> None:
    """Figures by size, each with its factor from the size before."""
    print(f"\n{title}")
    names = list(rows[0].figures)
    print(f"{'':10}" + "".join(f"{name:>26}" for name in names))
    for number, row in enumerate(rows):
        cells = []
        for name in names:
            factor = row.figures[name] / max(1e-9, rows[number - 1].figures[name]) if number else None
            cells.append(f"{row.figures[name]:16.3f}" + (f" (x{factor:4.1f}) " if factor is not None else " " * 9))
        print(f"{row.size:10,}" + "".join(f"{cell:>26}" for cell in cells), flush=True)


def of_a_course(size: int) -> Row:
    """What is worked out once and kept in the process."""
    content = large_course(size)
    document = json.dumps(dump(content))
    parsing, parsed = measured(lambda: load(document))
    tables, kept = measured(lambda: (table_of.__wrapped__(content), content.activities_by_skill))
    return Row(
        size=size,
        figures={"parse, s": parsing, "kept, MB": parsed, "tables, s": tables, "tables, MB": kept},
    )


@dataclass(frozen=True, kw_only=True)
class Pupil:
    """A learner in the middle of a course."""

    situation: Situation
    rows: Mapping[SkillId, list[Evidence]]


def pupil(content: CourseContent, number: int) -> Pupil:
    """Somebody who has mastered a stretch and works on what follows."""
    draw = np.random.default_rng([4, number])
    order = content.graph.order
    start = int(draw.integers(0, max(1, len(order) - WORKED_ON)))
    beliefs = {one: 0.95 if place < start else 0.2 for place, one in enumerate(order)}
    rows: dict[SkillId, list[Evidence]] = {}
    record: dict[str, list[float]] = {}
    for place, one in enumerate(order[start : start + WORKED_ON]):
        right = draw.random(ANSWERS_EACH) < (0.95 if place < 20 else 0.6)
        at = MONDAY + timedelta(days=place)
        rows[one] = [
            evidence(float(good), id=place * 10 + turn + 1, skill=one, at=at, item=f"{one}-{turn}")
            for turn, good in enumerate(right)
        ]
    now = MONDAY + timedelta(days=WORKED_ON)
    verdicts = {one: judge(RULE, mine, skill=one, version=1, now=now) for one, mine in rows.items()}
    done = {content.activities_by_skill[one][4].id: 1 for one in rows}
    first = content.activities_by_skill[order[start]][4]
    work = Work(way=2, hardness=hardness(first), right=4, answers=5, finished=True, day=day_of(now))
    record = after(content, record, [(order[start], work)])
    situation = Situation(
        content=content,
        scope=order,
        now=now,
        verdicts=verdicts,
        beliefs=beliefs,
        followed=followed(record, day_of(now)),
        finished=done,
        recent=tuple(done)[-20:],
    )
    return Pupil(situation=situation, rows=rows)


def _median(action: Callable[[], object], times: int = 7) -> float:
    spent = []
    for _ in range(times):
        began = time.process_time()
        action()
        spent.append(time.process_time() - began)
    return 1000 * float(np.median(spent))


def of_a_learner(size: int) -> Row:
    """Next steps, one activity followed, one question of the first assessment, in milliseconds."""
    content = large_course(size)
    one = pupil(content, 1)
    first = diagnostic.start(content, content.graph.order)
    key = content.graph.order[size // 2]
    work = Work(way=2, hardness=0.5, right=4, answers=5, finished=True, day=20_000.0)
    return Row(
        size=size,
        figures={
            "next steps, ms": _median(lambda: next_for(one.situation)),
            "an activity followed, ms": _median(lambda: after(content, {}, [(key, work)])),
            "a first question, ms": _median(lambda: diagnostic.next_question(content, first)),
        },
    )


def of_a_class(size: int, learners: int) -> Row:
    """A tenth of the learners at a time: judged and planned, and a new rule tried on all of their evidence."""
    content = large_course(size)
    began, planned = time.process_time(), 0
    cases: list[Case] = []
    for number in range(learners):
        one = pupil(content, number)
        planned += len(next_for(one.situation).steps)
        cases += [Case(learner=number, skill=key, history=tuple(rows)) for key, rows in one.rows.items()]
    seconds = time.process_time() - began
    tried, grown = measured(lambda: Trial(rule=RULE, cases=cases).expectation)
    return Row(
        size=learners,
        figures={
            "judged and planned, s": seconds,
            "a learner, ms": 1000 * seconds / learners,
            "preview, s": tried,
            "preview kept, MB": grown,
        },
    )


def of_the_store(size: int, learners: int) -> Row:
    """The same through the database: a student's state read cold and warm, and the first and last slice of judging
    everybody again, in milliseconds; rows of evidence are the learners' times thirty skills times five answers."""
    content = large_course(size)
    with tempfile.TemporaryDirectory() as folder:
        db = _district(f"sqlite:///{folder}/district.db", content, learners)
        try:
            return Row(size=learners, figures=_through_the_store(db, learners))
        finally:
            db.close()


def _district(url: str, content: CourseContent, learners: int) -> Database:
    """A placement of the content with learners and their evidence, written in bulk."""
    migrating.upgrade(url)
    db = Database(url)
    school = new_school(db, MONDAY, students=1)
    with db.writing() as session:
        kept = contents.add(session, json.dumps(dump(content)), None, MONDAY)
        row = courses.placement(session, school.placement_id)
        row.content_id, row.part = kept.id, ""
        first = school.student.person_id + 10
        session.execute(insert(PersonRow), [_person(school, first + one) for one in range(learners)])
        session.execute(insert(EnrolmentRow), [_enrolment(school, first + one) for one in range(learners)])
        order = content.graph.order
        for one in range(learners):
            session.execute(insert(EvidenceRow), list(_evidence(school, content, order, first + one)))
    return db


def _person(school: School, key: int) -> dict[str, object]:
    return {
        "id": key,
        "deployment_id": school.deployment_id,
        "subject": f"d{key}",
        "name": f"Student {key}",
        "created_at": MONDAY,
    }


def _enrolment(school: School, key: int) -> dict[str, object]:
    return {"course_id": school.course_id, "person_id": key, "role": "student", "first_seen_at": MONDAY}


def _evidence(
    school: School, content: CourseContent, order: Sequence[SkillId], key: int
) -> Iterator[dict[str, object]]:
    draw = np.random.default_rng([6, key])
    start = int(draw.integers(0, max(1, len(order) - WORKED_ON)))
    for place, one in enumerate(order[start : start + WORKED_ON]):
        for turn in range(ANSWERS_EACH):
            yield {
                "person_id": key,
                "course_id": school.course_id,
                "content_key": content.key,
                "skill_key": one,
                "score": float(draw.random() < 0.8),
                "at": MONDAY + timedelta(days=place, minutes=turn),
                "source": "practice",
                "item_key": f"{one}-{turn}",
            }


def _through_the_store(db: Database, learners: int) -> dict[str, float]:
    now = MONDAY + timedelta(days=60)
    with db.writing() as session:
        row = courses.placement(session, session.scalars(select(PlacementRow.id)).one())
        place, course_id = row.id, row.course_id
        task = recalculating.begin(session, row, None, now)
        members = people.learners(session, course_id)
    spent = []
    while True:
        began = time.process_time()
        more = recalculating.run_slice(db, task, now)
        spent.append(1000 * (time.process_time() - began))
        if not more or len(spent) >= MOST_SLICES:
            break
    key = members[len(members) // 2][0]
    with db.reading() as session:
        state = learners_of.load(session, place, key)
        assert state is not None
        read = _median(lambda: learners_of.load(session, place, key))
        steps = _median(lambda: next_for(learners_of.situation(state, now)))
    tenth = max(1, len(spent) // 10)
    return {
        "first slices, ms": float(np.median(spent[:tenth])),
        "last slices, ms": float(np.median(spent[-tenth:])),
        "state read, ms": read,
        "next steps, ms": steps,
        "all slices, s": sum(spent) / 1000,
    }


def tables(sizes: Sequence[int], learners: Sequence[int]) -> None:
    """Print all tables, one size after the other."""
    table("A course, once in a process (skills; ten times as many activities)", [of_a_course(one) for one in sizes])
    table("One learner (skills)", [of_a_learner(one) for one in sizes])
    largest = sizes[-1]
    table(f"A class of {largest:,} skills (learners)", [of_a_class(largest, one) for one in learners])
    table(
        f"The same through the store, {largest:,} skills (learners)",
        [of_the_store(largest, one) for one in learners],
    )


def main() -> int:
    """Small, or the whole district."""
    parser = argparse.ArgumentParser(description="What grows with a district's size.")
    parser.add_argument("--district", action="store_true", help="1,000 skills, 10,000 activities, 10,000 learners")
    whole = parser.parse_args().district
    tables(*(WHOLE if whole else SMALL))
    return 0


if __name__ == "__main__":
    sys.exit(main())
