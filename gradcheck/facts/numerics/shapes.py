"""The shapes of values, as far as the source tells: enough to see an axis of length one.

What is not known stays None; a size that comes from elsewhere is marked: another caller may give
another one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from gradcheck.facts.domain.literals import is_new_axis
from gradcheck.facts.domain.values import Choice, Constant, Sequence, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, JOIN, WEIGHT, Operation, operation_of
from gradcheck.facts.numerics.drawn_shapes import BY_NUMBERS, SIZE_AT, drawn, is_drawn
from gradcheck.facts.numerics.layer_shapes import LAYER_RULES, option
from gradcheck.facts.numerics.sizes import Borrowed, Shape, Size, integer, positive, size, sizes

DEPTH = 40


UNKNOWN = Shape()
Rule = Callable[["Shapes", Operation], Shape]


class Shapes:
    """Answers what shape a value has, each question once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._known: dict[Operation, Shape] = {}
        self._depth = 0

    def of(self, value: Value | None) -> Shape:
        """The shape of a value."""
        match value:
            case Constant(value=int() | float()):
                return Shape(exact=True)
            case Choice():
                return _agreed(self.of(option) for option in value.options)
            case Sequence() if not value.many:
                return self._listed(value)
        operation = operation_of(self.machine, value)
        return UNKNOWN if operation is None else self._computed(operation)

    def _listed(self, value: Sequence) -> Shape:
        inside = _agreed(self.of(item) for item in value.items)
        return Shape((len(value.items), *inside.front), inside.back, inside.exact)

    def _computed(self, operation: Operation) -> Shape:
        if operation not in self._known:
            self._known[operation] = UNKNOWN
            if self._depth < DEPTH:
                self._depth += 1
                self._known[operation] = self._rule(operation)
                self._depth -= 1
        return self._known[operation]

    def _rule(self, operation: Operation) -> Shape:
        if operation.word in SAME_SHAPE:
            return self.of(operation.first)
        rule = RULES.get(operation.word)
        return rule(self, operation) if rule else UNKNOWN


def _agreed(shapes: Iterator[Shape]) -> Shape:
    first, *others = list(dict.fromkeys(shapes)) or [UNKNOWN]
    for other in others:
        first = _common(first, other)
    return first


def _common(one: Shape, other: Shape) -> Shape:
    """What two shapes have in common, counted from either end."""
    front = tuple(a if a == b else None for a, b in zip(one.front, other.front, strict=False))
    if one.exact and other.exact and len(one.front) == len(other.front):
        return Shape(front, exact=True)
    ends = zip(reversed(one.tail), reversed(other.tail), strict=False)
    back = tuple(a if a == b else None for a, b in ends)[::-1]
    return Shape(front, back)


# -- placeholders, weights, constants ----------------------------------------------


def _input(shapes: Shapes, operation: Operation) -> Shape:
    whole = operation.arguments.placed("batch_shape")
    if whole is not None:
        found = sizes(whole[1], whole[0])
        return UNKNOWN if found is None else Shape(found, exact=True)
    argument = operation.arguments.placed("shape", 0)
    found = sizes(argument[1], argument[0]) if argument else None
    return UNKNOWN if found is None else Shape((None, *found), exact=True)


def _weight(shapes: Shapes, operation: Operation) -> Shape:
    arguments = operation.arguments
    argument = arguments.placed("shape")
    if argument is None:
        argument = next(
            ((node, value) for node, value in arguments.positional if isinstance(value, Sequence)), None
        )
    found = sizes(argument[1], argument[0]) if argument else None
    if found is not None:
        return Shape(found, exact=True)
    return shapes.of(arguments.get("initial_value", 0))


def _drawn(shapes: Shapes, operation: Operation) -> Shape:
    return drawn(operation) if is_drawn(operation) else _filled(shapes, operation)


def _filled(shapes: Shapes, operation: Operation) -> Shape:
    argument = operation.arguments.placed("shape", 0) or operation.arguments.placed("dims")
    found = sizes(argument[1], argument[0]) if argument else None
    return UNKNOWN if found is None else Shape(found, exact=True)


# -- changing axes --------------------------------------------------------------------


