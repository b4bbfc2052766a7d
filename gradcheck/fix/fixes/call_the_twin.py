"""Call each of two like layers once, where one is called twice and the other never."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNCALLED_LAYER,),
    title="Call the layer that is never called, where its twin is called a second time",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The second call of the twin becomes a call of the layer that the finding names."""
    labels = {weight.label for weight in finding.weights}
    label = next(iter(labels)) if len(labels) == 1 else ""
    made = [one for one in _makings(tree) if one[0] == label]
    if len(made) != 1:
        return None
    twins = [
        (name, calls)
        for name, call in _makings(tree)
        if _like(tree, call, made[0][1])
        for calls in [_calls(tree, name)]
        if name != label and len(calls) == 2
    ]
    if not twins or _calls(tree, label):
        return None
    _, calls = max(twins, key=lambda twin: _alike(twin[0], label))
    return tree.change({calls[1].func: tree.expression(label)})


def _makings(tree: Tree) -> Iterator[tuple[str, cst.Call]]:
    """Every name that is bound to what a call makes."""
    for assign in tree.every(cst.Assign):
        target = assign.targets[0].target
        named = len(assign.targets) == 1 and isinstance(target, cst.Name | cst.Attribute)
        if named and isinstance(assign.value, cst.Call):
            yield tree.code(target), assign.value


def _like(tree: Tree, one: cst.Call, other: cst.Call) -> bool:
    """Whether two calls make layers of one class, in the same place."""
    return (
        tree.code(one.func) == tree.code(other.func)
        and tree.enclosing(one, cst.ClassDef) is tree.enclosing(other, cst.ClassDef)
        and tree.enclosing(one, cst.FunctionDef) is tree.enclosing(other, cst.FunctionDef)
    )


def _alike(one: str, other: str) -> int:
    """How many letters two names begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def _calls(tree: Tree, name: str) -> list[cst.Call]:
    return [call for call in tree.every(cst.Call) if tree.code(call.func) == name]
