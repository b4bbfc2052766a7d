"""What each value was computed by: one operation per node, for questions about shapes and values.

The flow graph says which value depends on which; this says how. A node without an operation (a parameter,
the value a name has when a round of a loop begins) is unknown, and what is asked about it stays
unanswered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import (
    External,
    Held,
    Layer,
    Method,
    Opaque,
    Sequence,
    Tensor,
    Value,
    WeightRef,
)

if TYPE_CHECKING:
    from gradcheck.facts.domain.graph import Site
    from gradcheck.facts.interpreter.machine import Machine

WEIGHT, INDEX, JOIN, COMPARISON = "weight", "[]", "join", "compare"
KEPT_STATE = "kept.zeros"
"""The state of a cell that gives it back as it was: zeros, and where it says so."""

SYNONYMS = {
    "add": "+",
    "arccos": "acos",
    "arcsin": "asin",
    "clip": "clip_by_value",
    "concatenate": "concat",
    "divide": "/",
    "truediv": "/",
    "mul": "*",
    "multiply": "*",
    "matmul": "@",
    "negative": "-x",
    "neg": "-x",
    "pow": "**",
    "power": "**",
    "sub": "-",
    "subtract": "-",
}
"""Words of several libraries for one operation."""

RESHAPING = frozenset(
    [
        "expand_dims",
        "squeeze",
        "reshape",
        "transpose",
        "cast",
        "identity",
        "[]",
        "T",
        "layers.Flatten",
        "layers.Reshape",
        "tile",
        "repeat",
    ]
)
"""Operations that move numbers and leave them as they are."""

SUMS = frozenset({"reduce_sum", "sum", "reduce_mean", "mean"})


OUTPUT = "Model.identity"
"""What comes out of the call of a functional model: it has the form of the graph's own output, and not its
numbers, which depend on what the model is called on."""


class Operation:
    """One operation: its canonical name, what it was given, and where; `receiver` is whose method it is."""

    def __init__(self, name: str, arguments: Arguments, site: Site, receiver: Value | None = None) -> None:
        self.name, self.arguments, self.site, self.receiver = name, arguments, site, receiver

    @cached_property
    def word(self) -> str:
        """Its name whatever library it comes from: `log` for `tf.math.log`, `layers.Dense` for a layer."""
        if self.name.startswith("keras.layers."):
            return self.name.removeprefix("keras.")
        last = self.name.rpartition(".")[2] or self.name
        return SYNONYMS.get(last, last)

    def get(self, name: str, position: int | None = None) -> Value | None:
        """An argument; of a tensor's method, the tensor is the first."""
        if isinstance(self.receiver, (Tensor, WeightRef)) and position is not None:
            return self.receiver if position == 0 else self.arguments.get(name, position - 1)
        return self.arguments.get(name, position)

    @cached_property
    def inputs(self) -> list[Value]:
        """Everything it was given."""
        own = [self.receiver] if isinstance(self.receiver, (Tensor, WeightRef)) else []
        return [*own, *self.arguments.values()]

    @property
    def first(self) -> Value | None:
        """What it was given first, under whatever name."""
        return next(iter(self.inputs), None)

    @property
    def operands(self) -> list[Value]:
        """The values it was given, also where they are in one list."""
        first = self.first
        return first.items if isinstance(first, Sequence) and not first.many else self.inputs

    @property
    def pair(self) -> tuple[Value | None, Value | None]:
        """The first two values it was given; None for one that is missing: Python refuses such a call."""
        first, second = [*self.inputs[:2], None, None][:2]
        return first, second

    @property
    def layer(self) -> Layer | None:
        """The layer whose call it is."""
        return self.receiver if isinstance(self.receiver, Layer) else None


def node_of(value: Value | None) -> int | None:
    """The node of a value that has exactly one."""
    match value:
        case Tensor() | Held():
            return value.node
        case WeightRef():
            return value.weight.node
        case Opaque():
            return value.node
    return None


def one_of_many(value: Value | None) -> bool:
    """Whether a value stands for any of a container's: what is done with two of them may not be the same."""
    return isinstance(value, (Tensor, Opaque)) and value.one_of_many


def readers_past(machine: Machine, node: int, passing: Collection[str]) -> Iterator[tuple[Operation, int]]:
    """The operations that read a value, each with the node it reads: those of the words that are passed, and
    what is no operation, are looked through for their own readers."""
    waiting, seen = [node], {node}
    while waiting:
        for edge in machine.graph.outgoing[waiting.pop()]:
            reader = machine.operations.get(edge.target)
            if reader is not None and reader.word not in passing:
                yield reader, edge.source
            elif edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)


def identical(one: Value | None, other: Value | None) -> bool:
    """Whether two values are one and the same."""
    if one_of_many(one) or one_of_many(other):
        return False
    node = node_of(one)
    return one is not None and (one is other or (node is not None and node == node_of(other)))


def note(
    machine: Machine, result: Value, name: str, arguments: Arguments, receiver: Value | None = None
) -> None:
    """Remember what computed a result, unless something closer to it is known already."""
    node = node_of(result)
    if node is not None and node not in machine.operations:
        site = machine.site(arguments.node)
        machine.operations[node] = Operation(name, arguments, site, receiver)


def note_call(machine: Machine, target: Value, arguments: Arguments, result: Value) -> None:
    """Remember the call of a library's function, method, layer or object."""
    match target:
        case External() | Layer():
            note(machine, result, target.name, arguments, target)
        case Held():
            note(machine, result, f"{target.name}.__call__", arguments, target)
        case Method():
            kind = type(target.receiver).__name__
            note(machine, result, f"{kind}.{target.name}", arguments, target.receiver)


def forget(machine: Machine, value: Value) -> None:
    """A value written in place is no longer what it was made as, nor is the one that it is a part of."""
    node = node_of(value)
    while node is not None:
        operation = machine.operations.pop(node, None)
        node = node_of(operation.first) if operation is not None and operation.name == INDEX else None


def operation_of(machine: Machine, value: Value | None) -> Operation | None:
    """What a value was computed by."""
    if isinstance(value, Sequence):
        return None
    node = node_of(value)
    return None if node is None else machine.operations.get(node)


def is_pipeline(machine: Machine, value: Value | None) -> bool:
    """Whether a value is a `tf.data` pipeline, at whatever stage."""
    operation = operation_of(machine, value)
    while operation is not None and operation.name.startswith("Tensor."):
        operation = operation_of(machine, operation.receiver)
    return operation is not None and operation.name.startswith("tf.data.")
