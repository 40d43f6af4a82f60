"""Practice students answer through the tool's own forms: right answers are right, wrong ones wrong."""

from __future__ import annotations

import random

import pytest
from werkzeug.datastructures import MultiDict

from lti_tool.cli.try_.pages import Fields, forms_of
from lti_tool.cli.try_.solving import chance, right, wrong
from lti_tool.cli.try_.student import tempers
from lti_tool.content.package import starter
from lti_tool.learning.marking import mark
from lti_tool.web.answers import read_answer

ITEMS = sorted(starter().items.values(), key=lambda item: item.id)


def read(fields: Fields) -> dict[str, object]:
    return read_answer(MultiDict(fields))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_question_can_be_answered_rightly_and_wrongly(item) -> None:  # type: ignore[no-untyped-def]
    assert mark(item, read(right(item))).correct
    assert not mark(item, read(wrong(item, random.Random(1)))).correct


def test_practice_and_ability_help() -> None:
    item = ITEMS[0]
    assert chance(1.0, item, 0) > chance(0.0, item, 0)
    assert chance(0.0, item, 3) > chance(0.0, item, 0)


def test_a_class_has_some_of_every_kind_and_is_the_same_every_time() -> None:
    first = tempers(24, 20, everybody=False)
    assert first == tempers(24, 20, everybody=False)
    assert first.count(None) == 3
    assert None not in tempers(24, 20, everybody=True)


def test_forms_are_read_as_a_person_sees_them() -> None:
    page = """
    <form action="/go" method="post"><input type="hidden" name="token" value="t">
      <input type="checkbox" name="like" value="sport"><input type="checkbox" name="like" value="food" checked>
      <input type="radio" name="choice" value="a"><input type="text" name="off" disabled>
      <select name="place:x"><option value="1">1</option><option value="2" selected>2</option></select>
      <textarea name="text">so far</textarea><button name="skip" value="1">Skip</button></form>
    <form action="next"><button>Go on</button></form>"""
    first, second = forms_of("http://tool/l/1/", page)
    assert first.action == "http://tool/go"
    assert first.fields == [("token", "t"), ("like", "food"), ("place:x", "2"), ("text", "so far")]
    assert first.options == {"like": ["sport", "food"], "choice": ["a"], "place:x": ["1", "2"]}
    assert ("skip", "1") in first.filled([("like", "sport")], button=first.buttons[0])
    assert second.path == "/l/1/next"
