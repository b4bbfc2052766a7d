"""Which layers hold a weight, and which train with a gradient call."""

from __future__ import annotations

from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.watch import Watch


def holders(watch: Watch, born: Born) -> list[Any]:
    """The layers that have a weight themselves, not in a layer inside."""
    number = versions.handle(born.variable())
    return [
        layer
        for layer, _ in watch.births.layers()
        if any(versions.handle(weight) == number for weight in versions.own_weights(layer))
    ]


def trainers(watch: Watch, *sites: Site) -> list[Any]:
    """The layers with a weight, their own or one inside, that one of these gradient calls asks for."""
    asked = {versions.handle(born.variable()) for site in sites for born in site.sources}
    return [
        layer for layer, _ in watch.births.layers() if not asked.isdisjoint(versions.trainable_handles(layer))
    ]
