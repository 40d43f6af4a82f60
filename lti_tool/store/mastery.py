"""Verdicts as rows: a cache of what the rules say, with their reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from ..learning.ids import SkillId
from ..learning.phrases import Phrase
from ..learning.verdicts import Level, TeacherWord, Verdict
from .database import Connection, Session
from .tables import VerdictRow
from .upserts import insert_into


def phrase_body(value: Phrase) -> dict[str, Any]:
    """A phrase as plain JSON."""
    return {"text": value.text, "plural": value.plural, "values": dict(value.values)}


def phrase(body: Mapping[str, Any]) -> Phrase:
    """A stored phrase as a value."""
    return Phrase(body["text"], body.get("values", {}), body.get("plural", ""))


_VERDICTS = VerdictRow.__table__.c
_WANTED = (
    _VERDICTS.skill_key,
    _VERDICTS.level,
    _VERDICTS.progress,
    _VERDICTS.stuck,
    _VERDICTS.rule_version,
    _VERDICTS.mastered_at,
    _VERDICTS.review_due_at,
    _VERDICTS.body,
)
_here = _VERDICTS.placement_id == bindparam("placement")
_OF_LEARNER = select(*_WANTED).where(_here, _VERDICTS.person_id == bindparam("person"))
_WITHOUT_REASONS = select(
    _VERDICTS.person_id,
    _VERDICTS.skill_key,
    _VERDICTS.level,
    _VERDICTS.progress,
    _VERDICTS.stuck,
    _VERDICTS.rule_version,
    _VERDICTS.review_due_at,
    _VERDICTS.body["awaits_check"].as_boolean().label("awaits_check"),
).where(_here, _VERDICTS.person_id.in_(bindparam("people", expanding=True)))


def value(row: VerdictRow | Any) -> Verdict:
    """A row, or its bare columns, as a value."""
    body = row.body
    said, own = body.get("word"), body.get("own")
    return Verdict(
        skill=SkillId(row.skill_key),
        level=Level(row.level),
        progress=row.progress,
        rule_version=row.rule_version,
        word=_word(said) if said else None,
        own=_own(row, own) if own else None,
        because=tuple(phrase(one) for one in body["because"]),
        missing=phrase(body["missing"]) if body["missing"] else None,
        confidence=body["confidence"],
        evidence_ids=tuple(body["evidence_ids"]),
        mastered_at=row.mastered_at,
        review_due_at=row.review_due_at,
        answers_expected=body["answers_expected"],
        stuck=row.stuck,
        awaits_check=body.get("awaits_check", False),
    )


def _word(body: Mapping[str, Any]) -> TeacherWord:
    return TeacherWord(mastered=body["mastered"], at=datetime.fromisoformat(body["at"]), note=body["note"])


def _own(row: VerdictRow | Any, body: Mapping[str, Any]) -> Verdict:
    """What the rule says by itself, beside a teacher's word."""
    mastered_at = body["mastered_at"]
    return Verdict(
        skill=SkillId(row.skill_key),
        level=Level(body["level"]),
        progress=body["progress"],
        rule_version=row.rule_version,
        because=tuple(phrase(one) for one in body["because"]),
        missing=phrase(body["missing"]) if body["missing"] else None,
        mastered_at=datetime.fromisoformat(mastered_at) if mastered_at else None,
    )


def _beside(verdict: Verdict) -> dict[str, Any]:
    """The teacher's word, and what the rule says by itself, as plain JSON."""
    word, own = verdict.word, verdict.own
    if word is None or own is None:
        return {}
    return {
        "word": {"mastered": word.mastered, "at": word.at.isoformat(), "note": word.note},
        "own": {
            "level": own.level,
            "progress": own.progress,
            "because": [phrase_body(one) for one in own.because],
            "missing": phrase_body(own.missing) if own.missing else None,
            "mastered_at": own.mastered_at.isoformat() if own.mastered_at else None,
        },
    }


def verdicts(session: Session | Connection, placement_id: int, person_id: int) -> dict[SkillId, Verdict]:
    """All verdicts on one learner."""
    rows = session.execute(_OF_LEARNER, {"placement": placement_id, "person": person_id})
    return {SkillId(row.skill_key): value(row) for row in rows}


