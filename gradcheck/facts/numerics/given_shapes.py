"""The shape of what a layer is called on, as its own model says it where the caller does not."""

from __future__ import annotations

from gradcheck.facts.domain.values import Layer
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.layer_shapes import option
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.numerics.sizes import Shape, sizes


def given_shape(shapes: Shapes, operation: Operation) -> Shape:
    """The shape of a layer's input: of the first of a chain, that of its `Input` or its `input_shape`."""
    found = shapes.of(operation.first)
    if found != Shape():
        return found
    spelled = option(operation, "input_shape")
    known = sizes(spelled[1], spelled[0]) if spelled else None
    if known is not None:
        return Shape((None, *known), exact=True)
    chain = operation.layer.owner if operation.layer is not None else None
    if isinstance(chain, Layer) and _first(chain) is operation.layer:
        return shapes.of(chain.inputs)
    return found


def _first(chain: Layer) -> Layer | None:
    """The first layer of a chain."""
    return next((part for part in chain.parts if isinstance(part, Layer)), None)
