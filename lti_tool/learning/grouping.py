"""Grouping: who could work together now, and on what.

Three reasons to bring learners together, in this order: they are stuck on the same skill, best with somebody who
mastered it lately (peer tutoring helps both sides: Cohen, Kulik & Kulik 1982); they are ready for the same next
skill; or one of them mastered lately what the other is about to learn. Everybody is in one group at most, and whoever
is in none is named with the reason. The same standings and the same `turn` always give the same groups; another turn
mixes them anew.

Learners about whom nothing is known are not grouped: a guess would look like knowledge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from .ids import LearnerId, SkillId
from .phrases import Phrase, count, moment, say
from .skills import SkillGraph
from .standing import Standing

LATELY = timedelta(days=28)
"""Who mastered a skill in this time remembers how it was not to know it."""
SMALLEST, LARGEST = 2, 6
_NOTHING: frozenset[SkillId] = frozenset()


class Purpose(StrEnum):
    """What a group is for."""

    STUCK = "stuck"
    """Stuck on the same skill; the teacher sits down with them."""
    PEER = "peer"
    """Somebody who mastered it lately shows the others how."""
    NEXT = "next"
    """All ready to begin or go on with the same skill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One learner in a group, and why they are in it. `guides` is the one who knows it already."""

    learner: LearnerId
    why: Phrase
    guides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Learners who could work together now on one skill."""

    purpose: Purpose
    skill: SkillId
    members: tuple[Member, ...]
    reason: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """A learner in no group, and why."""

    learner: LearnerId
    why: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of working together: groups, and whoever is left."""

    groups: tuple[Group, ...]
    alone: tuple[Alone, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the teacher asked for. `size` from 2 to 6 members, one more where somebody would be left over."""

    size: int = 3
    purposes: frozenset[Purpose] = frozenset(Purpose)
    turn: int = 0


@dataclass(kw_only=True)
class _Class:
    """The class while groups are made: who is where, and who is free still."""

    graph: SkillGraph
    scope: tuple[SkillId, ...]
    standings: Mapping[LearnerId, Standing]
    wanted: Wanted
    now: datetime
    free: dict[LearnerId, None]
    """An ordered set: it only shrinks, so what is worked out once of those who are free only has to be thinned."""
    excused: Mapping[LearnerId, Collection[SkillId]]
    groups: list[Group] = field(default_factory=list)

    @cached_property
    def inside(self) -> frozenset[SkillId]:
        return frozenset(self.scope)

    @cached_property
    def below(self) -> Mapping[SkillId, frozenset[SkillId]]:
        """What a skill rests on, as far as it is in the scope."""
        return {skill: self.inside.intersection(self.graph.prerequisites(skill)) for skill in self.scope}

    @cached_property
    def asked(self) -> Mapping[LearnerId, frozenset[SkillId]]:
        """What each learner is to master here."""
        return {
            one: self.inside.difference(self.excused[one]) if one in self.excused else self.inside
            for one in self.standings
        }

    @cached_property
    def stuck(self) -> Mapping[LearnerId, frozenset[SkillId]]:
        """By learner what is asked, and does not get on."""
        return {
            one: (self.asked[one].intersection(there.stuck) - there.mastered) if there.stuck else _NOTHING
            for one, there in self.standings.items()
        }

    @cached_property
    def ready(self) -> Mapping[LearnerId, frozenset[SkillId]]:
        """By learner what is asked, not mastered, not stuck, and rests on nothing that is asked and not mastered but
        for a check."""
        return {one: frozenset(self._ready(one, there)) for one, there in self.standings.items()}

    def _ready(self, learner: LearnerId, there: Standing) -> Iterator[SkillId]:
        asked, below = self.asked[learner], self.below
        passed = there.mastered | there.awaits_check | (self.inside - asked)
        return (one for one in asked - there.mastered - self.stuck[learner] if below[one] <= passed)

    @cached_property
    def able(self) -> Mapping[SkillId, list[LearnerId]]:
        """Who could guide on a skill, the best last: who mastered it last among those who are stuck nowhere."""
        found: dict[SkillId, list[tuple[datetime, int]]] = {skill: [] for skill in self.scope}
        for one in (learner for learner in self.free if not self.stuck[learner]):
            known = self.inside.intersection(self.standings[one].mastered_at)
            for skill, at in ((skill, self.knows_lately(one, skill)) for skill in known):
                if at is not None:
                    found[skill].append((at, -one))
        return {skill: [LearnerId(-one) for _, one in sorted(those)] for skill, those in found.items()}

    def mastered(self, learner: LearnerId, skill: SkillId) -> bool:
        return skill in self.standings[learner].mastered

    def knows_lately(self, learner: LearnerId, skill: SkillId) -> datetime | None:
        """When they mastered it, if that was lately and it is not due for review."""
        there = self.standings[learner]
        at = there.mastered_at.get(skill)
        if at is None or skill not in there.mastered or skill in there.due:
            return None
        return at if self.now - at <= LATELY else None

    def guide(self, skill: SkillId) -> LearnerId | None:
        """The best of those who could guide on a skill and are free."""
        able = self.able[skill]
        while able and able[-1] not in self.free:
            able.pop()
        return able[-1] if able else None

    def waiting(self, wait: Mapping[LearnerId, frozenset[SkillId]]) -> Mapping[SkillId, dict[LearnerId, None]]:
        """By skill who of the free waits for it, in their order."""
        found: dict[SkillId, dict[LearnerId, None]] = {skill: {} for skill in self.scope}
        for one in self.free:
            for skill in wait[one]:
                found[skill][one] = None
        return found

    def take(self, group: Group, waiting: Mapping[SkillId, dict[LearnerId, None]] = MappingProxyType({})) -> None:
        """The members are free no more, and wait for nothing."""
        self.groups.append(group)
        for member in group.members:
            self.free.pop(member.learner, None)
            for those in waiting.values():
                those.pop(member.learner, None)


