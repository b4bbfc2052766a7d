"""The Keras callback. Its class is made on demand: which Keras it derives from, the environment decides."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from gradcheck.probe.api.inside import Seen, describe
from gradcheck.probe.job.merge import is_bad
from gradcheck.report.verdict import Probe


def callback(*, every: int = 100, warn: Callable[[str], object] | None = None) -> Any:
    """A Keras callback that looks at the gradients of the first and every n-th step of `fit`.

        model.fit(x, y, callbacks=[gradcheck.callback(every=50)])

    `warn` is called once for each variable whose gradient is unusable; the default prints to stderr. The
    callback's `probe` holds all that is known.
    """
    import tensorflow as tf

    say = warn or (lambda line: print(line, file=sys.stderr))

    class Gradients(tf.keras.callbacks.Callback):  # type: ignore[misc]
        """Watches `fit`; `probe` holds what was seen."""

        def __init__(self) -> None:
            super().__init__()
            self._look = Look(every, say)

        @property
        def probe(self) -> Probe:
            return self._look.seen.probe

        def on_train_begin(self, logs: Any = None) -> None:
            self._look.begin(self.model)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self._look.step()

        def on_train_end(self, logs: Any = None) -> None:
            self._look.end(self.model)

    return Gradients()


class Look:
    """What a callback does, whichever Keras calls it."""

    def __init__(self, every: int, warn: Callable[[str], object]) -> None:
        self._every, self._warn = max(every, 1), warn
        self._count, self._said = 0, set[str]()
        self._session: Any = None
        self.seen = Seen("fit")

    def begin(self, model: Any) -> None:
        """Watch from here; a step that was traced before is traced anew."""
        from gradcheck.probe.engine.session import Session

        self._session = Session(mode="judge", steps=sys.maxsize, project=[], stop=False)
        self._session.__enter__()
        self._session.owners([model])
        model.train_function = None
        model.make_train_function()

    def step(self) -> None:
        """One batch has ended."""
        if self._count % self._every == 0:
            self._update()
        self._count += 1

    def end(self, model: Any) -> None:
        """Training has ended: nothing stays watched."""
        self._update()
        self._session.__exit__(None, None, None)
        model.train_function = None

    def _update(self) -> None:
        self.seen.update(self._session)
        for verdict in self.seen.probe.verdicts:
            if is_bad(verdict) and verdict.variable.path not in self._said:
                self._said.add(verdict.variable.path)
                self._warn(f"gradcheck: {describe(verdict).strip()}")
