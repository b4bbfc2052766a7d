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
        late = dict(_switched_on(watch, site)) if site.cells and site.kind == "tape" else {}
        for root in _roots(watch, site) if late else ():
            for number in versions.trainable_handles(root) & late.keys():
                born = watch.births.by_number(number)
                if born is not None and born.stack and born not in known | listed:
                    listed.add(born)
                    why = cause(Kind.TRACED, late[number], variant="listed")
                    yield Verdict(described(born), Status.UNLISTED, None, why)


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
