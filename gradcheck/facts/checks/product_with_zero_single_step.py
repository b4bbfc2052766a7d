"""Which recurrent layers only ever make their first step, from a state of zeros?

The input has one step, or of a sequence of results only the one is read at which a direction has begun: the
backward half of a bidirectional layer begins at the end.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Constant, Layer, Tensor
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, Operation, operation_of
from gradcheck.facts.numerics.constant_outputs import is_one, made_by
from gradcheck.facts.numerics.flat_operations import calls_of_layers
from gradcheck.facts.numerics.layer_shapes import given_shape
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import learned
from gradcheck.facts.queries.starve import part_of, starve
from gradcheck.report.kinds import Kind

RECURRENT = frozenset({"layers.LSTM", "layers.GRU", "layers.SimpleRNN"})
BOTH_WAYS = "layers.Bidirectional"


def ask(program: Program) -> Iterator[Starved]:
    """The recurrent kernel of each such layer."""
    shapes, behind = Shapes(program.machine), learned(program)
    for layer, calls in calls_of_layers(program.machine, RECURRENT | {BOTH_WAYS}).items():
        places = [_place(shapes, node, operation, behind) for node, operation in calls if node in behind]
        place = places[0] if places and None not in places else None
        if place is None:
            continue
        way = "the backward half" if calls[0][1].word == BOTH_WAYS else "the layer"
        for birth in _births(layer):
            kernel = part_of(layer, birth, "recurrent_kernel")
            note = f"{way} makes one step, from zeros"
            yield starve(kernel, Kind.ZERO_PRODUCT, place, note, variant="one step")


def _births(layer: Layer) -> Iterator[Birth]:
    own = layer.births or [birth for one in layer.parts if isinstance(one, Layer) for birth in one.births]
    yield from filter(could_train, own)


def _place(shapes: Shapes, node: int, operation: Operation, behind: set[int]) -> Site | None:
    """Where it is said that a call makes one step."""
    if operation.word == BOTH_WAYS:
        return _read_at_the_end(shapes.machine, node, operation, behind)
    if _keeps_state(operation) or not is_one(given_shape(shapes, operation).size(1), operation.site):
        return None
    maker = made_by(shapes, operation.first)
    return maker.site if maker is not None else operation.site


def _keeps_state(operation: Operation) -> bool:
    """Whether a call may begin with another state than zeros."""
    options = operation.layer.options if operation.layer is not None else {}
    stateful = options.get("stateful")
    given = operation.arguments.get("initial_state") is not None or len(operation.arguments.positional) > 1
    return given or not (stateful is None or (isinstance(stateful, Constant) and stateful.value is False))


def _read_at_the_end(machine: Machine, node: int, operation: Operation, behind: set[int]) -> Site | None:
    """Where the last of a bidirectional layer's results is taken, if nothing else that trains reads any."""
    inner = operation.layer.parts[0] if operation.layer is not None and operation.layer.parts else None
    every = inner.options.get("return_sequences") if isinstance(inner, Layer) else None
    if not (isinstance(every, Constant) and every.value is True) or operation.layer is None:
        return None
    readers = {edge.target for edge in machine.graph.outgoing[node] if edge.target in behind}
    found = [operation_of(machine, Tensor(reader)) for reader in readers]
    if not found or not all(one is not None and one.word == INDEX and _is_last(one) for one in found):
        return None
    return found[0].site if found[0] is not None else None


def _is_last(taken: Operation) -> bool:
    """Whether an index takes the last step: `x[:, -1]`, `x[:, -1, :]`."""
    node = taken.site.node
    parts = node.slice.elts if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) else []
    return len(parts) >= 2 and isinstance(parts[0], ast.Slice) and ast.unparse(parts[1]) == "-1"
