"""The first visit: a short welcome, all of it skippable; shorter still for whoever told us before."""

from __future__ import annotations

from dataclasses import dataclass

from ...learning.activities import Modality
from ...learning.diagnostic import length_estimate
from .. import desks, learners
from ..database import Session
from ..launches import Visit
from .reading import placement_view
from .views import PlacementView


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomePage:
    """What the learner may tell us. `again`: they begin here, but were asked at another activity already.
    `questions` is about how long the first assessment is."""

    placement: PlacementView
    first_name: str
    again: bool
    topics: tuple[tuple[str, str], ...]
    modalities: tuple[Modality, ...]
    chosen_interests: tuple[str, ...]
    chosen_modalities: tuple[Modality, ...]
    goal: str
    questions: int


def load(session: Session, visit: Visit) -> WelcomePage | None:
    """Read the page; None while the placement is not configured."""
    assert visit.placement_id is not None
    state = learners.load(session, visit.placement_id, visit.person_id)
    if state is None:
        return None
    used = {activity.modality for activity in state.content.activities.values()}
    return WelcomePage(
        placement=placement_view(session, state.placement, state.content),
        first_name=visit.given_name,
        again=(state.desk is None or state.desk.stage == "welcome") and desks.was_asked(session, visit.person_id),
        topics=tuple(state.content.topics.items()),
        modalities=tuple(kind for kind in Modality if kind in used and kind is not Modality.BREAK),
        chosen_interests=state.profile.interests,
        chosen_modalities=state.profile.modalities,
        goal=state.profile.goal,
        questions=0 if state.all_mastered else length_estimate(state.content, state.part.skills),
    )
