"""The flow graph: which value is computed from which, and on which of these edges a gradient flows back.

A node is a value; an edge says that `target` was computed from `source` at a `site`. An edge carries a
gradient unless it has a `kind` (the operation cuts), or unless the tape in question did not record it.
Recording is a bit set: one bit for each tape, `AMBIENT` for the tape that Keras itself opens around `call`,
`SUPPOSED` for one that a caller of a function or method may have opened, `ALWAYS` for what no tape needs to
see.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind

if TYPE_CHECKING:
    import ast

    from gradcheck.facts.domain.frames import Frame

ALWAYS = -1
AMBIENT, SUPPOSED = 1, 2
KERAS_2, KERAS_3, EITHER = 1, 2, 3
KERAS_BITS = {"2": KERAS_2, "3": KERAS_3}


def keras_bits(keras: Iterable[str]) -> int:
    """The Kerases of a report as a bit set."""
    return sum(KERAS_BITS[name] for name in keras)


class Site(NamedTuple):
    """Where an edge was made: the expression, the frame that ran it, and the call of a chain of layers that
    it is a part of."""

    node: ast.expr | ast.stmt
    frame: Frame
    chain: ast.expr | None = None

    def within(self, statement: ast.stmt | ast.expr | None) -> bool:
        """Whether it stands on the lines of a statement, or of an expression."""
        if statement is None:
            return False
        return statement.lineno <= self.node.lineno <= (statement.end_lineno or statement.lineno)

    def outward(self) -> Iterator[Site]:
        """This place, and the calls that led to it, innermost first."""
        site = self
        yield site
        while site.frame.outer is not None and site.frame.call is not None:
            site = Site(site.frame.call, site.frame.outer)
            yield site

    def seen_from(self, frame: Frame) -> Site:
        """Where a function that runs now, or one that called it, did this or called what did it."""
        running = {id(one) for one in frame.chain()}
        for site in self.outward():
            if id(site.frame) in running:
                break
        return site


class Doubt(NamedTuple):
    """Why nothing is known of what a value was computed by, where that is, and which tapes saw it."""

    reason: Reason
    site: Site
    recorded: int = ALWAYS


class Edge(NamedTuple):
    """`target` was computed from `source`. `kind` cuts under the Kerases in `keras`; elsewhere the gradient
    flows when one of the tapes in `recorded` is asked. `missed` is what it is called when no such tape
    recorded it."""

    source: int
    target: int
    site: Site | None
    kind: Kind | None = None
    keras: int = EITHER
    recorded: int = ALWAYS
    missed: Kind | None = None
    detail: str = ""

    @property
    def writes(self) -> bool:
        """Whether a variable is given the value, and nothing is computed from it."""
        return self.kind is Kind.ASSIGNED

    def flows(self, tape: int, keras: int) -> bool:
        """Whether the gradient passes this edge, asked of one tape under one Keras."""
        if self.kind is not None and self.keras & keras:
            return False
        return bool(self.recorded & tape)


class Graph:
    """Grows while a program is interpreted; asked afterwards."""

    def __init__(self) -> None:
        self.outgoing: list[list[Edge]] = []
        self.incoming: list[list[Edge]] = []
        self.unknown: set[int] = set()
        self.stand_ins: set[int] = set()
        self.plain: set[int] = set()
        self.doubts: dict[int, Doubt] = {}
        self.chosen: dict[int, int] = {}
        """What a caller's own choice computes, by node, with the tapes that saw it."""
        self.escapes: dict[int, Doubt] = {}

    def node(self) -> int:
        """A new value."""
        self.outgoing.append([])
        self.incoming.append([])
        return len(self.outgoing) - 1

    def twin(self, node: int) -> int:
        """Another value that comes about as this one does; it has no edges yet."""
        new = self.node()
        for known in (self.unknown, self.stand_ins, self.plain):
            if node in known:
                known.add(new)
        if node in self.doubts:
            self.doubts[new] = self.doubts[node]
        if node in self.chosen:
            self.chosen[new] = self.chosen[node]
        return new

    def connect(self, edge: Edge) -> None:
        """Record that one value was computed from another."""
        self.outgoing[edge.source].append(edge)
        self.incoming[edge.target].append(edge)

    def forward(
        self, starts: Iterable[int], allow: Callable[[Edge], bool] | None = None
    ) -> dict[int, Edge | None]:
        """Everything computed from these nodes, each with the edge that reached it first."""
        reached: dict[int, Edge | None] = dict.fromkeys(starts)
        queue = deque(reached)
        while queue:
            for edge in self.outgoing[queue.popleft()]:
                if edge.target not in reached and (allow is None or allow(edge)):
                    reached[edge.target] = edge
                    queue.append(edge.target)
        return reached

    def backward(self, ends: Iterable[int], allow: Callable[[Edge], bool] | None = None) -> set[int]:
        """Everything these nodes were computed from."""
        reached = set(ends)
        queue = deque(reached)
        while queue:
            for edge in self.incoming[queue.popleft()]:
                if edge.source not in reached and (allow is None or allow(edge)):
                    reached.add(edge.source)
                    queue.append(edge.source)
        return reached

    def alive(self, ends: Iterable[int], tape: int, keras: int) -> set[int]:
        """Everything that a gradient of these nodes reaches, asked of one tape under one Keras."""
        return self.backward(ends, lambda edge: edge.flows(tape, keras))
