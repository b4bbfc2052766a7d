"""The terms a loss is a sum of, and those that no gradient comes from. Asks the trace only; knows no
TensorFlow.

A variable that trains through one term may be cut off from another one: its gradient is no fault, and yet
half of the loss does nothing. Two shapes of this are certain enough to be said: a term that depends on the
variables and has a path to none of them, and a trained layer that is fed with numbers which were other
variables' values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gradcheck.probe.engine.explain.ends import End
from gradcheck.probe.engine.explain.none import Question
from gradcheck.probe.engine.explain.trace import FACTS, HANDS_ON, WRITES, Escape, Node, Trace
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.report.kinds import Kind

_SUMS = frozenset({"AddV2", "Add", "AddN", "Sub", "Pack", "ConcatV2"})
_SINGLE = HANDS_ON | {"EnsureShape", "Mean", "Neg", "Sum"}
_PRODUCTS = frozenset({"Mul", "MulNoNan"})
_QUOTIENTS = frozenset({"RealDiv", "DivNoNan"})
_CARRIERS = HANDS_ON | {"ConcatV2", "EnsureShape", "Pack", "Transpose"}
_CONTRACTIONS = frozenset({"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"})
_HOSTS = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc"})
_ROUNDING = frozenset({"Round", "Rint", "Floor", "Ceil"})
_SAID = frozenset({Kind.NO_GRADIENT, Kind.INTEGER_CAST, Kind.HOST_FUNCTION, Kind.NUMPY, Kind.PYTHON_NUMBER})
"""Kinds that nobody means: a gradient may be stopped, a value sampled or assigned on purpose."""


@dataclass(frozen=True)
class Bridge:
    """A value that left TensorFlow and the tensor that was made of it, as the program's text shows."""

    escape: Escape
    tensor: int
    alike: bool


