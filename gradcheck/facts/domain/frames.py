"""When and where a line runs: the frame of one function call, with the phase it belongs to."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.kinds import Phase

if TYPE_CHECKING:
    import ast

    from gradcheck.facts.domain.classes import ClassModel
    from gradcheck.facts.domain.values import Function
    from gradcheck.source.parse import Module

MAKING = frozenset({Phase.CONSTRUCT, Phase.BUILD})
"""Phases in which an object of a class is made."""
ONCE = MAKING | {Phase.IMPORT}
"""Phases that run once, before any training step."""

METHOD_PHASES = {"__init__": Phase.CONSTRUCT, "build": Phase.BUILD}


@dataclass(eq=False, repr=False)
class Frame:
    """One running function: `where` names it for people; `call` is the expression in `outer` that runs it."""

    module: Module
    where: str
    phase: Phase
    outer: Frame | None = None
    function: Function | None = None
    call: ast.expr | None = None

    @property
    def owner(self) -> ClassModel | None:
        """The class whose method runs here, if one does."""
        return self.function.owner if self.function else None

    @property
    def code(self) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module:
        """The function that runs here, or the module."""
        return self.function.node if self.function else self.module.tree

    def chain(self) -> Iterator[Frame]:
        """This frame and those that called it, innermost first."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.outer

    @property
    def calls(self) -> tuple[int, ...]:
        """The identities of the calls that lead here, innermost first."""
        return tuple(id(frame.call) for frame in self.chain())

    @property
    def outermost(self) -> Frame:
        """The frame of the entry point that this one belongs to: only what one entry point does is in a known
        order."""
        return list(self.chain())[-1]

    def inside(self, where: str) -> bool:
        """Whether this frame, or one that called it, bears this name."""
        return any(frame.where == where for frame in self.chain())

    def runs_in(self, functions: Container[ast.AST]) -> bool:
        """Whether one of these functions runs here, or called this."""
        return any(frame.function is not None and frame.function.node in functions for frame in self.chain())

    @property
    def traced(self) -> bool:
        """Whether this frame, or one that called it, is a `tf.function`."""
        return any(
            frame.function is not None and "tf.function" in frame.function.decorators
            for frame in self.chain()
        )
