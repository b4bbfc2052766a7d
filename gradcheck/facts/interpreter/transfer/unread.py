"""Arguments that a function takes and never reads."""

from __future__ import annotations

import ast
from functools import lru_cache

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import placed
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import Function
from gradcheck.facts.interpreter.log import Unread
from gradcheck.facts.interpreter.machine import Machine

_ALL_NAMES = frozenset({"locals", "vars", "eval", "exec"})
"""Functions that read whatever name there is."""


def note_unread(machine: Machine, function: Function, scope: Scope, frame: Frame) -> None:
    """Remember what a function is handed that it does not look at."""
    for parameter in _unread(function.node):
        if nodes := tuple(machine.nodes(scope.names.get(parameter.arg))):
            machine.log.unread.append(Unread(nodes, Site(placed(parameter), frame)))


@lru_cache(maxsize=256)
def _unread(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> tuple[ast.arg, ...]:
    read = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    if read & _ALL_NAMES or _only_stands_in(node):
        return ()
    return tuple(one for one in parameters(node.args) if one.arg not in read and not one.arg.startswith("_"))


def _only_stands_in(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether a function does nothing: what is to be done is said below, or by whoever inherits it."""
    return isinstance(node, ast.FunctionDef) and all(map(_does_nothing, node.body))


def _does_nothing(statement: ast.stmt) -> bool:
    said = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return said or isinstance(statement, (ast.Pass, ast.Raise))
