"""What ran, in order: one node per operation, and where values left TensorFlow or came into it. Knows no
TensorFlow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gradcheck.probe.engine.explain.handed import Calls
from gradcheck.probe.engine.watch.frames import Place, Stack
from gradcheck.report.kinds import Kind

READS = frozenset({"ReadVariableOp", "ResourceGather", "ResourceGatherNd"})
HANDS_ON = frozenset({"Cast", "ExpandDims", "Identity", "Reshape", "Squeeze"})
"""Operations whose result holds the numbers of their operand, in the same order."""
WRITES = frozenset(
    {
        "AssignVariableOp",
        "AssignAddVariableOp",
        "AssignSubVariableOp",
        "ResourceScatterUpdate",
        "ResourceScatterAdd",
        "ResourceScatterSub",
        "ResourceScatterNdUpdate",
        "ResourceScatterNdAdd",
        "ResourceStridedSliceAssign",
    }
)
CALLS = frozenset(
    {
        "PartitionedCall",
        "StatefulPartitionedCall",
        "If",
        "StatelessIf",
        "Case",
        "StatelessCase",
        "While",
        "StatelessWhile",
    }
)
"""Operations of a graph that stand for a whole function: its own operations are looked at instead."""
PIPELINES = frozenset({"IteratorGetNext", "IteratorGetNextSync", "OptionalGetValue"})
"""Operations that hand in the next batch of data."""
FACTS = frozenset(
    {
        "Shape",
        "ShapeN",
        "Size",
        "Rank",
        "VariableShape",
        "BroadcastGradientArgs",
        "VarIsInitializedOp",
        "ZerosLike",
        "OnesLike",
    }
)
"""Operations that tell of a value's shape only: no value flows through them."""


@dataclass(slots=True)
class Node:
    """One operation. Tensors are numbers here; `tensors` holds the values of the current step, inputs then
    outputs.

    `recorded` says whether a tape took note, `stopped` whether recording was switched off; `layer` is the
    innermost layer being called, `doing` what kind of call the user's line was in (`metric`, `sample`,
    `predict`).
    """

    index: int
    op: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    stack: Stack
    recorded: bool
    stopped: bool
    floating: bool
    layer: Any = None
    doing: str = ""
    custom: Custom | None = None
    tensors: tuple[tuple[Any, ...], tuple[Any, ...]] | None = None

    @property
    def given(self) -> tuple[Any, ...]:
        """The values that came in, in the current step."""
        return self.tensors[0] if self.tensors else ()

    @property
    def made(self) -> tuple[Any, ...]:
        """The values that came out, in the current step."""
        return self.tensors[1] if self.tensors else ()


@dataclass(frozen=True)
class Custom:
    """A gradient that the user's own function computes for an operation with these inputs; `by_user` says
    whether the backward pass itself is the user's, and not only what it runs once more.
    """

    inputs: tuple[int, ...]
    stack: Stack
    backward: Any
    by_user: bool = False


