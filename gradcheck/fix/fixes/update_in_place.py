"""Update the variable in place: `w.assign_sub(rate * gradient)` for `w = w - rate * gradient`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import bare
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.tree import Change, Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.REBOUND, Kind.NOT_APPLIED),
    title="Update the variable in place",
    safe=True,
)

_IN_PLACE = {
    cst.Subtract: "assign_sub",
    cst.Add: "assign_add",
    cst.SubtractAssign: "assign_sub",
    cst.AddAssign: "assign_add",
}


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The assignment becomes calls of the variables' own methods, one on each line."""
    target = tree.find(finding.location, cst.BaseExpression)
    line = tree.statement(target) if target else None
    small = single(line)
    if isinstance(small, cst.AugAssign):
        method = _IN_PLACE.get(type(small.operator))
        calls = [_call(tree, small.target, method, small.value)] if method else []
    else:
        pairs = _assigned(small)
        if finding.kind is Kind.NOT_APPLIED and not all(_updates_itself(*pair) for pair in pairs):
            return None
        calls = [_updated(tree, one, value) for one, value in pairs]
    if not isinstance(line, cst.SimpleStatementLine) or not calls:
        return None
    return tree.change({line: _lines(tree, line, calls)})


def _assigned(small: cst.BaseSmallStatement | None) -> list[tuple[cst.CSTNode, cst.BaseExpression]]:
    """What is bound to what; of several at once all must be updates of themselves."""
    if not isinstance(small, cst.Assign) or len(small.targets) != 1:
        return []
    target, value = small.targets[0].target, small.value
    if not isinstance(target, cst.Tuple | cst.List):
        return [(target, value)]
    if not isinstance(value, cst.Tuple | cst.List) or len(value.elements) != len(target.elements):
        return []
    pairs = [(one.value, other.value) for one, other in zip(target.elements, value.elements, strict=True)]
    own = all(_updates_itself(one, other) for one, other in pairs)
    return [*pairs] if own and _apart(pairs) else []


def _apart(pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]]) -> bool:
    """Whether no value reads the target of another: then they may be updated one after the other."""
    return not any(
        _holds(value, target)
        for n, (_, value) in enumerate(pairs)
        for m, (target, _) in enumerate(pairs)
        if n != m
    )


def _holds(node: cst.CSTNode, wanted: cst.CSTNode) -> bool:
    return node.deep_equals(wanted) or any(_holds(child, wanted) for child in node.children)


def _updates_itself(target: cst.CSTNode, value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.BinaryOperation) and value.left.deep_equals(target)


def _updated(tree: Tree, target: cst.CSTNode, value: cst.BaseExpression) -> str:
    """`w - g` and `w + g` for `w` are differences; anything else is a new value."""
    if isinstance(value, cst.BinaryOperation) and value.left.deep_equals(target):
        method = _IN_PLACE.get(type(value.operator))
        if method is not None:
            return _call(tree, target, method, value.right)
    return _call(tree, target, "assign", value)


def _call(tree: Tree, target: cst.CSTNode, method: str, value: cst.BaseExpression) -> str:
    return f"{tree.code(target)}.{method}({bare(tree, value)})"


def _lines(tree: Tree, line: cst.SimpleStatementLine, calls: list[str]) -> Replacement:
    def written(_: cst.CSTNode) -> Change:
        new = [cst.ensure_type(tree.statements(call)[0], cst.SimpleStatementLine) for call in calls]
        new[0] = new[0].with_changes(leading_lines=line.leading_lines)
        new[-1] = new[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
        return cst.FlattenSentinel(new)

    return written
