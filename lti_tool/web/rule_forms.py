"""A teacher's choice of rule, part and grade: form fields -> values, with a sentence for each field at fault.

Shares are typed as percents (`rule_sentences`). A preset counts as it is; a rule of one's own has numbers and gates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from ..flows.configuring import GRADING, HIGHEST_POINTS, Configuration
from ..flows.errors import Refused
from ..learning.rules import PRESETS, MasteryRule, RuleError
from ..learning.rules.describing import SHARES
from ..learning.rules.gates import GATES
from ..store import rules
from .i18n import _
from .rule_sentences import FROM_CLASS, OWN, OWN_RULES, Gap
from .schemas import sentences
from .unreadable import row_number


def read_configurations(form: MultiDict[str, str]) -> list[Configuration]:
    """One configuration for each part that was ticked. Raises `Refused` naming each field at fault."""
    problems: dict[str, str] = {}
    rule = _collected(problems, read_rule, form)
    points = _collected(problems, _points, form)
    places = _collected(problems, _places, form)
    if problems or rule is None or points is None or places is None:
        raise Refused(_("Some choices cannot be used."), problems=problems)
    title = form.get("title", "").strip()[:255]
    grading = form.get("grading", GRADING[0])
    kind = form.get("kind") if form.get("preset") == OWN else ""
    return [
        Configuration(
            content_id=content_id,
            part=part,
            rule=rule,
            grading=grading if grading in GRADING else GRADING[0],
            points=points,
            title=title if len(places) == 1 else "",
            from_class=form.get(f"{kind}.skills") == FROM_CLASS,
        )
        for content_id, part in places
    ]


def chosen(form: Mapping[str, str]) -> dict[str, str]:
    """The fields that say what was chosen, and no others: not the numbers of all the rules that were not."""
    names = {"part", "preset", "graded", "points", "grading", "title"}
    if form.get("preset") == OWN:
        kind = form.get("kind", "")
        gaps = (gap.name for own in OWN_RULES if own.kind == kind for gap in own.gaps)
        names |= {"kind", "without_hints", *GATES, *(f"{kind}.{gap}" for gap in gaps)}
    return {name: value for name, value in form.items() if name in names}


def _collected(problems: dict[str, str], read: Any, form: MultiDict[str, str]) -> Any:
    try:
        return read(form)
    except ValidationError as error:
        problems.update(sentences(error))
    except RuleError as error:
        problems["rule"] = str(error)
    return None


def read_rule(form: Mapping[str, str]) -> MasteryRule:
    """The preset, or the rule of one's own. Raises `ValidationError` or `RuleError`."""
    chosen = form.get("preset", "")
    if chosen in PRESETS:
        return PRESETS[chosen].rule
    if chosen != OWN:
        raise ValidationError({"preset": [_("Choose when a skill counts as mastered.")]})
    own = next((one for one in OWN_RULES if one.kind == form.get("kind")), None)
    if own is None:
        raise ValidationError({"kind": [_("Choose one of the rules, or a ready-made one.")]})
    body = {gap.name: _filled_in(form, own.kind, gap) for gap in own.gaps}
    gates: dict[str, Any] = {name: form[name] for name in GATES if form.get(name)}
    gates["without_hints"] = "without_hints" in form
    try:
        return rules.load({"kind": own.kind, **body, "gates": gates})
    except ValidationError as error:
        gaps = {gap.name for gap in own.gaps}
        raise ValidationError(
            {f"{own.kind}.{name}" if name in gaps else name: told for name, told in error.messages_dict.items()}
        ) from None


def _filled_in(form: Mapping[str, str], kind: str, gap: Gap) -> object:
    """What stands in a gap, in the unit of the rule. Raises `ValidationError`."""
    if gap.name == "skills":
        return _per_skill(form.get(f"{kind}.skills", ""))
    typed = form.get(f"{kind}.{gap.name}", "").strip().replace(",", ".")
    if gap.name == "rounds":
        return bool(typed)
    if gap.name == "window" and not typed:
        return None
    if gap.name not in SHARES:
        return typed
    try:
        return float(typed) / 100
    except ValueError:
        raise ValidationError({f"{kind}.{gap.name}": [_("Choose a number from 1 to 100.")]}) from None


def _per_skill(kept: str) -> object:
    """What was found in the class before, as the form carries it along. Raises `ValidationError`."""
    if kept in ("", FROM_CLASS):
        return []
    try:
        return json.loads(kept)
    except (ValueError, RecursionError):
        raise ValidationError({"skills": [_("Choose one of those listed.")]}) from None


def _points(form: Mapping[str, str]) -> float:
    if form.get("graded") == "no":
        return 0.0
    try:
        points = float(form.get("points", "10").strip().replace(",", ".") or 10)
    except ValueError:
        points = -1.0
    if not 0 < points <= HIGHEST_POINTS:
        raise ValidationError(
            {"points": [_("Choose a number above 0, up to {most}.").format(most=int(HIGHEST_POINTS))]}
        )
    return points


def _places(form: MultiDict[str, str]) -> list[tuple[int | None, str]]:
    found: list[tuple[int | None, str]] = []
    for place in form.getlist("part"):
        content, _colon, part = place.partition(":")
        number = row_number(content)
        if number is None:
            raise ValidationError({"part": [_("Choose one of the parts listed.")]})
        found.append((number, part))
    if not found:
        raise ValidationError({"part": [_("Choose what this is for.")]})
    return found
