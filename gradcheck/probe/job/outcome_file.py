"""Writes down what a child has to say, after every step, so that it stands however the child ends."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import Any

from gradcheck.probe.job.answer import Answer
from gradcheck.probe.job.job import Outcome, Recipe

_getpid = os.getpid  # a program may replace it in its module


class OutcomeWriter:
    """Keeps the answer of one child up to date. Safe to call from any thread; mute in a forked copy."""

    def __init__(self, answer: Answer) -> None:
        self._answer, self._pid = answer, _getpid()
        self._lock = threading.RLock()
        self.outcome = Outcome()

    @property
    def mine(self) -> bool:
        """Whether this is still the process that was started, not a copy the program forked."""
        return _getpid() == self._pid

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
                self._answer.write(self.outcome)
