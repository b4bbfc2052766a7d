"""Let Keras know of a variable: `self.add_weight(...)` instead of `tf.Variable(...)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind
from gradcheck.rewrite.added_weights import as_weight, is_variable
from gradcheck.rewrite.classes import method_around
from gradcheck.rewrite.layers import is_layer
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.setup_lines import line_of, lines_of
from gradcheck.rewrite.tree import Tree
from gradcheck.rewrite.weight_objects import thawed

REPAIR = Repair(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Create it with self.add_weight()",
    safe=True,
)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """A layer's variable becomes its weight; objects that would freeze a weight are made on every call."""
    call = tree.find(finding.location, cst.Call, lambda one: is_variable(tree, one))
    method = method_around(tree, call) if call else None
    if call is None or method is None or not is_layer(tree, method.owner):
        return None
    line = line_of(tree.statement(call), method.this)
    attribute = line.attributes[0] if line and line.value is call and line.attributes else ""
    weight = as_weight(tree, call, attribute, method.this, lines_of(method.function, method.this))
    if weight is None:
        return None
    after = tree.change({call: weight})
    return thawed(after, method.owner.name.value, attribute) if attribute else after
