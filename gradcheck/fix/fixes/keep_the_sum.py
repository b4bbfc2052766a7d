"""Keep the sums that a loop adds up under the name of its round: in a list that is made anew."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.expressions import atom
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_APPLIED,),
    title="Keep the sums in the list that is applied",
    safe=False,
    rank=9,
)
_PAIRS = m.For(iter=m.Call(func=m.Name("zip")), target=m.Tuple(), orelse=None)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`for one, other in zip(sums, gradients): one += other` becomes a line that makes the list anew."""
    node = tree.find(finding.location, cst.AugAssign)
    loop = tree.enclosing(node, cst.For) if node is not None else None
    if node is None or loop is None or not m.matches(loop, _PAIRS) or len(loop.body.body) != 1:
        return None
    kept = _kept(loop, node)
    if kept is None or single(loop.body.body[0]) is not node or not isinstance(node.operator, cst.AddAssign):
        return None
    total = f"{tree.code(node.target)} + {_added(tree, node.value)}"
    code = f"{tree.code(kept)} = [{total} for {tree.code(loop.target)} in {tree.code(loop.iter)}]\n"
    [line] = tree.statements(code)
    return tree.change({loop: line.with_changes(leading_lines=loop.leading_lines)})


def _kept(loop: cst.For, added: cst.AugAssign) -> cst.BaseExpression | None:
    """The list whose items a loop adds to."""
    names, lists = cst.ensure_type(loop.target, cst.Tuple).elements, cst.ensure_type(loop.iter, cst.Call).args
    pairs = [(one.value, other.value) for one, other in zip(names, lists, strict=False)]
    found = [items for name, items in pairs if name.deep_equals(added.target)]
    return found[0] if len(found) == 1 and isinstance(found[0], cst.Name | cst.Attribute) else None


def _added(tree: Tree, value: cst.BaseExpression) -> str:
    """What is added, in parentheses where it needs them behind a plus."""
    tight = isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Multiply | cst.Divide)
    return tree.code(value) if tight else atom(tree, value)
