"""The people of the course: who they are, what they may do, and the roles a tool sees."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import asdict, dataclass

from .names import plain_letters, student_name
from .state import State

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"

# Context roles first, then institution and system roles (LTI 1.3 core, appendix A).
ROLES: dict[str, tuple[str, ...]] = {
    "student": (f"{MEMBERSHIP}#Learner", f"{INSTITUTION}#Student"),
    "teacher": (f"{MEMBERSHIP}#Instructor", f"{INSTITUTION}#Instructor"),
    "assistant": (
        f"{MEMBERSHIP}#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
        f"{INSTITUTION}#Staff",
    ),
    "designer": (f"{MEMBERSHIP}#ContentDeveloper", f"{INSTITUTION}#Staff"),
    "parent": (f"{MEMBERSHIP}#Mentor", f"{INSTITUTION}#Observer"),
    "admin": (f"{INSTITUTION}#Administrator", f"{SYSTEM}#Administrator"),
    "test": (f"{MEMBERSHIP}#Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"),
}
KIND_WORDS = {
    "student": "Student", "teacher": "Teacher", "assistant": "Teaching assistant",
    "designer": "Course designer", "parent": "Parent", "admin": "Administrator", "test": "Test student",
}  # fmt: skip
STATUSES = ("Active", "Inactive", "Removed")
STAFF = (
    ("teacher", "Rosalind", "Achebe"),
    ("assistant", "Pablo", "Lindgren"),
    ("designer", "Wen", "Sato"),
    ("admin", "Ada", "Bergström"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody the LMS knows. `key` is our own stable name ("student-3"); `user_id` is what tools see."""

    key: str
    user_id: str
    given_name: str
    family_name: str
    email: str
    sourced_id: str
    kind: str
    status: str
    child_key: str | None
    position: int

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def roles(self) -> tuple[str, ...]:
        return ROLES[self.kind]

    @property
    def kind_word(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def enrolled(self) -> bool:
        """In the course's roster: everybody but the administrator, the test student and those who were removed."""
        return self.kind not in ("admin", "test") and self.status != "Removed"


def _person(row: sqlite3.Row) -> Person:
    return Person(**{key: row[key] for key in row.keys()})  # noqa: SIM118 (a Row iterates over values)


def all_people(state: State) -> list[Person]:
    """Staff first, then parents and students in class order."""
    return [_person(row) for row in state.rows("SELECT * FROM people ORDER BY position")]


def students(state: State) -> list[Person]:
    """The class as the gradebook shows it: everybody who was not removed."""
    sql = "SELECT * FROM people WHERE kind = 'student' AND status != 'Removed' ORDER BY position"
    return [_person(row) for row in state.rows(sql)]


def find_person(state: State, key: str | None) -> Person | None:
    row = state.row("SELECT * FROM people WHERE key = ?", key)
    return _person(row) if row else None


def person_by_user_id(state: State, user_id: str) -> Person | None:
    row = state.row("SELECT * FROM people WHERE user_id = ?", user_id)
    return _person(row) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody about to be written into the school's books."""

    key: str
    kind: str
    given_name: str
    family_name: str
    position: int
    child_key: str | None = None


def fill_school(state: State, *, class_size: int, guid: str, test_student: bool = False) -> None:
    """Staff, a class and one parent, the first time this data folder is used."""
    with state.transaction():
        if state.row("SELECT 1 FROM people LIMIT 1"):
            return
        for position, (kind, given, family) in enumerate(STAFF):
            _enrol(state, guid, Newcomer(
                key=kind, kind=kind, given_name=given, family_name=family, position=position,
            ))  # fmt: skip
        for number in range(1, class_size + 1):
            given, family = student_name(number - 1)
            _enrol(state, guid, _student(number, given, family))
        _enrol(state, guid, Newcomer(
            key="parent", kind="parent", given_name="Chidi", family_name=student_name(0)[1],
            position=50, child_key="student-1",
        ))  # fmt: skip
        if test_student:
            _enrol(state, guid, Newcomer(
                key="test-student", kind="test", given_name="Test", family_name="Student", position=60,
            ))  # fmt: skip


def add_student(state: State, *, given: str, family: str, guid: str) -> Person:
    """Somebody new in the class, with the next free number."""
    with state.transaction():
        rows = state.rows("SELECT key FROM people WHERE key LIKE 'student-%'")
        number = 1 + max((int(row["key"].removeprefix("student-")) for row in rows), default=0)
        newcomer = _student(number, given, family)
        _enrol(state, guid, newcomer)
    person = find_person(state, newcomer.key)
    assert person is not None
    return person


def rename(state: State, key: str, *, given: str, family: str) -> bool:
    return state.run("UPDATE people SET given_name = ?, family_name = ? WHERE key = ?", given, family, key) == 1


def set_kind(state: State, key: str, kind: str) -> bool:
    """From now on they are something else here: a student who assists, a teacher who learns."""
    if kind not in ROLES:
        raise ValueError(f"kind must be one of {', '.join(ROLES)}")
    return state.run("UPDATE people SET kind = ? WHERE key = ?", kind, key) == 1


def set_status(state: State, key: str, status: str) -> bool:
    """Suspend, remove or bring back; nobody's grades are lost."""
    if status not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(STATUSES)}")
    return state.run("UPDATE people SET status = ? WHERE key = ?", status, key) == 1


def _student(number: int, given: str, family: str) -> Newcomer:
    return Newcomer(
        key=f"student-{number}", kind="student", given_name=given, family_name=family, position=100 + number
    )


def _enrol(state: State, guid: str, newcomer: Newcomer) -> None:
    mailbox = f"{plain_letters(newcomer.given_name)}.{plain_letters(newcomer.family_name)}"
    suffix = newcomer.key.removeprefix("student-") if newcomer.kind == "student" else ""
    state.insert(
        "people", user_id=_user_id(guid, newcomer),
        email=f"{mailbox}{suffix}@school.example", sourced_id=f"SIS-{newcomer.key.upper()}", **asdict(newcomer),
    )  # fmt: skip


def _user_id(guid: str, newcomer: Newcomer) -> str:
    """What tools see: a small number in an LMS of small numbers (which has no guid for people), else a UUID."""
    return str(uuid.uuid5(uuid.UUID(guid), newcomer.key)) if guid else str(newcomer.position + 2)
