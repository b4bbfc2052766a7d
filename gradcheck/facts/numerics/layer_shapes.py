"""The shapes that library layers give their inputs."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from gradcheck.facts.domain.values import Constant, Layer, Value, plain
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.sizes import Shape, Size, positive, size, sizes
from gradcheck.facts.numerics.window_shapes import convolved, pooled

if TYPE_CHECKING:
    from gradcheck.facts.numerics.shapes import Shapes

UNKNOWN = Shape()


def option(operation: Operation, name: str, position: int | None = None) -> tuple[ast.expr, Value] | None:
    """An argument of a layer's constructor."""
    layer = operation.layer
    return None if layer is None or layer.made is None else layer.made.placed(name, position)


def given_shape(shapes: Shapes, operation: Operation) -> Shape:
    """The shape of a layer's input; where the caller does not say it, that of the chain's `Input` or of the
    layer's `input_shape`."""
    found = shapes.of(operation.first)
    if found != UNKNOWN:
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


def _dense(shapes: Shapes, operation: Operation) -> Shape:
    units, before = size(option(operation, "units", 0)), given_shape(shapes, operation)
    return before.replace(-1, units) if before.tail else Shape(before.front, (units,))


def _embedded(shapes: Shapes, operation: Operation) -> Shape:
    width, before = size(option(operation, "output_dim", 1)), given_shape(shapes, operation)
    if before.exact:
        return Shape((*before.front, width), exact=True)
    return Shape(before.front, (*before.back, width))


def _layer_reshaped(shapes: Shapes, operation: Operation) -> Shape:
    argument = option(operation, "target_shape", 0)
    found = sizes(argument[1], argument[0]) if argument else None
    return UNKNOWN if found is None else Shape((None, *positive(found)), exact=True)


def _repeated(shapes: Shapes, operation: Operation) -> Shape:
    times, before = size(option(operation, "n", 0)), given_shape(shapes, operation)
    return Shape((None, times, before.size(-1)), exact=True)


def _flattened(shapes: Shapes, operation: Operation) -> Shape:
    before, total = given_shape(shapes, operation), 1
    if not before.exact:
        return Shape((None, None), exact=True)
    for one in before.front[1:]:
        if one is None:
            return Shape((None, None), exact=True)
        total *= one
    return Shape((before.front[0] if before.front else None, total), exact=True)


def _convolved(shapes: Shapes, operation: Operation) -> Shape:
    filters = size(option(operation, "filters", 0))
    if option(operation, "data_format") is not None:
        return UNKNOWN
    before = given_shape(shapes, operation)
    return Shape((before.size(0), *convolved(operation, _places(operation, before)), filters), exact=True)


def _places(operation: Operation, before: Shape) -> tuple[Size, ...]:
    """The lengths of the axes between the batch and the features, as many as the layer's name says."""
    rank = int(next(letter for letter in operation.word if letter.isdigit()))
    known = before.exact and len(before.front) == rank + 2
    return before.front[1:-1] if known else (None,) * rank


def _window(shapes: Shapes, operation: Operation) -> Shape:
    if option(operation, "data_format") is not None:
        return UNKNOWN
    before = given_shape(shapes, operation)
    return Shape(
        (before.size(0), *pooled(operation, _places(operation, before)), before.size(-1)), exact=True
    )


def _pooled(shapes: Shapes, operation: Operation) -> Shape:
    kept = option(operation, "keepdims")
    if option(operation, "data_format") or (kept and type(plain(kept[1])) is not bool):
        return UNKNOWN
    before = given_shape(shapes, operation)
    places = [1] * len(_places(operation, before)) if kept and plain(kept[1]) else []
    return Shape((before.size(0), *places, before.size(-1)), exact=True)


def _recurrent(shapes: Shapes, operation: Operation) -> Shape:
    units, every = size(option(operation, "units", 0)), option(operation, "return_sequences")
    if option(operation, "return_state") or (every and not isinstance(every[1], Constant)):
        return UNKNOWN
    before = given_shape(shapes, operation)
    if every and isinstance(every[1], Constant) and every[1].value is True:
        return Shape((before.size(0), before.size(1), units), exact=True)
    return Shape((before.size(0), units), exact=True)


def _of_model(shapes: Shapes, operation: Operation) -> Shape:
    return shapes.of(operation.layer.outputs) if operation.layer else UNKNOWN


def _like_query(shapes: Shapes, operation: Operation) -> Shape:
    return shapes.of(operation.get("query", 0))


_CONVOLUTIONS = [f"layers.Conv{n}D{kind}" for n in (1, 2, 3) for kind in ("", "Transpose")]
_WINDOWS = [f"layers.{kind}Pooling{n}D" for kind in ("Average", "Max") for n in (1, 2, 3)]
_POOLS = [f"layers.Global{kind}Pooling{n}D" for kind in ("Average", "Max") for n in (1, 2, 3)]

LAYER_RULES: dict[str, Callable[[Shapes, Operation], Shape]] = {
    "layers.Dense": _dense,
    "layers.Embedding": _embedded,
    "layers.Reshape": _layer_reshaped,
    "layers.RepeatVector": _repeated,
    "layers.Flatten": _flattened,
    **dict.fromkeys(_CONVOLUTIONS, _convolved),
    **dict.fromkeys(_POOLS, _pooled),
    **dict.fromkeys(_WINDOWS, _window),
    **dict.fromkeys(("layers.LSTM", "layers.GRU", "layers.SimpleRNN"), _recurrent),
    "layers.MultiHeadAttention": _like_query,
    "Model": _of_model,
}
