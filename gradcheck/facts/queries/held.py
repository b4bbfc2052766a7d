"""Which weights has something unknown got hold of, by the time that a gradient is asked for?"""

from __future__ import annotations

import ast

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.source.parse import Module

_LOOPS = (ast.For, ast.AsyncFor, ast.While)

Step = tuple[Frame, ast.expr | ast.stmt]
"""A frame, and the node in it that leads on."""


@dataclass(eq=False, repr=False)
class Held:
    """Answers for one program; what was found once is kept."""

    machine: Machine
    _known: dict[tuple[int, ...], frozenset[int]]
    _loops: dict[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, machine: Machine) -> Held:
        """Nothing is looked up yet."""
        return cls(machine, {}, {})

    def by(self, query: Query) -> frozenset[int]:
        """The weights, by their nodes, without those that are handed on once the gradient is there."""
        graph = self.machine.graph
        early = tuple(node for node, doubt in graph.escapes.items() if not self.after(doubt.site, query.site))
        if early not in self._known:
            self._known[early] = frozenset(graph.backward(early, lambda edge: edge.kind is None))
        return self._known[early]

    def after(self, site: Site, first: Site) -> bool:
        """Whether a module comes to one place only when it is done with another. A function that is run for
        itself may be run again, and so may the body of a loop.
        """
        ways = _way(site), _way(first)
        root = ways[0][0][0]
        if root.function is not None or root is not ways[1][0][0]:
            return False
        for (frame, node), (other, before) in zip(*ways, strict=False):
            if frame is not other or self._in_one_loop(frame.module, node, before):
                return False
            if node is not before:
                return node.lineno > (before.end_lineno or before.lineno)
        return False

    def _in_one_loop(self, module: Module, *nodes: ast.expr | ast.stmt) -> bool:
        if module.path not in self._loops:
            loops = [node for node in ast.walk(module.tree) if isinstance(node, _LOOPS)]
            self._loops[module.path] = [(one.lineno, one.end_lineno or one.lineno) for one in loops]
        spans = self._loops[module.path]
        return any(all(start <= node.lineno <= end for node in nodes) for start, end in spans)


def _way(site: Site) -> list[Step]:
    """The calls that lead to a place, outermost first."""
    return [(one.frame, one.node) for one in site.outward()][::-1]
