"""Skills, and which of them rest on which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx

from .errors import ContentError
from .ids import SkillId


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One thing a learner can come to know.

    `standards` are codes such as `CCSS.MATH.4.NF.A.1`; `grades` the school years it usually belongs to.
    """

    id: SkillId
    title: str
    description: str = ""
    prerequisites: tuple[SkillId, ...] = ()
    standards: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class SkillGraph:
    """All skills of a course with their prerequisites; refuses unknown names and cycles. Equal only to itself.

    Iteration and `order` follow the content's own order among equals, so pages are stable.
    """

    skills: Mapping[SkillId, Skill]
    _graph: nx.DiGraph = field(repr=False)

    @classmethod
    def of(cls, skills: Iterable[Skill]) -> SkillGraph:
        """Build and check the graph. Raises `ContentError` for doubles, unknown prerequisites and cycles."""
        by_id: dict[SkillId, Skill] = {}
        for skill in skills:
            if skill.id in by_id:
                raise ContentError("this skill is there twice", place=f"skill {skill.id}")
            by_id[skill.id] = skill
        graph = nx.DiGraph()
        graph.add_nodes_from(by_id)
        for skill in by_id.values():
            for prerequisite in skill.prerequisites:
                if prerequisite not in by_id:
                    raise ContentError(f"unknown prerequisite {prerequisite!r}", place=f"skill {skill.id}")
                graph.add_edge(prerequisite, skill.id)
        if not nx.is_directed_acyclic_graph(graph):
            cycle = " -> ".join(str(edge[0]) for edge in nx.find_cycle(graph))
            raise ContentError(f"prerequisites run in a circle: {cycle}", place="skills")
        return cls(skills=by_id, _graph=graph)

    def __getitem__(self, skill_id: SkillId) -> Skill:
        return self.skills[skill_id]

    def __contains__(self, skill_id: object) -> bool:
        return skill_id in self.skills

    def __len__(self) -> int:
        return len(self.skills)

    @cached_property
    def order(self) -> tuple[SkillId, ...]:
        """Every skill after its prerequisites; ties in the content's own order."""
        position = {skill_id: number for number, skill_id in enumerate(self.skills)}
        return tuple(nx.lexicographical_topological_sort(self._graph, key=position.__getitem__))

    def prerequisites(self, skill_id: SkillId) -> tuple[SkillId, ...]:
        """What it rests on directly."""
        return self.skills[skill_id].prerequisites

    def successors(self, skill_id: SkillId) -> tuple[SkillId, ...]:
        """What rests on it directly."""
        return tuple(self._graph.successors(skill_id))

    def ancestors(self, skill_id: SkillId) -> frozenset[SkillId]:
        """Everything it rests on, near and far. Walked each time: kept for all, it would grow with their square."""
        found: set[SkillId] = set()
        ahead = [skill_id]
        while ahead:
            new = [one for one in self.skills[ahead.pop()].prerequisites if one not in found]
            found.update(new)
            ahead += new
        return frozenset(found)
