"""A method that nobody calls since its name is not quite that of the method it should replace."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_SETUP = frozenset({"__init__", "build"})
_CLOSE = 0.8


class Misnamed(NamedTuple):
    """The method, and the name of the one above that its class's code calls."""

    method: ast.FunctionDef
    meant: str


def misnamed(lineage: Sequence[ast.ClassDef], attribute: str) -> Misnamed | None:
    """The only method of a class that reads an attribute, if nothing in the class and those above it names
    the method, and they call one of nearly this name that a class above defines. The class comes first."""
    if len(lineage) < 2:
        return None
    own, *above = lineage
    readers = [one for one in _methods(own) if one.name not in _SETUP and attribute in _named(one)]
    inherited = {method.name for one in above for method in _methods(one)}
    mentioned = {name for one in lineage for name in _named(one)}
    called = (inherited & mentioned) - {method.name for method in _methods(own)}
    if len(readers) != 1 or readers[0].name in inherited | mentioned or readers[0].decorator_list:
        return None
    close = difflib.get_close_matches(readers[0].name, sorted(called), 1, _CLOSE)
    return Misnamed(readers[0], close[0]) if close else None


def _methods(owner: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (one for one in owner.body if isinstance(one, ast.FunctionDef))


def _named(code: ast.AST) -> set[str]:
    """The names behind a dot in a piece of code, where they are read."""
    nodes = (node for node in ast.walk(code) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.ctx, ast.Load)}
