"""Static files under names that change with their content: joined, compressed once, cached for a year."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import brotli
from whitenoise import WhiteNoise

from ..paths import STATIC

BUNDLES = {"cairn.css": ("css/tokens.css", "css/base.css", "css/parts.css", "css/pages.css")}
"""Style sheets are written in layers and sent as one file: one request, one compression."""
_TEXT = {".css", ".js", ".svg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Prepared files under `root`; `digest` names this state of them."""

    root: Path
    digest: str

    def url(self, name: str) -> str:
        """The address of a file, such as `js/answer.js`."""
        return f"/static/{self.digest}/{name}"


def prepare(data_dir: Path, source: Path = STATIC) -> Assets:
    """Join and compress the static files into a folder of their own, unless an earlier start did.

    A folder that cannot be written to is no reason not to start: then a temporary one is used.
    """
    digest = _digest(source)
    target = data_dir.absolute() / "static" / digest
    if target.is_dir():
        return Assets(root=target, digest=digest)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{digest}.", dir=target.parent))
    except OSError:
        fresh = target = Path(tempfile.mkdtemp(prefix="cairn-static-"))
    _fill(fresh, source)
    return Assets(root=_move(fresh, target), digest=digest)


def _digest(source: Path) -> str:
    state = hashlib.sha256(repr(sorted(BUNDLES.items())).encode())
    for path in sorted(source.rglob("*")):
        if path.is_file():
            state.update(str(path.relative_to(source)).encode() + b"\0" + path.read_bytes())
    return state.hexdigest()[:12]


def _fill(folder: Path, source: Path) -> None:
    shutil.copytree(source, folder, dirs_exist_ok=True)
    for name, parts in BUNDLES.items():
        (folder / name).write_text("\n".join((source / part).read_text() for part in parts))
    for path in [path for path in folder.rglob("*") if path.suffix in _TEXT]:
        plain = path.read_bytes()
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(plain, 9, mtime=0))
        path.with_name(path.name + ".br").write_bytes(brotli.compress(plain))
    folder.chmod(0o755)


def _move(fresh: Path, target: Path) -> Path:
    """Put the folder in place; when another worker was first, its folder is as good."""
    if fresh == target:
        return target
    try:
        os.replace(fresh, target)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def serve(application: object, assets: Assets) -> WhiteNoise:
    """Put the files in front of the application: by digest for ever, and by plain name for an hour (the logo)."""
    server = WhiteNoise(
        application,
        max_age=3600,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: url.startswith(f"/static/{assets.digest}/"),
    )
    server.add_files(str(assets.root), prefix=f"static/{assets.digest}/")
    server.add_files(str(assets.root), prefix="static/")
    return server
