"""Rules as sentences with gaps, as a teacher fills them in; and which numbers stand in the gaps.

Every number of every rule of `learning.rules` has its gap here (a test sees to it). Shares are shown as percents.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from ..learning.rules import RULES, MasteryRule
from ..learning.rules.describing import SHARES
from ..learning.rules.gates import GATES
from ..learning.rules.statistical import LEVELS, THRESHOLDS
from ..store.rules import Setting

OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A number to type, or one of some `choices` (value, words)."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    kept: str = ""
    """What a choice is called that is not one of these, but was made before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """A kind of rule: what it is called, and its sentence of texts and gaps. Those out of `research` papers wait
    folded for whoever knows them."""

    kind: str
    title: str
    parts: tuple[str | Gap, ...]
    research: bool = False

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The gaps, in the order of the sentence."""
        return tuple(part for part in self.parts if isinstance(part, Gap))


_AVERAGE = Gap(name="threshold", label="average to reach, in percent")
_SURE = {
    "quick": "quick: {percent} % sure",
    "normal": "normal: {percent} % sure",
    "strict": "strict: {percent} % sure",
    "very_strict": "very strict: {percent} % sure",
}
_LEARNED = {
    "any": "we cannot say",
    "known_or_not": "it clicks: known or not",
    "gradual": "by and by, with practice",
}
_WORLDS = {
    "mixture": "known or not (mixture)",
    "ladder": "known or not, or climbed rung by rung (ladder)",
}

FROM_CLASS = "class"
"""What the gap of `_per_skill` holds when the rule shall learn from the class."""


def _per_skill(alike: str) -> Gap:
    """Whether skills differ: all alike, as found in the class now, or as found before."""
    return Gap(
        name="skills",
        label="whether skills differ",
        choices=(("", alike), (FROM_CLASS, "as this class’s answers say now, each skill for itself")),
        kept="as this class’s answers said before",
    )


TEACHERS_RULES = (
    OwnRule(
        kind="statistical",
        title="Sure enough",
        parts=(
            "How sure before we call it mastered?",
            Gap(
                name="sureness",
                label="how sure before we call it mastered",
                choices=tuple(
                    (name, _SURE[name].format(percent=round(100 * share))) for name, share in THRESHOLDS.items()
                ),
            ),
            "Mastered means",
            Gap(
                name="level",
                label="right answers of 100 that are mastery",
                choices=tuple((str(level), f"{level} of 100") for level in LEVELS),
            ),
            "questions of average difficulty right.",
            "How are these skills learned?",
            Gap(name="nature", label="how these skills are learned", choices=tuple(_LEARNED.items())),
            "This goes",
            _per_skill("for all skills alike"),
            "Nobody is called mastered before",
            Gap(name="least", label="answers before anything is called mastered"),
            "answers",
        ),
    ),
    OwnRule(
        kind="streak",
        title="In a row",
        parts=(Gap(name="n", label="right answers in a row"), "right answers in a row"),
    ),
    OwnRule(
        kind="m_of_n",
        title="So many of the latest",
        parts=(
            Gap(name="m", label="right answers wanted"),
            "of the latest",
            Gap(name="n", label="latest answers looked at"),
            "answers right",
        ),
    ),
    OwnRule(
        kind="n_times",
        title="So many good results",
        parts=(
            Gap(name="times", label="good results wanted"),
            "good results. A result is",
            Gap(name="over", label="answers in a result"),
            "answers, and good from",
            Gap(name="threshold", label="result to reach, in percent"),
            "%",
        ),
    ),
    OwnRule(
        kind="latest",
        title="The latest work",
        parts=("The latest", Gap(name="over", label="latest answers"), "answers average", _AVERAGE, "% or more"),
    ),
    OwnRule(
        kind="highest",
        title="The best work",
        parts=(
            "The best",
            Gap(name="over", label="answers one after the other"),
            "answers one after the other average",
            _AVERAGE,
            "% or more,",
            Gap(
                name="rounds",
                label="where a stretch may begin",
                choices=(("", "wherever they begin"), ("1", "counted in full rounds")),
            ),
        ),
    ),
    OwnRule(
        kind="average",
        title="All work",
        parts=(
            "All answers average",
            _AVERAGE,
            "% or more, once there are",
            Gap(name="least", label="answers needed at least"),
        ),
    ),
    OwnRule(
        kind="decaying_average",
        title="The latest work counts most",
        parts=(
            "A decaying average of",
            _AVERAGE,
            "% or more. The latest",
            Gap(name="recent", label="answers that are the latest work"),
            "answers count",
            Gap(name="recent_weight", label="weight of the latest work, in percent"),
            "%. Only the last",
            Gap(name="window", label="answers looked at, empty for all"),
            "answers are looked at (empty: all)",
        ),
    ),
    OwnRule(
        kind="levels",
        title="A set, then a check",
        parts=(
            "A set of",
            Gap(name="in_set", label="questions in a set"),
            "questions all right, and then a check of",
            Gap(name="in_check", label="questions in a check"),
            "all right",
        ),
    ),
)

RESEARCH_RULES = (
    OwnRule(
        kind="fading_average",
        title="Fading average",
        research=True,
        parts=(
            "An average that starts at 0 and keeps",
            Gap(name="fade", label="share kept at each answer, in percent"),
            "% at each answer reaches",
            _AVERAGE,
            "%",
        ),
    ),
    OwnRule(
        kind="odds",
        title="Odds (sequential test)",
        research=True,
        parts=(
            "The answers are",
            Gap(name="times", label="odds to reach"),
            "times likelier from somebody who gets",
            Gap(name="known", label="right answers of somebody who knows it, in percent"),
            "% right than from somebody who gets",
            Gap(name="unknown", label="right answers of somebody who does not, in percent"),
            "% right",
        ),
    ),
    OwnRule(
        kind="tracing",
        title="Knowledge tracing",
        research=True,
        parts=(
            "The chance of knowing reaches",
            Gap(name="threshold", label="chance to reach, in percent"),
            "%, with",
            Gap(name="start", label="knows it at the start, in percent"),
            "% at the start,",
            Gap(name="learn", label="learns it at an answer, in percent"),
            "% learning,",
            Gap(name="guess", label="guesses right, in percent"),
            "% guessing and",
            Gap(name="slip", label="slips, in percent"),
            "% slipping,",
            _per_skill("for all skills alike"),
            "and one more answer moves the forecast by at most",
            Gap(name="steady", label="how far one more answer may move the forecast, in points"),
            "points (0: not asked)",
        ),
    ),
    OwnRule(
        kind="hidden_markov",
        title="Mixture or ladder of hidden states",
        research=True,
        parts=(
            "Mastery is",
            Gap(name="threshold", label="chance to reach, in percent"),
            "% likely in a world where every skill is",
            Gap(name="worlds", label="what exists in this world", choices=tuple(_WORLDS.items())),
            "and nothing else exists,",
            _per_skill("for all skills alike"),
            "Nobody is called mastered before",
            Gap(name="least", label="answers before anything is called mastered"),
            "answers",
        ),
    ),
)
OWN_RULES = (*TEACHERS_RULES, *RESEARCH_RULES)


def own_numbers(current: MasteryRule) -> dict[str, dict[str, str]]:
    """What stands in the gaps: the rule in force, and for the other kinds their usual numbers."""
    shown = {}
    for own in OWN_RULES:
        rule = current.rule if current.rule.kind == own.kind else RULES[own.kind]()
        shown[own.kind] = {name: _typed(name, value) for name, value in asdict(rule).items()}
    return shown


def as_typed(setting: Setting, preset: str) -> dict[str, str]:
    """The fields of the form that say this setting; `preset` is its key, or empty for a rule of one's own."""
    rule = setting.rule
    fields = {"preset": preset or OWN, "part": f"{setting.content_id}:{setting.part}", "grading": setting.grading}
    fields |= {"points": f"{setting.points:g}"} if setting.points else {"graded": "no"}
    if preset:
        return fields
    fields |= {f"{rule.rule.kind}.{name}": _typed(name, value) for name, value in asdict(rule.rule).items()}
    gates = {name: _typed(name, getattr(rule, name)) for name in GATES}
    return fields | {"kind": rule.rule.kind} | {name: value for name, value in gates.items() if value}


def _typed(name: str, value: object) -> str:
    """A value as somebody would type it: a share as percent, yes as 1, no and nothing as nothing."""
    if value is None or value is False or value == ():
        return ""
    if value is True:
        return "1"
    if isinstance(value, tuple):
        return json.dumps(value, separators=(",", ":"))
    return f"{float(value) * 100:g}" if name in SHARES and isinstance(value, int | float) else str(value)
