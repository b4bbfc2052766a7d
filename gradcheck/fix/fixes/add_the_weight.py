"""Let Keras know of a variable: `self.add_weight(...)` instead of `tf.Variable(...)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.added_weights import as_weight, is_variable
from gradcheck.fix.cst.classes import method_around
from gradcheck.fix.cst.layers import is_layer
from gradcheck.fix.cst.setup_lines import line_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.cst.weight_objects import thawed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Create it with self.add_weight()",
    safe=True,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A layer's variable becomes its weight; objects that would freeze a weight are made on every call."""
    call = tree.find(finding.location, cst.Call, lambda one: is_variable(tree, one))
    method = method_around(tree, call) if call else None
    if call is None or method is None or not is_layer(tree, method.owner):
        return None
    line = line_of(tree.statement(call), method.this)
    attribute = line.attributes[0] if line and line.value is call and line.attributes else ""
    parts = tree.every(cst.SimpleStatementLine, method.function)
    lines = [one for part in parts if (one := line_of(part, method.this)) is not None]
    weight = as_weight(tree, call, attribute, method.this, lines)
    if weight is None:
        return None
    after = tree.change({call: weight})
    return thawed(after, method.owner.name.value, attribute) if attribute else after
