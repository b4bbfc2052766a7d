"""Where the machine stands: one frozen value, swapped whole when code runs elsewhere."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import Value


@dataclass(frozen=True, eq=False, repr=False)
class Here:
    """The place of the code that runs now, and how far it has come."""

    frame: Frame
    scope: Scope = field(default_factory=Scope)
    recorded: int = 0
    """The bit set of tapes that see what happens now."""
    chain: ast.expr | None = None
    """The call of the chain of layers that is running: its stages are part of that call."""
    path: tuple[tuple[int, int], ...] = ()
    """The branches around this place: statement and arm."""
    loops: tuple[ast.stmt, ...] = ()
    branches: int = 0
    """How many of the blocks around this place may not run at all."""
    running: tuple[ast.AST, ...] = ()
    """The functions that have been called and have not returned."""
    layer_depth: int = 0
    describing: bool = False
    """Whether this only describes an object: nobody computes with what it returns."""
    returns: tuple[Value, ...] = ()
    ended: bool = False
    """Whether the rest of this block does not run."""
    dead: bool = False
    """Whether nothing after this block runs either: it returned or raised."""

    def but(self, **changes: Any) -> Here:
        """The same place but for some of its fields. Made by hand, as the machine moves at every call."""
        there = object.__new__(Here)
        there.__dict__.update(self.__dict__, **changes)
        return there

    def within(self, frame: Frame, scope: Scope, function: ast.AST) -> Here:
        """The beginning of a function that is called here."""
        running = (*self.running, function)
        return self.but(frame=frame, scope=scope, running=running, returns=(), ended=False, dead=False)

    def in_arm(self, statement: ast.stmt, arm: int) -> Here:
        """The beginning of one of the alternatives of a statement."""
        path = (*self.path, (id(statement), arm))
        return self.but(path=path, branches=self.branches + 1, ended=False, dead=False)

    def after(self, inner: Here) -> Here:
        """This place again, once `inner` has come as far as it has."""
        return self.but(returns=inner.returns, ended=inner.ended, dead=inner.dead)
