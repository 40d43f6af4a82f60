"""Presets: what a teacher picks with one click, with a sentence on what it is good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..phrases import Phrase, say
from .average import Average
from .decaying_average import DecayingAverage
from .gates import MasteryRule
from .highest import Highest
from .latest import Latest
from .levels import Levels
from .m_of_n import MOfN
from .n_times import NTimes
from .statistical import Statistical
from .streak import Streak


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A ready-made demand under a short name."""

    key: str
    title: Phrase
    description: Phrase
    rule: MasteryRule


def _preset(key: str, title: str, description: str, rule: MasteryRule) -> Preset:
    return Preset(key=key, title=say(title), description=say(description), rule=rule)


_ALL = (
    _preset(
        "sure",
        "Sure",
        "Weighs every answer: how hard it was, luck, slips, hints. In a mixed class, at most about 1 in 8 is called "
        "mastered too early.",
        MasteryRule(rule=Statistical(sureness="normal")),
    ),
    _preset(
        "sure_quick",
        "Quite sure, quickly",
        "Few questions. In a mixed class, at most about 1 in 5 is called mastered too early. Good when the skill comes "
        "up again soon.",
        MasteryRule(rule=Statistical(sureness="quick")),
    ),
    _preset(
        "sure_strict",
        "Very sure",
        "More questions. In a mixed class, at most about 1 in 16 is called mastered too early. Good for what "
        "everything else rests on.",
        MasteryRule(rule=Statistical(sureness="strict")),
    ),
    _preset(
        "three_in_a_row",
        "Three in a row",
        "Easy to understand and quick. Lucky guessing gets through now and then.",
        MasteryRule(rule=Streak(n=3)),
    ),
    _preset(
        "five_in_a_row",
        "Five in a row",
        "Easy to understand and careful. A slip near the end costs patience.",
        MasteryRule(rule=Streak(n=5)),
    ),
    _preset(
        "four_of_five",
        "Four of five",
        "Forgives one slip.",
        MasteryRule(rule=MOfN(m=4, n=5)),
    ),
    _preset(
        "eight_of_ten",
        "Eight of ten, without hints",
        "Calm and careful: slips are forgiven, luck is not enough.",
        MasteryRule(rule=MOfN(m=8, n=10), without_hints=True),
    ),
    _preset(
        "two_days",
        "Three in a row, on two days",
        "What is still there the next day has a better chance to stay.",
        MasteryRule(rule=Streak(n=3), without_hints=True, different_days=2),
    ),
    _preset(
        "decaying",
        "Decaying average 65/35",
        "As in many gradebooks: the latest work counts most. Looks at the last 20 answers.",
        MasteryRule(rule=DecayingAverage(window=20)),
    ),
    _preset(
        "three_good_rounds",
        "Three good rounds",
        "Three times at least four of five. Slow, for skills that need practice.",
        MasteryRule(rule=NTimes(times=3, threshold=0.8, over=5)),
    ),
    _preset(
        "best_five",
        "The best five",
        "Once five in a row went well, it counts.",
        MasteryRule(rule=Highest(threshold=0.9, over=5)),
    ),
    _preset(
        "mixed",
        "Four of five, then a mixed check",
        "Forgives a slip, and asks once more among questions of other skills, as in a test.",
        MasteryRule(rule=MOfN(m=4, n=5), mixed_check=2),
    ),
    _preset(
        "set_and_check",
        "A set, then a check",
        "Four questions all right make proficient, two more make mastered. A failed check goes one level down.",
        MasteryRule(rule=Levels()),
    ),
    _preset(
        "plain_average",
        "Average of all work",
        "Known from gradebooks. A hard start weighs for ever: many who know it are never called mastered.",
        MasteryRule(rule=Average()),
    ),
    _preset(
        "latest_five",
        "The latest five",
        "Only the latest work counts, whatever was before.",
        MasteryRule(rule=Latest(threshold=0.9, over=5)),
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _ALL})
DEFAULT_PRESET = "sure"
