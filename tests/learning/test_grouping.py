"""Who could work together: everybody once at most, nobody left without a reason, the same again when asked again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MONDAY, full_course, standing
from lti_tool.learning import grouping
from lti_tool.learning.grouping import Group, Purpose, Round, Wanted, groups_for
from lti_tool.learning.ids import LearnerId, SkillId
from lti_tool.learning.overruling import overrule
from lti_tool.learning.phrases import say
from lti_tool.learning.standing import Standing
from lti_tool.learning.verdicts import Level, TeacherWord, Verdict

GRAPH = full_course({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}).graph
SCOPE = GRAPH.order
NOW = MONDAY + timedelta(days=30)
Verdicts = dict[LearnerId, dict[SkillId, Verdict]]


def verdict(skill: str, letter: str) -> Verdict:
    """`M` mastered last week, `O` mastered long ago, `S` stuck, `G` getting on, `-` nothing yet."""
    base = Verdict(skill=SkillId(skill), level=Level.DEVELOPING, progress=0.5, rule_version=1)
    match letter:
        case "M" | "O":
            at = NOW - timedelta(days=7 if letter == "M" else 90)
            due = NOW + timedelta(days=3 if letter == "M" else -3)
            return replace(base, level=Level.MASTERED, progress=1.0, mastered_at=at, review_due_at=due)
        case "S":
            return replace(base, stuck=True, because=(say("2 of the last 12 answers right."),))
        case "-":
            return replace(base, level=Level.NONE, progress=0.0)
    return base


def verdicts(*rows: str) -> Verdicts:
    """One word a learner, one letter a skill in the order a, b, c, d."""
    return {
        LearnerId(number): {
            SkillId(skill): verdict(skill, letter) for skill, letter in zip("abcd", row, strict=False)
        }
        for number, row in enumerate(rows, start=1)
    }


def there(rows: Verdicts) -> dict[LearnerId, Standing]:
    return {learner: standing(mine, NOW) for learner, mine in rows.items()}


def made(rows: Verdicts, **wanted: object) -> Round:
    return groups_for(GRAPH, SCOPE, there(rows), NOW, Wanted(**wanted))  # type: ignore[arg-type]


def who(group: Group) -> list[int]:
    return [member.learner for member in group.members]


def test_who_is_stuck_on_the_same_skill_meets_somebody_who_mastered_it_lately() -> None:
    found = made(verdicts("MS", "MS", "MM"))
    (group,) = found.groups
    assert (group.purpose, group.skill) == (Purpose.PEER, "b")
    assert who(group) == [3, 1, 2]
    assert group.members[0].guides
    assert "Mastered it on 2026-11-25" in str(group.members[0].why)
    assert "2 of the last 12" in str(group.members[1].why)
    assert not found.alone


def test_without_anybody_who_can_show_it_the_stuck_are_a_group_for_the_teacher() -> None:
    (group,) = made(verdicts("MS", "MS")).groups
    assert group.purpose is Purpose.STUCK
    assert "another way in" in str(group.reason)


def test_who_mastered_it_long_ago_or_has_to_review_it_shows_nobody() -> None:
    assert made(verdicts("MS", "MS", "MO")).groups[0].purpose is Purpose.STUCK


def test_nobody_is_brought_together_on_what_is_not_asked_of_them() -> None:
    rows = verdicts("S-", "S-", "S-", "M-")
    spared = {LearnerId(one): (SkillId("a"),) for one in (1, 2)}
    found = groups_for(GRAPH, SCOPE, there(rows), NOW, Wanted(size=4), spared)
    assert [(group.skill, sorted(who(group))) for group in found.groups] == [("a", [3, 4]), ("b", [1, 2])]
    assert "Has not begun it yet." in str(found.groups[1].members[0].why)


def test_who_waits_only_for_a_mixed_check_goes_on_meanwhile() -> None:
    """As in their own next steps: a mix takes several skills."""
    rows = verdicts("G-", "M-")
    rows[LearnerId(1)][SkillId("a")] = replace(rows[LearnerId(1)][SkillId("a")], awaits_check=True)
    (group,) = made(rows, purposes=frozenset([Purpose.NEXT])).groups
    assert (group.skill, who(group)) == ("b", [1, 2])


def test_why_somebody_is_stuck_is_the_rules_own_sentence() -> None:
    """What a teacher's word adds says nothing about it, and the sheet may be printed."""
    rows = verdicts("S", "S")
    word = TeacherWord(mastered=False, at=NOW, note="Had help.")
    told = {key: {SkillId("a"): overrule(row[SkillId("a")], word, ())} for key, row in rows.items()}
    (group,) = made(told).groups
    assert [str(one.why) for one in group.members] == ["2 of the last 12 answers right."] * 2


def test_who_is_stuck_elsewhere_guides_nobody() -> None:
    found = made(verdicts("MS-", "MMS"))
    assert not found.groups
    assert "Best with you" in str(found.alone[0].why)


