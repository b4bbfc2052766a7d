"""Attributes replaced for the time of a session, and put back exactly as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_ABSENT = object()


class Patches:
    """Replaces attributes of classes and modules; `undo` restores them, the last one first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def wrap(self, owner: Any, name: str, around: Callable[[Any], Any]) -> None:
        """Replace `owner.name` by `around(original)`; nothing happens when the owner has no such thing."""
        original = getattr(owner, name, _ABSENT) if owner is not None else _ABSENT
        if original is _ABSENT:
            return
        held = vars(owner).get(name, _ABSENT)
        if isinstance(held, staticmethod | classmethod | property):
            original = held
        self.replace(owner, name, around(original))

    def replace(self, owner: Any, name: str, value: Any) -> None:
        """Set `owner.name`; what was there comes back on `undo`."""
        held = vars(owner).get(name, _ABSENT)
        setattr(owner, name, value)
        self._undo.append(lambda: delattr(owner, name) if held is _ABSENT else setattr(owner, name, held))

    def later(self, undo: Callable[[], None]) -> None:
        """Run this on `undo` as well."""
        self._undo.append(undo)

    def undo(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()
