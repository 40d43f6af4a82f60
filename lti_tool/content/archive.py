"""The files of a package: one JSON file, a folder or a zip, read with limits.

A zip from the internet may be built to fill a disk or to write outside its folder. Nothing is ever unpacked to
disk; names, counts and sizes are checked before and while reading.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from .problems import PackageErrors, Place, Problem

MOST_FILES = 2_000
LARGEST_FILE_BYTES = 5_000_000
LARGEST_PACKAGE_BYTES = 30_000_000

Files = Mapping[str, bytes]
"""Name inside the package -> content. One JSON file alone is a package with one name."""


def from_path(path: Path) -> Files:
    """The files behind a path: a folder, a `.zip` or a JSON file. Raises `PackageErrors`."""
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise _refusal(path.name, "there is no such file or folder")
    if path.stat().st_size > LARGEST_PACKAGE_BYTES:
        raise _refusal(path.name, _too_large(LARGEST_PACKAGE_BYTES))
    return from_bytes(path.read_bytes(), name=path.name)


def from_bytes(data: bytes, *, name: str = "course.json") -> Files:
    """The files inside an upload, zip or JSON, told apart by its first bytes. Raises `PackageErrors`."""
    if len(data) > LARGEST_PACKAGE_BYTES:
        raise _refusal(name, _too_large(LARGEST_PACKAGE_BYTES))
    return _from_zip(data, name) if data[:4] == b"PK\x03\x04" else {name: data}


def _from_folder(folder: Path) -> Files:
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _ignored(name) or not path.is_file() or path.is_symlink():
            continue
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise _refusal(name, _too_large(LARGEST_FILE_BYTES))
        found[name] = path.read_bytes()
        _check_limits(folder.name, found)
    return found


def _from_zip(data: bytes, name: str) -> Files:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _refusal(name, f"the zip file is damaged or locked ({error})") from error


def _unpacked(archive: zipfile.ZipFile, name: str) -> Files:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _ignored(entry.filename)]
    if len(entries) > MOST_FILES:
        raise _refusal(name, f"it holds more than {MOST_FILES} files")
    found: dict[str, bytes] = {}
    for entry in entries:
        _check_name(entry.filename)
        with archive.open(entry) as file:
            content = file.read(LARGEST_FILE_BYTES + 1)  # the size a zip claims for an entry may be a lie
        if len(content) > LARGEST_FILE_BYTES:
            raise _refusal(entry.filename, _too_large(LARGEST_FILE_BYTES))
        if entry.filename in found:
            raise _refusal(entry.filename, "this file is in the zip twice")
        found[entry.filename] = content
        _check_limits(name, found)
    return _without_outer_folder(found)


def _without_outer_folder(found: dict[str, bytes]) -> Files:
    """Zipping a folder often puts the folder itself into the zip."""
    outer = {PurePosixPath(name).parts[0] for name in found}
    if len(outer) != 1 or any("/" not in name for name in found):
        return found
    return {name.partition("/")[2]: content for name, content in found.items()}


def _check_name(name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in name:
        raise _refusal(name, "this name leads outside the package")


def _check_limits(name: str, found: Files) -> None:
    if len(found) > MOST_FILES:
        raise _refusal(name, f"it holds more than {MOST_FILES} files")
    if sum(map(len, found.values())) > LARGEST_PACKAGE_BYTES:
        raise _refusal(name, _too_large(LARGEST_PACKAGE_BYTES))


def _ignored(name: str) -> bool:
    """Droppings of operating systems and editors."""
    return any(
        part.startswith((".", "__")) or part == "Thumbs.db" for part in PurePosixPath(name).parts if part != ".."
    )


def _too_large(limit: int) -> str:
    return f"this is larger than {limit // 1_000_000} MB"


def _refusal(name: str, message: str) -> PackageErrors:
    return PackageErrors([Problem(Place(name), message)])
