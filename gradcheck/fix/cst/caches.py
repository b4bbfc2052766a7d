"""Functions behind a cache of Python's: `lru_cache`, `cached_property`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import closed_up
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Replacement, Tree

_CACHES = ("cache", "lru_cache")


def without_cache(tree: Tree, function: cst.FunctionDef) -> dict[cst.CSTNode, Replacement]:
    """`@cached_property` becomes `@property`; `@lru_cache` goes; nothing where there is neither."""
    for decorator in function.decorators:
        func = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
        name = dotted(func)
        if name.rpartition(".")[2] == "cached_property":
            return {decorator.decorator: cst.Name("property"), **_unimported(tree, name)}
        if name.rpartition(".")[2] in _CACHES:
            return {decorator: cst.RemoveFromParent(), **_unimported(tree, name)}
    return {}


def _unimported(tree: Tree, name: str) -> dict[cst.CSTNode, Replacement]:
    """The import goes with the last use of a decorator."""
    first = name.partition(".")[0]
    used = [one for one in tree.every(cst.Name) if one.value == first]
    body: list[cst.CSTNode] = [*tree.module.body]
    for line in body if len(used) == 2 else ():
        node = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
        if isinstance(node, cst.Import | cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
            names = [dotted(alias.name) for alias in node.names]
            if names == [first]:
                return {line: cst.RemoveFromParent(), **_first_of_all(body, line)}
    return {}


def _first_of_all(body: list[cst.CSTNode], gone: cst.CSTNode) -> dict[cst.CSTNode, Replacement]:
    """What stands first in the module from now on has no empty lines before it."""
    after = body[1] if body[0] is gone and len(body) > 1 else None
    return {after: closed_up(after)} if isinstance(after, cst.SimpleStatementLine) else {}
