"""Call each of two like layers once, where one is called twice and the other never."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.makings import calls_of, makings, together
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
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The second call of the twin becomes a call of the layer that the finding names."""
    labels = {weight.label for weight in finding.weights}
    label = next(iter(labels)) if len(labels) == 1 else ""
    made = [one for one in makings(tree) if one[0] == label]
    if len(made) != 1:
        return None
    twins = [
        (name, calls)
        for name, call in makings(tree)
        if _like(tree, call, made[0][1])
        for calls in [calls_of(tree, name, call)]
        if name != label and len(calls) == 2
    ]
    if not twins or calls_of(tree, label, made[0][1]):
        return None
    _, calls = max(twins, key=lambda twin: _alike(twin[0], label))
    return tree.change({calls[1].func: tree.expression(label)})


def _like(tree: Tree, one: cst.Call, other: cst.Call) -> bool:
    """Whether two calls make layers of one class, in the same place."""
    return tree.code(one.func) == tree.code(other.func) and together(tree, one, other)


def _alike(one: str, other: str) -> int:
    """How many letters two names begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
