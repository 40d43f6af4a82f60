"""`python -m sandbox_platform`: the practice LMS on its own."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
from pathlib import Path

from .app import create_platform
from .manners import BY_NAME
from .server import bind
from .settings import MEMORY, PlatformSettings


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM. The first line printed is the address, the second the admin token."""
    chosen = _parser().parse_args(arguments)
    settings = PlatformSettings(
        data=chosen.data,
        base_url=chosen.base_url or "",
        admin_token=chosen.admin_token or _kept_token(chosen.data),
        class_size=chosen.class_size,
        course_title=chosen.course,
        school=chosen.school,
    )
    app = create_platform(settings, BY_NAME[chosen.manners])
    server = bind(app, chosen.host, chosen.port)
    address = settings.base_url or f"http://{chosen.host}:{server.server_port}"
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs begin with Ctrl-C switched off
        signal.signal(number, signal.default_int_handler)
    try:
        print(address, flush=True)
        print(f"admin token: {settings.admin_token}", flush=True)
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


def _parser() -> argparse.ArgumentParser:
    defaults = PlatformSettings(admin_token="-")
    parser = argparse.ArgumentParser(prog="sandbox_platform", description="A practice LMS for LTI tools.")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--base-url", help="the address others see, if not http://HOST:PORT")
    parser.add_argument("--data", default=MEMORY, help="a folder, or :memory: (the default)")
    parser.add_argument("--class-size", type=int, default=defaults.class_size)
    parser.add_argument("--course", default=defaults.course_title, help="title of the course")
    parser.add_argument("--school", default=defaults.school)
    parser.add_argument(
        "--manners", choices=sorted(BY_NAME), default="specification", help="the LMS to behave like"
    )
    parser.add_argument("--admin-token", default=os.environ.get("SANDBOX_ADMIN_TOKEN"))
    return parser


def _kept_token(data: str) -> str:
    """The admin token of this data folder, made the first time and readable by its owner only."""
    if data == MEMORY:
        return secrets.token_urlsafe(24)
    folder = Path(data)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "admin-token"
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
    return kept.read_text().strip()


if __name__ == "__main__":
    sys.exit(main())
