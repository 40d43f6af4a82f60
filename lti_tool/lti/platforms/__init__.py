"""Every habit of every LMS, and nothing else.

*Lives here*: one file per LMS with what it does differently from the specification, each habit a named flag or
method with its source, and `detection`, which tells them apart.

*Does not live here*: anything that asks "which LMS is this?" Elsewhere the question is always "does it …?"

*Start reading at* `base`: what the specification says. A file for an LMS holds only what differs.
"""

from __future__ import annotations

from lti_tool.lti.platforms.base import FrameProtocol as FrameProtocol
from lti_tool.lti.platforms.base import Platform as Platform
from lti_tool.lti.platforms.detection import all_platforms as all_platforms
from lti_tool.lti.platforms.detection import detect as detect
from lti_tool.lti.platforms.detection import detect_by as detect_by
from lti_tool.lti.platforms.guides import Copied as Copied
from lti_tool.lti.platforms.guides import Endpoints as Endpoints
from lti_tool.lti.platforms.guides import Guide as Guide
from lti_tool.lti.platforms.guides import ToolFacts as ToolFacts