def _expand(shapes: Shapes, operation: Operation) -> Shape:
    axis, before = integer(operation.get("axis", 1)), shapes.of(operation.first)
    if axis is None:
        return UNKNOWN
    if before.exact:
        at = axis if axis >= 0 else len(before.front) + axis + 1
        return Shape((*before.front[:at], 1, *before.front[at:]), exact=True)
    if axis >= 0:
        known = (*before.front, *[None] * (axis - len(before.front)))
        return Shape((*known[:axis], 1, *before.front[axis:]), before.back)
    known = (*[None] * (-axis - 1 - len(before.back)), *before.back)
    at = len(known) + axis + 1
    return Shape(before.front, (*known[:at], 1, *known[at:]))


def _indexed(shapes: Shapes, operation: Operation) -> Shape:
    """`x[:, None]`, `x[..., tf.newaxis]`, `x[:, 0]`."""
    node, before = operation.site.node, shapes.of(operation.first)
    if not isinstance(node, ast.Subscript):
        return UNKNOWN
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    dots = next((at for at, part in enumerate(parts) if _is_dots(part)), None)
    if dots is None:
        front, rest = _taken(parts, list(before.front))
        if front is None or rest is None:
            return UNKNOWN
        return Shape((*front, *rest), before.back, before.exact)
    back, rest = _taken(list(reversed(parts[dots + 1 :])), list(reversed(before.tail)))
    if back is None or rest is None or dots:
        return UNKNOWN
    after = (*reversed(rest), *reversed(back))
    return Shape(after, exact=True) if before.exact else Shape((), after)


def _taken(parts: list[ast.expr], sizes: list[Size]) -> tuple[list[Size] | None, list[Size]]:
    taken: list[Size] = []
    for part in parts:
        if is_new_axis(part):
            taken.append(1)
        elif isinstance(part, ast.Slice):
            old = sizes.pop(0) if sizes else None
            taken.append(old if part.lower is None and part.upper is None and part.step is None else None)
        elif isinstance(part, (ast.Constant, ast.UnaryOp)):
            if sizes:
                sizes.pop(0)
        else:
            return None, []
    return taken, sizes


