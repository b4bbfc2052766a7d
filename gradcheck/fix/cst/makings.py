"""What a program makes and calls: names bound to what a call makes, and the calls of such a name."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.tree import Tree


def makings(tree: Tree) -> Iterator[tuple[str, cst.Call]]:
    """Every name that is bound to what a call makes, in source order."""
    for assign in tree.every(cst.Assign):
        target = assign.targets[0].target
        named = len(assign.targets) == 1 and isinstance(target, cst.Name | cst.Attribute)
        if named and isinstance(assign.value, cst.Call):
            yield tree.code(target), assign.value


def together(tree: Tree, one: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether two things are made in the same function of the same class."""
    return all(
        tree.enclosing(one, kind) is tree.enclosing(other, kind) for kind in (cst.ClassDef, cst.FunctionDef)
    )


def calls_of(tree: Tree, name: str, made: cst.CSTNode) -> list[cst.Call]:
    """Every call of a name, in source order, in the class (else the module) where its object is made."""
    inside = tree.enclosing(made, cst.ClassDef) or tree.module
    return [call for call in tree.every(cst.Call, inside) if tree.code(call.func) == name]
