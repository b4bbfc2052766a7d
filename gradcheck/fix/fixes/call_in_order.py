"""Call a forgotten layer between those made before and after it, which are called in that order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from gradcheck.fix.cst.flow import parameters, targets
from gradcheck.fix.cst.layers import is_layer, makes_layer
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.makings import calls_of, makings, together
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNCALLED_LAYER,),
    title="Call the layer between those that were made before and after it",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`self.c(self.a(x))` becomes `self.c(self.b(self.a(x)))` where a, b and c are made in this order."""
    labels = {weight.label for weight in finding.weights}
    label = next(iter(labels)) if len(labels) == 1 else ""
    made = [call for name, call in makings(tree) if name == label]
    if len(made) != 1 or calls_of(tree, label, made[0]):
        return None
    order = [*_in_order(tree, made[0])]
    called = [(name, calls) for name in order if (calls := calls_of(tree, name, made[0]))]
    if order.count(label) != 1 or any(len(calls) > 1 for _, calls in called):
        return None
    before = [calls[0] for name, calls in called if order.index(name) < order.index(label)]
    after = [calls[0] for name, calls in called if order.index(name) > order.index(label)]
    if not after or not _ascends(tree, [*before, *after]):
        return None
    given = after[0].args[0].value if after[0].args and not after[0].args[0].star else None
    if given is None or not (_comes_from(tree, given, before[-1]) if before else _is_input(tree, given)):
        return None
    return tree.change({given: tree.expression(f"{label}({tree.code(given)})")})


def _in_order(tree: Tree, made: cst.Call) -> Iterator[str]:
    """The layers that are made beside one, in order."""
    return (
        name for name, call in makings(tree) if together(tree, call, made) and _may_be_layer(tree, call, made)
    )


def _may_be_layer(tree: Tree, call: cst.Call, made: cst.Call) -> bool:
    own = {one.name.value for one in tree.every(cst.ClassDef) if is_layer(tree, one)}
    same = tree.code(call.func) == tree.code(made.func)
    return same or makes_layer(tree, call) or tree.code(call.func) in own


def _ascends(tree: Tree, calls: Sequence[cst.Call]) -> bool:
    """Whether calls end in the order in which they stand here, in one function."""
    ends = [(tree.ranges[call].end.line, tree.ranges[call].end.column) for call in calls]
    return ends == sorted(ends) and len({function_of(tree, call) for call in calls}) == 1


def _comes_from(tree: Tree, given: cst.BaseExpression, before: cst.Call) -> bool:
    """Whether what a call is given is the other call's result: as it is, or by the name that its line
    binds."""
    line = tree.statement(before)
    inside = given is before or before in {*tree.every(cst.Call, given)}
    return inside or (isinstance(given, cst.Name) and line is not None and targets(line) == (given.value,))


def _is_input(tree: Tree, given: cst.BaseExpression) -> bool:
    function = function_of(tree, given)
    return (
        isinstance(given, cst.Name)
        and isinstance(function, cst.FunctionDef)
        and given.value in parameters(function)
    )
