"""Words for values: level, modality, kind of step, state of a grade. One place, so that all pages agree."""

from __future__ import annotations

from dataclasses import dataclass

from ..learning.activities import Modality
from ..learning.evidence import Source
from ..learning.grouping import Purpose
from ..learning.outside import Occasion, Shown
from ..learning.verdicts import Level
from ..store.pages.views import GradeView
from .i18n import _, number

LEVELS = {
    Level.NONE: "Not started",
    Level.BEGINNING: "Beginning",
    Level.DEVELOPING: "Getting there",
    Level.NEARLY: "Nearly there",
    Level.MASTERED: "Mastered",
}

MODALITIES = {
    Modality.EXPLANATION: ("Explanation", "Read and look at pictures"),
    Modality.WORKED_EXAMPLE: ("Worked example", "Follow how somebody else solves it"),
    Modality.PRACTICE: ("Practice", "Answer questions, one at a time"),
    Modality.HANDS_ON: ("Hands-on", "Do something away from the screen"),
    Modality.PARTNER: ("With a partner", "Talk and work it out together"),
    Modality.PROJECT: ("Project", "Make something of your own"),
    Modality.BREAK: ("Break", "Rest for a moment"),
}

STEPS = {
    "new": "New",
    "review": "Refresh",
    "check": "Check",
    "mixed": "Check",
    "back": "Step back",
    "enrich": "Go further",
    "break": "Break",
}

SOURCES = {
    Source.PRACTICE: "Practice",
    Source.ASSESSMENT: "First questions",
    Source.REVIEW: "Review",
    Source.CHALLENGE: "Mixed check",
    Source.OBSERVATION: "Seen by the teacher",
    Source.LMS_GRADE: "Other grade",
}

OCCASIONS = {
    Occasion.ORAL: "Said aloud",
    Occasion.PROJECT: "Project",
    Occasion.WRITTEN: "Written work",
    Occasion.RUBRIC: "Rubric",
    Occasion.OTHER: "Something else",
}

SHOWN = {
    Shown.ALONE: "Did it alone",
    Shown.HELPED: "Did it with help",
    Shown.PARTLY: "Partly",
    Shown.NOT_YET: "Not yet",
}

PURPOSES = {
    Purpose.STUCK: "With you",
    Purpose.PEER: "One shows the others",
    Purpose.NEXT: "Ready for the same",
}

SENDERS = {
    "you": "You can.",
    "teacher": "Your teacher can.",
    "lms admin": "The administrator of your LMS can.",
    "tool operator": "The operator of this tool can.",
}


def level_word(level: Level | str) -> str:
    """`Nearly there`."""
    return _(LEVELS[Level(level)])


def modality_word(modality: Modality | str) -> str:
    """`Worked example`."""
    return _(MODALITIES[Modality(modality)][0])


def modality_hint(modality: Modality | str) -> str:
    """What one does there, in a few words."""
    return _(MODALITIES[Modality(modality)][1])


def step_word(kind: str) -> str:
    """`Refresh`; unknown kinds are shown without a word."""
    return _(STEPS.get(str(kind), ""))


def source_word(source: Source | str) -> str:
    """Where an observation came from."""
    return _(SOURCES.get(Source(source), ""))


_HARDNESS = ((-1.0, "very easy"), (-0.35, "easy"), (0.35, "middling"), (1.0, "hard"))
_APART = ((-0.25, "the wrong way round"), (0.1, "hardly"), (0.25, "somewhat"), (0.45, "well"))


def hardness_word(logits: float) -> str:
    """`hard`: where a question lies among those of its course."""
    return _(next((word for edge, word in _HARDNESS if logits < edge), "very hard"))


def apart_word(correlation: float) -> str:
    """`well`: how far success at a question goes with success elsewhere."""
    return _(next((word for edge, word in _APART if correlation <= edge), "very well"))


def occasion_word(occasion: Occasion | str) -> str:
    """Where a teacher saw it."""
    return _(OCCASIONS.get(Occasion(occasion), "")) if occasion else ""


def shown_word(shown: Shown | str) -> str:
    """How well it went."""
    return _(SHOWN[Shown(shown)])


def purpose_word(purpose: Purpose | str) -> str:
    """What a group is for."""
    return _(PURPOSES[Purpose(purpose)])


def sender(who: str) -> str:
    """Who can mend something."""
    return _(SENDERS.get(who, SENDERS["you"]))


def points(value: float | None, maximum: float) -> str:
    """`8 of 10`: a value in [0, 1] as the gradebook writes it; a dash for nothing."""
    if value is None:
        return "–"
    return _("{points} of {maximum}").format(points=number(value * maximum), maximum=number(maximum))


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeState:
    """The state of a grade for a teacher: `tone` is calm, busy, good or bad."""

    word: str
    tone: str


_STATES = {
    "none": GradeState(word="Nothing to send yet", tone="calm"),
    "waiting": GradeState(word="Waiting", tone="busy"),
    "sending": GradeState(word="Being sent", tone="busy"),
    "sent": GradeState(word="Sent", tone="good"),
    "failed": GradeState(word="Not in the gradebook", tone="bad"),
    "kept": GradeState(word="Teacher’s own grade: left alone", tone="calm"),
    "no_column": GradeState(word="No gradebook column", tone="calm"),
}


def state_word(state: str) -> str:
    """A state by itself, for counts."""
    return _(_STATES[state].word)


def grade_state(grade: GradeView) -> GradeState:
    """How far a grade got, in a teacher's words."""
    found = _STATES[grade.state]
    if grade.state == "waiting" and grade.attempts:
        return GradeState(word=_("Trying again"), tone="busy")
    return GradeState(word=_(found.word), tone=found.tone)
