"""What Python imports with, which a program may take away: the rest of ours is imported when it is needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def without(finder: object) -> None:
    """Take a finder out, if it is still there."""
    sys.meta_path[:] = [one for one in sys.meta_path if one is not finder]


@contextmanager
def kept() -> Iterator[None]:
    """What finds modules now is there afterwards, behind what was added meanwhile."""
    before = {name: (found := getattr(sys, name), list(found)) for name in ("meta_path", "path_hooks")}
    try:
        yield
    finally:
        for name, (whole, parts) in before.items():
            now = _list(getattr(sys, name, None))
            missing = [one for one in parts if not any(one is other for other in now)]
            if missing or getattr(sys, name, None) is not whole:
                # The list that Python started with: the program may have put another one in its place.
                whole[:] = [*now, *missing]
                setattr(sys, name, whole)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list) else []
