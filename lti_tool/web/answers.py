"""A form's fields -> an answer as plain JSON, by the names the fields have; no question is needed to read them.

Fields: `choice` (one), `choices` (several), `text`, `place:KEY` = 1, 2, ... (cards to order), `pair:LEFT` = right.
"""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from ..learning.errors import AnswerError
from .unreadable import row_number

_PLACE = "place:"
_PAIR = "pair:"
LONGEST = 2000
"""Characters of all fields together; more is not an answer."""


def read_answer(form: MultiDict[str, str]) -> dict[str, Any]:
    """The answer in a form; empty when nothing was chosen. Raises `AnswerError` for two cards in one place."""
    if sum(len(name) + len(value) for name, value in form.items(multi=True)) > LONGEST:
        raise AnswerError("This answer is too long. Use a few words only.")
    places = {name.removeprefix(_PLACE): value for name, value in form.items() if name.startswith(_PLACE)}
    pairs = {name.removeprefix(_PAIR): value for name, value in form.items() if name.startswith(_PAIR)}
    if places:
        return {"order": _in_order(places)}
    if pairs:
        return {"pairs": pairs}
    if "choices" in form:
        return {"choices": form.getlist("choices")}
    if "choice" in form:
        return {"choice": form["choice"]}
    return {"text": form["text"]} if "text" in form else {}


def read_draft(form: MultiDict[str, str]) -> dict[str, Any]:
    """The same for work that is not sent yet; what cannot be read is left out."""
    try:
        return read_answer(form)
    except AnswerError:
        return {}


def _in_order(places: dict[str, str]) -> list[str]:
    numbers = {key: row_number(value) or 0 for key, value in places.items()}
    if sorted(numbers.values()) != list(range(1, len(numbers) + 1)):
        raise AnswerError("Each card needs a place of its own.")
    return sorted(numbers, key=numbers.__getitem__)