@dataclass(frozen=True)
class Escape:
    """A value that left TensorFlow: `how` is `numpy`, `float`, `array` ..., `at` the number of operations run
    before.
    """

    tensor: int
    how: str
    stack: Stack
    at: int
    doing: str = ""
    shape: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A Python or NumPy value that became a tensor."""

    kind: str
    stack: Stack
    at: int
    shape: tuple[int | None, ...] = ()
    floating: bool = True


TAKEN = "TapeGradient"
"""What stands for a backward pass that ran while no other tape was running."""


@dataclass(frozen=True)
class Derivative:
    """A gradient that the program goes on to compute with: of which tensors, what came back, and the number
    of operations run before; `lost` says why the tape knew no way to what it was asked for, and where.
    """

    targets: frozenset[int]
    gradients: frozenset[int]
    stack: Stack
    at: int
    lost: tuple[Kind, Stack] | None


@dataclass
class Trace:
    """The record. Append-only while the program runs.

    `entries` are the tensors made from Python or NumPy values, `raw` the operations that were handed an
    array, `arguments` the reads that happened because an object (a distribution, a kernel) was given the bare
    variable, with that argument; `calls` what layers were given and gave back; `derivatives` the gradients
    that the forward pass takes.
    """

    nodes: list[Node] = field(default_factory=list)
    producer: dict[int, int] = field(default_factory=dict)
    consumers: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    escapes: list[Escape] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    raw: dict[int, Stack] = field(default_factory=dict)
    arguments: dict[int, Place] = field(default_factory=dict)
    calls: Calls = field(default_factory=Calls)
    derivatives: list[Derivative] = field(default_factory=list)

    def add(self, node: Node) -> None:
        """One more operation ran."""
        self.nodes.append(node)
        for output in node.outputs:
            self.producer[output] = node.index
        for given in node.inputs:
            self.consumers[given].append(node.index)

    def customize(self, output: int, custom: Custom) -> None:
        """The operation that made this tensor has a gradient of the user's own."""
        index = self.producer.get(output)
        if index is not None and self.nodes[index].custom is None:
            self.nodes[index].custom = custom
            for given in custom.inputs:
                self.consumers[given].append(index)

    def reads(self, variable: int, before: int) -> list[int]:
        """The operations that read a variable, by the number of its resource, also under the name that a
        function's body has for it.
        """
        found: list[int] = []
        names = [variable]
        for name in names:
            for index in self.consumers.get(name, ()):
                node = self.nodes[index]
                if index < before and node.op in READS:
                    found.append(index)
                elif node.op == "Identity":
                    names.extend(node.outputs)
        return found

    def following(self, index: int) -> list[int]:
        """The operations that use what this one made; for a write, those that read the variable later."""
        node = self.nodes[index]
        if node.op in FACTS:
            return []
        if node.op in WRITES:
            return [
                later
                for later in self.consumers.get(node.inputs[0], ())
                if later > index and self.nodes[later].op in READS
            ]
        return [later for output in node.outputs for later in self.consumers.get(output, ())]

    def forward(self, seeds: Iterable[int], before: int, *, metrics: bool = True) -> set[int]:
        """Everything that these operations' values flow into; without `metrics`, not through what only keeps
        one.
        """
        seen = set(seeds)
        waiting = list(seen)
        while waiting:
            index = waiting.pop()
            for later in self.following(index):
                if not metrics and self.nodes[later].doing == "metric":
                    continue
                if index < later < before and later not in seen:
                    seen.add(later)
                    waiting.append(later)
        return seen

    def backward(self, tensors: Iterable[int]) -> set[int]:
        """Everything that flows into these tensors."""
        return _reached(self._makers(tensors), lambda index: self._preceding(self.nodes[index]))

    def plainly(self, nodes: Iterable[int]) -> set[int]:
        """Everything that was computed on the way to these operations, whatever has a gradient of its own."""
        return _reached(nodes, lambda index: self._makers(self.nodes[index].inputs))

    def made_by(self, nodes: Iterable[int]) -> set[int]:
        """The tensors these operations made."""
        return {output for index in nodes for output in self.nodes[index].outputs}

    def _makers(self, tensors: Iterable[int]) -> Iterable[int]:
        return (made for tensor in tensors if (made := self.producer.get(tensor)) is not None)

    def _preceding(self, node: Node) -> Iterable[int]:
        if node.op in FACTS:
            return
        for given in node.custom.inputs if node.custom else node.inputs:
            if node.op in READS and given == node.inputs[0]:
                yield from (
                    index
                    for index in self.consumers.get(given, ())
                    if index < node.index and self.nodes[index].op in WRITES
                )
            elif (made := self.producer.get(given)) is not None:
                yield made


def _reached(seeds: Iterable[int], following: Callable[[int], Iterable[int]]) -> set[int]:
    """These operations and all that can be reached from them."""
    seen = set(seeds)
    waiting = list(seen)
    while waiting:
        for one in following(waiting.pop()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return seen
