"""Which lists of variables the user's code got and asked for."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from types import FrameType
from typing import Any

import tensorflow as tf

from gradcheck.probe.engine.watch import frames as framing
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.frames import Frames, Stack
from gradcheck.probe.engine.watch.gradient_calls import LostTensor, Site

_MOST_LISTS = 4


class VariableLists:
    """Every list of variables; layers are keys by their `id`.

    `emptied` are the lines that asked a layer for its variables when it had none, `listed` the lists that a
    layer gave, one for each length, `traced` those that it gave to a function in its tracing, and
    `lost_tensors` the tensors among the sources of a gradient call that got no gradient.
    """

    def __init__(self, frames: Frames, births: Births) -> None:
        self._frames, self._births = frames, births
        self._positions: dict[object, list[Born | None]] = {}
        self.emptied: dict[int, Stack] = {}
        self.listed: dict[int, list[tuple[frozenset[int | None], Stack]]] = {}
        self.traced: dict[int, set[frozenset[int | None]]] = {}
        self.lost_tensors: dict[object, LostTensor] = {}

    def listing(self, layer: Any, found: Sequence[Any], frame: FrameType) -> None:
        """A layer is asked for its variables. What the user's own code got, now and while there were fewer,
        is kept.
        """
        if found and not tf.executing_eagerly() and self._frames.asks(frame):
            self.traced.setdefault(id(layer), set()).add(frozenset(map(versions.handle, found)))
        if not self._frames.is_own(frame.f_code):
            return
        if not found:
            self.emptied.setdefault(id(layer), self._frames.stack(frame))
            return
        known = self.listed.setdefault(id(layer), [])
        if len(known) < _MOST_LISTS and all(len(numbers) != len(found) for numbers, _ in known):
            known.append((frozenset(map(versions.handle, found)), self._frames.stack(frame)))

    def sources(self, site: Site, flat: Sequence[Any], gradients: Sequence[Any]) -> None:
        """A gradient call's sources: tensors without a gradient, in place of variables or not."""
        at = framing.key(site.stack[0])
        before = self._positions.get(at, [])
        now = [self._births.find(source) for source in flat]
        for index, (source, gradient, born) in enumerate(zip(flat, gradients, now, strict=True)):
            if born is None and gradient is None and hasattr(source, "dtype"):
                was = before[index] if index < len(before) else None
                lost = LostTensor(site, index, versions.shape(source), versions.dtype(source), was)
                self.lost_tensors.setdefault((at, index), lost)
        self._positions[at] = [known or old for known, old in itertools.zip_longest(now, before)]
