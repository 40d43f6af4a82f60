"""How LMSs differ: the specification, and one profile for each LMS whose habits we know.

*Lives here*: `base.Manners`, every point in which an LMS may differ, with the specification as default; and one
file per LMS with what it does otherwise, as strictly as the real one: what it refuses is refused here.

*Does not live here*: the services themselves. They ask the manners of their platform and nothing else, so that a
new LMS is one more file.

*Start reading at* `base`, then the LMS you are installing in.

We chose values and small functions over subclasses, because a profile is then a list of differences that can be
read from top to bottom. Where real LMSs are laxer than the specification we stay strict, since a tool that passes
here must pass there.
"""

from __future__ import annotations

from .base import SPECIFICATION, Manners, Refused
from .blackboard import BLACKBOARD
from .brightspace import BRIGHTSPACE
from .canvas import CANVAS
from .moodle import MOODLE
from .openedx import OPENEDX
from .sakai import SAKAI
from .schoology import SCHOOLOGY

ALL = (SPECIFICATION, CANVAS, MOODLE, SCHOOLOGY, BLACKBOARD, BRIGHTSPACE, OPENEDX, SAKAI)
BY_NAME = {manners.name: manners for manners in ALL}

__all__ = ["ALL", "BY_NAME", "SPECIFICATION", "Manners", "Refused"]
