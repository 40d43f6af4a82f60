"""Custom parameters: variables such as $User.id become values; unknown ones go through as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .activities import Activity
from .gradebook import Column
from .manners import Manners
from .people import Person
from .platform import Platform
from .tools import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who opens what: everything a variable can be about."""

    platform: Platform
    tool: Tool
    person: Person
    activity: Activity | None = None
    column: Column | None = None


def _course_title(occasion: Occasion) -> str:
    return occasion.platform.settings.course_title


def _date(group: str, edge: str) -> Callable[[Occasion], str | None]:
    return lambda o: getattr(o.activity, group).get(edge, "") if o.activity else None


def _shared(claim: str, read: Callable[[Person], str]) -> Callable[[Occasion], str | None]:
    return lambda o: read(o.person) if claim in o.tool.claims else ""


VARIABLES: dict[str, Callable[[Occasion], str | None]] = {
    "User.id": lambda o: o.person.user_id,
    "User.username": lambda o: o.person.key,
    "Person.sourcedId": lambda o: o.person.sourced_id,
    "Person.name.full": _shared("name", lambda p: p.name),
    "Person.name.given": _shared("given_name", lambda p: p.given_name),
    "Person.name.family": _shared("family_name", lambda p: p.family_name),
    "Person.email.primary": _shared("email", lambda p: p.email),
    "Context.id": lambda o: o.platform.context_id,
    "Context.id.history": lambda o: o.platform.context_history,
    "Context.title": _course_title,
    "Context.label": lambda o: o.platform.settings.course_label,
    "CourseSection.title": _course_title,
    "CourseSection.sourcedId": lambda o: o.platform.settings.course_label,
    "ResourceLink.id": lambda o: o.activity.id if o.activity else None,
    "ResourceLink.title": lambda o: o.activity.title if o.activity else None,
    "ResourceLink.description": lambda o: o.activity.text if o.activity else None,
    "ResourceLink.id.history": lambda o: o.activity.history if o.activity else None,
    "ResourceLink.available.startDateTime": _date("available", "startDateTime"),
    "ResourceLink.available.endDateTime": _date("available", "endDateTime"),
    "ResourceLink.submission.startDateTime": _date("submission", "startDateTime"),
    "ResourceLink.submission.endDateTime": _date("submission", "endDateTime"),
    "Membership.role": lambda o: ",".join(o.platform.manners.roles(o.person)),
    "LineItem.url": lambda o: o.platform.line_item_url(o.column.id) if o.column else None,
    "LineItems.url": lambda o: o.platform.line_items_url(),
    "ToolPlatform.productFamilyCode": lambda o: o.platform.manners.product_family_code,
    "ToolPlatformInstance.guid": lambda o: o.platform.guid,
    "ToolPlatformInstance.name": lambda o: o.platform.settings.school,
}


def variables_of(manners: Manners) -> set[str]:
    """The variables this LMS knows."""
    return (set(VARIABLES) - manners.hidden_variables) | set(manners.more_variables)


def substituted(custom: dict[str, str], occasion: Occasion) -> dict[str, str | None]:
    """Custom parameters with every known variable replaced.

    A value is a variable only as a whole ("$User.id"). A variable we do not know, or that means nothing on
    this occasion, stays literally: that is what most LMSs do, and tools must cope with it.
    """
    return {name: _value(text, occasion) for name, text in custom.items()}


def _value(text: str, occasion: Occasion) -> str | None:
    if not text.startswith("$"):
        return text
    manners, name = occasion.platform.manners, text[1:]
    if name in manners.more_variables:
        known = manners.more_variables[name]
        return known if isinstance(known, str) else known(occasion)
    read = VARIABLES.get(name) if name not in manners.hidden_variables else None
    if read is None:
        return text
    found = read(occasion)
    return text if found is None and not manners.blank_variables_are_null else found
