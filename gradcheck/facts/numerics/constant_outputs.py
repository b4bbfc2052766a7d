"""Operations whose result never changes: a softmax over one element, a dropout that drops all."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import EITHER, KERAS_3, Site
from gradcheck.facts.domain.literals import branches, decided
from gradcheck.facts.domain.values import Sequence, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, Operation, node_of, operation_of, readers_past
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
}
GROUPS = "layers.GroupNormalization"
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
        elif in_groups_of_one(shapes, operation):
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
    if operation.layer is not None and operation.layer.options.get("rms_scaling") is not None:
        return False  # what is left is the sign
    axes, shape = _axes(operation), given_shape(shapes, operation)
    return bool(axes) and all(is_one(shape.size(axis), operation.site) for axis in axes)


def over_named_one(shapes: Shapes, operation: Operation) -> bool:
    """Whether an operation reduces along axes that are named and certainly have one element each."""
    axes, shape = _numbers(operation.get("axis", 1) or operation.get("axes", 1)), shapes.of(operation.first)
    return bool(axes) and all(is_one(shape.size(axis), operation.site) for axis in axes)


def _axes(operation: Operation) -> list[int]:
    layer = operation.layer
    if layer is not None:
        argument = layer.made.placed("axis", 0) if layer.made else None
        value = argument[1] if argument else None
    else:
        value = operation.get("axis", 1)
    if value is None:
        return [-1] if operation.word in SOFTMAX or layer is not None else []
    return _numbers(value)


def _numbers(value: Value | None) -> list[int]:
    """The axes that an argument names, one or several; none where one of them is not known."""
    several = isinstance(value, Sequence) and not value.many
    found = [integer(one) for one in (value.items if isinstance(value, Sequence) and several else [value])]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else []


def moments_of_one(shapes: Shapes, operation: Operation) -> tuple[Operation, int] | None:
    """Which of the two moments an operation takes, 0 for the mean, if they are those of one element each."""
    made = operation_of(shapes.machine, operation.first) if operation.word == INDEX else None
    place = integer(operation.pair[1]) if made is not None and made.word == "moments" else None
    if made is None or place not in (0, 1) or not over_named_one(shapes, made):
        return None
    return made, place


def in_groups_of_one(shapes: Shapes, operation: Operation) -> bool:
    """Whether each group of a normalization is one channel at one place."""
    layer, shape = operation.layer, given_shape(shapes, operation)
    if layer is None or operation.word != GROUPS or layer.options.get("axis") is not None or not shape.exact:
        return False
    argument = layer.made.placed("groups", 0) if layer.made else None
    groups = 32 if argument is None else integer(argument[1])
    channels, places = shape.size(-1), shape.front[1:-1]
    each = groups == -1 or (groups is not None and groups == channels)
    return each and all(is_one(one, operation.site) for one in places)


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
    return all("rossentropy" in reader.name for reader, _ in readers_past(machine, node, TRANSPARENT))
