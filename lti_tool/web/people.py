"""What a teacher knows about people: groups, one learner's skill, observations, and a word of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from ..flows import naming_groups, observing
from ..flows.errors import NotFound, Refused
from ..learning.grouping import Purpose, Wanted
from ..learning.ids import SkillId
from ..store.pages import groups_page, observe_page, skill_detail
from .gates import STAFF, allows
from .house import house
from .i18n import _
from .people_forms import GroupsQuery, ObserveQuery, WithdrawForm, WordForm, read_sight
from .rendering import page, see_other, to
from .schemas import DoneQuery, form, query, read
from .sent_back import send_back, sent_back
from .session import current_visit
from .unreadable import row_number

pages = Blueprint("people", __name__, url_prefix="/l/<launch_id>")

_staff = allows(*STAFF)
_SKILL = "/learner/<int:person_id>/skill/<skill>"


@pages.get("/groups")
@_staff
@query(GroupsQuery)
def groups(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Who could work together now, and on what; made to be printed."""
    return _show_groups(sent)


@pages.post("/groups/names")
@allows("teacher")
def name_groups(launch_id: str) -> Response:
    """What the groups of the course are called, where the LMS does not say."""
    names = {field.removeprefix("name:"): value for field, value in request.form.items() if field[:5] == "name:"}
    try:
        with house().db.writing() as session:
            naming_groups.name_groups(session, current_visit(), names, house().now())
    except Refused as error:
        problems = {f"name:{one}": text for one, text in error.problems.items()}
        return _show_groups(GroupsQuery().load({}), problems=problems, status=422)
    return _go("people.groups", done="named", _anchor="names")


def _show_groups(
    sent: Mapping[str, Any], *, problems: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    purposes = frozenset(Purpose(one) for one in sent["purpose"]) or frozenset(Purpose)
    wanted = Wanted(size=sent["size"], purposes=purposes, turn=sent["turn"])
    chosen = groups_page.From(group=sent["group"], apart=sent["apart"], away=set(sent["away"]))
    with house().db.reading() as session:
        shown = groups_page.load(session, current_visit(), house().now(), wanted, chosen)
    if shown is None:
        return see_other(to("teacher.overview"))
    typed = request.form if status != 200 else {}
    may_name = current_visit().role == "teacher"
    return page(
        "teacher/groups.html",
        status,
        shown=shown,
        done=sent["done"],
        problems=problems or {},
        typed=typed,
        may_name=may_name,
    )


@pages.get(_SKILL)
@_staff
@query(DoneQuery)
def skill(sent: Mapping[str, Any], launch_id: str, person_id: int, skill: str) -> Response:
    """One learner and one skill: the rule's verdict, the teacher's word, all evidence."""
    return _show_skill(person_id, skill, sent["done"])


@pages.post(_SKILL + "/word")
@allows("teacher")
def word(launch_id: str, person_id: int, skill: str) -> Response:
    """Say mastered or not yet, or take it back."""
    try:
        sent = read(WordForm)
        with house().db.writing() as session:
            pair = (person_id, SkillId(skill))
            observing.say_word(session, current_visit(), pair, sent["word"], sent["word_note"], house().now())
    except Refused as error:
        return _send_back_to_skill(error, person_id, skill)
    return _go("people.skill", person_id=person_id, skill=skill, done=sent["word"])


@pages.post(_SKILL + "/withdraw")
@allows("teacher")
@form(WithdrawForm)
def withdraw(sent: Mapping[str, Any], launch_id: str, person_id: int, skill: str) -> Response:
    """An observation counts no longer; it stays on record."""
    with house().db.writing() as session:
        pair = (person_id, SkillId(skill))
        observing.withdraw(session, current_visit(), pair, sent["evidence"], sent["reason"], house().now())
    return _go("people.skill", person_id=person_id, skill=skill, done="withdrawn")


@pages.get("/observe")
@_staff
@query(ObserveQuery)
def observe(sent: Mapping[str, Any], launch_id: str) -> Response:
    """Write down what was seen, for one student or many."""
    return _show_observe(skill=sent["skill"], find=sent["find"], count=sent["count"])


@pages.post("/observe")
@_staff
def save_observation(launch_id: str) -> Response:
    """Keep it; verdicts and grades follow."""
    back, find = row_number(request.form.get("back", "")), request.form.get("find", "")
    try:
        sight, seen = read_sight(request.form, house().now())
        with house().db.writing() as session:
            count = observing.observe(session, current_visit(), sight, seen, house().now())
    except Refused as error:
        skill = request.form.get("skill", "")
        if back is not None:
            return _send_back_to_skill(error, back, skill)
        show = partial(_show_observe, skill=skill, find=find)
        return send_back(error, show, "people.observe", skill=skill or None, find=find or None)
    if back is not None:
        return _go("people.skill", person_id=back, skill=sight.skill, done="seen")
    return _go("people.observe", skill=sight.skill, find=find or None, count=count)


def _show_observe(*, skill: str, find: str, count: int = 0) -> Response:
    with house().db.reading() as session:
        shown = observe_page.load(session, current_visit(), find)
    if shown is None:
        return see_other(to("teacher.overview"))
    came = sent_back()
    return page(
        "teacher/observe.html",
        came.status,
        shown=shown,
        chosen=skill,
        count=count,
        problems=came.problems,
        typed=came.typed,
    )


def _send_back_to_skill(error: Refused, person_id: int, skill: str) -> Response:
    show = partial(_show_skill, person_id, skill)
    return send_back(error, show, "people.skill", person_id=person_id, skill=skill)


def _show_skill(person_id: int, skill: str, done: str = "") -> Response:
    with house().db.reading() as session:
        shown = skill_detail.load(session, current_visit(), person_id, SkillId(skill), house().now())
    if shown is None:
        raise NotFound(
            _("This student or skill is not part of this activity."), tell=_("Go back to the class and look there.")
        )
    may_say, came = current_visit().role == "teacher", sent_back()
    return page(
        "teacher/skill.html",
        came.status,
        shown=shown,
        problems=came.problems,
        typed=came.typed,
        may_say=may_say,
        done=done,
    )


def _go(endpoint: str, **values: Any) -> Response:
    return see_other(to(endpoint, **values))