def progress_on(session: Session, placement_id: int, skill: SkillId) -> dict[int, float]:
    """How far everybody in a placement is towards one skill, by person."""
    rows = session.execute(
        select(VerdictRow.person_id, VerdictRow.progress).where(
            VerdictRow.placement_id == placement_id, VerdictRow.skill_key == skill
        )
    )
    return {row.person_id: row.progress for row in rows}


def without_reasons(
    session: Session, placement_id: int, person_ids: Iterable[int]
) -> dict[int, dict[SkillId, Verdict]]:
    """All verdicts on several learners in one statement, as far as next steps depend on them: reasons, which are most
    of a row, are not read."""
    rows = session.execute(_WITHOUT_REASONS, {"placement": placement_id, "people": list(person_ids)})
    found: dict[int, dict[SkillId, Verdict]] = {}
    for row in rows:
        found.setdefault(row.person_id, {})[SkillId(row.skill_key)] = Verdict(
            skill=SkillId(row.skill_key),
            level=Level(row.level),
            progress=row.progress,
            rule_version=row.rule_version,
            review_due_at=row.review_due_at,
            stuck=row.stuck,
            awaits_check=bool(row.awaits_check),
        )
    return found


def mastered_pairs(
    session: Session, placement_id: int, person_ids: Collection[int] | None = None
) -> frozenset[tuple[int, SkillId]]:
    """Who has mastered what in a placement, all or some people: person ids with skills, in one statement."""
    wanted = select(VerdictRow.person_id, VerdictRow.skill_key).where(
        VerdictRow.placement_id == placement_id, VerdictRow.level == Level.MASTERED
    )
    if person_ids is not None:
        wanted = wanted.where(VerdictRow.person_id.in_(person_ids))
    return frozenset((person_id, SkillId(skill)) for person_id, skill in session.execute(wanted))


def keep(session: Session, placement_id: int, fresh: Mapping[int, Iterable[Verdict]], now: datetime) -> None:
    """Write verdicts over the old ones, by person: for a whole slice of a class in three statements."""
    rows = {(person_id, one.skill): _columns(one, now) for person_id, mine in fresh.items() for one in mine}
    if not rows:
        return
    known = _known(session, placement_id, rows)
    again = [{"id": known[key], **columns} for key, columns in rows.items() if key in known]
    new = [
        {"placement_id": placement_id, "person_id": key[0], "skill_key": key[1], **columns}
        for key, columns in rows.items()
        if key not in known
    ]
    if again:
        session.execute(update(VerdictRow), again)
    if new:
        # With its nulls left out, each row would be a statement of its own.
        wanted = insert_into(session, VerdictRow).execution_options(render_nulls=True)
        over = {name: wanted.excluded[name] for name in new[0] if name not in _UNIQUE}
        session.execute(wanted.on_conflict_do_update(index_elements=_UNIQUE, set_=over), new)


_UNIQUE = ("placement_id", "person_id", "skill_key")


def _known(
    session: Session, placement_id: int, wanted: Collection[tuple[int, SkillId]]
) -> dict[tuple[int, SkillId], int]:
    """Row numbers of the verdicts there are."""
    rows = session.execute(
        select(VerdictRow.person_id, VerdictRow.skill_key, VerdictRow.id).where(
            VerdictRow.placement_id == placement_id,
            VerdictRow.person_id.in_({person_id for person_id, _ in wanted}),
            VerdictRow.skill_key.in_({str(skill) for _, skill in wanted}),
        )
    )
    return {(person_id, SkillId(skill)): key for person_id, skill, key in rows}


def _columns(verdict: Verdict, now: datetime) -> dict[str, Any]:
    return {
        "level": verdict.level,
        "progress": verdict.progress,
        "stuck": verdict.stuck,
        "rule_version": verdict.rule_version,
        "judged_at": now,
        "mastered_at": verdict.mastered_at,
        "review_due_at": verdict.review_due_at,
        "body": {
            "because": [phrase_body(one) for one in verdict.because],
            "missing": phrase_body(verdict.missing) if verdict.missing else None,
            "confidence": verdict.confidence,
            "evidence_ids": list(verdict.evidence_ids),
            "answers_expected": verdict.answers_expected,
            "awaits_check": verdict.awaits_check,
            **_beside(verdict),
        },
    }
