"""Which recurrent layers only ever make their first step, from a state of zeros?

The input has one step, or of a sequence of results only the one is read at which a direction has begun: the
first, and in the backward half of a bidirectional layer the last.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.constant_outputs import is_one, made_by
from gradcheck.facts.numerics.flat_operations import calls_of_layers
from gradcheck.facts.numerics.layer_shapes import given_shape
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.numerics.steps_taken import (
    FIRST,
    RECURRENT,
    Taken,
    gives_every_step,
    keeps_state,
    step_taken,
)
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import learned
from gradcheck.facts.queries.starve import part_of, starve
from gradcheck.report.kinds import Kind

BOTH_WAYS = "layers.Bidirectional"


def ask(program: Program) -> Iterator[Starved]:
    """The recurrent kernel of each such layer."""
    shapes, behind = Shapes(program.machine), learned(program)
    for layer, calls in calls_of_layers(program.machine, RECURRENT | {BOTH_WAYS}).items():
        found = [_found(shapes, node, operation, behind) for node, operation in calls if node in behind]
        known = [one for one in found if one is not None]
        if not known or len(known) < len(found) or len({one.step for one in known}) > 1:
            continue
        for birth in _births(layer):
            kernel = part_of(layer, birth, "recurrent_kernel")
            note = f"{_way(calls[0][1], known[0])} makes one step, from zeros"
            yield starve(kernel, Kind.ZERO_PRODUCT, known[0].site, note, variant="one step")


def _way(operation: Operation, taken: Taken) -> str:
    if operation.word != BOTH_WAYS:
        return "the layer"
    return "the forward half" if taken.step == FIRST else "the backward half"


def _births(layer: Layer) -> Iterator[Birth]:
    own = layer.births or [birth for one in layer.parts if isinstance(one, Layer) for birth in one.births]
    yield from filter(could_train, own)


def _found(shapes: Shapes, node: int, operation: Operation, behind: set[int]) -> Taken | None:
    """Where it is said that a call makes one step."""
    both = operation.word == BOTH_WAYS
    inner = (
        operation.layer.parts[0] if both and operation.layer and operation.layer.parts else operation.layer
    )
    layer = inner if isinstance(inner, Layer) else None
    if keeps_state(operation, layer) or (layer and layer.options.get("recurrent_regularizer")):
        return None
    if not both and (place := _of_one_step(shapes, operation)) is not None:
        return Taken(FIRST, place)
    taken = step_taken(shapes.machine, node, behind) if gives_every_step(layer) else None
    return taken if taken is not None and (both or taken.step == FIRST) else None


def _of_one_step(shapes: Shapes, operation: Operation) -> Site | None:
    """What makes a sequence of one step of the input, if that is one."""
    if not is_one(given_shape(shapes, operation).size(1), operation.site):
        return None
    maker = made_by(shapes, operation.first)
    return maker.site if maker is not None else operation.site
