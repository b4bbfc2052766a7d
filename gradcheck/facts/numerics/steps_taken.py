"""Which step of a sequence of results is all that anything reads: the first, or the last.

What treats each step alike hands the question on, and so does a recurrent layer whose own first result alone
is read.
"""

from __future__ import annotations

import ast
from collections.abc import Container
from typing import NamedTuple

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Constant, Layer, Sequence, Value, plain
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, Operation
from gradcheck.facts.numerics.sizes import integer

RECURRENT = frozenset(
    {"layers.ConvLSTM1D", "layers.ConvLSTM2D", "layers.GRU", "layers.LSTM", "layers.SimpleRNN"}
)
STEP_BY_STEP = frozenset(
    {
        "cast",
        "dropout",
        "identity",
        "layers.Activation",
        "layers.Dense",
        "layers.Dropout",
        "layers.LayerNormalization",
        "layers.LeakyReLU",
        "layers.ReLU",
        "layers.TimeDistributed",
        "relu",
        "sigmoid",
        "tanh",
    }
)
"""What treats each step of a sequence alike, and on its own."""
FIRST, LAST = 0, -1
DEPTH = 8


class Taken(NamedTuple):
    """The one step that is read, and where."""

    step: int
    site: Site


def step_taken(machine: Machine, node: int, read: Container[int], depth: int = DEPTH) -> Taken | None:
    """The step of a sequence that everything takes which reads it, among the nodes that count."""
    readers = sorted({edge.target for edge in machine.graph.outgoing[node] if edge.target in read})
    found = [_by(machine, reader, read, depth) for reader in readers]
    known = [one for one in found if one is not None]
    same = len(known) == len(found) and len({one.step for one in known}) == 1
    return known[0] if same else None


def gives_every_step(layer: Layer | None) -> bool:
    """Whether a recurrent layer returns the results of all its steps, and nothing else."""
    options = layer.options if layer is not None else {}
    return plain(options.get("return_sequences")) is True and _is_off(options.get("return_state"))


def keeps_state(operation: Operation, layer: Layer | None) -> bool:
    """Whether a call may begin with another state than zeros."""
    given = operation.arguments.get("initial_state") is not None or len(operation.arguments.positional) > 1
    return given or layer is None or not _is_off(layer.options.get("stateful"))


def _is_off(value: Value | None) -> bool:
    return value is None or (isinstance(value, Constant) and value.value is False)


def _by(machine: Machine, reader: int, read: Container[int], depth: int) -> Taken | None:
    operation = machine.operations.get(reader)
    if operation is None or not depth:
        return None
    if operation.word in STEP_BY_STEP:
        return step_taken(machine, reader, read, depth - 1)
    if operation.word in RECURRENT and gives_every_step(operation.layer):
        first = None if keeps_state(operation, operation.layer) else _by_recurrence(operation.layer)
        found = step_taken(machine, reader, read, depth - 1) if first == FIRST else None
        return found if found is not None and found.step == FIRST else None
    step = _index(operation) if operation.word == INDEX else _gathered(operation)
    return None if step is None else Taken(step, operation.site)


def _by_recurrence(layer: Layer | None) -> int | None:
    """Which step a recurrent layer needs for its first result."""
    options = layer.options if layer is not None else {}
    return FIRST if _is_off(options.get("go_backwards")) else None


def _gathered(operation: Operation) -> int | None:
    """`tf.gather(states, 0, axis=1)`."""
    if operation.word not in ("gather", "take") or integer(operation.get("axis", 2)) != 1:
        return None
    step = integer(operation.get("indices", 1))
    return step if step in (FIRST, LAST) else None


def _index(operation: Operation) -> int | None:
    """`states[:, 0]`, `states[:, -1, :]`, `states[:, :1]`."""
    node = operation.site.node
    parts = node.slice.elts if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) else []
    index = operation.pair[1]
    values = index.items if isinstance(index, Sequence) and not index.many else []
    if len(parts) < 2 or len(values) != len(parts) or ast.unparse(parts[0]) != ":":
        return None
    if isinstance(parts[1], ast.Slice):
        return _slice(parts[1], values[1])
    step = integer(values[1])
    return step if step in (FIRST, LAST) else None


def _slice(node: ast.Slice, value: Value) -> int | None:
    """A slice of one step."""
    ends = value.items if isinstance(value, Sequence) else []
    if node.step is not None or not ends:
        return None
    lower = 0 if node.lower is None else integer(ends[0])
    if node.upper is None:
        return LAST if lower == LAST else None
    return FIRST if lower == 0 and integer(ends[-1]) == 1 else None
