"""Which training loops run, and when enough steps were seen of each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gradcheck.probe.engine.watch.gradient_calls import Site

_now = time.monotonic  # a program may replace it in its module
_QUIET_SECONDS = 1.5
_PATIENCE = 10.0
"""How many seconds a `fit` may go on although enough was seen of it."""


class Progress:
    """The training loops of models, and how long nothing new was seen.

    `trained` are the models that trained themselves, and those that somebody named; `cut_short` says that
    training was ended before the program would have, `finished` that the program came to its end.
    """

    def __init__(self, *, steps: int, shapes: bool) -> None:
        self._steps, self._shapes = steps, shapes
        self._training: list[tuple[Any, str, dict[int, int]]] = []
        self._quiet_since = (0, _now())
        self._patient_until = 0.0
        self.trained: list[Any] = []
        self.cut_short = False
        self.finished = False

    @contextmanager
    def fit(self, trainer: Any, name: str, *, patient: bool = False) -> Iterator[None]:
        """A model trains itself; `patient`: it is not ended as soon as enough was seen."""
        self._training.append((trainer, name, {}))
        before, self._patient_until = self._patient_until, _now() + _PATIENCE if patient else 0.0
        if not any(trainer is one for one in self.trained):
            self.trained.append(trainer)
        try:
            yield
        finally:
            self._training.pop()
            self._patient_until = before

    @property
    def trainer(self) -> Any:
        """The model that trains itself now; None where none does."""
        return self._training[-1][0] if self._training else None

    def something_new(self) -> None:
        """A gradient call is seen for the first time."""
        self._quiet_since = (0, _now())

    def stepped(self, sites: Sequence[Site], moved: Sequence[Site], *, scaled: bool) -> None:
        """A step was taken in the `moved` ones of these gradient calls; a `fit` that was seen is ended."""
        quiet, since = self._quiet_since
        wanted = 1 if self._shapes else self._steps
        done = all(site.settled(wanted, scaled=scaled) for site in sites)
        self._quiet_since = (quiet + 1, since) if done else (0, _now())
        if not self._training:
            return
        trainer, name, counts = self._training[-1]
        for site in moved:
            counts[id(site)] = counts.get(id(site), 0) + 1
        seen = all(site.settled(0, scaled=scaled) for site in moved)
        enough = name == "fit" and seen and min(counts.values()) >= self._steps
        if enough and _now() > self._patient_until:
            trainer.stop_training = True

    @property
    def enough(self) -> bool:
        """Whether every gradient call was seen often enough, and nothing new came for a while."""
        quiet, since = self._quiet_since
        quiet_since = max(since, self._patient_until)
        return quiet > 2 * self._steps and _now() - quiet_since > _QUIET_SECONDS
