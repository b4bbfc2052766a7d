"""Layers that were applied while a model was put together, and whose result is in no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack, place
from gradcheck.probe.engine.watch.watch import Watch


def left_out(watch: Watch) -> Iterator[tuple[Born, Stack]]:
    """The weights of such layers that hang on a model that trains, with the line that applied each layer."""
    for layer in _hanging(watch):
        made = watch.births.made(layer)
        if not made or not _makes(place(made[0]).code, type(layer)):  # One of a library's own models.
            continue
        for weight in _weights(layer):
            born = watch.births.find(weight)
            if born is not None and born.trainable and born.stack:
                yield born, watch.calls.applied.get(id(layer), made)


def _weights(layer: Any) -> Iterator[Any]:
    """The weights of a layer and of those inside: a recurrent one has all of its weights in its cell."""
    for part in versions.descendants(layer):
        yield from versions.own_weights(part)


def _hanging(watch: Watch) -> Iterator[Any]:
    """Every layer that uses a result of a trained model's layers, directly or not, and is in no model."""
    models = [layer for layer, _ in watch.births.layers() if getattr(layer, "inputs", None)]
    inside = {id(part) for model in models for part in versions.descendants(model)}
    asked = {versions.handle(born.variable()) for born in watch.gradients.asked}
    waiting = [
        part
        for model in models
        if not asked.isdisjoint(versions.trainable_handles(model))
        for part in versions.descendants(model)
    ]
    seen: set[int] = set()
    while waiting:
        for user in versions.users(waiting.pop()):
            if id(user) not in inside and id(user) not in seen:
                seen.add(id(user))
                yield user
                waiting.append(user)


def _makes(code: str, kind: type) -> bool:
    """Whether this expression constructs a layer of this class itself."""
    return re.match(rf"(?:\w+\.)*{re.escape(kind.__name__)}\(", code) is not None
