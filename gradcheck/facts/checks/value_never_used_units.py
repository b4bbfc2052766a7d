"""Which units of a layer does nothing read: `loc, raw = params[..., :1], params[..., :1]` of two?

All that reads the layer takes parts of its last axis that are known, and they leave some of it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.flat_operations import calls_of_layers
from gradcheck.facts.numerics.layer_shapes import option
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.numerics.sizes import size
from gradcheck.facts.numerics.units_read import Part, parts_read
from gradcheck.facts.ownership.intended import could_train, handed_over, meant
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity

LAYERS = {"layers.Dense": "units", "layers.Conv1D": "filters", "layers.Conv2D": "filters"}


def ask(program: Program) -> Iterator[Starved]:
    """Every such layer that a training of the program is seen to reach."""
    machine = program.machine
    shapes, behind = Shapes(machine), _trained(program)
    away = handed_over(machine) if behind else set()
    for layer, calls in calls_of_layers(machine, LAYERS.keys()).items():
        units = size(option(calls[0][1], LAYERS[calls[0][1].word], 0))
        parts = _parts(shapes, calls, behind, units) if units is not None and units > 1 else []
        left = sorted(set(range(units or 0)).difference(*(one.units for one in parts))) if parts else []
        for birth in layer.births if left else ():
            if could_train(birth) and not meant(birth, away):
                told = starve(
                    birth,
                    Kind.DEAD_VALUE,
                    _place(parts),
                    "reads others",
                    scene="fit",
                    detail=f"{_spelt(left)} of its {units}",
                    severity=Severity.WARNING,
                    variant="units",
                )
                yield replace(told, partial=True)


def _trained(program: Program) -> Set[int]:
    """All that the losses of a training are computed from."""
    queries = [one for one in program.machine.log.queries if one.in_training]
    return program.machine.graph.backward(node for one in queries for node in one.target)


def _parts(shapes: Shapes, calls: list[tuple[int, Operation]], behind: Set[int], units: int) -> list[Part]:
    """The parts of its units that all readers of a layer's calls take; none where one may take all."""
    found: list[Part] = []
    for node, _ in calls:
        parts = parts_read(shapes, node, behind, units)
        if parts is None:
            return []
        found += parts
    return found


def _place(parts: list[Part]) -> Site:
    """The last place that takes what another one takes as well, else the last one of all."""
    later = [one for at, one in enumerate(parts) if any(other.units & one.units for other in parts[:at])]
    return (later or parts)[-1].site


def _spelt(units: list[int]) -> str:
    """`unit 1`, `units 4 to 7`, `units 0, 2`: how people say which."""
    if len(units) == 1:
        return f"unit {units[0]}"
    in_a_row = units == [*range(units[0], units[-1] + 1)] and len(units) > 2
    return f"units {units[0]} to {units[-1]}" if in_a_row else f"units {', '.join(map(str, units))}"
