"""Which of a layer's units are read, where all that reads them takes known parts of the last axis."""

from __future__ import annotations

import ast
from collections.abc import Container
from typing import NamedTuple

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Sequence, Value, plain
from gradcheck.facts.interpreter.operations import INDEX, Operation
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.numerics.sizes import integer

UNIT_BY_UNIT = frozenset(
    {
        "cast",
        "clip_by_value",
        "dropout",
        "elu",
        "exp",
        "identity",
        "layers.Activation",
        "layers.Dropout",
        "layers.LeakyReLU",
        "layers.ReLU",
        "relu",
        "sigmoid",
        "softplus",
        "tanh",
    }
)
"""What treats each unit alike, and on its own."""
DEPTH = 8
Units = frozenset[int]


class Part(NamedTuple):
    """Some of the units, and where they are taken."""

    units: Units
    site: Site


def parts_read(
    shapes: Shapes, node: int, read: Container[int], units: int, depth: int = DEPTH
) -> list[Part] | None:
    """The parts that the readers of a value take, among the nodes that count; None where one of them may take
    all."""
    machine = shapes.machine
    found: list[Part] = []
    for reader in sorted({edge.target for edge in machine.graph.outgoing[node] if edge.target in read}):
        operation = machine.operations.get(reader)
        if operation is None or not depth:
            return None
        if operation.word in UNIT_BY_UNIT:
            inner = parts_read(shapes, reader, read, units, depth - 1)
            if inner is None:
                return None
            found += inner
        elif (taken := _taken(shapes, operation, units)) is not None:
            found.append(Part(taken, operation.site))
        else:
            return None
    return found


def _taken(shapes: Shapes, operation: Operation, units: int) -> Units | None:
    """The units that an index takes: `x[..., :2]`, `x[:, 1]`."""
    node, index = operation.site.node, operation.pair[1]
    if (
        operation.word != INDEX
        or not isinstance(node, ast.Subscript)
        or not isinstance(node.slice, ast.Tuple)
    ):
        return None
    parts, values = node.slice.elts, index.items if isinstance(index, Sequence) and not index.many else []
    if len(values) != len(parts) or not _reaches_the_last(shapes, operation, parts):
        return None
    if isinstance(parts[-1], ast.Slice):
        return _slice(parts[-1], values[-1], units)
    place = integer(values[-1])
    known = place is not None and type(plain(values[-1])) is int and -units <= place < units
    return frozenset({place % units}) if known and place is not None else None


def _reaches_the_last(shapes: Shapes, operation: Operation, parts: list[ast.expr]) -> bool:
    """Whether the last part of an index is about the last axis, and the others take all there is."""
    whole = [isinstance(one, ast.Slice) and not (one.lower or one.upper or one.step) for one in parts[:-1]]
    dots = [isinstance(one, ast.Constant) and one.value is ... for one in parts[:-1]]
    if not all(one or other for one, other in zip(whole, dots, strict=True)):
        return False
    shape = shapes.of(operation.first)
    return any(dots) or (shape.exact and len(shape.front) == len(parts))


def _slice(node: ast.Slice, value: Value, units: int) -> Units | None:
    given = iter(value.items if isinstance(value, Sequence) else [])
    bounds: list[int | None] = []
    for part in (node.lower, node.upper, node.step):
        bound = None if part is None else integer(next(given, None))
        if part is not None and bound is None:
            return None
        bounds.append(bound)
    return None if bounds[2] == 0 else frozenset(range(units)[slice(*bounds)])