def groups_for(
    graph: SkillGraph,
    scope: Sequence[SkillId],
    standings: Mapping[LearnerId, Standing],
    now: datetime,
    wanted: Wanted | None = None,
    excused: Mapping[LearnerId, Collection[SkillId]] = MappingProxyType({}),
) -> Round:
    """One round for the learners in `standings` (those who are here today), over the skills in `scope`. Nobody is
    brought together on a skill they are `excused` from.

    Raises `ValueError` for a size below 2 or above 6.
    """
    wanted = wanted or Wanted()
    if not SMALLEST <= wanted.size <= LARGEST:
        raise ValueError(f"groups have {SMALLEST} to {LARGEST} members")
    inside = frozenset(scope)
    order = tuple(skill for skill in graph.order if skill in inside)
    known = [learner for learner in sorted(standings) if _has_begun(standings[learner], inside)]
    room = _Class(
        graph=graph,
        scope=order,
        standings=standings,
        wanted=wanted,
        now=now,
        free=dict.fromkeys(_turned(known, wanted.turn)),
        excused=excused,
    )
    _group_the_stuck(room)
    if Purpose.NEXT in wanted.purposes:
        _group_the_ready(room)
    if Purpose.PEER in wanted.purposes:
        _pair_the_rest(room)
    grouped = {member.learner for group in room.groups for member in group.members}
    left = [learner for learner in sorted(standings) if learner not in grouped]
    return Round(
        groups=tuple(room.groups), alone=tuple(Alone(learner=one, why=_why_alone(room, one)) for one in left)
    )


def _has_begun(there: Standing, scope: frozenset[SkillId]) -> bool:
    return not (scope.isdisjoint(there.mastered) and scope.isdisjoint(there.progress))


def _turned(learners: list[LearnerId], turn: int) -> list[LearnerId]:
    """Another order for another round: every so-manieth learner first, so that neighbours part."""
    if turn == 0 or len(learners) < 3:
        return learners
    step = 1 + turn % (len(learners) - 1)
    return [one for start in range(step) for one in learners[start::step]]


def _group_the_stuck(room: _Class) -> None:
    """Skills on which most are stuck first; among equals the foundations."""
    waiting = room.waiting(room.stuck)
    while True:
        found = [skill for skill in room.scope if waiting[skill] and _can_help(room, skill, waiting[skill])]
        if not found:
            return
        skill = max(found, key=lambda one: len(waiting[one]))
        room.take(_help_with(room, skill, tuple(waiting[skill])), waiting)


def _can_help(room: _Class, skill: SkillId, waiting: Collection[LearnerId]) -> bool:
    if Purpose.PEER in room.wanted.purposes and room.guide(skill) is not None:
        return True
    return Purpose.STUCK in room.wanted.purposes and len(waiting) > 1


def _help_with(room: _Class, skill: SkillId, waiting: Sequence[LearnerId]) -> Group:
    """One group from those who wait: with a guide where there is one."""
    guide = room.guide(skill) if Purpose.PEER in room.wanted.purposes else None
    if guide is not None:
        at = room.knows_lately(guide, skill)
        assert at is not None
        learners = _first_share(waiting, room.wanted.size - 1, least=1)
        members = (_guide(guide, at), *(_stuck_member(room, one, skill) for one in learners))
        return _group(room, Purpose.PEER, skill, members)
    learners = _first_share(waiting, room.wanted.size, least=SMALLEST)
    return _group(room, Purpose.STUCK, skill, tuple(_stuck_member(room, one, skill) for one in learners))


