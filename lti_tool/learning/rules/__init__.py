"""What a teacher can demand before a skill counts as mastered.

*Lives here*: one file a rule, each a frozen dataclass with its parameters and one method `read(answers,
unaided=...)` that gives a `Reading` (met or not after each answer, progress, reasons, what is missing); three also take
`skill`, for they may hold numbers of its own; `gates` that go on top of any rule; `presets` for one click;
`describing` for the sentence; `plain` for JSON and back.

*Does not live here*: the verdict (`learning.mastery` joins rule, gates, review and reasons), evidence, pages.

*Start reading at* `gates` (`MasteryRule`: rule + gates) and `streak` (the smallest rule).

We chose gates as fields of one value and not as wrappers around rules because a teacher ticks them side by side, and
"what is still missing" names them together: what comes first, then what else. Retakes are a gate too: which try
counts, and whether a question met before counts again. The mixed check is a gate that needs work of its own:
`learning.mixed_check` makes it.

We chose one pass over all answers instead of a look at the last few because a verdict must know *when* the rule was
first met, and must say the same when replayed. Only first answers come in here: `learning.mastery` sees to it.
"""

from __future__ import annotations

from .average import Average
from .decaying_average import DecayingAverage
from .describing import describe, found_in_class
from .fading_average import FadingAverage
from .gates import MasteryRule, Rule
from .hidden_markov import HiddenMarkov, SkillWorlds
from .highest import Highest
from .latest import Latest
from .levels import Levels
from .m_of_n import MOfN
from .n_times import NTimes
from .odds import Odds
from .plain import RULES, from_dict, to_dict
from .presets import DEFAULT_PRESET, PRESETS, Preset
from .reading import RuleError
from .statistical import SkillKinds, Statistical
from .streak import Streak
from .tracing import SkillChances, Tracing

__all__ = [
    "DEFAULT_PRESET",
    "PRESETS",
    "RULES",
    "Average",
    "DecayingAverage",
    "FadingAverage",
    "HiddenMarkov",
    "Highest",
    "Latest",
    "Levels",
    "MOfN",
    "MasteryRule",
    "NTimes",
    "Odds",
    "Preset",
    "Rule",
    "RuleError",
    "SkillChances",
    "SkillKinds",
    "SkillWorlds",
    "Statistical",
    "Streak",
    "Tracing",
    "describe",
    "found_in_class",
    "from_dict",
    "to_dict",
]
