"""What the callbacks of a `fit` may do later on, as their code says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

_FLAG = "trainable"


def may_set_flags(callbacks: Any) -> bool:
    """Whether a callback has code that is about the flag of a layer: in which epoch is up to it."""
    several = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
    return any(_FLAG in code.co_names for one in several for code in _methods(one))


def _methods(callback: Any) -> Iterator[CodeType]:
    every: Iterable[Any] = (one for kind in type(callback).__mro__ for one in vars(kind).values())
    codes = (getattr(one, "__code__", None) for one in (*every, *getattr(callback, "__dict__", {}).values()))
    return (code for code in codes if isinstance(code, CodeType))
