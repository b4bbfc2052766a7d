"""The Keras callback. Its class is made on demand: which Keras it derives from, the environment decides."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from gradcheck.probe.api.inside import seen
from gradcheck.report.finding import Location
from gradcheck.report.verdict import Probe

Step = Callable[[Any], Any]
"""A training step as `fit` calls it, with an iterator over batches."""


class Listener(Protocol):
    """Where what was seen is reported."""

    @property
    def report(self) -> object:
        """What is known so far, for whoever holds the callback."""

    def begins(self, model: Any) -> Iterable[tuple[Any, Location]]:
        """A model begins to train: where were its variables created?"""

    def saw(self, probe: Probe, step: int) -> None:
        """What was seen by the end of a step, counted from 1."""


def keras_callback(listener: Listener, *, first: int, every: int | None) -> Any:
    """A Keras callback that watches the first steps of `fit` and every n-th one, and tells after each."""
    import tensorflow as tf

    class GradientCallback(tf.keras.callbacks.Callback):  # type: ignore[misc]
        """Watches `fit`."""

        def __init__(self) -> None:
            super().__init__()
            self._look = Look(listener, first, every)

        @property
        def report(self) -> object:
            """All that is known."""
            return listener.report

        def on_train_begin(self, logs: Any = None) -> None:
            self._look.begin(self.model)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self._look.ended()

        def on_train_end(self, logs: Any = None) -> None:
            self._look.end()

    return GradientCallback()


class Look:
    """What the callback does, whichever Keras calls it.

    The step that `fit` runs is replaced by one that is watched when it is due and else the model's own,
    traced apart: a step that nobody looks at costs nothing. TensorFlow is watched only while such a step
    runs.
    """

    def __init__(self, listener: Listener, first: int, every: int | None) -> None:
        self._listener = listener
        self._first, self._every = first, every
        self._count, self._due = 0, False
        self._model: Any = None
        self._session: Any = None

    def begin(self, model: Any) -> None:
        """A training begins: from here on `fit` runs our step."""
        from gradcheck.probe.engine.session import Session

        self._model, self._count = model, 0
        self._session = Session(mode="judge", steps=sys.maxsize, project=[], stop=False)
        self._session.born(self._listener.begins(model))
        self._session.owners([model])
        watched, own = _traced(model), list[Step]()

        def step(iterator: Any) -> Any:
            self._due = self._count < self._first or bool(self._every and self._count % self._every == 0)
            self._count += 1
            if self._due:
                return self._watched(watched, iterator)
            if not own:
                own.append(_traced(model))
                model.train_function = step
            return own[0](iterator)

        model.train_function = step

    def _watched(self, step: Step, iterator: Any) -> Any:
        """A step that is looked at. Where no variable gets a gradient Keras gives up, and no batch ends: what
        was seen is told first."""
        try:
            with self._session, self._session.fits(self._model):
                return step(iterator)
        except Exception as error:
            if _ends_data(error):
                self._count -= 1
                raise
            self._session.failed(error)
            self.ended()
            self.end()
            raise

    def ended(self) -> None:
        """A batch has ended."""
        if not self._due:
            return
        try:
            self._listener.saw(seen(self._model, self._session), self._count)
        except BaseException:  # Keras tells no callback that its training has ended
            self.end()
            raise

    def end(self) -> None:
        """Training has ended: the model is left as it was."""
        self._model.train_function = None


def _ends_data(error: Exception) -> bool:
    """Whether a step found no more data, which is how `fit` learns of the end of an epoch."""
    import tensorflow as tf

    return isinstance(error, StopIteration | tf.errors.OutOfRangeError)


def _traced(model: Any) -> Step:
    """The model's own training step, yet to be traced."""
    model.train_function = None
    model.make_train_function()
    step: Step = model.train_function
    return step
