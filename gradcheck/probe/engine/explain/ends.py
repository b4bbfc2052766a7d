"""The ends of the paths of a variable that has no gradient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from gradcheck.probe.engine.explain.handed import Given
from gradcheck.probe.engine.explain.trace import Node
from gradcheck.probe.engine.watch.frames import Stack, place
from gradcheck.report.kinds import Kind

_MADE_ONCE = frozenset({"build", "__init__", "__post_init__", "__setstate__"})
_HOSTED = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc"})


@dataclass(frozen=True)
class End:
    """The end of a path: what kind, where, and the operations on the way there; `given` is the parameter of a
    layer that does nothing with it, `variant` the case of the fault that has sentences of its own.
    """

    kind: Kind
    stack: Stack
    detail: str = ""
    path: tuple[int, ...] = ()
    node: int | None = None
    given: Given | None = None
    variant: str = ""


class Tape(Protocol):
    """What must be known of a tape."""

    stack: Stack
    alone: bool

    def recorded(self, index: int) -> bool:
        """Whether the tape was running when this operation ran."""

    @property
    def first(self) -> int:
        """Where it first started."""


def kind_of(kind: Kind, node: Node, tape: Tape) -> Kind:
    """The kind of an end, by what the library was doing there and when."""
    if node.doing == "sample":
        return Kind.SAMPLED
    if node.doing == "metric":
        return Kind.METRIC
    if node.op in _HOSTED:
        return Kind.HOST_FUNCTION
    if kind is Kind.ASSIGNED and made_once(node.stack) and not tape.recorded(node.index):
        return Kind.CAPTURED
    return kind


def made_once(stack: Stack) -> bool:
    """Whether some frame is one that runs once per object."""
    return any(frame.names and frame.names[-1] in _MADE_ONCE for frame in stack) or any(
        name in _MADE_ONCE for frame in stack for name in frame.names
    )


def distinct(ends: Iterable[End]) -> Iterator[End]:
    """The first end of each kind at each place."""
    seen = set()
    for end in ends:
        at: object = place(end.stack[0]).location if end.stack else end.node
        if (end.kind, at) not in seen:
            seen.add((end.kind, at))
            yield end
