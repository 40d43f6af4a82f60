"""How this LMS behaves where LMSs differ. The default is what the specifications say.

A profile of another LMS is one more `Manners` value; the rest of the platform only asks the values here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Everything in which one LMS may differ from the next, each named for what it does."""

    name: str = "specification"
    product_family_code: str = "sandbox"
    needs_exact_accept: bool = True
    """Service reads must name the media type in Accept; `*/*` alone is refused with 406."""
    line_item_query: str = ""
    """A query string every line item address carries (some LMSs have one), without the question mark."""
    default_page_size: int = 50
    largest_page_size: int = 500
    score_status: int = 200
    replies_with_history: bool = True
    """Substitutes $Context.id.history and $ResourceLink.id.history."""
    short_roles_in_roster: bool = False
    accept_types: tuple[str, ...] = ("ltiResourceLink",)


SPECIFICATION = Manners()
