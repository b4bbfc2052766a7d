"""Terms of a loss that are written twice, in the source of what computed it: why an output is in no term."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from gradcheck.base.copied_terms import Copy, Pair, alike, copied
from gradcheck.probe.engine.explain.trace import READS, Trace
from gradcheck.probe.engine.watch.frames import Place, Stack, node_location, place, syntax, text
from gradcheck.report.finding import Location
from gradcheck.report.overlaps import overlap

_DRAWS = ("Random", "Stateless", "Truncated", "Multinomial")
"""How the names of operations begin that draw numbers."""


@dataclass(frozen=True)
class Copied:
    """A term that is a copy: where it stands, with its name or else its text, and what it is like, which is
    nothing where it has no name.
    """

    place: Place
    like: str = ""


@dataclass(frozen=True)
class Copies:
    """Looks among the operations of one loss, those in `back` up to `end`, as far as the function that asks
    for the gradient.
    """

    trace: Trace
    back: Collection[int]
    end: int
    asker: Stack

    def of(self, starved: Collection[str]) -> Copied | None:
        """The copy that is most likely meant for what is starved."""
        for path, pairs in self._pairs.items():
            if (found := copied(pairs, starved)) is not None:
                return self._told(path, found)
        return None

    @cached_property
    def _pairs(self) -> dict[str, list[Pair]]:
        """The terms that are written alike, by file."""
        paths = dict.fromkeys(one.location.path for one in self._computing)
        trees = {path: tree for path in paths if (tree := syntax(path)) is not None}
        return {path: alike(tree, partial(self._counts, path)) for path, tree in trees.items()}

    def _told(self, path: str, found: Copy) -> Copied:
        at = node_location(path, found.value)
        where = next(one.where for one in self._computing if overlap(at, one.location))
        if found.name is None or found.like is None:
            return Copied(Place(at, text(at), where))
        return Copied(Place(at, _spelt(path, found.name), where), _spelt(path, found.like))

    def _counts(self, path: str, value: ast.expr) -> bool:
        """Whether a part of the loss is computed in an expression, and no model called nor number drawn."""
        at = node_location(path, value)
        computes = any(overlap(at, one.location) for one in self._computing)
        return computes and not any(overlap(at, one) for one in self._acting)

    @cached_property
    def _computing(self) -> tuple[Place, ...]:
        """Where the loss is computed from variables, outside of every layer's call."""
        nodes = self.trace.nodes
        reads = [index for index in self.back if nodes[index].op in READS]
        moved = self.trace.forward(reads, self.end) & set(self.back)
        own = [index for index in sorted(moved) if not any(self.trace.calls.around(index))]
        return tuple(dict.fromkeys(self._places(nodes[index].stack for index in own)))

    @cached_property
    def _acting(self) -> frozenset[Location]:
        """Where models are called and numbers are drawn, which may be meant to happen twice."""
        draws = (one.stack for one in self.trace.nodes if one.op.startswith(_DRAWS))
        calls = (one.stack for one in self.trace.calls.calls)
        return frozenset(one.location for one in self._places((*draws, *calls)))

    def _places(self, stacks: Iterable[Stack]) -> Iterator[Place]:
        """Where the functions stood that ran there, as far as the one that asks."""
        holder = {(one.file, one.function) for one in self.asker[:1]}
        for stack in dict.fromkeys(stacks):
            last = next((at for at, one in enumerate(stack) if (one.file, one.function) in holder), -1)
            yield from (place(frame) for frame in stack[: last + 1])


def _spelt(path: str, name: ast.expr | str) -> str:
    return name if isinstance(name, str) else text(node_location(path, name))
