"""Where what is computed no longer depends on a value for which no gradient comes back: a mask, a slice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.probe.engine.explain.ends import End
from gradcheck.probe.engine.explain.trace import FACTS, HANDS_ON, Node, Trace
from gradcheck.report.kinds import Kind

MASKED = "masked"
"""The case of a product in which a factor is zero for a part of the values."""
_MOST = 300
"""How many operations are asked: each is a backward pass of its own."""
_PRODUCTS = frozenset({"Mul", "MulNoNan"})
_TAKING = frozenset({"StridedSlice", "Slice", "Split", "SplitV", "Unpack", "GatherV2"})
_PASSING = HANDS_ON | {"BroadcastTo", "Sub", "Tile", "Transpose", "StridedSlice"}
"""Operations that a mask goes through as a mask."""


@dataclass
class Influence:
    """`depends` says whether a tensor depends on the value at all, by the tape."""

    trace: Trace
    back: Collection[int]
    end: int
    depends: Callable[[Any], bool]

    def lost(self, start: Node) -> End | None:
        """The last operation, on the ways from here, that lets nothing of the value through."""
        waiting, seen = [start.index], {start.index}
        final: Node | None = None
        while waiting:
            for later in self.trace.following(waiting.pop(0)):
                if later in seen or later not in self.back or later >= self.end:
                    continue
                seen.add(later)
                node = self.trace.nodes[later]
                if len(seen) > _MOST:
                    return None
                if any(map(self.depends, _floats(node))):
                    waiting.append(later)
                elif node.op not in FACTS and (final is None or later > final.index):
                    final = node
        return None if final is None else self._told(final)

    def _told(self, node: Node) -> End | None:
        if node.op in _PRODUCTS:
            factors = [one for one in node.given if not self.depends(one) and _partly_zero(one)]
            origin = self._origin(factors[0]) if factors else node
            return End(
                Kind.ZERO_PRODUCT, origin.stack, origin.op, (node.index,), origin.index, variant=MASKED
            )
        if node.op in _TAKING:
            return End(Kind.DEAD_VALUE, node.stack, node.op, (node.index,), node.index, variant="left-over")
        return None

    def _origin(self, mask: Any) -> Node:
        """The operation that made a mask, not those that only give it another form."""
        made = self.trace.producer[mask._id]
        for index in self._back(made):
            made = index
        return self.trace.nodes[made]

    def _back(self, index: int) -> Iterator[int]:
        while self.trace.nodes[index].op in _PASSING:
            given = [self.trace.producer.get(one._id) for one in self.trace.nodes[index].given]
            before = next((one for one in given if one is not None and self._is_mask(one)), None)
            if before is None:
                return
            yield before
            index = before

    def _is_mask(self, index: int) -> bool:
        return bool(self.trace.nodes[index].stack) and any(map(_partly_zero, self.trace.nodes[index].made))


def _floats(node: Node) -> list[Any]:
    return [one for one in node.made if one.dtype.is_floating or one.dtype.is_complex]


def _partly_zero(tensor: Any) -> bool:
    values = np.asarray(tensor._numpy())
    return values.size > 1 and not values.all()
