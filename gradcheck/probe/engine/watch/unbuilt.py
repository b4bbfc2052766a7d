"""Layers inside a model that trained, which nothing ever called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.described import cause
from gradcheck.probe.engine.watch.frames import place
from gradcheck.probe.engine.watch.owners import trainers
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Variable, Verdict


def unbuilt(watch: Watch) -> Iterator[Verdict]:
    """Layers with weights to create, inside a model that trained, that nothing ever called."""
    seen: set[int] = set()
    for root in _roots(watch):
        for path, chain in _attributes(root):
            layer = chain[-1]
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            stack = watch.births.made(layer)
            if stack and not layer.built and not versions.own_weights(layer) and versions.builds(layer):
                birth = place(stack[0]).location
                outermost = next((one for one in chain if id(one) not in watch.calls.called), layer)
                why = cause(Kind.UNCALLED_LAYER, watch.births.maker(outermost))
                yield Verdict(Variable(path, birth, (), ""), Status.UNBUILT, None, why)


def _roots(watch: Watch) -> list[Any]:
    """The outermost layers whose weights were asked for."""
    training = trainers(watch, *watch.gradients.outer())
    inner = {id(child) for root in training for child in versions.descendants(root) if child is not root}
    return [layer for layer in training if id(layer) not in inner]


def _attributes(
    layer: Any, prefix: str = "", chain: tuple[Any, ...] = (), seen: set[int] | None = None
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every layer inside another, once, under the attribute names its author gave it: `unit0.conv2`; with the
    layers on the way to it, the outermost first.
    """
    seen = {id(layer)} if seen is None else seen
    for name, child in versions.children(layer):
        path = f"{prefix}.{name}" if prefix else name
        if id(child) not in seen:  # A child may know its parent.
            seen.add(id(child))
            yield path, (*chain, child)
            if versions.is_wrapper(child):  # What it does with the layer it is given is its own matter.
                continue
            yield from _attributes(child, path, (*chain, child), seen)
