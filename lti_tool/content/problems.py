"""What is wrong with a package: every problem with its file and its place in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Somewhere in a package: a file and a JSON path such as `items[12].choices[2]`."""

    file: str
    path: str = ""

    def at(self, step: str | int) -> Place:
        """One step further in: a key or a list index."""
        if isinstance(step, int):
            return Place(self.file, f"{self.path}[{step}]")
        return Place(self.file, f"{self.path}.{step}" if self.path else step)

    def __str__(self) -> str:
        return f"{self.file}: {self.path}" if self.path else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: `str()` gives `items/a.json: [2].stem: is missing`."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class PackageErrors(Exception):
    """A package that cannot be used; `problems` lists all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def from_messages(place: Place, messages: object) -> Iterator[Problem]:
    """Problems out of marshmallow's nested messages, where each key is a step further in."""
    if isinstance(messages, dict):
        for step, inner in messages.items():
            here = place if step == "_schema" else place.at(step)
            yield from from_messages(here, inner)
    elif isinstance(messages, list):
        for message in messages:
            yield from from_messages(place, message)
    else:
        yield Problem(place, str(messages))
