"""The tool was deleted in an LMS and registered again: its courses, people and grades go to the new registration.

The LMS gives a new client id then, and usually new deployment ids, but calls courses and people as before. To us it
is a stranger, and rightly so: on an LMS that is one for all schools nobody else's word says which school came back.
So the operator says it, and what contradicts the operator is refused: another LMS, another organisation, people whom
nobody knows, or work that was begun in the new one and would be lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..store import audit, moving, platforms
from ..store.database import Session
from ..store.tables import DeploymentRow, RegistrationRow
from .errors import NotFound, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What moves where. `deployments` are ids as the LMS gives them (old, new); `set_up_lost` counts activities that
    were set up in the new registration and are again as they were in the old one."""

    old: str
    new: str
    old_last_launch_at: datetime | None
    deployments: tuple[tuple[str, str], ...]
    courses: int
    people: int
    set_up_lost: int


def preview(session: Session, old_id: int, new_id: int, named: Mapping[str, str]) -> Move:
    """What `move` would do. Raises `NotFound` and `Refused`."""
    return _planned(session, old_id, new_id, named)[0]


def move(session: Session, old_id: int, new_id: int, named: Mapping[str, str], now: datetime) -> Move:
    """Give all of registration `old_id` to the client of registration `new_id`, which is no more afterwards.

    `named` says which new deployment takes which old one's place, by the LMS's ids, where that does not go without
    saying. Raises `NotFound` and `Refused`; then nothing has changed.
    """
    planned, pairs = _planned(session, old_id, new_id, named)
    old, new = _registration(session, old_id), _registration(session, new_id)
    before, organisation_id = old.client_id, old.organisation_id
    after = new.client_id
    moving.change_hands(session, old, new, pairs)
    audit.record(
        session,
        "registration.moved",
        now,
        organisation_id=organisation_id,
        registration=old_id,
        replaced=new_id,
        client_id=before,
        new_client_id=after,
        deployments=[list(pair) for pair in planned.deployments],
    )
    return planned


def _planned(
    session: Session, old_id: int, new_id: int, named: Mapping[str, str]
) -> tuple[Move, list[tuple[int, int]]]:
    old, new = _registration(session, old_id), _registration(session, new_id)
    _must_be_one_school(session, old, new)
    before, after = platforms.deployments(session, old.id), platforms.deployments(session, new.id)
    pairs = _pairs(before, after, named)
    rows = [(one.id, other.id) for one, other in pairs]
    replaced = [row for _, row in rows]
    _must_know_somebody(session, rows)
    begun = moving.count_evidence(session, replaced)
    if begun:
        raise Refused(
            f"In registration {new.id} people have begun to work already ({begun} pieces of evidence), which would be"
            " lost. Nothing was changed.",
            tell="Leave both as they are, or erase that work with: lti-tool people erase NUMBER",
        )
    everywhere = [row.id for row in before]
    planned = Move(
        old=f"{old.name} ({old.issuer}, client {old.client_id})",
        new=f"{new.name} ({new.issuer}, client {new.client_id})",
        old_last_launch_at=old.last_launch_at,
        deployments=tuple((one.deployment_id, other.deployment_id) for one, other in pairs),
        courses=moving.count_courses(session, everywhere),
        people=moving.count_people(session, everywhere),
        set_up_lost=moving.count_set_up(session, replaced),
    )
    return planned, rows


def _registration(session: Session, number: int) -> RegistrationRow:
    row = platforms.registration(session, number)
    if row is None:
        raise NotFound(f"There is no registration {number}.", tell="See the numbers with: lti-tool platforms list")
    return row


def _must_be_one_school(session: Session, old: RegistrationRow, new: RegistrationRow) -> None:
    if old.id == new.id:
        raise Refused("These are one and the same registration.")
    if old.issuer != new.issuer:
        raise Refused(
            f"These are two LMSs: {old.issuer} and {new.issuer}. People and courses have other ids there."
        )
    if old.organisation_id != new.organisation_id:
        ours, theirs = (moving.organisation_name(session, one.organisation_id) for one in (old, new))
        raise Refused(
            f"These belong to two organisations: “{ours}” and “{theirs}”. No data goes from one to another.",
            tell="If it is one school, remove the new registration here and in the LMS, and invite it again with:"
            f" lti-tool platforms invite --name NAME --organisation “{ours}”",
        )


def _must_know_somebody(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """On an LMS that is one for all schools, a wrong number would give one school the data of another."""
    came = moving.count_people(session, [new for _, new in pairs])
    if came and not moving.count_known(session, pairs):
        raise Refused(
            "Nobody who came in through the new registration was ever seen in the old one. It looks like another"
            " school.",
            tell="If it is the same, let somebody who used Cairn before open it once from the LMS, then try again.",
        )


def _pairs(
    before: Sequence[DeploymentRow], after: Sequence[DeploymentRow], named: Mapping[str, str]
) -> list[tuple[DeploymentRow, DeploymentRow]]:
    """Which new installation takes the place of which old one: those named, those of one id, the only ones left."""
    if not after:
        raise Refused(
            "The new registration has no deployment yet.",
            tell="Open Cairn once from the LMS, so that its deployment is known here, then try again.",
        )
    olds, news = ({row.deployment_id: row for row in rows} for rows in (before, after))
    for one, other in named.items():
        if one not in olds or other not in news:
            raise Refused(
                f"There is no deployment {one if one not in olds else other}.",
                tell=f"Old ones: {', '.join(olds)}. New ones: {', '.join(news)}.",
            )
    chosen = dict(named) | {one: one for one in olds if one in news and one not in named}
    left = [one for one in olds if one not in chosen]
    free = [one for one in news if one not in chosen.values()]
    if len(left) == len(free) == 1:
        chosen[left[0]] = free[0]
    elif left and free:
        raise Refused(
            "There are several deployments on both sides.",
            tell=f"Say which takes the place of which, each with --deployment OLD=NEW. Old ones: {', '.join(left)}."
            f" New ones: {', '.join(free)}.",
        )
    return [(olds[one], news[other]) for one, other in chosen.items()]
