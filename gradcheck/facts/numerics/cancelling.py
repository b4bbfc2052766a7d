"""Values that cancel: `x - x`, `x / x`, `(y + x) - x`, and what is normalized over one element.

Whatever they are computed from makes no difference to the result: the gradients of both places where it is
read are opposite, and their sum is zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Constant, Tensor, Value, WeightRef
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import (
    INDEX,
    OUTPUT,
    SUMS,
    WEIGHT,
    Operation,
    identical,
    node_of,
    one_of_many,
    operation_of,
)
from gradcheck.facts.numerics.constant_outputs import moments_of_one, over_named_one
from gradcheck.facts.numerics.flat_operations import Flat, each
from gradcheck.facts.numerics.infinite_slopes import text_of
from gradcheck.facts.numerics.shapes import SAME_SHAPE, Shapes
from gradcheck.report.kinds import Kind

COPIES = frozenset({"identity", "convert_to_tensor", "cast", "ensure_shape", "value", "read_value"})
"""Operations that give the same numbers again."""
OVER_AXIS = SUMS | {"reduce_max", "reduce_min"}
"""What leaves a value as it is along an axis of one element."""
UP_TO_SIGN = OVER_AXIS | {"norm"}
"""What does so up to its sign."""
VARIANCES = frozenset({"reduce_variance", "var"})
DIFFERENCES = frozenset({"-", "layers.Subtract"})
ADDING = DIFFERENCES | {"+", "layers.Add"}
QUOTIENTS = frozenset({"/", "divide_no_nan", "floordiv"})
REPEATABLE = (SAME_SHAPE | UP_TO_SIGN | COPIES | {"+", "-", "*", "/", "**", "@", INDEX}) - {
    word for word in SAME_SHAPE if word.startswith("layers.")
} | {
    "layers.Dense",
    "layers.Conv1D",
    "layers.Conv2D",
    "layers.Embedding",
    "layers.Flatten",
    "layers.Reshape",
    "layers.LayerNormalization",
    "layers.MaxPooling1D",
    "layers.MaxPooling2D",
    "layers.GlobalAveragePooling1D",
    "layers.GlobalAveragePooling2D",
}
"""Operators and layers that give the same numbers whenever they are given the same."""
FUNCTIONS = ("tf.", "keras.ops.", "keras.backend.", "keras.activations.", "np.")
UNSTEADY = re.compile(
    r"random|dropout|shuffle|sampl|uniform|normal\b|function|Variable|assign|\.data\.|\.io\.|\.queue\."
)
"""Of these libraries' functions, those that may give other numbers the next time."""
DEPTH = 12
CANCELS = "cancels"
"""What has words of its own: two operands take each other back."""


class Term(NamedTuple):
    """A value that is added to others, or subtracted; the operand it is, of which operation; the place of
    the whole sum's operand that it is in."""

    value: Value
    sign: int
    operation: Operation
    result: int
    place: int


def cancelled(machine: Machine) -> Iterator[Flat]:
    """Every operand that makes no difference since another one takes it back."""
    shapes, centred = Shapes(machine), dict[int, Site]()
    for node, operation in each(machine):
        if operation.word in ADDING and len(operation.operands) >= 2:
            for flat in _differences(shapes, operation, node):
                centred.setdefault(node_of(flat.operand) or 0, flat.site or operation.site)
                yield flat
        elif operation.word in QUOTIENTS and len(operation.inputs) >= 2:
            left, right = operation.inputs[:2]
            if _again(shapes, left, right):
                yield from (_flat(operation, node, one)._replace(detail=CANCELS) for one in (left, right))
        elif operation.word == "l2_normalize" and over_named_one(shapes, operation):
            yield from (_flat(operation, node, one) for one in operation.inputs[:1])
    yield from _variances(shapes, centred)


def _variances(shapes: Shapes, centred: dict[int, Site]) -> Iterator[Flat]:
    """The variances of one element, told with the difference from its mean where there is one."""
    for node, operation in each(shapes.machine):
        moments, variance = moments_of_one(shapes, operation), operation.word in VARIANCES
        of = moments[0] if moments is not None and moments[1] == 1 else operation
        if (variance and over_named_one(shapes, operation)) or of is not operation:
            site = centred.get(node_of(of.first) or 0)
            for one in operation.inputs[:1]:
                yield _flat(operation, node, one)._replace(site=site, detail=CANCELS if site else "")


