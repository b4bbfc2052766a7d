"""Names that a block binds and nobody reads: what was computed and then forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.tree import Tree


def unread(tree: Tree, block: cst.CSTNode) -> Iterator[cst.Name]:
    """The targets in a block whose names are read nowhere in the function, in source order."""
    for assign in tree.every(cst.Assign, block):
        inside = function_of(tree, assign)
        for target in (one.target for one in assign.targets):
            for name in _plain(target):
                bound = {*_every_target(tree, inside)}
                if not name.value.startswith("_") and all(
                    one in bound for one in uses(tree, name.value, inside)
                ):
                    yield name


def _every_target(tree: Tree, inside: cst.CSTNode) -> Iterator[cst.Name]:
    for assign in tree.every(cst.Assign, inside):
        for one in assign.targets:
            yield from _plain(one.target)


def _plain(target: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(target, cst.Name):
        yield target
    elif isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _plain(element.value)
