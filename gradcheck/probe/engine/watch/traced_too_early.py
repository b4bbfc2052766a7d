"""Weights that are switched on when the step that trains is traced already: its graph does not list them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.described import cause, described
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Verdict


def traced_too_early(watch: Watch, known: set[Born]) -> Iterator[Verdict]:
    """What a model lists by now, and did not list when a step that still runs was traced."""
    listed: set[Born] = set()
    for site in watch.gradients.outer():
        if site.cells and site.kind == "tape":
            for born, stack in _late(watch, site, _roots(watch, site)):
                if born not in known | listed:
                    listed.add(born)
                    why = cause(Kind.TRACED, stack, variant="listed")
                    yield Verdict(described(born), Status.UNLISTED, None, why)


def switched_on_in_fit(watch: Watch) -> Iterator[Verdict]:
    """What is switched on while `fit` runs, which has listed what trains at its first batch."""
    listed: set[Born] = set()
    for site in watch.gradients.outer():
        if site.cells and site.kind == "fit":
            for born, stack in _late(watch, site, _fitted(watch, site)):
                if born not in listed and born not in site.sources:
                    listed.add(born)
                    why = cause(Kind.FROZEN, stack, variant="in-fit")
                    yield Verdict(described(born), Status.FROZEN, None, why)


def _late(watch: Watch, site: Site, roots: Iterator[Any]) -> Iterator[tuple[Born, Stack]]:
    """The weights of these models that were switched on too late for a step, and where."""
    late = dict(_switched_on(watch, site))
    for root in roots if late else ():
        for number in late:
            born = watch.births.by_number(number) if number in versions.trainable_handles(root) else None
            if born is not None and born.stack:
                yield born, late[number]


def _switched_on(watch: Watch, site: Site) -> Iterator[tuple[int, Stack]]:
    """The weights of the layers that were switched on after a step was traced, and before it ran last."""
    for layer, _ in watch.births.layers():
        stack, when = watch.flags.switched_on.get(id(layer), ((), 0))
        if stack and site.traced < when <= site.ran:
            yield from ((number, stack) for number in versions.trainable_handles(layer))


def _roots(watch: Watch, site: Site) -> Iterator[Any]:
    """The models whose variables were listed while this step was traced, and are what it asks for."""
    asked = {versions.handle(born.variable()) for born in site.sources}
    for layer, _ in watch.births.layers():
        if any(numbers <= asked for numbers in watch.lists.traced.get(id(layer), ())):
            yield layer


def _fitted(watch: Watch, site: Site) -> Iterator[Any]:
    """The models that trained themselves, and have all that this step asks for."""
    asked = {versions.handle(born.variable()) for born in site.sources}
    yield from (model for model in watch.progress.trained if asked <= versions.trainable_handles(model))