def _flat(operation: Operation, node: int, operand: Value) -> Flat:
    return Flat(operation, node, operand, Kind.CONSTANT_OUTPUT)


def _differences(shapes: Shapes, operation: Operation, node: int) -> Iterator[Flat]:
    for group in _grouped(shapes, list(_terms(shapes.machine, operation, node, 1))):
        # What an earlier sum took back already is told there.
        own = len({term.place for term in group}) > 1
        if own and sum(term.sign for term in group) == 0:
            for term in group:
                flat = _flat(term.operation, term.result, term.value)
                yield flat._replace(site=_handed_over(shapes, operation, group), detail=CANCELS)


def _handed_over(shapes: Shapes, operation: Operation, group: list[Term]) -> Site:
    """Where to point: for one element that a function is given, at the call that gives it."""
    machine, frame = shapes.machine, operation.site.frame
    found = (_element(shapes, operation_of(machine, one.value)) for one in group)
    alone = operation_of(machine, next((one for one in found if one is not None), None))
    if alone is None or frame.call is None or frame.outer is None:
        return operation.site
    made = any(one is frame for one in alone.site.frame.chain())
    return operation.site if made else Site(frame.call, frame.outer)


def _element(shapes: Shapes, operation: Operation | None) -> Value | None:
    """The one element that something is the sum or the mean of."""
    if operation is None:
        return None
    summed = operation.word in OVER_AXIS and over_named_one(shapes, operation)
    return operation.first if summed else _mean_of_one(shapes, operation)


def _grouped(shapes: Shapes, terms: list[Term]) -> list[list[Term]]:
    """The terms of a sum that are the same value."""
    groups: list[list[Term]] = []
    for term in terms:
        group = next((one for one in groups if _again(shapes, one[0].value, term.value)), None)
        if group is None:
            groups.append([term])
        else:
            group.append(term)
    return groups


def _terms(
    machine: Machine, operation: Operation, node: int, sign: int, depth: int = 4, whose: int | None = None
) -> Iterator[Term]:
    """What a sum consists of, through sums that nothing else reads."""
    for at, value in enumerate(operation.operands):
        top = at if whose is None else whose
        signed = -sign if at and operation.word in DIFFERENCES else sign
        inner = operation_of(machine, value)
        within = inner is not None and inner.word in ADDING and len(inner.operands) >= 2
        place = node_of(value)
        if within and inner and place is not None and depth and _read_once(machine, place, node):
            yield from _terms(machine, inner, place, signed, depth - 1, top)
        elif not isinstance(value, Constant):
            yield Term(value, signed, operation, node, top)


def _read_once(machine: Machine, node: int, reader: int) -> bool:
    return all(edge.target == reader for edge in machine.graph.outgoing[node])


# -- whether two values are one ------------------------------------------------------


def _again(shapes: Shapes, left: Value, right: Value) -> bool:
    """Whether the second operand gives the numbers of the first again."""
    if not isinstance(left, (Tensor, WeightRef)) or not isinstance(right, (Tensor, WeightRef)):
        return False
    if _same(shapes, left, right):
        return not _is_copied_weight(shapes, left, right)
    return _of_one(shapes, left, right) or _of_one(shapes, right, left)


def _is_copied_weight(shapes: Shapes, left: Value, right: Value) -> bool:
    """A copy of a weight is what it was when it was made: a step later they differ."""
    ends = [_source(shapes, one) for one in (left, right)]
    return any(isinstance(one, WeightRef) for one in ends) and (left is not ends[0] or right is not ends[1])


def _source(shapes: Shapes, value: Value | None, depth: int = DEPTH) -> Value | None:
    """What a value is a copy of: a sum over one element, too, is what it is of."""
    operation = operation_of(shapes.machine, value)
    while operation is not None and operation.name != OUTPUT and depth and _copies(shapes, operation):
        value, depth = operation.first, depth - 1
        operation = operation_of(shapes.machine, value)
    return value


def _copies(shapes: Shapes, operation: Operation) -> bool:
    return operation.word in COPIES or (operation.word in OVER_AXIS and over_named_one(shapes, operation))