def _group_the_ready(room: _Class) -> None:
    """The skill for which most are ready first; among equals the foundations."""
    waiting = room.waiting(room.ready)
    while True:
        found = [skill for skill in room.scope if len(waiting[skill]) > 1]
        if not found:
            return
        skill = max(found, key=lambda one: len(waiting[one]))
        members = _first_share(tuple(waiting[skill]), room.wanted.size, least=SMALLEST)
        group = _group(room, Purpose.NEXT, skill, tuple(_ready_member(room, one, skill) for one in members))
        room.take(group, waiting)


def _pair_the_rest(room: _Class) -> None:
    """Whoever is left learns from somebody who is left and mastered it lately."""
    for learner in tuple(room.free):
        if learner not in room.free:
            continue
        for skill in room.scope:
            guide = room.guide(skill) if skill in room.ready[learner] else None
            if guide is None or guide == learner:
                continue
            at = room.knows_lately(guide, skill)
            assert at is not None
            room.take(_group(room, Purpose.PEER, skill, (_guide(guide, at), _ready_member(room, learner, skill))))
            break


def _first_share(waiting: Sequence[LearnerId], size: int, *, least: int) -> Sequence[LearnerId]:
    """The first of several groups as equal as can be: seven by threes are 3, 2 and 2; three by twos stay three."""
    parts = -(-len(waiting) // size)
    while parts > 1 and len(waiting) // parts < least:
        parts -= 1
    return waiting[: -(-len(waiting) // parts)]


def _group(room: _Class, purpose: Purpose, skill: SkillId, members: tuple[Member, ...]) -> Group:
    title = room.graph[skill].title
    learning = sum(not member.guides for member in members)
    match purpose:
        case Purpose.STUCK:
            reason = say(
                "All of them practise “{skill}” and do not get on. Somebody should show another way in.",
                skill=title,
            )
        case Purpose.PEER:
            reason = count(
                learning,
                "One has just mastered “{skill}” and can show the other how.",
                "One has just mastered “{skill}” and can show the others how.",
                skill=title,
            )
        case Purpose.NEXT:
            reason = say("All of them are ready for “{skill}”.", skill=title)
    return Group(purpose=purpose, skill=skill, members=members, reason=reason)


def _guide(learner: LearnerId, at: datetime) -> Member:
    return Member(learner=learner, why=say("Mastered it on {date}.", date=moment(at)), guides=True)


def _stuck_member(room: _Class, learner: LearnerId, skill: SkillId) -> Member:
    return Member(learner=learner, why=room.standings[learner].stuck[skill] or say("Stuck."))


def _ready_member(room: _Class, learner: LearnerId, skill: SkillId) -> Member:
    progress = room.standings[learner].progress.get(skill)
    if progress is not None and round(100 * progress) == 0:
        why = say("Has begun it.")
    elif progress is not None:
        why = say("Has begun it; {percent} % of the way.", percent=round(100 * progress))
    elif below := [one for one in room.graph.prerequisites(skill) if room.mastered(learner, one)]:
        why = say("Knows “{below}”, on which it rests.", below=room.graph[below[-1]].title)
    else:
        why = say("Has not begun it yet.")
    return Member(learner=learner, why=why)


def _why_alone(room: _Class, learner: LearnerId) -> Phrase:
    there, asked = room.standings[learner], room.asked[learner]
    if not _has_begun(there, room.inside):
        return say("Has shown nothing yet that counts, so we cannot say where they stand.")
    if asked <= there.mastered:
        due = len(asked & there.due)
        if due:
            return count(
                due,
                "Has mastered everything here; 1 skill is due for review.",
                "Has mastered everything here; {count} skills are due for review.",
            )
        return say("Has mastered everything to be done here now, and could help or go further.")
    stuck = next((skill for skill in room.scope if skill in room.stuck[learner]), None)
    if stuck is not None:
        return say(
            "Stuck on “{skill}”, and nobody free has mastered it lately. Best with you.",
            skill=room.graph[stuck].title,
        )
    nearest = next((skill for skill in room.scope if skill in room.ready[learner]), None)
    if nearest is not None:
        return say("At “{skill}”, where nobody else is free just now.", skill=room.graph[nearest].title)
    return say("Waits for a skill that is locked just now.")
