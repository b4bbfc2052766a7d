"""Which layers were called, applied to symbolic inputs and compiled, and by which of the user's lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tensorflow.python.eager import context
from tensorflow.python.framework import ops

from gradcheck.probe.engine.watch.births import Births
from gradcheck.probe.engine.watch.frames import Frame, Frames, Stack


class LayerCalls:
    """Every call of a layer; layers are keys by their `id`.

    `called` are the lines that called a layer first, `piped` those that called it in a data pipeline,
    `inside` the layers in whose calls it was called, `applied` the lines whose operations a layer of a
    functional graph stands for, and `compiled` the lines that gave a model its loss. `running` are the layers
    whose calls have not returned, outermost first, and `entered` the user's frame of each, where somebody
    wants to know it. `replaced` has, for a layer that took the attribute of another one, that other layer and
    the line.
    """

    def __init__(self, frames: Frames, births: Births) -> None:
        self._frames, self._births = frames, births
        self.called: dict[int, Stack] = {}
        self.inside: dict[int, set[int]] = {}
        self.applied: dict[int, Stack] = {}
        self.compiled: dict[int, Stack] = {}
        self.piped: dict[int, Stack] = {}
        self.replaced: dict[int, tuple[int, Stack]] = {}
        self.running: list[Any] = []
        self.entered: list[Frame | None] = []

    @contextmanager
    def call(self, layer: Any, frame: FrameType, *, enter: bool) -> Iterator[None]:
        """A layer is being called, perhaps inside another; `enter` says that its frame is wanted."""
        if id(layer) not in self.called:
            self.called[id(layer)] = self._frames.stack(frame, limit=3)
        if id(layer) not in self.piped and _in_pipeline():
            self.piped[id(layer)] = self._frames.stack(frame)
        if self.running:
            self.inside.setdefault(id(layer), set()).update(id(one) for one in self.running)
        self.running.append(layer)
        self.entered.append(self._frames.first(frame) if enter else None)
        try:
            yield
        finally:
            self.running.pop()
            self.entered.pop()

    def runs(self, layer: Any) -> bool:
        """Whether this is the innermost call that is running."""
        return bool(self.running) and self.running[-1] is layer

    def placed(self, layer: Any, frame: FrameType) -> None:
        """A layer was applied to a symbolic input: that line is where its operations belong."""
        through = self._frames.passes(frame, "sequential.py")
        stack = self._births.made(layer) if through else ()
        if stack := stack or self._frames.stack(frame):
            self.applied[id(layer)] = stack

    def took_place(self, layer: Any, of: Any, frame: FrameType) -> None:
        """A layer is now in the attribute of another one."""
        self.replaced[id(layer)] = (id(of), self._frames.stack(frame))

    def given_loss(self, model: Any, frame: FrameType) -> None:
        """A model was compiled."""
        self.compiled[id(model)] = self._frames.stack(frame)


def _in_pipeline() -> bool:
    """Whether a function of a `tf.data` pipeline is being traced."""
    return not context.executing_eagerly() and ops.get_default_graph().name.startswith("Dataset_")