def _same(shapes: Shapes, one: Value | None, other: Value | None, depth: int = DEPTH) -> bool:
    machine = shapes.machine
    one, other = _source(shapes, one), _source(shapes, other)
    if isinstance(one, Constant) and isinstance(other, Constant):
        return one.known and other.known and one.value == other.value
    if identical(one, other):
        return True
    if one_of_many(one) or one_of_many(other):
        return False
    left, right = operation_of(machine, one), operation_of(machine, other)
    if left is None or right is None or not depth or left.word != right.word:
        return False
    if OUTPUT in (left.name, right.name):
        return left.name == right.name and _same_output(shapes, (left, right), (one, other), depth)
    if not _repeatable(left):
        return False
    same_place = left.word != INDEX or left.site.frame is right.site.frame
    seen = _recorded(machine, one) == _recorded(machine, other)
    alike = seen and left.layer is right.layer and _spelt_alike(left, right) and same_place
    return (
        alike
        and len(left.inputs) == len(right.inputs)
        and all(_same(shapes, a, b, depth - 1) for a, b in zip(left.inputs, right.inputs, strict=True))
    )


def _same_output(
    shapes: Shapes,
    operations: tuple[Operation, Operation],
    values: tuple[Value | None, Value | None],
    depth: int,
) -> bool:
    """Whether one output of a functional model, whose layers always compute the same, is given twice: for the
    same inputs."""
    machine, (left, right) = shapes.machine, operations
    if not identical(left.first, right.first) or _recorded(machine, values[0]) != _recorded(
        machine, values[1]
    ):
        return False
    given = [_given(machine, value) for value in values]
    if not given[0] or len(given[0]) != len(given[1]) or not _is_steady(machine, left.first):
        return False
    return all(_same(shapes, a, b, depth - 1) for a, b in zip(*given, strict=True))


def _given(machine: Machine, output: Value | None) -> list[Value]:
    """What the call of a model was given that an output is of; `training` says nothing to steady layers."""
    node = node_of(output)
    call = next((one for one in machine.log.calls if node in set(machine.nodes(one.result))), None)
    if call is None or call.arguments.starred:
        return []
    words = [value for word, _, value in call.arguments.keywords if word != "training"]
    return [*(value for _, value in call.arguments.positional), *words]


def _is_steady(machine: Machine, output: Value | None) -> bool:
    """Whether all that a functional model computes is the same whenever it is called."""
    made = machine.operations
    doors = {node for node, one in made.items() if one.word == "Input"} | machine.log.doors
    behind = machine.graph.backward(machine.nodes(output), lambda edge: edge.target not in doors)
    inside = [made[node] for node in behind - doors if node in made]
    return all(_repeatable(one) or one.word == WEIGHT for one in inside)


def _spelt_alike(left: Operation, right: Operation) -> bool:
    """Whether two calls name their arguments alike; of an index, only the text says what it takes."""
    words = [[word for word, _, _ in one.arguments.keywords] for one in (left, right)]
    return words[0] == words[1] and (left.word != INDEX or text_of(left) == text_of(right))


def _repeatable(operation: Operation) -> bool:
    steady = operation.name.startswith(FUNCTIONS) and not UNSTEADY.search(operation.name)
    return operation.word in REPEATABLE or steady


def _recorded(machine: Machine, value: Value | None) -> set[int]:
    """Which tapes saw a value being computed: what was computed before a tape began is a constant to it."""
    node = node_of(value)
    return {edge.recorded for edge in machine.graph.incoming[node]} if node is not None else set()


# -- one element ------------------------------------------------------------------------


def _of_one(shapes: Shapes, value: Value, reduced: Value) -> bool:
    """Whether the second is a sum, a mean or a norm of the first along an axis of one element."""
    operation = operation_of(shapes.machine, reduced)
    if operation is not None and (mean := _mean_of_one(shapes, operation)) is not None:
        return _same(shapes, value, mean)
    if operation is None or operation.word not in UP_TO_SIGN or not over_named_one(shapes, operation):
        return False
    return _same(shapes, value, operation.first)


def _mean_of_one(shapes: Shapes, operation: Operation) -> Value | None:
    """The one element that a mean is of, which `moments` gives with the variance."""
    moments = moments_of_one(shapes, operation)
    return moments[0].first if moments is not None and moments[1] == 0 else None
