"""The numbers that values hold before the first training step, where every element is the same known
number.

Initializers say what a weight starts as; arithmetic says what follows from it. Weights in `moved` have
left their start: they get a gradient, so nothing that depends on them is known beyond the first step.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable
from typing import Any

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import (
    Birth,
    Choice,
    Constant,
    External,
    Gradients,
    Layer,
    Sequence,
    Value,
    Variables,
    WeightRef,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import COMPARISON, JOIN, RESHAPING, Operation, operation_of
from gradcheck.facts.interpreter.transfer.new_weights import is_integer_type
from gradcheck.facts.numerics.sizes import number

Number = float | None
Rule = Callable[["Starts", Operation], Number]
DEPTH = 40

NAMED = {
    "zeros": 0.0,
    "zero": 0.0,
    "zeros_initializer": 0.0,
    "ones": 1.0,
    "one": 1.0,
    "ones_initializer": 1.0,
}
CONSTANT = frozenset({"constant", "constant_initializer"})


class Starts:
    """Answers what number a value starts as, each question once."""

    def __init__(self, machine: Machine, moved: frozenset[int] = frozenset()) -> None:
        self.machine, self.moved = machine, moved
        self._known: dict[Operation, Number] = {}
        self._depth = 0

    def of(self, value: Value | None) -> Number:
        """The one number that all elements of a value are, if they are."""
        match value:
            case Constant():
                return number(value)
            case WeightRef():
                return self.weight(value.weight)
            case Choice():
                return agreed(self.of(option) for option in value.options)
            case Sequence() if value.items and not value.many:
                return agreed(self.of(item) for item in value.items)
            case Gradients():
                return 0.0 if self._is_level(value) else None
        operation = operation_of(self.machine, value)
        return None if operation is None else self.result(operation)

    def _is_level(self, slope: Gradients) -> bool:
        """Whether a slope in an input is that of a network whose last layer has a kernel of zeros."""
        graph, asked = self.machine.graph, flatten(slope.sources)
        ends = [self.machine.operations.get(edge.source) for edge in graph.incoming[slope.node]]
        layers = [None if end is None else end.layer for end in ends]
        inputs = not any(isinstance(one, (WeightRef, Variables)) for one in asked)
        return inputs and bool(layers) and all(one is not None and self._is_silent(one) for one in layers)

    def _is_silent(self, layer: Layer) -> bool:
        moved = any(birth.node in self.moved for birth in layer.births)
        return not moved and not _is_embedding(layer) and self.kernel(layer) == 0.0

    def result(self, operation: Operation) -> Number:
        """The number that an operation yields."""
        if operation not in self._known:
            self._known[operation] = None
            if self._depth < DEPTH:
                self._depth += 1
                self._known[operation] = self._rule(operation)
                self._depth -= 1
        return self._known[operation]

    def _rule(self, operation: Operation) -> Number:
        word = operation.word
        if operation.name.startswith(("np.", "numpy.")):
            return self._of_numpy(word, operation.first)
        if word == "cast" and is_integer_type(operation.get("dtype", 1)):
            return _applied(lambda number: float(math.trunc(number)), self.of(operation.first))
        if word in SAME or (word in ZERO_STAYS and self.of(operation.first) == 0.0):
            return self.of(operation.first)
        if word in UNARY:
            return _applied(UNARY[word], self.of(operation.first))
        rule = RULES.get(word)
        return rule(self, operation) if rule else None

    def _of_numpy(self, word: str, value: Value | None) -> Number:
        """What NumPy computes of one number; an array may be written to afterwards."""
        function = UNARY.get(word)
        return _applied(function, self.of(value)) if function and isinstance(value, Constant) else None

    def weight(self, birth: Birth) -> Number:
        """What a weight starts as: its initializer says, or the value that a variable is made with."""
        operation = self.machine.operations.get(birth.node)
        if operation is None or birth.node in self.moved:
            return None
        if birth.owner is not None:
            return self.initializer(operation.arguments.get("initializer"))
        first = operation.arguments.get("initial_value" if birth.bare else "initializer", 0)
        found = None if isinstance(first, Sequence) else self.initializer(first)
        return self.of(first) if found is None else found

    def first(self, birth: Birth) -> Number:
        """What a weight starts as, or the kernel of the layer whose weights are meant."""
        owner = birth.owner
        return self.kernel(owner) if birth.of_layer and isinstance(owner, Layer) else self.weight(birth)

    def kernel(self, layer: Layer) -> Number:
        """What a library layer's kernel starts as."""
        return self._initial(
            layer, "embeddings_initializer" if _is_embedding(layer) else "kernel_initializer"
        )

    def bias(self, layer: Layer) -> Number:
        """What it adds: its bias, unless that has moved."""
        off = layer.made.placed("use_bias") if layer.made else None
        if any(birth.node in self.moved for birth in layer.births):
            return None
        if off is not None:
            return 0.0 if isinstance(off[1], Constant) and off[1].value is False else None
        if layer.made and layer.made.placed("bias_initializer") is None:
            return 0.0
        return self._initial(layer, "bias_initializer")

    def _initial(self, layer: Layer, name: str) -> Number:
        argument = layer.made.placed(name, None) if layer.made else None
        return self.initializer(argument[1]) if argument else None

    def initializer(self, value: Value | None) -> Number:
        """The number that an initializer fills a weight with."""
        match value:
            case Constant(value=str() as name):
                return NAMED.get(name.lower())
            case External():
                return NAMED.get(value.name.rpartition(".")[2].lower())
        operation = operation_of(self.machine, value)
        if operation is None:
            return None
        last = operation.name.rpartition(".")[2].lower()
        if operation.name.startswith(("keras.initializers.", "tf.initializers.")) or last.endswith(
            "_initializer"
        ):
            if last in CONSTANT:
                return self.of(operation.get("value", 0) or Constant(0.0))
            return NAMED.get(last)
        return None


