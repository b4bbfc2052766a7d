"""Operations that are flat where their operands start: a clip beyond its range, a product with zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.literals import stands_there
from gradcheck.facts.domain.values import Constant, Layer, Value, WeightRef
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import KEPT_STATE, Operation
from gradcheck.facts.numerics.flat_operations import Flat, each
from gradcheck.facts.numerics.handed_zeros import asked_by, zeros_behind
from gradcheck.facts.numerics.initial_values import CLIP, Number, Starts
from gradcheck.facts.ownership.unset import passed_by
from gradcheck.report.accounts import BEHIND_TEST
from gradcheck.report.kinds import Kind

Flats = Iterator[Flat]

SATURATED: dict[str, Callable[[float], bool]] = {
    "hard_sigmoid": lambda x: abs(x) > 3.0,
    "hard_tanh": lambda x: abs(x) > 1.0,
    "relu6": lambda x: x > 6.0,
    # Where the slope is exactly zero in 32 bits.
    "tanh": lambda x: abs(x) > 12.0,
    "sigmoid": lambda x: x > 20.0 or x < -105.0,
}
_ROUNDED = frozenset({"tanh", "sigmoid"})
SMOOTH = "smooth"
"""The detail of a slope that only rounds to zero."""
UNSET = "unset"
"""The detail of a product with a variable that does not train and that nothing writes to."""
FLAT: dict[str, Callable[[float], bool]] = {
    "relu": lambda x: x <= 0.0,
    "relu6": lambda x: x <= 0.0,
    "layers.ReLU": lambda x: x <= 0.0,
    "abs": lambda x: x == 0.0,
    "square": lambda x: x == 0.0,
}
KERNELS = frozenset({"layers.Dense", "layers.Conv1D", "layers.Conv2D"})
PRODUCTS = frozenset({"*", "@", "layers.Multiply", "layers.Dot", "tensordot", "einsum", "dot"})


def flat_at_start(machine: Machine, starts: Starts) -> Flats:
    """Every operand whose change makes no difference at the numbers that the others start as."""
    for node, operation in each(machine):
        word = operation.word
        if word == "clip_by_value":
            yield from _clipped(starts, operation, node)
        elif word in ("maximum", "minimum"):
            yield from _bounded(starts, operation, node)
        elif word in PRODUCTS:
            yield from _product(starts, operation, node)
        elif word in KERNELS:
            yield from _kernel(starts, operation, node)
        elif word == "**":
            yield from _power(starts, operation, node)
        else:
            yield from _function(starts, operation, node)


def _function(starts: Starts, operation: Operation, node: int) -> Flats:
    for kind, table in ((Kind.SATURATED, SATURATED), (Kind.ZERO_SLOPE, FLAT)):
        if (is_flat := table.get(operation.word)) and operation.first is not None:
            value = starts.of(operation.first)
            if value is not None and is_flat(value):
                detail = SMOOTH if kind is Kind.SATURATED and operation.word in _ROUNDED else ""
                yield Flat(operation, node, operation.first, kind, detail=detail)


def _clipped(starts: Starts, operation: Operation, node: int) -> Flats:
    """At the bound itself the gradient passes. Bounds that leave nothing between them make a constant of
    whatever comes in."""
    value, low, high = (starts.of(operation.get(name, at)) for name, at in CLIP)
    outside = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    if outside or (low is not None and high is not None and low >= high):
        assert operation.first is not None
        yield Flat(operation, node, operation.first, Kind.SATURATED)


def _bounded(starts: Starts, operation: Operation, node: int) -> Flats:
    if len(operation.inputs) != 2:
        return
    one, other = operation.inputs
    left, right = starts.of(one), starts.of(other)
    if left is None or right is None or left == right:
        return
    loser = one if (left < right) is (operation.word == "maximum") else other
    if not isinstance(loser, Constant):
        yield Flat(operation, node, loser, Kind.SATURATED)


def _product(starts: Starts, operation: Operation, node: int) -> Flats:
    operands = operation.operands
    if operation.word == "einsum":
        operands = operands[1:]
    for operand in operands:
        others = [other for other in operands if other is not operand]
        zero = next((other for other in others if _is_zero(starts, operation, other)), None)
        if len(others) == len(operands) - 1 and zero is not None:
            detail, site = _origin(starts.machine, operation, zero)
            yield Flat(operation, node, operand, Kind.ZERO_PRODUCT, detail=detail, site=site)


def _origin(machine: Machine, operation: Operation, zero: Value) -> tuple[str, Site | None]:
    """The case that zeros are, and where they come from, if that is the place to point at."""
    if (test := _kept_from_writing(machine, zero)) is not None:
        return BEHIND_TEST, test
    if isinstance(zero, WeightRef) and zero.weight.trainable is False:
        return UNSET, zero.weight.site
    made = zeros_behind(machine, zero)
    if made is not None and made.name == KEPT_STATE:
        return "kept", made.site
    return "", asked_by(made, operation.site) if made is not None else None


def _kept_from_writing(machine: Machine, zero: Value) -> Site | None:
    """The test behind which is called what sets a variable that makes a factor zero, if nothing passes it."""
    fixed = [birth for birth in machine.log.births if birth.trainable is False]
    behind = machine.graph.backward(machine.nodes(zero)) if fixed and machine.log.not_taken else ()
    tests = (passed_by(machine, birth) for birth in fixed if birth.node in behind)
    return next((test for test in tests if test is not None), None)


def _is_zero(starts: Starts, operation: Operation, value: Value) -> bool:
    """A number's zero must stand there, or be what `1 // 2` comes to: one that a parameter brings is a
    switch, and turned off."""
    if starts.of(value) != 0.0:
        return False
    if isinstance(value, Constant) and value.rounded:
        return True
    return not isinstance(value, Constant) or any(
        given is value and stands_there(node, operation.site)
        for node, given in operation.arguments.positional
    )


def _kernel(starts: Starts, operation: Operation, node: int) -> Flats:
    layer = operation.layer
    if layer is None or operation.first is None or starts.kernel(layer) != 0.0:
        return
    if not _awake(starts, layer, starts.of(operation.first)):
        yield Flat(operation, node, operation.first, Kind.ZERO_PRODUCT)


def _awake(starts: Starts, layer: Layer, given: Number) -> bool:
    """A kernel of zeros moves as soon as a gradient and an input that is not zero meet."""
    return given != 0.0 and any(birth.node in starts.moved for birth in layer.births)


def _power(starts: Starts, operation: Operation, node: int) -> Flats:
    if len(operation.inputs) >= 2:
        base, exponent = (starts.of(value) for value in operation.inputs[:2])
        if base == 0.0 and exponent is not None and exponent > 1.0:
            yield Flat(operation, node, operation.inputs[0], Kind.ZERO_SLOPE)
