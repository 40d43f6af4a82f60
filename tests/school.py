"""A small school in the store: one LMS, one course, a teacher, some students, one configured placement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lti_tool.flows import configuring
from lti_tool.flows.judging import rejudge
from lti_tool.learning.activities import Item, ItemKind
from lti_tool.learning.ids import SkillId
from lti_tool.learning.rules import DEFAULT_PRESET, PRESETS, MasteryRule, Streak
from lti_tool.store import contents, courses, people, platforms
from lti_tool.store.database import Database, Session
from lti_tool.store.launches import Visit
from lti_tool.store.tables import EvidenceRow, PersonRow, RegistrationRow


@dataclass(frozen=True, kw_only=True)
class School:
    """Ids of what was made, and visits to come in with."""

    db: Database
    registration_id: int
    deployment_id: int
    course_id: int
    placement_id: int
    teacher: Visit
    students: tuple[Visit, ...]

    @property
    def student(self) -> Visit:
        return self.students[0]


def starter(session: Session, now: datetime) -> configuring.Configuration:
    """An activity with the first part of the course that ships with the tool."""
    content = contents.starter(session, now)
    part = contents.get(session, content.id).parts[0].key
    return configuring.Configuration(content_id=content.id, part=part, rule=PRESETS[DEFAULT_PRESET].rule)


def visit_of(person: PersonRow, role: str, where: dict[str, int], now: datetime) -> Visit:
    """A visit that needs no launch."""
    return Visit(
        launch_id=f"visit-{person.id}",
        person_id=person.id,
        subject=person.subject,
        person_name=person.name,
        given_name=person.name.split()[0],
        is_test_user=False,
        role=role,
        message_type="LtiResourceLinkRequest",
        locale="en",
        details={},
        expires_at=now.replace(year=now.year + 1),
        **where,
    )


def new_school(
    db: Database, now: datetime, *, students: int = 1, rule: MasteryRule | None = None, points: float = 10.0
) -> School:
    """Make the school and configure its placement with a rule of three in a row."""
    with db.writing() as session:
        owner = platforms.organisation(session, "Hill School", now)
        registration = RegistrationRow(
            organisation_id=owner.id,
            issuer="https://lms.example",
            client_id="cairn",
            auth_login_url="https://lms.example/auth",
            auth_token_url="https://lms.example/token",
            key_set_url="https://lms.example/jwks",
            created_at=now,
        )
        session.add(registration)
        session.flush()
        deployment = platforms.add_deployment(session, registration.id, "1", "active", now)
        course = courses.keep_course(session, deployment.id, "course-5", now)
        placement = courses.add_placement(session, course.id, now, resource_link_id="link-1", title="Fractions")
        where = {
            "deployment_id": deployment.id,
            "registration_id": registration.id,
            "organisation_id": owner.id,
            "course_id": course.id,
            "placement_id": placement.id,
        }
        names = ["Ada Reyes", "Ben Osei", "Chloe Park", "Dev Nair", "Elif Kaya"]
        visits = []
        for number in range(students):
            name = names[number % len(names)]
            person = people.keep_person(session, deployment.id, f"s{number}", {"name": name}, now)
            people.enrol(session, course.id, person.id, "student", now)
            visits.append(visit_of(person, "student", where, now))
        person = people.keep_person(session, deployment.id, "t", {"name": "Tom Teacher"}, now)
        people.enrol(session, course.id, person.id, "teacher", now)
        teacher = visit_of(person, "teacher", where, now)
        wanted = replace(starter(session, now), rule=rule or MasteryRule(rule=Streak(n=3)), points=points)
        configuring.configure(session, teacher, wanted, now)
        return School(
            db=db,
            registration_id=registration.id,
            deployment_id=deployment.id,
            course_id=course.id,
            placement_id=placement.id,
            teacher=teacher,
            students=tuple(visits),
        )


def right_answer(item: Item) -> dict[str, object]:
    """What a learner who knows it would send."""
    if item.kind is ItemKind.ONE_CHOICE:
        return {"choice": next(one.key for one in item.choices if one.correct)}
    if item.kind is ItemKind.SEVERAL_CHOICES:
        return {"choices": [one.key for one in item.choices if one.correct]}
    if item.kind is ItemKind.ORDERING:
        return {"order": [one.key for one in item.choices]}
    if item.kind is ItemKind.MATCHING:
        return {"pairs": dict(item.pairs)}
    if item.kind is ItemKind.NUMBER and item.number is not None:
        return {"text": item.number.value}
    return {"text": item.texts[0]}


def wrong_answer(item: Item) -> dict[str, object]:
    """What a learner who does not know it might send."""
    if item.kind is ItemKind.ONE_CHOICE:
        return {"choice": next(one.key for one in item.choices if not one.correct)}
    if item.kind is ItemKind.SEVERAL_CHOICES:
        return {"choices": [one.key for one in item.choices if not one.correct]}
    if item.kind is ItemKind.ORDERING:
        return {"order": [one.key for one in reversed(item.choices)]}
    if item.kind is ItemKind.MATCHING:
        lefts, rights = zip(*item.pairs, strict=True)
        return {"pairs": dict(zip(lefts, (*rights[1:], rights[0]), strict=True))}
    return {"text": "987654321" if item.kind is ItemKind.NUMBER else "no idea at all"}


def record(school: School, visit: Visit, skill: str, answers: str, at: datetime) -> None:
    """A row of answers on a skill as evidence, a minute apart, and the verdict on it: `R` right, `W` wrong."""
    with school.db.writing() as session:
        row = courses.placement(session, school.placement_id)
        assert row.content_id is not None
        content = contents.get(session, row.content_id)
        items = content.items_by_skill[SkillId(skill)]
        for number, letter in enumerate(answers):
            session.add(
                EvidenceRow(
                    person_id=visit.person_id,
                    course_id=school.course_id,
                    content_key=content.key,
                    skill_key=skill,
                    score=float(letter == "R"),
                    at=at + timedelta(minutes=number),
                    source="practice",
                    item_key=items[number % len(items)].id,
                )
            )
        session.flush()
        rejudge(session, visit, school.course_id, content, [SkillId(skill)], at + timedelta(minutes=len(answers)))