def agreed(numbers: Iterable[Number]) -> Number:
    """The number that all of them are."""
    found = set(numbers)
    return found.pop() if len(found) == 1 else None


def _applied(function: Callable[[Any], float], value: Any) -> Number:
    """What a function makes of numbers; None where it makes nothing."""
    if value is None:
        return None
    try:
        return function(value)
    except (ValueError, ArithmeticError, TypeError):
        return None


def _is_embedding(layer: Layer) -> bool:
    return layer.name == "keras.layers.Embedding"


# -- rules --------------------------------------------------------------------------


def _sum(starts: Starts, operation: Operation) -> Number:
    found = [starts.of(value) for value in operation.operands]
    return None if None in found else _applied(math.fsum, [one for one in found if one is not None])


def _difference(starts: Starts, operation: Operation) -> Number:
    left, right = map(starts.of, operation.pair)
    return None if left is None or right is None else left - right


def _product(starts: Starts, operation: Operation) -> Number:
    found = [starts.of(value) for value in operation.operands]
    if 0.0 in found:
        return 0.0
    return None if None in found else math.prod(one for one in found if one is not None)


def _contraction(starts: Starts, operation: Operation) -> Number:
    return 0.0 if any(starts.of(value) == 0.0 for value in operation.operands) else None


def _quotient(starts: Starts, operation: Operation) -> Number:
    left, right = map(starts.of, operation.pair)
    if right is None or right == 0.0:
        return None
    return 0.0 if left == 0.0 else None if left is None else left / right


def _power(starts: Starts, operation: Operation) -> Number:
    left, right = map(starts.of, operation.pair)
    return None if left is None or right is None else _applied(lambda base: float(base**right), left)


def _clipped(starts: Starts, operation: Operation) -> Number:
    value, low, high = (starts.of(operation.get(name, at)) for name, at in CLIP)
    return None if value is None or low is None or high is None else min(max(value, low), high)


def _bounded(starts: Starts, operation: Operation) -> Number:
    found = [starts.of(value) for value in operation.inputs[:2]]
    if None in found:
        return None
    return (max if operation.word == "maximum" else min)(one for one in found if one is not None)


def _branches(starts: Starts, operation: Operation) -> Number:
    return agreed(starts.of(operation.get(name, at)) for name, at in (("x", 1), ("y", 2)))