@dataclass
class Terms:
    """One gradient call: what `targets` are the sum of, as far as it depends on `sources`."""

    trace: Trace
    targets: tuple[int, ...]
    sources: tuple[int, ...]
    broken: Callable[[Node], tuple[Kind, str] | None]
    bridges: tuple[Bridge, ...] = ()

    def lost(self) -> Iterator[tuple[int, End]]:
        """Every variable with the end of a path that others do not make good."""
        ends = [*self._dead_terms(), *self._fed()]
        yield from dict.fromkeys((source, end) for source, end in ends if end.kind in _SAID)

    def suspicious(self, penalties: Collection[int]) -> bool:
        """Whether any part of the loss is dead or left out."""
        return next(self.lost(), None) is not None or bool(self.behind(penalties))

    def behind(self, terms: Collection[int]) -> list[int]:
        """The variables that these tensors depend on, where they are no part of the targets."""
        back = self.trace.backward(self.targets)
        made = {self.trace.producer[one] for one in terms if one in self.trace.producer}
        return self._behind(self.trace.backward(terms)) if made and not made & back else []

    # A term without a gradient ---

    def _dead_terms(self) -> Iterator[tuple[int, End]]:
        for tensor in dict.fromkeys(term for target in self.targets for term in self._split(target)):
            if (bridge := self._bridged(tensor)) is not None:
                yield from self._left(bridge)
            elif (made := self.trace.producer.get(tensor)) in self._dependent and made not in self._live:
                yield from self._cut(tensor)

    def _split(self, tensor: int) -> Iterator[int]:
        """The terms of a sum; a product with a constant is as good as its other factor."""
        waiting, seen = [tensor], {tensor}
        while waiting:
            tensor = waiting.pop()
            inner = self._summands(tensor)
            if not inner:
                yield tensor
            waiting.extend(one for one in inner if one not in seen)
            seen.update(inner)

    def _summands(self, tensor: int) -> tuple[int, ...]:
        made = self.trace.producer.get(tensor)
        node = None if made is None else self.trace.nodes[made]
        if node is None or node.custom is not None or not _small(node):
            return ()
        if node.op in _SUMS | _SINGLE:
            return node.inputs if node.op in _SUMS else node.inputs[:1]
        depending = tuple(one for one in node.inputs if self._matters(one))
        if node.op in _PRODUCTS or (node.op in _QUOTIENTS and depending == node.inputs[:1]):
            return depending if len(depending) == 1 else ()
        return ()

    def _matters(self, tensor: int) -> bool:
        return self.trace.producer.get(tensor) in self._dependent or self._bridged(tensor) is not None

    def _cut(self, tensor: int) -> Iterator[tuple[int, End]]:
        back = self._ancestors([tensor])
        if any(self._meant(self.trace.nodes[index]) for index in back):
            return
        question = self._question(back)
        for source in self._behind(back):
            yield from ((source, end) for end in question.why_none(source))

    def _meant(self, node: Node) -> bool:
        """Whether a path is cut here on purpose: that makes the whole term somebody's intention."""
        broken = self.broken(node)
        return node.stopped or bool(node.doing) or (broken is not None and broken[0] not in _SAID)

    def _left(self, bridge: Bridge) -> Iterator[tuple[int, End]]:
        end = self._question(()).unused.left(bridge.escape)
        made = self.trace.producer.get(bridge.escape.tensor)
        if made in self._dependent:
            back = self._ancestors([bridge.escape.tensor])
            yield from ((source, end) for source in self._behind(back))

    # A trained layer fed with dead numbers ---

    def _fed(self) -> Iterator[tuple[int, End]]:
        back = self.trace.backward(self.targets)
        for bridge in self.bridges:
            if bridge.alike and self._feeds([bridge.tensor], [bridge.escape.tensor], back):
                yield from self._left(bridge)
        for index in sorted(self._dependent & back):
            node = self.trace.nodes[index]
            if (
                node.op in _HOSTS | _ROUNDING
                and node.floating
                and self._feeds(node.outputs, node.outputs, back)
            ):
                yield from self._cut(node.outputs[0])

    def _feeds(self, tensors: Iterable[int], origin: Iterable[int], back: Collection[int]) -> bool:
        """Whether a value meets weights other than those it comes from, and nothing with a gradient goes in
        beside it: what a network makes of its own outputs is a loop, and often a simulation.
        """
        own = self._behind(self.trace.backward(origin))
        foreign = self._handed(one for one in self.sources if one not in own)
        waiting, seen = list(tensors), set[int]()
        while waiting:
            tensor = waiting.pop()
            for index in self.trace.consumers.get(tensor, ()):
                node = self.trace.nodes[index]
                others = {self.trace.producer.get(one) for one in node.inputs if one != tensor}
                if index in back and index not in seen and not others & self._activations:
                    seen.add(index)
                    if others & foreign and self._weighs(node):
                        return True
                    waiting.extend(node.outputs if node.op in _CARRIERS else ())
        return False

    def _weighs(self, node: Node) -> bool:
        return node.index in self._live and (node.op in _CONTRACTIONS or "Conv" in node.op)

    # What flows where ---

    @cached_property
    def _weights(self) -> set[int]:
        return self._reads(self.sources)

    def _reads(self, sources: Iterable[int]) -> set[int]:
        return {index for source in sources for index in self.trace.reads(source, len(self.trace.nodes))}

    def _handed(self, sources: Iterable[int]) -> set[int]:
        """Weights as operations take them: perhaps cast or transposed."""
        return self._flow(self._reads(sources), lambda node: node.op in _CARRIERS and len(node.inputs) < 3)

    @cached_property
    def _activations(self) -> set[int]:
        return self._live - self._handed(self.sources)

    @cached_property
    def _dependent(self) -> set[int]:
        """What these variables' values flow into, with or without a gradient."""
        return self._flow(self._weights, lambda node: node.op not in WRITES)

    @cached_property
    def _live(self) -> set[int]:
        """What has a gradient for one of them."""
        recorded = {index for index in self._weights if self.trace.nodes[index].recorded}
        return self._flow(recorded, self._carries)

    def _carries(self, node: Node) -> bool:
        return node.custom is not None or (node.recorded and not node.stopped and self.broken(node) is None)

    def _flow(self, seeds: set[int], passes: Callable[[Node], bool]) -> set[int]:
        seen, waiting = set(seeds), list(seeds)
        while waiting:
            for later in self.trace.following(waiting.pop()):
                node = self.trace.nodes[later]
                if later not in seen and node.op not in FACTS and passes(node):
                    seen.add(later)
                    waiting.append(later)
        return seen

    def _ancestors(self, tensors: Iterable[int]) -> set[int]:
        return self.trace.backward(tensors) & self._dependent

    def _behind(self, back: Collection[int]) -> list[int]:
        """The variables that were read for these operations."""
        end = len(self.trace.nodes)
        return [source for source in self.sources if not set(back).isdisjoint(self.trace.reads(source, end))]

    def _bridged(self, tensor: int) -> Bridge | None:
        return next((one for one in self.bridges if one.tensor == tensor), None)

    def _question(self, back: Collection[int]) -> Question:
        end = len(self.trace.nodes)
        return Question(self.trace, back, end, 0, Always(()), self.broken, lambda node, cone: False)


@dataclass
class Always:
    """A tape that ran all the time."""

    stack: Stack
    first: int = 0
    alone: bool = False

    def recorded(self, index: int) -> bool:
        """Whether the tape was running when this operation ran."""
        return True


def _small(node: Node) -> bool:
    """Whether these are numbers per example at most: beyond that it is a model's inside, not a loss."""
    ranks = [one.shape.rank for one in node.made]
    return bool(ranks) and all(rank is not None and rank <= 1 for rank in ranks)
