"""The parameters of a function, as its definition lists them; without those that take all the rest."""

from __future__ import annotations

import ast


def parameters(given: ast.arguments) -> list[ast.arg]:
    """All that have a name of their own."""
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def required(given: ast.arguments) -> list[ast.arg]:
    """Those without a default."""
    placed = [*given.posonlyargs, *given.args]
    worded = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    placed = placed[: len(placed) - len(given.defaults)]
    return [*placed, *(one for one, default in worded if default is None)]
