"""Plain names in a tree: which ones code reads, which ones a target binds."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

COMPREHENSIONS = (cst.GeneratorExp, cst.ListComp, cst.SetComp, cst.DictComp)


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` for a chain of names; empty for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        before = dotted(node.value)
        return before and f"{before}.{node.attr.value}"
    return ""


def attribute(code: str) -> cst.Attribute | cst.Name:
    """`a.b.c` as an expression."""
    before, _, last = code.rpartition(".")
    return cst.Attribute(attribute(before), cst.Name(last)) if before else cst.Name(last)


def read(node: cst.CSTNode) -> Iterator[cst.Name]:
    """The names whose value a piece of code asks for from outside of it, in source order."""
    if isinstance(node, cst.Name):
        yield node
    elif isinstance(node, (cst.Lambda, *COMPREHENSIONS)):
        inner = bound(node.params) if isinstance(node, cst.Lambda) else _targets(node.for_in)
        yield from (name for name in _read_children(node) if name.value not in inner)
    else:
        yield from _read_children(node)


def _read_children(node: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(node, cst.Attribute | cst.Arg):
        yield from read(node.value)
    elif isinstance(node, cst.Param):
        yield from read(node.default) if node.default else ()
    elif not isinstance(node, cst.Annotation):
        for child in node.children:
            yield from read(child)


def bound(node: cst.CSTNode) -> frozenset[str]:
    """The names that a target or a parameter list binds; attributes and items bind none."""
    if isinstance(node, cst.Name):
        return frozenset((node.value,))
    if isinstance(node, cst.Param):
        return bound(node.name)
    if isinstance(node, cst.Attribute | cst.Subscript):
        return frozenset()
    return frozenset().union(*(bound(child) for child in node.children))


def _targets(loop: cst.CompFor) -> frozenset[str]:
    inner = _targets(loop.inner_for_in) if loop.inner_for_in else frozenset()
    return bound(loop.target) | inner
