"""Which layers are meant to be unfrozen by a loop that looks for their names where they are not?

`for layer in model.layers: if layer.name.startswith("block5"): layer.trainable = True` finds nothing when the
layers of that name are inside a model that is itself one of the layers.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Layer, Value, plain
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Event
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.flags import History, histories
from gradcheck.facts.ownership.intended import frozen
from gradcheck.facts.ownership.named_layers import Fits, asked_around, gone_through, names, parts
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Layers inside a frozen part whose names fit, where no name that the loop sees does."""
    for history in histories(program.machine):
        for index in history.flags(value=True):
            event = history.events[index]
            if event.loops:
                yield from _never_reached(history, index, event)


def _never_reached(history: History, index: int, event: Event) -> Iterator[Starved]:
    machine = history.machine
    fits, layers = asked_around(event), gone_through(machine, event.owner)
    if fits is None or not layers or any(fits(name) for one in layers for name in names(one)):
        return
    for birth in _inside(machine, layers, fits, off=frozen(machine) | set(history.off(index))):
        yield starve(birth, Kind.FROZEN, event.site, "never reached", scene="fit", variant="outer")


def _inside(machine: Machine, layers: list[Value], fits: Fits, off: set[int]) -> list[Birth]:
    inner = [part for one in layers for part in parts(machine, one)]
    named = [part for part in inner if isinstance(part, Layer) and any(fits(name) for name in _called(part))]
    births = [birth for part in named for birth in part.births]
    return [birth for birth in births if birth.trainable is True and birth.node in off]


def _called(layer: Layer) -> Iterator[str]:
    """The names that a layer was certainly given, by a text or by what makes one."""
    given = plain(layer.options.get("name"))
    if isinstance(given, str):
        yield given
    yield from (birth.name for birth in layer.births if birth.name)