def _is_dots(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value is ...


def _reshaped(shapes: Shapes, operation: Operation) -> Shape:
    argument = operation.arguments.placed("shape", 1) or operation.arguments.placed("newshape")
    found = sizes(argument[1], argument[0]) if argument else None
    return UNKNOWN if found is None else Shape(positive(found), exact=True)


def _reduced(shapes: Shapes, operation: Operation) -> Shape:
    axis, keep = operation.get("axis", 1), operation.get("keepdims", 2)
    before, at = shapes.of(operation.first), integer(axis)
    if axis is None or (isinstance(keep, Constant) is False and keep is not None):
        return UNKNOWN
    kept = isinstance(keep, Constant) and keep.value is True
    if kept and at is not None and not before.exact:
        return _one_at(before, at)
    if at is None or not before.exact or not -len(before.front) <= at < len(before.front):
        return UNKNOWN
    sizes = list(before.front)
    sizes[at : at + 1 or None] = [1] if kept else []
    return Shape(tuple(sizes), exact=True)


def _one_at(before: Shape, axis: int) -> Shape:
    """A shape with one element along an axis, however little is known of the others."""
    if axis >= 0:
        front = (*before.front[:axis], *[None] * (axis - len(before.front)), 1, *before.front[axis + 1 :])
        return Shape(front, ())
    back = before.back[axis + 1 :] if axis < -1 else ()
    earlier = before.back[: len(before.back) + axis] if len(before.back) >= -axis else ()
    between = [None] * (-axis - 1 - len(back))
    return Shape((), (*earlier, 1, *between, *back))


def _largest(shapes: Shapes, operation: Operation) -> Shape:
    """The `k` largest elements of the last axis, or their places."""
    count, before = size(operation.arguments.placed("k", 1)), shapes.of(operation.first)
    last = 1 if operation.arguments.placed("k", 1) is None else count
    return before.replace(-1, last) if before.tail else Shape((), (last,))


# -- arithmetic -----------------------------------------------------------------------


def _elementwise(shapes: Shapes, operation: Operation) -> Shape:
    values = operation.operands
    if len(values) == 1:
        return shapes.of(values[0])
    first, *others = [shapes.of(value) for value in values] or [UNKNOWN]
    for other in others:
        first = broadcast(first, other)
    return first


def broadcast(one: Shape, other: Shape) -> Shape:
    """The shape of `one + other`."""
    if one.exact and not one.front:
        return other
    if other.exact and not other.front:
        return one
    short, long = sorted((one.tail, other.tail), key=len)
    padded = (*[1 if (one.exact and other.exact) else None] * (len(long) - len(short)), *short)
    sizes = tuple(_wider(a, b) for a, b in zip(padded, long, strict=True))
    return Shape(sizes, exact=True) if one.exact and other.exact else Shape((), sizes)


def _wider(one: Size, other: Size) -> Size:
    if one == 1 and other == 1:
        return one if isinstance(one, Borrowed) else other
    if one == 1:
        return other
    return one if other == 1 or one == other else None


def _product(shapes: Shapes, operation: Operation) -> Shape:
    left, right = (shapes.of(operation.get(name, at)) for at, name in enumerate(("a", "b")))
    if operation.arguments.keywords:
        return UNKNOWN
    last = right.size(-1)
    return left.replace(-1, last) if left.tail else Shape((), (last,))


def _concatenated(shapes: Shapes, operation: Operation) -> Shape:
    found = [shapes.of(value) for value in operation.operands]
    axis = option(operation, "axis", 0) if operation.layer else operation.arguments.placed("axis", 1)
    at = integer(axis[1]) if axis else -1 if operation.layer else None
    if at is None or not found or isinstance(operation.first, Sequence) is False:
        return UNKNOWN
    parts = [one.size(at) for one in found]
    total = None if None in parts else sum(part for part in parts if part is not None)
    return found[0].replace(at, total)


def _joined(shapes: Shapes, operation: Operation) -> Shape:
    return _agreed(shapes.of(value) for value in operation.arguments.values())


SAME_SHAPE = frozenset(
    [
        "softmax",
        "log_softmax",
        "relu",
        "relu6",
        "elu",
        "selu",
        "gelu",
        "silu",
        "swish",
        "leaky_relu",
        "sigmoid",
        "hard_sigmoid",
        "tanh",
        "softplus",
        "softsign",
        "exp",
        "log",
        "log1p",
        "sqrt",
        "rsqrt",
        "square",
        "abs",
        "sign",
        "-x",
        "~",
        "cast",
        "astype",
        "identity",
        "stop_gradient",
        "convert_to_tensor",
        "clip_by_value",
        "l2_normalize",
        "zeros_like",
        "ones_like",
        "dropout",
        "linear",
        "ensure_shape",
        "reciprocal",
        "erf",
        "sin",
        "cos",
        "tan",
        "acos",
        "asin",
        "atan",
        "round",
        "layers.LayerNormalization",
        "layers.BatchNormalization",
        "layers.GroupNormalization",
        "layers.UnitNormalization",
        "layers.Dropout",
        "layers.SpatialDropout1D",
        "layers.SpatialDropout2D",
        "layers.GaussianNoise",
        "layers.GaussianDropout",
        "layers.AlphaDropout",
        "layers.Activation",
        "layers.ReLU",
        "layers.LeakyReLU",
        "layers.PReLU",
        "layers.ELU",
        "layers.Softmax",
        "layers.Rescaling",
        "layers.Masking",
        "layers.ActivityRegularization",
        "layers.Identity",
    ]
)
"""Operations whose result has the shape of their first argument."""

RULES: dict[str, Rule] = {
    "top_k[0]": _largest,
    "top_k[1]": _largest,
    **LAYER_RULES,
    "Input": _input,
    "layers.Input": _input,
    WEIGHT: _weight,
    JOIN: _joined,
    INDEX: _indexed,
    **dict.fromkeys(("zeros", "ones", "fill", "full", "truncated_normal"), _filled),
    **dict.fromkeys((*BY_NUMBERS, *SIZE_AT), _drawn),
    "constant": lambda shapes, operation: shapes.of(operation.get("value", 0)),
    "expand_dims": _expand,
    "reshape": _reshaped,
    **dict.fromkeys(
        (
            "reduce_sum",
            "reduce_mean",
            "reduce_max",
            "reduce_min",
            "reduce_std",
            "reduce_variance",
            "sum",
            "mean",
        ),
        _reduced,
    ),
    **dict.fromkeys(("max", "min", "std", "var", "reduce_logsumexp", "logsumexp"), _reduced),
    **dict.fromkeys(("+", "-", "*", "/", "**", "minimum", "maximum", "where", "compare"), _elementwise),
    **dict.fromkeys(("layers.Add", "layers.Multiply", "layers.Subtract", "layers.Average"), _elementwise),
    "@": _product,
    "layers.Concatenate": _concatenated,
    "concat": _concatenated,
}