def _layer(starts: Starts, operation: Operation) -> Number:
    """A layer whose kernel is zero yields its bias; a lookup in a table of zeros yields zeros."""
    layer = operation.layer
    if layer is None:
        return None
    if any(birth.node in starts.moved for birth in layer.births):
        return None
    if _is_embedding(layer):
        return starts.kernel(layer)
    silent = starts.kernel(layer) == 0.0 or starts.of(operation.first) == 0.0
    return starts.bias(layer) if silent else None


def _filled(starts: Starts, operation: Operation) -> Number:
    return starts.of(operation.get("value", 1) or operation.get("fill_value", 1))


def _compared(starts: Starts, operation: Operation) -> Number:
    """A uniform number below 0 or above 1 is never drawn: such a mask is the same everywhere."""
    node, drawn = operation.site.node, operation_of(starts.machine, operation.first)
    bound = starts.of(operation.pair[1])
    if drawn is None or drawn.word != "uniform" or not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    if (
        bound is None
        or 0.0 < bound < 1.0
        or {word for word, *_ in drawn.arguments.keywords} & {"minval", "maxval"}
    ):
        return None
    greater = isinstance(node.ops[0], (ast.Gt, ast.GtE))
    return float(greater is (bound <= 0.0)) if isinstance(node.ops[0], (*ORDERS, ast.Gt)) else None


ORDERS = (ast.Lt, ast.LtE, ast.GtE)
CLIP = (("clip_value", 0), ("clip_value_min", 1), ("clip_value_max", 2))
RULES: dict[str, Rule] = {
    "zeros": lambda starts, operation: 0.0,
    "zeros_like": lambda starts, operation: 0.0,
    "ones": lambda starts, operation: 1.0,
    "ones_like": lambda starts, operation: 1.0,
    "fill": _filled,
    "full": _filled,
    "constant": lambda starts, operation: starts.of(operation.get("value", 0)),
    "+": _sum,
    "layers.Add": _sum,
    "add_n": _sum,
    "-": _difference,
    "*": _product,
    "layers.Multiply": _product,
    "@": _contraction,
    "layers.Dot": _contraction,
    "tensordot": _contraction,
    "einsum": _contraction,
    "dot": _contraction,
    "/": _quotient,
    "**": _power,
    "clip_by_value": _clipped,
    "maximum": _bounded,
    "minimum": _bounded,
    "where": _branches,
    COMPARISON: _compared,
    JOIN: lambda starts, operation: agreed(starts.of(value) for value in operation.arguments.values()),
    "concat": lambda starts, operation: agreed(starts.of(value) for value in operation.operands),
    "stack": lambda starts, operation: agreed(starts.of(value) for value in operation.operands),
    **dict.fromkeys(("layers.Dense", "layers.Embedding", "layers.Conv1D", "layers.Conv2D"), _layer),
}

SAME = RESHAPING | {
    "amax",
    "amin",
    "astype",
    "broadcast_to",
    "convert_to_tensor",
    "embedding_lookup",
    "ensure_shape",
    "float",
    "gather",
    "layers.ActivityRegularization",
    "layers.Permute",
    "layers.RepeatVector",
    "linear",
    "mean",
    "read_value",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "stop_gradient",
    "value",
}
"""Operations that leave an equal number everywhere what it is."""

ZERO_STAYS = frozenset(
    ["reduce_sum", "sum", "cumsum", "dropout", "layers.Dropout", "layers.ReLU", "layers.LeakyReLU"]
)

UNARY: dict[str, Callable[[float], float]] = {
    "-x": lambda x: -x,
    "abs": abs,
    "square": lambda x: x * x,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)),
    "softplus": lambda x: math.log1p(math.exp(x)) if x < 30.0 else x,
    "elu": lambda x: x if x >= 0.0 else math.expm1(x),
    "gelu": lambda x: 0.5 * x * (1.0 + math.erf(x / math.sqrt(2.0))),
    "silu": lambda x: x / (1.0 + math.exp(-x)),
    "swish": lambda x: x / (1.0 + math.exp(-x)),
    "leaky_relu": lambda x: x if x >= 0.0 else 0.2 * x,
}