def test_the_rest_are_grouped_by_what_they_are_ready_for() -> None:
    found = made(verdicts("MG", "M-", "G", "G"), size=2)
    assert {(group.skill, tuple(who(group))) for group in found.groups} == {("a", (3, 4)), ("b", (1, 2))}
    assert "Knows “A”" in str(found.groups[1].members[1].why)


def test_one_who_is_left_learns_from_one_who_knows() -> None:
    (group,) = made(verdicts("G", "MMMM")).groups
    assert (group.purpose, group.skill, who(group)) == (Purpose.PEER, "a", [2, 1])
    assert "the other how" in str(group.reason)


def test_nobody_is_grouped_on_a_guess() -> None:
    found = made(verdicts("----", "", "MMMM"))
    assert not found.groups
    assert "cannot say where they stand" in str(found.alone[0].why)
    assert "mastered everything" in str(found.alone[2].why)


def test_who_has_mastered_everything_goes_further_or_looks_at_it_again() -> None:
    alone = made(verdicts("MMMM", "MOMM", "OOMM"), purposes=frozenset({Purpose.STUCK})).alone
    assert [str(one.why) for one in alone] == [
        "Has mastered everything to be done here now, and could help or go further.",
        "Has mastered everything here; 1 skill is due for review.",
        "Has mastered everything here; 2 skills are due for review.",
    ]


def test_only_the_purposes_that_were_asked_for() -> None:
    rows = verdicts("MS", "MS", "MM", "M-", "M-")
    assert {one.purpose for one in made(rows, purposes=frozenset({Purpose.NEXT})).groups} == {Purpose.NEXT}
    assert {one.purpose for one in made(rows, purposes=frozenset({Purpose.STUCK})).groups} == {Purpose.STUCK}


def test_another_turn_mixes_the_groups() -> None:
    rows = verdicts(*["G"] * 9)
    assert made(rows) == made(rows)
    assert made(rows, turn=1).groups != made(rows).groups


@pytest.mark.parametrize("size", [1, 7])
def test_sizes_have_bounds(size: int) -> None:
    with pytest.raises(ValueError, match="2 to 6"):
        made(verdicts("G"), size=size)


ROWS = st.lists(st.text("MOSG-", max_size=4), max_size=30).map(lambda rows: verdicts(*rows))
WANTED = st.builds(
    Wanted,
    size=st.integers(2, 6),
    purposes=st.frozensets(st.sampled_from(Purpose)),
    turn=st.integers(0, 9),
)


@given(rows=ROWS, wanted=WANTED)
@settings(max_examples=300)
def test_everybody_is_placed_exactly_once_and_always_with_a_reason(rows: Verdicts, wanted: Wanted) -> None:
    found = groups_for(GRAPH, SCOPE, there(rows), NOW, wanted)
    placed = [member.learner for group in found.groups for member in group.members]
    assert sorted([*placed, *(one.learner for one in found.alone)]) == sorted(rows)
    assert len(set(placed)) == len(placed)
    assert all(str(one.why) for one in found.alone)
    for group in found.groups:
        assert str(group.reason)
        assert all(str(member.why) for member in group.members)
        assert 2 <= len(group.members) <= wanted.size + 1
        assert group.purpose in wanted.purposes
        assert sum(member.guides for member in group.members) == (group.purpose is Purpose.PEER)


@given(rows=ROWS, wanted=WANTED, shuffled=st.randoms())
def test_the_order_in_which_learners_come_does_not_matter(rows: Verdicts, wanted: Wanted, shuffled: object) -> None:
    mixed = list(rows.items())
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    assert groups_for(GRAPH, SCOPE, there(dict(mixed)), NOW, wanted) == groups_for(
        GRAPH, SCOPE, there(rows), NOW, wanted
    )


@given(rows=ROWS, wanted=WANTED)
def test_nobody_learns_what_they_know_and_nobody_shows_what_they_do_not(rows: Verdicts, wanted: Wanted) -> None:
    for group in groups_for(GRAPH, SCOPE, there(rows), NOW, wanted).groups:
        for member in group.members:
            shown = rows[member.learner].get(group.skill)
            assert (shown is not None and shown.mastered) == member.guides


def test_a_large_year_costs_no_more_than_the_square_of_its_size() -> None:
    def grouped(students: int) -> tuple[float, int]:
        rows = verdicts(*(("MS", "MM", "G", "MMG", "MG")[number % 5] for number in range(students)))
        began = process_time()
        found = made(rows)
        return process_time() - began, len(found.groups)

    (small, _), (large, groups) = grouped(100), grouped(300)
    assert groups >= 75
    assert large < 20 * small, "nine times would be the square"


def test_who_stands_where_is_asked_once_and_not_again_for_every_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a course of two hundred skills and five hundred students takes minutes."""
    asked = 0
    ready = grouping._Class._ready

    def counted(room: grouping._Class, learner: LearnerId, where: Standing) -> Iterator[SkillId]:
        nonlocal asked
        asked += 1
        return ready(room, learner, where)

    monkeypatch.setattr(grouping._Class, "_ready", counted)
    found = made(verdicts(*["MG--", "MMG-", "G---", "MMMG"] * 30))
    assert len(found.groups) == 40
    assert asked == 120
