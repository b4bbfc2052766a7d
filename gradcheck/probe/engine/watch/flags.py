"""Who switched the training of a layer off or on, and when: before or after compile() and fit()."""

from __future__ import annotations

import difflib
from itertools import dropwhile
from types import FrameType
from typing import Any

from gradcheck.probe.engine.watch import expressions
from gradcheck.probe.engine.watch.frames import Frames, Stack, place


class Flags:
    """Every change of a layer's `trainable`, in the order of what else happened to the models.

    `frozen` are the layers that are off, `unfrozen` those whose flag was set to on with the moment of it,
    `switched_on` the ones of these that were off before, `now` is the moment of the last change,
    `undone` those that a loop switched off again before anything used them, `typos` those whose flag was
    misspelt.
    """

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self.now = 0
        self._compiled: dict[int, int] = {}
        self._fitted: dict[int, tuple[Stack, int]] = {}
        self.frozen: dict[int, tuple[Any, Stack]] = {}
        self.unfrozen: dict[int, tuple[Stack, int]] = {}
        self.switched_on: dict[int, tuple[Stack, int]] = {}
        self.undone: dict[int, Stack] = {}
        self.typos: dict[int, Stack] = {}
        self._unused: set[int] = set()

    def compiled(self, model: Any) -> None:
        """A model was compiled: what is trainable now is what fit() will train."""
        self._compiled[id(model)] = self._tick()
        self._unused.clear()

    def fitted(self, model: Any, frame: FrameType) -> None:
        """A model trains itself."""
        self._fitted[id(model)] = (self._frames.stack(frame), self._tick())
        self._unused.clear()

    def flagged(self, layer: Any, trainable: bool, frame: FrameType) -> None:
        """A layer's `trainable` was set."""
        now, stack = self._tick(), self._frames.stack(frame)
        if stack and not _by_another_flag(frame, stack):
            self._turned(layer, trainable, stack)
        off = self.frozen.pop(id(layer), None) if trainable else None
        # Keras 2 sets flags itself when it fits.
        if trainable and stack and not expressions.calls(place(stack[0]), *expressions.FITS):
            self.unfrozen[id(layer)] = (stack, now)
            if off is not None:
                self.switched_on[id(layer)] = (stack, now)
        elif not trainable and stack:
            self.frozen[id(layer)] = (layer, stack)

    def _turned(self, layer: Any, trainable: bool, stack: Stack) -> None:
        """The program itself set the flag of this very layer."""
        key = id(layer)
        if trainable:
            self.undone.pop(key, None)
        if trainable and key in self.frozen and not expressions.looped(place(stack[0])):
            self._unused.add(key)
        elif not trainable and key in self._unused and expressions.looped(place(stack[0])):
            self.undone[key] = stack

    def misspelt(self, layer: Any, name: str, value: bool, frame: FrameType) -> None:
        """A flag was set on a layer whose name comes close to `trainable`."""
        close = difflib.get_close_matches(name.lower(), ["trainable"], cutoff=0.8)
        if close and value and (stack := self._frames.stack(frame)):
            self.typos[id(layer)] = stack

    def too_late(self, model: Any, layer: Any) -> Stack:
        """The line that switched a layer on after its model was compiled, and before it was fitted again;
        where a function does only that, the line that called it."""
        stack, when = self.unfrozen.get(id(layer), ((), 0))
        compiled, (around, fitted) = self._compiled.get(id(model), 0), self._fitted.get(id(model), ((), 0))
        if not 0 < compiled < when < fitted:
            return ()
        running = {frame.code for frame in around}
        return tuple(dropwhile(lambda frame: frame.code not in running, stack)) or stack

    def _tick(self) -> int:
        self.now += 1
        return self.now


def _by_another_flag(frame: FrameType, stack: Stack) -> bool:
    """Whether Keras sets a flag because the one of a layer around it is set."""
    around: FrameType | None = frame
    while around is not None and around.f_code is not stack[0].code:
        if around.f_code.co_name == "trainable":
            return True
        around = around.f_back
    return False
