"""The practice LMS: a small but faithful LTI 1.3 Advantage platform.

*Lives here*: everything a tool meets at an LMS (OIDC login, launches, keys, tokens, roster, gradebook, deep
linking, dynamic registration, submission review), the few pages people need to see it work, switches that make
it misbehave, a JSON admin API, and `client.py`, which drives all of it and can be a browser without scripts.

*Does not live here*: any tool, or knowledge of one. Platform and tool meet only over HTTP, on different sites
(`localhost` here, `127.0.0.1` there), so that cookies behave as they do in a school.

*Start reading at* `login.py` (a launch), then `messages.py` (what it says) and `scores.py` (how a grade returns).

We chose Authlib's server side for the token endpoint and verify every assertion in full, because a lenient
platform would hide mistakes of a tool. We chose one SQLite connection behind a lock, because it is fast enough
for 200 students and cannot disagree with itself. Where LMSs differ, `manners` holds the difference; the
default is the specification.
"""

from __future__ import annotations

from .app import create_platform
from .client import PracticeClient
from .manners import SPECIFICATION, Manners
from .platform import Platform, platform_of
from .server import Running, bind, running, serve, start
from .settings import PlatformSettings

__all__ = [
    "SPECIFICATION",
    "Manners",
    "Platform",
    "PlatformSettings",
    "PracticeClient",
    "Running",
    "bind",
    "create_platform",
    "platform_of",
    "running",
    "serve",
    "start",
]
