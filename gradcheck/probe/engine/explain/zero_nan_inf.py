"""Where a gradient that arrives becomes useless: zero, NaN or infinite. Asks the values of one step."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcheck.probe.engine.explain.by_values import (
    cancels,
    holds,
    not_finite,
    over_one_value,
    single_entries,
    taking_back,
    zero,
)
from gradcheck.probe.engine.explain.ends import End
from gradcheck.probe.engine.explain.factors import HANDED_IN, Variables, began, multiplied
from gradcheck.probe.engine.explain.trace import FACTS, PIPELINES, READS, Node, Trace
from gradcheck.probe.engine.watch.frames import place
from gradcheck.probe.engine.watch.judge import Measure
from gradcheck.probe.engine.watch.measure import measure
from gradcheck.report.accounts import QUOTIENT
from gradcheck.report.kinds import Kind

_SOFTMAX = frozenset(
    {
        "Softmax",
        "LogSoftmax",
        "SoftmaxCrossEntropyWithLogits",
        "SparseSoftmaxCrossEntropyWithLogits",
    }
)
_LIMITS = frozenset(
    {
        "ClipByValue",
        "Minimum",
        "Maximum",
        "Relu",
        "Relu6",
        "LeakyRelu",
        "Elu",
        "Selu",
        "Sigmoid",
        "Tanh",
        "Softplus",
        "Erf",
    }
)
_SMOOTH = frozenset({"Sigmoid", "Tanh", "Erf"})
"""Limits that no value is beyond: their slope rounds to zero."""
_ONE_SIDED = frozenset({"Relu", "LeakyRelu", "Elu", "Selu", "Softplus"})
"""Limits on one side only: what lies beyond has lost its slope, but was not out of a range."""
_PRODUCTS = frozenset(
    {
        "Mul",
        "MatMul",
        "BatchMatMulV2",
        "BatchMatMulV3",
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "Einsum",
        "MulNoNan",
        "XlaDot",
    }
)
_RESHAPES = frozenset({"Reshape", "ExpandDims", "StridedSlice"})
_EDGES = frozenset(
    {
        "Log",
        "Log1p",
        "Reciprocal",
        "Inv",
        "RealDiv",
        "Div",
        "Rsqrt",
        "Pow",
        "Atanh",
        "Xdivy",
        "Xlogy",
        "Lgamma",
    }
)
"""Operations that are infinite at the edge of their domain; others only where values grow too large."""
_DIVIDING = frozenset({"RealDiv", "Div"})
_CHOICE = re.compile(r"where|mask|gather|select|cond|[\w)\]]\[")
"""How a choice is written; a bracket alone may begin a list."""
_CHOICES = frozenset({"Select", "SelectV2", "Where", "GatherV2", "GatherNd"})


@dataclass
class Values:
    """The gradient of every intermediate value of one call, and what each operation by itself makes of it.

    `truth` maps a tensor to its gradient; `local` asks the tape for what one operation hands back to some of
    its inputs; `known` knows its variables.
    """

    trace: Trace
    back: Collection[int]
    end: int
    truth: Callable[[], dict[int, Any]]
    local: Callable[[Sequence[Any], Sequence[Any], Any], Any]
    known: Variables
    _seen: dict[int, Measure] = field(default_factory=dict)
    _kept: dict[tuple[int, int], Measure] = field(default_factory=dict)

    def why_zero(self, variable: int) -> list[End]:
        """The operations that turn a living gradient into zeros; none when contributions merely cancel."""
        reads = [index for index in self.trace.reads(variable, self.end) if index in self.back]
        cone = self.trace.forward(reads, self.end) & set(self.back)
        if single := [index for index in sorted(cone) if self._over_one(self.trace.nodes[index])]:
            node = self.trace.nodes[single[0]]
            return [self._end(Kind.CONSTANT_OUTPUT, self._flattened(node) or node)]
        return self.killers(reads) or list(self._emptied(cone)) or list(self._own_sample(cone))

    def killers(self, seeds: Iterable[int]) -> list[End]:
        """The operations, on the ways from these, that turn a living gradient into zeros. Where one says why,
        those of which only that can be said are no news: what one factor kills is dead in both branches of a
        choice.
        """
        cone = self.trace.forward(seeds, self.end) & set(self.back)
        found = [
            (node, end)
            for node, given in self._frontier(seeds, cone)
            if (end := self._killer(node, given)) is not None
        ]
        telling = [end for node, end in found if end.kind is not Kind.ZERO_SLOPE or node.op in _LIMITS]
        return telling or [end for _, end in found]

    def why_not_finite(self, variable: int) -> list[End]:
        """The operation whose value or slope is no number."""
        reads = [index for index in self.trace.reads(variable, self.end) if index in self.back]
        cone = self.trace.forward(reads, self.end) & set(self.back)
        everything = set(self.back)
        # A loss that is no number spoils every gradient: then only the value that began it is to blame.
        spoilt = any(holds(not_finite, self.trace.nodes[index].made) for index in self._last())
        if (data := self._handed_in(everything, cone if not spoilt else set(self._last()))) is not None:
            return [self._end(Kind.INFINITE_SLOPE, data, HANDED_IN)]
        looks: list[Node | None] = [self._bad_value(everything)] if spoilt else []
        for area in (cone, everything):
            looks += [self._bad_value(area), self._bad_slope(area)]
        node = next((one for one in looks if one is not None), None)
        if node is None:
            return []
        kind = Kind.NAN_BEHIND_MASK if self._masked(node) else Kind.INFINITE_SLOPE
        overflow = holds(np.isinf, node.made) and node.op not in _EDGES
        return [self._end(kind, node, "overflow" if overflow else QUOTIENT if node.op in _DIVIDING else "")]

    def spoilt_weights(self) -> Iterator[int]:
        """The variables that are no numbers when the loss reads them."""
        for node in (self.trace.nodes[index] for index in sorted(self.back)):
            if node.op in READS and holds(not_finite, node.made):
                yield from node.inputs

    def _last(self) -> list[int]:
        """The operations that nothing in the loss comes after."""
        back = set(self.back)
        return [index for index in back if back.isdisjoint(self.trace.following(index))]

    # Zero ---

    def _frontier(self, reads: Iterable[int], cone: Collection[int]) -> Iterator[tuple[Node, list[Any]]]:
        """Where, on the way from the variable to the loss, the gradient is still alive; with the inputs that
        get none.
        """
        waiting = sorted(set(reads))
        seen = set(waiting)
        while waiting:
            node = self.trace.nodes[waiting.pop(0)]
            if any(self.alive(output) for output in node.outputs):
                dead = [one for one in node.given if self._made(one, seen) and not self.alive(one._id)]
                if dead:
                    yield node, dead
                continue
            for later in self.trace.following(node.index):
                if later in cone and later not in seen:
                    seen.add(later)
                    waiting.append(later)

    def _over_one(self, node: Node) -> bool:
        return (
            node.op in _SOFTMAX
            and over_one_value(node)
            and all(self._gradient(one).peak == 0 for one in node.inputs[:1])
        )

    def _flattened(self, softmax: Node) -> Node | None:
        """The operation that left attention with a single place to look at, if it was attention's."""
        if softmax.layer is None or "ttention" not in type(softmax.layer).__name__:
            return None
        for index in sorted(self.trace.backward(softmax.inputs)):
            node = self.trace.nodes[index]
            if node.op in _RESHAPES and single_entries(node.made) > single_entries(node.given[:1]):
                return node
        return None

    def _made(self, tensor: Any, seen: Collection[int]) -> bool:
        return self.trace.producer.get(tensor._id) in seen and (
            tensor.dtype.is_floating or tensor.dtype.is_complex
        )

    def alive(self, tensor: int) -> bool:
        """Whether a gradient of any use comes back for a tensor."""
        found = self._gradient(tensor)
        return not found.missing and (found.peak > 0 or not found.finite)

    def dead(self, tensor: Any) -> bool:
        """Whether a tensor that something computed could have a gradient, and none of any use comes back."""
        made = self.trace.producer.get(tensor._id)
        return made is not None and bool(tensor.dtype.is_floating) and not self.alive(tensor._id)

    def _gradient(self, tensor: int) -> Measure:
        if tensor not in self._seen:
            self._seen[tensor] = measure(self.truth().get(tensor))
        return self._seen[tensor]

    def _killer(self, node: Node, given: Sequence[Any]) -> End | None:
        dead = [one for one in given if self._handed_back(node, one).peak == 0]
        if not dead or node.op in READS:
            return None
        silent = [one for one in node.given if zero(one) and (node.op in _LIMITS or not _same(one, dead))]
        if silent and (origin := self._silenced(silent[0])) is not None:
            return self._end(Kind.CONSTANT_OUTPUT, origin, taking_back(origin))
        if cancels(node):
            return self._end(Kind.CONSTANT_OUTPUT, node, taking_back(node))
        if node.op in _SOFTMAX and over_one_value(node):
            return self._end(Kind.CONSTANT_OUTPUT, node)
        if node.op in _SOFTMAX:
            return self._end(Kind.SATURATED, node, "smooth")
        if node.op in _LIMITS:
            return self._flat(node)
        factors = [other for other in node.given if not _same(other, dead) and zero(other)]
        if node.op in _PRODUCTS and factors:
            before = self._flat_before(node, factors[0])
            return before or multiplied(self.trace, node, factors[0], self.known)
        return self._end(Kind.ZERO_SLOPE, node)

    def _flat_before(self, node: Node, factor: Any) -> End | None:
        """The activation of the layer before, where that answers with zeros: it is what has no slope."""
        made = self.trace.producer.get(began(self.trace, factor))
        origin = None if made is None else self.trace.nodes[made]
        if origin is None or origin.op not in _LIMITS or origin.layer in (None, node.layer):
            return None
        return self._flat(origin)

    def _flat(self, node: Node) -> End:
        """An activation or a limit whose input lies where it has no slope."""
        dead_relu = node.op in _ONE_SIDED or (node.op == "Relu6" and all(map(zero, node.made)))
        if dead_relu:
            return self._end(Kind.ZERO_SLOPE, node)
        return self._end(Kind.SATURATED, node, "smooth" if node.op in _SMOOTH else "")

    def _silenced(self, tensor: Any) -> Node | None:
        """The operation that makes zeros of everything, if all these zeros come from one."""
        index = self.trace.producer.get(tensor._id)
        while index is not None:
            node = self.trace.nodes[index]
            if node.op in FACTS or cancels(node):
                return node
            index = next((self.trace.producer.get(one._id) for one in node.given if zero(one)), None)
        return None

    def _handed_back(self, node: Node, given: Any) -> Measure:
        key = (node.index, given._id)
        if key not in self._kept:
            outputs = [one for one in node.made if self.truth().get(one._id) is not None]
            upstream = [self.truth()[one._id] for one in outputs]
            self._kept[key] = measure(self.local(outputs, upstream, given) if outputs else None)
        return self._kept[key]

    def _emptied(self, cone: Collection[int]) -> Iterator[End]:
        """An operation that answers with zeros to whatever comes in: a mean taken off the one value it is
        of.
        """
        for index in sorted(cone):
            node = self.trace.nodes[index]
            if cancels(node):
                yield self._end(Kind.CONSTANT_OUTPUT, node, taking_back(node))
                return

    def _own_sample(self, cone: set[int]) -> Iterator[End]:
        """Where a sample is scored under the parameters it was drawn from: the two ways meet and cancel."""
        drawn = {index for index in cone if self.trace.nodes[index].doing == "sample"}
        behind = self.trace.forward(drawn, self.end) if drawn else set()
        for index in sorted(cone & behind - drawn):
            made = [self.trace.producer.get(one._id) for one in self.trace.nodes[index].given]
            ways = {one in behind for one in made if one in cone}
            if len(ways) == 2:
                yield self._end(Kind.ZERO_SLOPE, self.trace.nodes[index])
                return

    # NaN and infinity ---

    def _handed_in(self, area: Collection[int], last: Collection[int]) -> Node | None:
        """The first operation that takes in data which are no numbers, if they come to one of the last and no
        mask takes them out."""
        for node in (self.trace.nodes[index] for index in sorted(area)):
            given = [one for one in node.given if self._is_data(one)]
            if node.op not in READS and holds(np.isnan, given) and self._runs_on(node, area, last):
                return None if self._masked(node) else node
        return None

    def _is_data(self, tensor: Any) -> bool:
        """Whether no operation computed a tensor that was seen, or a pipeline gave it."""
        made = self.trace.producer.get(tensor._id)
        return made is None or self.trace.nodes[made].op in PIPELINES

    def _runs_on(self, node: Node, area: Collection[int], last: Collection[int]) -> bool:
        """Whether what is no number stays so up to one of the last operations."""
        waiting, seen = [node.index], {node.index}
        while waiting:
            index = waiting.pop()
            if not holds(np.isnan, self.trace.nodes[index].made):
                continue
            if index in last:
                return True
            later = set(self.trace.following(index)) & set(area) - seen
            waiting += later
            seen |= later
        return False

    def _bad_value(self, area: Collection[int]) -> Node | None:
        node = self._began(np.isnan, sorted(area))
        if node is None:
            return self._began(np.isinf, sorted(area))
        # Infinity minus infinity: what grew without bound is to blame, not where it became no number.
        before = sorted(self.trace.plainly([node.index]) & set(area))
        return self._began(np.isinf, before) or node

    def _began(self, spoilt: Callable[[Any], Any], area: Iterable[int]) -> Node | None:
        """The first operation that makes such a value of others."""
        nodes = (self.trace.nodes[index] for index in area)
        return next((one for one in nodes if holds(spoilt, one.made) and not holds(spoilt, one.given)), None)

    def _bad_slope(self, area: Collection[int]) -> Node | None:
        for index in sorted(area, reverse=True):
            node = self.trace.nodes[index]
            upstream = [self._gradient(output) for output in node.outputs]
            if all(one.missing for one in upstream) or not all(one.finite for one in upstream):
                continue
            inputs = [
                one for one in node.given if one.dtype.is_floating and not self._gradient(one._id).finite
            ]
            if any(not self._handed_back(node, one).finite for one in inputs):
                return node
        return None

    def _masked(self, node: Node) -> bool:
        """Whether a selection after this operation keeps its value out of the loss."""
        later = self.trace.forward([node.index], self.end) & set(self.back)
        choices = (self.trace.nodes[index] for index in later if self.trace.nodes[index].op in _CHOICES)
        return any(one.stack and _chooses(place(one.stack[0]).code) for one in choices)

    def _end(self, kind: Kind, node: Node, variant: str = "") -> End:
        return End(kind, node.stack, node.op, (node.index,), node.index, variant=variant)


def _chooses(code: str) -> bool:
    """Whether the user's own text makes a choice: libraries make many, inside a norm or a loss."""
    return _CHOICE.search(code) is not None


def _same(tensor: Any, others: Sequence[Any]) -> bool:
    return any(tensor is other for other in others)
