"""Whether a number is what the source says it is, and not just one of the values it may take."""

from __future__ import annotations

import ast
from collections import Counter
from functools import lru_cache

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.graph import Site


def stands_there(node: ast.expr, site: Site) -> bool:
    """Whether an expression is a literal, or a name that the module gives one value for good."""
    if isinstance(node, ast.Constant):
        return True
    if not isinstance(node, ast.Name) or node.id in _parameters(site):
        return False
    return stores(site.frame.module.tree)[node.id] == 1


def is_new_axis(node: ast.expr) -> bool:
    """Whether an index is `None`, or `newaxis` of some library."""
    match node:
        case ast.Constant(value=None) | ast.Attribute(attr="newaxis"):
            return True
    return False


def _parameters(site: Site) -> set[str]:
    functions = [frame.function.node.args for frame in site.frame.chain() if frame.function is not None]
    return {one.arg for found in functions for one in parameters(found)}


@lru_cache(maxsize=8)  # a tree is large: no more of them are kept than one file needs
def stores(tree: ast.Module) -> Counter[str]:
    """How often each name is given a value, anywhere in a module."""
    return Counter(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )


_OF_A_CALL = frozenset({"training", "mask"})
"""What tells of one call, and nothing of how large things are."""


def branches(site: Site) -> bool:
    """Whether the function that holds a place has more than one way through it, by what it is given."""
    for inner in ast.walk(site.frame.code):
        if isinstance(inner, ast.Match):
            return True
        if isinstance(inner, (ast.If, ast.IfExp)) and not _names(inner.test) <= _OF_A_CALL:
            return True
    return False


def decided(node: ast.expr, site: Site) -> bool:
    """Whether no `if` beside an expression asks about what it names: else its value is not for every way."""
    names = _names(node)
    tests = [inner.test for inner in ast.walk(site.frame.code) if isinstance(inner, (ast.If, ast.IfExp))]
    return not any(names & _names(test) for test in tests)


def _names(node: ast.expr) -> set[str]:
    """The names and attributes an expression mentions, without the objects that the attributes belong to."""
    attributes = [inner for inner in ast.walk(node) if isinstance(inner, ast.Attribute)]
    owners = {id(inner.value) for inner in attributes}
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and id(inner) not in owners}
    return names | {inner.attr for inner in attributes}
