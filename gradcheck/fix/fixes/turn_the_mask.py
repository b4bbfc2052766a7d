"""Keep what a mask leaves out, where it keeps nothing: `tf.not_equal(x, PAD)` for `tf.equal(x, PAD)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import behind
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_PRODUCT,),
    title="Turn the mask round, which leaves nothing",
    safe=False,
    keeps_value=False,
    rank=7,
)
_OPPOSITE = {"equal": "not_equal", "not_equal": "equal"}
_SIGNS: dict[type[cst.CSTNode], cst.BaseCompOp] = {
    cst.Equal: cst.NotEqual(),
    cst.NotEqual: cst.Equal(),
}


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The one comparison for equality that makes a factor asks for the opposite."""
    product = tree.find(finding.location, cst.BaseExpression)
    parts = behind(tree, product) if product is not None else ()
    turned: dict[cst.CSTNode, Replacement] = {
        one: new for one in parts if (new := _turned(tree, one)) is not one
    }
    return tree.change(turned) if len(turned) == 1 else None


def _turned(tree: Tree, node: cst.BaseExpression) -> cst.BaseExpression:
    """The opposite comparison; the node itself where it is none."""
    if isinstance(node, cst.Call):
        owner, _, name = names(tree).called(node).rpartition(".")
        written = names(tree).spell(f"{owner}.{_OPPOSITE[name]}") if name in _OPPOSITE else None
        return node.with_changes(func=tree.expression(written)) if written else node
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        one = node.comparisons[0]
        opposite = _SIGNS.get(type(one.operator))
        return node.with_changes(comparisons=[one.with_changes(operator=opposite)]) if opposite else node
    return node
