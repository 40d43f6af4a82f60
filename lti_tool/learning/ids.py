"""Names for things, so that a learner's number is never taken for a skill's."""

from __future__ import annotations

from typing import NewType

LearnerId = NewType("LearnerId", int)
"""Row id of a person in one LMS deployment."""

SkillId = NewType("SkillId", str)
"""Key of a skill inside its course content, such as `equivalent-fractions`."""

ItemId = NewType("ItemId", str)
"""Key of one question inside its course content."""

ActivityId = NewType("ActivityId", str)
"""Key of something to do (explanation, practice, project ...) inside its course content."""

Score = NewType("Score", float)
"""Success in [0, 1]. It turns into points only at the LMS border."""
