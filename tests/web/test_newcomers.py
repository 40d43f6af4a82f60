"""Somebody's first launch into an activity that others opened before: they are who the LMS says they are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from benchmarks.standing import LTI, MEMBER, Standing, claims, come_in, stand
from lti_tool.settings import Settings
from lti_tool.store.database import Database
from lti_tool.store.tables import EnrolmentRow, PersonRow


@pytest.fixture
def standing(settings: Settings, database: Database) -> Standing:
    """A class at work in an LMS that names groups."""
    found = stand(settings, database, 1)
    come_in(found, "s0", **GROUPED)
    return found


CUSTOM = f"{LTI}custom"
GROUPED = {CUSTOM: {"groups": "red,blue"}}


def _columns(database: Database, subject: str) -> dict[str, Any]:
    found = select(PersonRow.__table__, EnrolmentRow.__table__).join(
        EnrolmentRow.__table__, EnrolmentRow.person_id == PersonRow.id
    )
    with database.reading() as session:
        row = session.execute(found.where(PersonRow.subject == subject)).one()
    apart = {"id", "id_1", "person_id", "subject", "created_at", "first_seen_at", "last_visit_at"}
    return {name: value for name, value in row._mapping.items() if name not in apart}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"locale": "es-MX", "name": "Ñusta Q.", "email": None},
        {"name": None, "given_name": None, "family_name": None, "email": None, "locale": None},
        {f"{LTI}roles": [f"{MEMBER}Instructor"]},
        {f"{LTI}roles": [f"{MEMBER}Mentor"], f"{LTI}role_scope_mentor": ["s0"]},
        {CUSTOM: {"groups": "red"}},
    ],
    ids=["student", "names", "no names", "teacher", "mentor", "group"],
)
def test_a_newcomer_is_written_down_alike_by_the_short_way_and_the_long(
    standing: Standing, database: Database, said: dict[str, Any]
) -> None:
    come_in(standing, "short", **{**GROUPED, **said})
    # A link that nobody opened before takes the long way.
    new_link = {f"{LTI}resource_link": {"id": "link-2", "title": "Decimals"}}
    come_in(standing, "long", **{**GROUPED, **said, **new_link})
    assert _columns(database, "short") == _columns(database, "long")


def test_nothing_a_launch_says_is_lost(standing: Standing, database: Database) -> None:
    come_in(standing, "new", locale="es-MX", **GROUPED)
    said = claims("new", "", "")
    found = _columns(database, "new")
    assert {name: found[name] for name in ("name", "given_name", "family_name", "email")} == {
        name: said[name] for name in ("name", "given_name", "family_name", "email")
    }
    assert (found["locale"], found["role"], found["active"]) == ("es-MX", "student", True)
    assert found["groups"] == ["red", "blue"]
