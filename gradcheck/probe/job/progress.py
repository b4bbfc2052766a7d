"""Writes down what a child has to say, after every step, so that it stands however the child ends."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradcheck.probe.job.job import Outcome, Recipe


class Scribe:
    """Keeps the outcome file of one child up to date. Safe to call from any thread; mute in a forked copy."""

    def __init__(self, path: Path) -> None:
        self._path, self._pid = path, os.getpid()
        self._lock = threading.RLock()
        self.outcome = Outcome()

    @property
    def mine(self) -> bool:
        """Whether this is still the process that was started, not a copy the program forked."""
        return os.getpid() == self._pid

    def saw(self, snapshot: dict[str, Any]) -> None:
        """A step was seen."""
        self.change(snapshot=snapshot)

    def end(self, status: str, reason: str | None = None, place: tuple[str, int] | None = None) -> None:
        """How the program ended."""
        self.change(status=status, reason=reason, place=place)

    def planned(self, recipes: tuple[Recipe, ...]) -> None:
        """How its parts are made to train."""
        self.change(recipes=recipes)

    def note(self, *notes: str) -> None:
        """Say what was not reached."""
        self.change(notes=(*self.outcome.notes, *notes))

    def change(self, **fields: Any) -> None:
        """Replace some fields of the outcome, on disk too."""
        if self.mine:
            with self._lock:
                self.outcome = replace(self.outcome, **fields)
                self.outcome.write(self._path)
