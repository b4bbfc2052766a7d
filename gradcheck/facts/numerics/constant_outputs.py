"""Operations whose result never changes: a softmax over one element, a dropout that drops all."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import EITHER, KERAS_3, Site
from gradcheck.facts.domain.literals import branches, decided
from gradcheck.facts.domain.values import Sequence, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, node_of, operation_of
from gradcheck.facts.numerics.batches import OF_ONE, one_at_a_time, over_the_batch
from gradcheck.facts.numerics.flat_operations import Flat, each
from gradcheck.facts.numerics.layer_shapes import given_shape
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.numerics.sizes import Borrowed, Size, integer, number
from gradcheck.report.kinds import Kind

SOFTMAX = frozenset({"softmax", "log_softmax", "layers.Softmax"})
ONE_AXIS = SOFTMAX | {
    "layers.LayerNormalization",
    "layers.UnitNormalization",
    "reduce_variance",
}
DROPOUTS = frozenset({"layers.Dropout", "layers.SpatialDropout1D", "layers.SpatialDropout2D"})
ATTENTIONS = frozenset({"layers.Attention", "layers.AdditiveAttention"})
MULTI_HEAD = "layers.MultiHeadAttention"
TRANSPARENT = frozenset({"Model", "Sequential", "join", "cast", "identity", "reshape", "squeeze", "[]"})


def constant_outputs(machine: Machine) -> Iterator[Flat]:
    """Every operand that makes no difference to the result of its operation."""
    shapes, single = Shapes(machine), one_at_a_time(machine)
    for node, operation in each(machine):
        if single and over_the_batch(shapes, operation) and operation.first is not None:
            yield Flat(operation, node, operation.first, Kind.CONSTANT_OUTPUT, detail=OF_ONE)
        elif operation.word in ONE_AXIS and over_one(shapes, operation):
            if not (operation.word in SOFTMAX and meets_only_crossentropy(machine, node)):
                yield from _flat(operation, node, operation.first)
        elif operation.word in DROPOUTS and _drops_everything(operation):
            yield from _flat(operation, node, operation.first, KERAS_3)
        elif operation.word == MULTI_HEAD or operation.word in ATTENTIONS:
            yield from _one_token(shapes, operation, node)


def _flat(operation: Operation, node: int, operand: Value | None, keras: int = EITHER) -> Iterator[Flat]:
    if operand is not None:
        yield Flat(operation, node, operand, Kind.CONSTANT_OUTPUT, keras)


def over_one(shapes: Shapes, operation: Operation) -> bool:
    """Whether an operation normalizes along an axis that certainly has one element."""
    axis = _axis(operation)
    return axis is not None and is_one(given_shape(shapes, operation).size(axis), operation.site)


def over_named_one(shapes: Shapes, operation: Operation) -> bool:
    """Whether an operation reduces along an axis that is named and certainly has one element."""
    axis = integer(operation.get("axis", 1))
    return axis is not None and is_one(shapes.of(operation.first).size(axis), operation.site)


def _axis(operation: Operation) -> int | None:
    layer = operation.layer
    if layer is not None:
        argument = layer.made.placed("axis", 0) if layer.made else None
        value = argument[1] if argument else None
    else:
        value = operation.get("axis", 1)
    if value is None:
        return -1 if operation.word in SOFTMAX or layer is not None else None
    return integer(value)


def is_one(size: Size, site: Site) -> bool:
    """Whether a length is one, and not just for one of several ways through the code."""
    return size == 1 and not (isinstance(size, Borrowed) and branches(site))


def _drops_everything(operation: Operation) -> bool:
    layer = operation.layer
    rate = layer.made.placed("rate", 0) if layer and layer.made else None
    return layer is not None and rate is not None and number(rate[1]) == 1.0 and decided(rate[0], layer.site)


# -- attention over one token -----------------------------------------------------------


def attended(operation: Operation) -> tuple[Value | None, Value | None, Value | None]:
    """The query, the key and the value of an attention layer's call."""
    if operation.word == MULTI_HEAD:
        query, value = operation.get("query", 0), operation.get("value", 1)
        return query, operation.get("key", 2) or value, value
    first = operation.first
    if not isinstance(first, Sequence) or first.many or len(first.items) not in (2, 3):
        return None, None, None
    query, value = first.items[:2]
    return query, (first.items[2] if len(first.items) == 3 else value), value


def single_token(shapes: Shapes, operation: Operation) -> Operation | None:
    """What made the one key that there is to attend to, so that the weights of the attention are all one."""
    _, key, value = attended(operation)
    for tokens in (key, value):
        if is_one(shapes.of(tokens).size(1), operation.site):
            return made_by(shapes, tokens)
    return None


def made_by(shapes: Shapes, tokens: Value | None) -> Operation | None:
    """The first operation on the way whose result has one token."""
    made = operation_of(shapes.machine, tokens)
    while made is not None and shapes.of(made.first).size(1) == 1:
        before = operation_of(shapes.machine, made.first)
        if before is None:
            break
        made = before
    return made


def _one_token(shapes: Shapes, operation: Operation, node: int) -> Iterator[Flat]:
    maker = single_token(shapes, operation)
    if maker is None:
        return
    query, key, value = attended(operation)
    for operand in (query, key):
        if operand is not None and node_of(operand) != node_of(value):
            yield Flat(operation, node, operand, Kind.CONSTANT_OUTPUT, site=maker.site)


# -- cross-entropies that read the logits -----------------------------------------------------


def meets_only_crossentropy(machine: Machine, node: int) -> bool:
    """Whether a softmax is only ever read by Keras' own cross-entropies, or left to the caller's loss.

    They take the logits that Keras remembers, so the gradient survives; what the model says is still 1.
    """
    waiting, seen = [node], {node}
    while waiting:
        for edge in machine.graph.outgoing[waiting.pop()]:
            reader = machine.operations.get(edge.target)
            if reader is None or reader.word in TRANSPARENT:
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
            elif "rossentropy" not in reader.name:
                return False
    return True
