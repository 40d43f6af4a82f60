"""What is worked out from a course once, kept beside it as long as the course itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def once(work_out: Callable[[_Key], _Value]) -> Callable[[_Key], _Value]:
    """Call `work_out` once for each key. The key must be equal only to itself, and its value must not hold it."""
    kept: WeakKeyDictionary[_Key, _Value] = WeakKeyDictionary()

    @wraps(work_out)
    def found(key: _Key) -> _Value:
        value = kept.get(key)
        if value is None:
            value = kept[key] = work_out(key)
        return value

    return found
